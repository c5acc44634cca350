"""Real servers for tests: started from the programs of the system on loopback, in a folder that is thrown away.

Servers refuse to run as root; there they are started as a user of their own, or as nobody.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HIDDEN = ("usr/lib/postgresql/*/bin", "usr/sbin", "usr/local/sbin")
"""Folders beneath the root in which programs are that are not on everyone's PATH."""


class Unavailable(Exception):  # noqa: N818 - no error: the reason a test is skipped
    """There is no such server here; says why."""


def find(program: str) -> str:
    """The path of a program, from PATH or from where distributions hide it. Raises :class:`Unavailable`."""
    hidden = sorted((path for folder in HIDDEN for path in Path("/").glob(folder)), reverse=True)
    found = shutil.which(program) or next((str(path / program) for path in hidden if (path / program).exists()), None)
    if found is None:
        raise Unavailable(f"there is no program {program!r} here")
    return found


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def user(*wanted: str) -> str | None:
    """Whom to run a server as: ``None``, the caller, unless that is root."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in (*wanted, "nobody") if name in known)


@contextmanager
def folder(owner: str | None) -> Iterator[Path]:
    """A folder that its owner alone can read, gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="golden-thread-engine-"))
    try:
        if owner:
            shutil.chown(path, owner)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def run(command: Sequence[str], owner: str | None, cwd: Path) -> None:
    """Run a program to its end. Raises :class:`Unavailable` with what it said where it fails."""
    done = subprocess.run(
        command, **_as(owner), cwd=cwd, env=_clean(cwd), capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"{Path(command[0]).name} failed: {said[-1] if said else done.returncode}")


@contextmanager
def serving(
    command: Sequence[str],
    owner: str | None,
    cwd: Path,
    answers: Callable[[], bool],
    *,
    environment: Mapping[str, str] | None = None,
    patience: float = 60,
) -> Iterator[subprocess.Popen[bytes]]:
    """A server while it runs, from its first answer. Raises :class:`Unavailable` where it never answers."""
    log = cwd / "server.log"
    with log.open("ab") as out:
        clean = {**_clean(cwd), **(environment or {})}
        server = subprocess.Popen(command, **_as(owner), cwd=cwd, env=clean, stdout=out, stderr=out)
    try:
        until = time.monotonic() + patience
        while not answers():
            if server.poll() is not None or time.monotonic() > until:
                said = log.read_text(errors="replace").strip().splitlines()
                raise Unavailable(f"{Path(command[0]).name} did not start: {said[-1] if said else 'it said nothing'}")
            time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _as(owner: str | None) -> dict[str, Any]:
    """Arguments that run a program as a user, without the groups of the caller."""
    return {} if owner is None else {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []}


def _clean(home: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(home)}
