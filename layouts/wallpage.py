"""Wall screens: a plain page with its own script, on the same server; no Dash, no inputs, nothing to log in to.

The page holds no figure: its script asks ``/api/v1/display/<id>`` and says what it cannot get.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, request, send_from_directory
from htpy import body, head, html, link, main, meta, p, title
from markupsafe import Markup

from layouts.ask import Ask, parse
from layouts.door import Door, NotYet, address_of
from layouts.markup import html_of
from layouts.markup import path as address
from layouts.parts.head import WALL_SCRIPTS, WALL_STYLES, WALL_WORKER
from layouts.parts.wall import WORKER_ADDRESS, WallFrame, wall_page
from scorecard.head import Head
from scorecard.view import NotFound
from scorecard.wallview import DisplayView

_AGAIN = 10
"""Seconds after which a wall with nothing to show looks again."""


@dataclass(frozen=True, slots=True)
class Site:
    """What walls need to know of the site they hang in."""

    assets: Path
    asset: Callable[[str], str]
    """The address of a file of the assets folder."""
    build: str
    old_after: float
    """Seconds after which figures are called old."""


def register(server: Flask, door: Door, site: Site) -> None:
    """Add the walls' routes."""

    def wall(**_decoded: str) -> Response:
        ask = parse(*address_of(request))
        try:
            board = door.board(door.principal_of(request))
        except NotYet:
            return _sent(_message("The first picture of the data is being made.", site, again=True), 503)
        found = board.display(ask.id) if isinstance(ask, Ask) else ask
        if isinstance(found, NotFound):
            return _sent(_message(f"{found.what[:1].upper()}{found.what[1:]}.", site), 404)
        return _sent(wall_page(_frame(found, board.head(), site)), 200)

    def worker() -> Response:
        return send_from_directory(site.assets, WALL_WORKER, mimetype="text/javascript", max_age=0)

    server.add_url_rule("/wall/<path:display>", "wall", wall)
    server.add_url_rule(WORKER_ADDRESS, "wall-worker", worker)


def _frame(display: DisplayView, of: Head, site: Site) -> WallFrame:
    return WallFrame(
        display=display.id,
        data=address("api", "v1", "display", display.id),
        build=site.build,
        styles=[site.asset(file) for file in WALL_STYLES],
        scripts=[site.asset(file) for file in WALL_SCRIPTS],
        locale=of.locale.replace("_", "-"),
        time_zone=of.time_zone,
        old_after=site.old_after,
    )


def _message(said: str, site: Site, *, again: bool = False) -> Markup:
    """A wall without a display says so in its own colours, and looks again where that may help."""
    document = html(lang="en")[
        head[
            meta(charset="utf-8"),
            meta(name="viewport", content="width=device-width, initial-scale=1"),
            meta(http_equiv="refresh", content=str(_AGAIN)) if again else None,
            title["Wall"],
            (link(rel="stylesheet", href=site.asset(file)) for file in WALL_STYLES),
        ],
        body(data_state="message")[main(".message")[p[said]]],
    ]
    return Markup("<!doctype html>") + html_of(document)


def _sent(document: Markup, status: int) -> Response:
    return Response(document, status, content_type="text/html; charset=utf-8")
