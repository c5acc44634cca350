"""Which screen answers which question, and what is said where none can."""

from __future__ import annotations

from htpy import Element, a, div, h1, p

from layouts.ask import Ask
from layouts.markup import html_of
from layouts.screens import displays, measures, metric, thread, unit
from layouts.screens.sheet import Body
from layouts.theme import Name
from scorecard.board import Board
from scorecard.head import Moment
from scorecard.view import NotFound

NOWHERE = NotFound("there is no page at this address")


def page(board: Board, ask: Ask, moment: Moment, theme: Name, build: str = "") -> Body:
    """The body of the page that answers ``ask``; where there is no such thing, a page that says so."""
    found = _screen(board, ask, moment, theme, build)
    return not_found(found) if isinstance(found, NotFound) else found


def _screen(board: Board, ask: Ask, moment: Moment, theme: Name, build: str) -> Body | NotFound:
    match ask.page:
        case "thread":
            return thread.page(board, ask, moment)
        case "metric":
            return metric.page(board, ask, moment, theme)
        case "unit":
            return unit.page(board, ask, moment)
        case "measures":
            return measures.page(board, ask, moment)
        case "displays":
            return displays.page(board, build)
        case "wall" | "why" | "evidence":
            return NOWHERE  # a wall is a page of its own, never one of Dash's; the others are JSON only


def not_found(missing: NotFound) -> Body:
    """There is no such thing, or it is not the asker's to see: both sound the same."""
    said = f"{missing.what[:1].upper()}{missing.what[1:]}, or it is not yours to see."
    near = p[f"Did you mean {missing.near}?"] if missing.near else None
    return _message("Not found", "not-found", 404, p[said], near, _home())


def failed(reference: str) -> Body:
    """Something went wrong; the reference finds it in the log."""
    said = p["This page could not be made. The fault is ours and has been written down; others still work."]
    return _message("Could not be shown", "failed", 500, said, p["Reference ", reference], _home())


def no_picture_yet() -> Body:
    """Nobody has taken a picture of the data yet."""
    said = p["The first picture of the data is being made. This page looks again every ten seconds."]
    return _message("Nearly there", "no-picture", 503, said)


def busy() -> Body:
    """The rows of a filter are read from the warehouse, which is busy with others or does not answer."""
    said = p["These figures are read from the warehouse when they are asked for, and it is busy just now."]
    return _message("One moment", "busy", 503, said, p["This page asks again every ten seconds."], _home())


def _home() -> Element:
    return p[a(href=Ask().address)["To the thread"]]


def _message(title: str, kind: str, status: int, *said: Element | None) -> Body:
    return Body(title, kind, (html_of(div(".not-found")[h1[title], said]),), status=status)
