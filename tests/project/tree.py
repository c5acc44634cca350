"""The project's own files, as git would know them."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = ("layouts/assets/lazy/", "layouts/assets/fonts/")  # vendored as they are


def files(*suffixes: str) -> list[Path]:
    """Every file that is or will be committed, of these suffixes (all if none); skips outside a git checkout."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(listing, capture_output=True, text=True, check=False)
    if told.returncode:
        pytest.skip("not a git checkout, so what belongs to the project is not known")
    paths = [ROOT / name for name in told.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def own(*suffixes: str) -> list[Path]:
    """As `files`, without what is vendored."""
    return [path for path in files(*suffixes) if not str(path.relative_to(ROOT)).startswith(NOT_OURS)]


def name(path: Path) -> str:
    """How a path is shown: from the root of the project."""
    return str(path.relative_to(ROOT))
