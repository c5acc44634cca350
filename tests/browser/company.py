"""The small company served for pictures, the same at every moment, and every look of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal, cast

from flask import Flask
from playwright.sync_api import BrowserContext

from layouts.shell import build
from scorecard.settings import Settings
from tests.browser.places import BESIDE, places
from tests.browser.standing import TOUR_SEEN, settle
from tests.browser.thumbnails import Thumbnail
from tests.unit.layouts.boards import HEAD, SmallBoards

SHAPES = {"1366-light": (1366, 1152), "1366-dark": (1366, 1152), "390-light": (390, 1152)}
WALL = {"1920-dark": (1920, 1080), "1080-dark": (1080, 1920)}
STILL = "document.querySelector('#clock').textContent = '06:15'; document.querySelector('#stage').style.transform = ''"
"""A wall moves by a few pixels every minute, so that nothing burns in; in a picture it stands where it began."""
SCENES = ("number", "thread", "today", "voice", "story", "leaderless")


@cache
def application() -> Flask:
    """The small company, whose picture was just taken: a wall hides an old one."""
    boards = SmallBoards(replace(HEAD, taken=datetime.now(UTC)))
    return build(boards, Settings(Path("small"), Path("var")), bundled=True).server


@cache
def every_page() -> dict[str, str]:
    """Every page there is, by name: those that links lead to, and those that few do."""
    client = application().test_client()

    def get(address: str) -> str | None:
        answer = client.get(address)
        return answer.text if answer.status_code == 200 and answer.mimetype == "text/html" else None

    return {**places(get), **BESIDE}


def looks(context: BrowserContext, base: str, name: str) -> Iterator[tuple[str, Thumbnail]]:
    """Each look of a page: sizes and themes, of a wall its scenes."""
    context.add_init_script(TOUR_SEEN)
    artist, page = context.new_page(), context.new_page()
    if name == "wall":
        page.clock.install()
    for shape, (wide, high) in (WALL if name == "wall" else SHAPES).items():
        theme = cast('Literal["light", "dark"]', shape.split("-")[1])
        page.goto("about:blank")  # a page with a chart asks for it anew when its colours change
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size({"width": wide, "height": high})
        page.goto(base + every_page()[name])
        settle(page)
        if name != "wall":
            yield shape, Thumbnail.of(page, artist)
            continue
        for scene in SCENES:
            page.wait_for_selector(f"body[data-state=ok] .scene.{scene}")
            page.evaluate(STILL)
            yield f"{shape}-{scene}", Thumbnail.of(page, artist)
            page.clock.fast_forward(20_100)
    page.close()
    artist.close()
