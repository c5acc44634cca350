"""Files that are there, whole, when a machine comes back after losing its power."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa


def write(path: Path, content: bytes | pa.Buffer) -> None:
    """Write a file through to the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def link(held: Path, path: Path) -> bool:
    """Let a file stand at a second place too; false where that cannot be had."""
    try:
        os.link(held, path)
    except OSError:  # another file system, or one without links
        return False
    return True


def sync(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
