"""Where in the organisation: the place a page is about, the ways down, and who answers for what."""

from __future__ import annotations

from collections.abc import Callable

from htpy import Element, a, details, li, nav, span, summary, ul

from layouts.ask import Ask
from scorecard.board import Board
from scorecard.org import TOP, Unit
from scorecard.places import PlaceView
from scorecard.view import UnitView

Owners = Callable[[str | None], str | None]
"""From a metric's owner, as the definition writes it, to the name people read."""

MOST = 12
"""How many units beneath one are named at once."""

To = Callable[[Unit], Ask]
"""The question that a link to a unit asks."""


def place_of(board: Board, ask: Ask) -> Unit:
    """The unit asked about: the top of what the asker sees where none is named."""
    return ask.unit or board.principal.scope or (board.definition.organisation.levels[0], TOP)


def where(view: UnitView, to: To) -> Element | None:
    """The ways further down to the units beneath; many of them wait behind one word. The row above has the way up."""
    if not view.beneath:
        return None
    units = ul[(li[a(href=to(unit).address)[label]] for unit, label in view.beneath)]
    if len(view.beneath) <= MOST:
        return nav(".beneath", aria_label=f"Beneath {view.label}")[span(".meta")["Down to"], units]
    return nav(".beneath", aria_label=f"Beneath {view.label}")[
        details[summary[f"Down to one of {len(view.beneath)}"], units]
    ]


def owner_names(board: Board) -> Owners:
    """The names people read for the departments that answer for measures, by id."""
    top = board.place((board.definition.organisation.levels[0], TOP))
    named = {unit[1]: label for unit, label in top.beneath} if isinstance(top, PlaceView) else {}
    return lambda owner: None if owner is None else named.get(owner, owner.replace("_", " ").capitalize())
