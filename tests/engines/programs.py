"""Which servers the tests of engines find on this machine.

As a program it says so, and installs those that are missing where it can: Debian's packages, as root. ClickHouse needs
none, it comes as a Python package. A machine without a server is no failure: it says what will be skipped, and ends
with 0.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from tests.engines.servers import Unavailable, find

POSTGRESQL = ("initdb", "postgres")
MARIADB = ("mariadb-install-db", "mariadbd", "mariadb", "mariadb-tzinfo-to-sql")
PACKAGES = {"postgresql": POSTGRESQL, "mariadb-server": MARIADB}
"""Debian's packages, and the programs of each that are needed."""


def missing() -> dict[str, str]:
    """Packages of which a program is not here, and why."""
    found: dict[str, str] = {}
    for package, programs in PACKAGES.items():
        try:
            for program in programs:
                find(program)
        except Unavailable as reason:
            found[package] = str(reason)
    return found


def install(packages: list[str]) -> None:
    """Install packages with apt-get; says what it does, and raises nothing.

    The run level keeps Debian from starting what it installs: tests start their own, in folders of their own.
    """
    print(f"    installing {' and '.join(packages)} with apt-get", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    if not subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False).returncode:
        wanted = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages, "tzdata"]
        subprocess.run(wanted, env=quiet, check=False, stdout=subprocess.DEVNULL)


def main() -> None:
    """Say which servers there are, after installing those that were missing."""
    if missing() and os.geteuid() == 0 and shutil.which("apt-get"):
        install(list(missing()))
    lost = missing()
    for package, programs in PACKAGES.items():
        here = f"    {package}: {find(programs[-1])}" if package not in lost else ""
        print(here or f"    {package}: ITS TESTS WILL BE SKIPPED, {lost[package]}")


if __name__ == "__main__":
    main()
