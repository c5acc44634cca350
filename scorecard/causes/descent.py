"""The way down: from a change to the unit it came from most, level by level, always in the first figure's units."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scorecard.analysis.attribution import CANCELS
from scorecard.causes.answer import Line, Split, Step
from scorecard.causes.drivers import inputs, split_drivers
from scorecard.causes.ground import Ground, nature
from scorecard.causes.units import Between, split_units

WORTH = 1 / 3
"""A step is told while it carries at least this share of the one above it."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A step with the question it leads to: the change of ``asked``, times ``factor`` in the first figure's units."""

    step: Step
    asked: Between
    factor: float


def descend(ground: Ground, asked: Between, split: Split | None) -> tuple[Reached, ...]:
    """Where a change comes from: at each level what carried most of it, down to the level above people.

    ``split`` is the change over the units right beneath. A formula goes through its driver first. The way ends where
    nothing carries a third of the step above, or where a step's own parts cancel out.
    """
    if asked.before is None:
        return ()
    if nature(ground.definition, asked.metric) == "formula":
        return _through_driver(ground, asked)
    return _through_units(ground, asked, split, 1.0)


def children_of(ground: Ground, row: int, metric: str) -> tuple[int, ...]:
    """The rows right beneath a row at which a metric is shown."""
    levels = ground.definition.organisation.levels
    lowest = levels.index(ground.definition.level(metric))
    rows = ground.org.children(ground.org.unit_of(row))
    return tuple(child for child in rows if levels.index(ground.org.level_of(child)) <= lowest)


def _through_driver(ground: Ground, asked: Between) -> tuple[Reached, ...]:
    split = split_drivers(ground, asked)
    if split is None or split.stopped:
        return ()
    whole = sum(line.amount for line in split.parts)
    worst = _largest(split.parts, whole)
    driver = next((one for one in inputs(ground, asked.metric, asked) if worst and one.key == worst.key), None)
    if worst is None or driver is None:
        return ()
    step = Step(driver.metric, driver.label, worst.amount)
    if driver.before is None or driver.after is None or driver.metric not in ground.table.cells:
        return (Reached(step, asked, 0.0),)
    own = Between(driver.metric, asked.row, children_of(ground, asked.row, driver.metric), driver.before, driver.after)
    first = Reached(step, own, each(ground, own, worst.amount))
    if nature(ground.definition, driver.metric) == "formula":
        return (first,)
    below = split_units(ground, own)
    factor = _factor(worst.amount, below)
    return (first, *_through_units(ground, own, below, factor)) if factor else (first,)


def _through_units(ground: Ground, asked: Between, split: Split | None, factor: float) -> tuple[Reached, ...]:
    """The steps beneath a row; ``factor`` turns its own units into those of the figure asked about."""
    steps: list[Reached] = []
    while split is not None and not split.stopped:
        whole = sum(line.amount for line in split.parts)
        totals = [Line(key, label, "through", amount, None) for key, (label, amount) in split.by_key().items()]
        worst = _largest(totals, whole)
        row = next((r for r in asked.children if worst and ":".join(ground.org.unit_of(r)) == worst.key), None)
        if worst is None or row is None or ground.org.level_of(row) == ground.definition.organisation.people:
            break
        step = Step(worst.key, worst.label, factor * worst.amount, ground.org.unit_of(row))
        own = sum(line.amount for line in split.parts if line.key == worst.key and line.kind in ("rate", "change"))
        asked = replace(asked, row=row, children=children_of(ground, row, asked.metric))
        steps.append(Reached(step, asked, each(ground, asked, factor * own)))
        split = split_units(ground, asked)
        below = _factor(own, split)
        if below is None:
            break
        factor *= below
    return tuple(steps)


def each(ground: Ground, asked: Between, amount: float) -> float:
    """What one of a change's own units comes to above, where it amounts to ``amount`` there; 0 if nobody can tell."""
    before, after = (ground.value(asked.metric, asked.row, at) for at in asked.ends)
    return amount / (after - before) if before is not None and after is not None and after != before else 0.0


def _factor(amount: float, split: Split) -> float | None:
    """What one of a split's own units comes to above, where it amounts to ``amount`` there."""
    whole = sum(line.amount for line in split.parts)
    size = sum(abs(line.amount) for line in split.parts)
    return None if split.stopped or not size or abs(whole) <= CANCELS * size else amount / whole


def _largest(lines: tuple[Line, ...] | list[Line], whole: float) -> Line | None:
    """The line that carries most of a change in its own direction, where it carries enough to be named."""
    best = max(lines, key=lambda line: line.amount if whole > 0 else -line.amount, default=None)
    return best if best is not None and whole and best.amount / whole >= WORTH else None
