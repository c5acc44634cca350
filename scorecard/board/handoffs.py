"""The hand-offs of a unit: from whom its cases came, and to whom they went."""

from __future__ import annotations

from collections.abc import Sequence

from scorecard.board.figures import unit_label
from scorecard.board.stand import Stand
from scorecard.handoffs import HandOff, is_told
from scorecard.org import Unit
from scorecard.view import HandedOn, HandOffsView

MOST = 5
"""How many units of either side are named."""


def handoffs(stand: Stand) -> HandOffsView | None:
    """The hand-offs of the unit stood at, in the period stood at; ``None`` where none are known of it.

    A number of cases below the company's smallest group is told of nobody: only how many units it is about.
    """
    kept, moment = stand.generation.snapshot.handoffs, stand.moment
    known = (kept.grain, kept.period) == (moment.grain, moment.period.key)
    if not known or not is_told(stand.unit, stand.definition.organisation.people):
        return None
    came, went = kept.about(stand.unit)
    if not came and not went:
        return None
    return HandOffsView(*_side(stand, came, "source"), *_side(stand, went, "target"))


def _side(stand: Stand, found: Sequence[HandOff], other: str) -> tuple[tuple[HandedOn, ...], int]:
    least = stand.definition.privacy.minimum_group
    told = [each for each in found if each.count >= least]
    named = [_named(stand, (each.level, getattr(each, other)), each.count) for each in told[:MOST]]
    return tuple(named), len(found) - len(named)


def _named(stand: Stand, unit: Unit, count: int) -> HandedOn:
    return HandedOn(unit, unit_label(stand.generation, unit) if unit in stand.org.row_of else unit[1], count)
