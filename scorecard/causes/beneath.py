"""Beneath the way down: the driver whose change most goes with what came through a unit, and what lies under that.

An influence has a slope, not a share: what it gives is an estimate, carried into the first figure's units by exact
weights and told apart from the exact steps above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scorecard.causes.answer import Beneath, Step
from scorecard.causes.descent import WORTH, Reached, each
from scorecard.causes.drivers import inputs, split_drivers
from scorecard.causes.estimates import Evidence, estimates, slope_of
from scorecard.causes.ground import Ground, nature
from scorecard.causes.units import Between
from scorecard.definition import Grain


@dataclass(frozen=True, slots=True)
class _Under:
    """A driver of a question, what its change goes with in the question's own units, and the question about it."""

    metric: str
    label: str
    amount: float
    asked: Between | None
    """``None`` where nothing can be said of what lies under it."""
    each: float
    """What one of the driver's own units comes to in those of the question."""


def beneath(
    ground: Ground, asked: Between, way: Sequence[Reached], evidence: Evidence, grain: Grain
) -> tuple[Beneath, ...]:
    """The drivers beneath the lowest step that has any, else beneath the figure itself, each under the one before.

    A driver is told while it goes with at least a third of what is told above it, in the same direction.
    """
    if asked.before is None:
        return ()
    before, after = (ground.value(asked.metric, asked.row, at) for at in asked.ends)
    places = list(reversed(way))
    if before is not None and after is not None:
        places.append(Reached(Step(asked.metric, "", after - before), asked, 1.0))
    for place in places:
        if found := tuple(_down(ground, place, evidence, grain)):
            return found
    return ()


def _down(ground: Ground, place: Reached, evidence: Evidence, grain: Grain) -> Iterator[Beneath]:
    """One driver after the other beneath a place, the first of them an estimate."""
    unit = ground.org.unit_of(place.asked.row)
    amount, factor = place.step.amount, place.factor
    under = _fed_by(ground, place.asked, evidence, grain)
    while worst := _worst(under, factor, amount):
        amount, factor = factor * worst.amount, factor * worst.each
        yield Beneath(worst.metric, worst.label, unit, ground.label_of(unit), amount)
        if worst.asked is None:
            return
        under = [*_fed_by(ground, worst.asked, evidence, grain), *_made_of(ground, worst.asked)]


def _worst(under: Sequence[_Under], factor: float, amount: float) -> _Under | None:
    """The driver that carries most of an amount in its own direction, where it carries enough to be named."""
    share = {one: factor * one.amount / amount for one in under} if amount else {}
    best = max(share, key=lambda one: share[one], default=None)
    return best if best is not None and share[best] >= WORTH else None


def _fed_by(ground: Ground, asked: Between, evidence: Evidence, grain: Grain) -> list[_Under]:
    """What feeds a figure. The way goes on beneath what moved, where it acts, as it did in all."""
    assert asked.before is not None  # noqa: S101 - a distance to a target has no way down
    found = []
    for one in estimates(ground, asked, evidence, grain):
        slope = slope_of(evidence.get((one.metric, asked.metric)))
        own = Between(one.metric, asked.row, (), asked.before - one.lag, asked.after - one.lag)
        a_unit = one.amount / one.moved if one.moved else 0.0
        alike = slope is not None and a_unit * slope.slope > 0
        found.append(_Under(one.metric, one.label, one.amount, own if alike else None, a_unit))
    return found


def _made_of(ground: Ground, asked: Between) -> list[_Under]:
    """What a formula is made of."""
    split = split_drivers(ground, asked) if nature(ground.definition, asked.metric) == "formula" else None
    if split is None or split.stopped:
        return []
    amounts = {line.key: line.amount for line in split.parts}
    found = []
    for one in inputs(ground, asked.metric, asked):
        known = one.before is not None and one.after is not None and one.metric in ground.table.cells
        own = Between(one.metric, asked.row, (), one.before, one.after) if known and one.after is not None else None
        a_unit = each(ground, own, amounts[one.key]) if own else 0.0
        found.append(_Under(one.metric, one.label, amounts[one.key], own, a_unit))
    return found
