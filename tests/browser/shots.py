"""Take a picture of every page: large, huge and small, light and dark, into a folder.

    python tests/browser/shots.py [--url http://127.0.0.1:8050] [--into shots] [--only thread]

Without an address it serves the small company of the tests itself.
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

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from layouts.shell import build
from scorecard.settings import Settings
from tests.browser.chromium import ARGUMENTS, MISSING, find
from tests.unit.layouts.boards import SmallBoards

SIZES = {"1920": (1920, 1080), "3840": (3840, 2160), "390": (390, 844)}
THEMES = ("light", "dark")
WALL_SCENES = 4
SCENE_STANDS = 20_100
"""Milliseconds until a wall shows its next scene."""


def main() -> None:
    """Take the pictures; ends with a word and without a fault where there is no browser."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a server that runs; else one is started")
    parser.add_argument("--into", type=Path, default=Path("shots"), help="the folder (shots)")
    parser.add_argument("--only", default="", help="only pages whose name holds this")
    asked = parser.parse_args()
    chromium = find(os.environ)
    if chromium is None:
        print(MISSING)
        return
    asked.into.mkdir(parents=True, exist_ok=True)
    with served(asked.url) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for file in shoot(browser, base, asked.into, asked.only):
            print(file)
        browser.close()


@contextmanager
def served(url: str | None) -> Iterator[str]:
    """The address of a server: the one given, or one of the small company, stopped at the end."""
    if url:
        yield url
        return
    app = build(SmallBoards(), Settings(config=Path("small"), var=Path("var")), bundled=True)
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
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
    found = {"thread": "/", "thread-map": "/?view=map", "measures": "/measures", "not-found": "/no-such-page"}
    page.goto(base)
    found["metric"] = _href(page, ".thread .card") or "/"
    found["metric-gold"] = _href(page, ".thread .column:last-child .card.on, .thread .card.on") or "/"
    address = _href(page, ".bar a[href^='/unit/']")
    for level in ("top", "department", "team", "worker"):
        if address:
            found[f"unit-{level}"] = address
            page.goto(urljoin(base, address))
            address = _href(page, ".beneath a")
    wall = page.request.get(urljoin(base, "/wall/depot-north"))
    if wall.ok:
        found["wall"] = "/wall/depot-north"
    page.close()
    return found


def _href(page: Page, selector: str) -> str | None:
    link = page.query_selector(selector)
    return link.get_attribute("href") if link else None


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
    context.add_init_script("try { localStorage.setItem('golden-thread:tour', 'seen') } catch {}")
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


def settle(page: Page) -> None:
    """Wait until a page stands: fonts in, Dash's own page in place of the first paint, charts drawn."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    if page.query_selector("#react-entry-point"):
        page.wait_for_selector("[data-first-paint]", state="detached")
        if page.query_selector(".chart"):
            page.wait_for_selector(".chart .main-svg")


if __name__ == "__main__":
    main()
