"""Hand-offs of a unit, as two short lists: from whom cases came, and to whom they went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from htpy import Element, a, div, h3, li, p, span, ul

from layouts.markup import safe_href
from layouts.numerals import Tongue, digits
from layouts.parts.text import panel
from layouts.words import counted
from scorecard.org import Unit
from scorecard.view import HandedOn, HandOffsView

Address = Callable[[Unit], str]


def handoffs(view: HandOffsView | None, period: str, address: Address, tongue: Tongue) -> Element | None:
    """The panel; nothing where no hand-off is known, or none that may be told."""
    if view is None or not (view.came or view.went):
        return None
    return panel(
        "Hand-offs",
        p(".meta")[f"How often a customer's case came from others, and went on to others. {period}."],
        _side("Came from", view.came, view.came_besides, address, tongue),
        _side("Went on to", view.went, view.went_besides, address, tongue),
        id="hand-offs",
    )


def _side(title: str, units: Sequence[HandedOn], besides: int, address: Address, tongue: Tongue) -> Element:
    more = f"{counted(besides, 'other', tongue=tongue)}, less often" if units else "only few, to too few to be told"
    return div(".handed")[
        h3[title],
        ul[(li[a(href=safe_href(address(one.unit)))[one.label], span(".value")[_count(one, tongue)]] for one in units)]
        if units
        else None,
        p(".meta")[more] if besides else None if units else p(".meta")["nobody"],
    ]


def _count(one: HandedOn, tongue: Tongue) -> str:
    return digits(Decimal(one.count), 0, tongue)
