"""Take a picture of every page: large, huge and small, light and dark, into a folder.

    python tests/browser/shots.py [--url http://127.0.0.1:8050] [--into shots] [--only thread]
    python tests/browser/shots.py --renew

Without an address it serves the small company of the tests itself. ``--renew`` keeps every page's look anew, after a
change that was meant: see ``thumbnails.py``.
"""

from __future__ import annotations

import argparse
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urljoin

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser import company, thumbnails
from tests.browser.chromium import ARGUMENTS, MISSING, find
from tests.browser.places import places
from tests.browser.standing import TOUR_SEEN, settle

SIZES = {"1920": (1920, 1080), "3840": (3840, 2160), "390": (390, 844)}
THEMES = ("light", "dark")
WALL_SCENES = 6
SCENE_STANDS = 20_100
"""Milliseconds until a wall shows its next scene."""


def main() -> None:
    """Take the pictures; ends with a word and without a fault where there is no browser."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a server that runs; else one is started")
    parser.add_argument("--into", type=Path, default=Path("shots"), help="the folder (shots)")
    parser.add_argument("--only", default="", help="only pages whose name holds this")
    parser.add_argument("--renew", action="store_true", help="take none; keep the looks that the tests compare with")
    asked = parser.parse_args()
    chromium = find(os.environ)
    if chromium is None:
        print(MISSING)
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for file in renew(browser) if asked.renew else pictures(browser, asked.url, asked.into, asked.only):
            print(file)
        browser.close()


def pictures(browser: Browser, url: str | None, into: Path, only: str) -> Iterator[Path]:
    """Take them, into a folder that is made if there is none."""
    into.mkdir(parents=True, exist_ok=True)
    with served(url) as base:
        yield from shoot(browser, base, into, only)


@contextmanager
def served(url: str | None) -> Iterator[str]:
    """The address of a server: the one given, or one of the small company, stopped at the end."""
    if url:
        yield url
        return
    with running(company.application()) as base:
        yield base


class Quiet(WSGIRequestHandler):
    """Says nothing of single requests."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name for it
        """Drop it."""


@contextmanager
def running(app: Flask) -> Iterator[str]:
    """An application on a free port, stopped at the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def shoot(browser: Browser, base: str, into: Path, only: str) -> Iterator[Path]:
    """Every page in every size and theme, the wall's scenes once in each screen size."""
    for name, address in pages(browser, base).items():
        if only not in name:
            continue
        for size in SIZES:
            for theme in _themes(name, size):
                yield from _shot(browser, urljoin(base, address), into / f"{name}-{size}-{theme}.png")


def _themes(name: str, size: str) -> tuple[str, ...]:
    """A wall is dark, and hangs on no telephone."""
    if name != "wall":
        return THEMES
    return () if size == "390" else ("dark",)


def pages(browser: Browser, base: str) -> dict[str, str]:
    """The pages there are, found as people find them: by following links."""
    page = browser.new_page()

    def get(address: str) -> str | None:
        answer = page.request.get(urljoin(base, address))
        return answer.text() if answer.ok and answer.headers["content-type"].startswith("text/html") else None

    found = {**places(get), "not-found": "/no-such-page"}
    page.close()
    return found


def renew(browser: Browser) -> Iterator[Path]:
    """Keep the look of every page of the small company anew, and of none that is gone."""
    for old in thumbnails.HERE.glob("*.txt"):
        old.unlink()
    with running(company.application()) as base:
        for name in company.every_page():
            context = browser.new_context(locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce")
            thumbnails.write(name, dict(company.looks(context, base, name)))
            context.close()
            yield thumbnails.HERE / f"{name}.txt"


def _shot(browser: Browser, url: str, file: Path) -> Iterator[Path]:
    name, size, theme = file.stem.rsplit("-", 2)
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=cast(Literal["light", "dark"], theme),
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.add_init_script(TOUR_SEEN)
    page = context.new_page()
    if name == "wall":
        page.clock.install()
    page.goto(url)
    settle(page)
    page.screenshot(path=file, full_page=size == "390")
    yield file
    for scene in range(1, WALL_SCENES if name == "wall" else 1):
        page.clock.fast_forward(SCENE_STANDS)
        page.wait_for_load_state("networkidle")
        shot = file.with_stem(f"{name}-{scene}-{size}")
        page.screenshot(path=shot)
        yield shot
    context.close()


if __name__ == "__main__":
    main()
