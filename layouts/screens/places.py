"""Where in the organisation: the trail above a page and the ways down."""

from __future__ import annotations

from collections.abc import Callable

from htpy import Element, a, details, div, li, nav, ol, span, summary, ul

from layouts.ask import Ask
from scorecard.board import Board
from scorecard.org import TOP, Unit
from scorecard.view import Moment, UnitView

Owners = Callable[[str | None], str | None]
"""From a metric's owner, as the definition writes it, to the name people read."""

MOST = 12
"""How many units beneath one are named at once."""

To = Callable[[Unit], Ask]
"""The question that a link to a unit asks."""


def place_of(board: Board, ask: Ask) -> Unit:
    """The unit asked about: the top of what the asker sees where none is named."""
    return ask.unit or board.principal.scope or (board.definition.organisation.levels[0], TOP)


def places(board: Board, unit: Unit, moment: Moment, to: To) -> Element | None:
    """The trail down to a unit and the units beneath it; nothing where the unit is unknown."""
    found = board.unit(unit, moment)
    return where(found, to) if isinstance(found, UnitView) else None


def where(view: UnitView, to: To) -> Element:
    """The trail down to a unit, and the units beneath it."""
    trail = [*((label, to(unit).address) for unit, label in view.above), (view.label, None)]
    return div(".places")[
        nav(".trail", aria_label="Organisation")[
            ol[(li[a(href=href)[label] if href else span(aria_current="location")[label]] for label, href in trail)]
        ],
        _beneath(view, to),
    ]


def _beneath(view: UnitView, to: To) -> Element | None:
    """The ways further down; many of them wait behind one word."""
    if not view.beneath:
        return None
    units = ul[(li[a(href=to(unit).address)[label]] for unit, label in view.beneath)]
    if len(view.beneath) <= MOST:
        return nav(".beneath", aria_label=f"Beneath {view.label}")[span(".meta")["Down to"], units]
    return nav(".beneath", aria_label=f"Beneath {view.label}")[
        details[summary[f"Down to one of {len(view.beneath)}"], units]
    ]


def owner_names(board: Board, moment: Moment) -> Owners:
    """The names people read for the departments that answer for measures, by id."""
    top = board.unit((board.definition.organisation.levels[0], TOP), moment)
    named = {unit[1]: label for unit, label in top.beneath} if isinstance(top, UnitView) else {}
    return lambda owner: None if owner is None else named.get(owner, owner.replace("_", " ").capitalize())
