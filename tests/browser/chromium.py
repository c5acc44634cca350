"""Which Chromium the browser tests drive, and how it is started.

As a program it finds one, or installs one where it can: Debian's package as root, else Playwright's own build.
A machine without a browser is no failure: it says that the browser tests will be skipped, and ends with 0.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# The same pixels on every machine, in a container, by root; and nothing of the browser's own on the network.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

MISSING = "no Chromium on this machine: set CHROMIUM=/path/to/it, or run `make browser`"


def candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    """Where a Chromium may be, best first: the one that was named, those on the PATH, Playwright's own."""
    named = environ.get("CHROMIUM")
    if named:
        yield Path(shutil.which(named) or named)
        return
    for name in NAMES:
        found = shutil.which(name, path=environ.get("PATH"))
        if found:
            yield Path(found)
    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def version(executable: Path) -> str | None:
    """What a browser says it is; None where it cannot start, as a stub that only points at a package cannot."""
    try:
        said = subprocess.run([executable, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip()


def find(environ: Mapping[str, str]) -> Path | None:
    """The first Chromium that starts, or None."""
    return next((path for path in candidates(environ) if version(path)), None)


def install() -> None:
    """Install a Chromium the way this machine allows; says what it does, and raises nothing."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("    none found; installing Debian's chromium with apt-get", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if not subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False).returncode:
            wanted = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]
            subprocess.run(wanted, env=quiet, check=False)
        if find(os.environ):
            return
    print("    none found; asking Playwright for its own build", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> None:
    """Say which Chromium will be driven, after installing one if there was none."""
    found = find(os.environ)
    if found is None and "CHROMIUM" not in os.environ:
        install()
        found = find(os.environ)
    print(f"    {version(found)} ({found})" if found else f"    BROWSER TESTS WILL BE SKIPPED: {MISSING}")


if __name__ == "__main__":
    main()
