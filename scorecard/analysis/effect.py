"""Did the change work: an interrupted time series with sibling units as controls and placebos.

y = b0 + b1 t + b2 X + b3 X (t - t0) + e, where X is 1 from the change at t0 on and e is AR(1), fitted by REML and
GLS (:mod:`scorecard.analysis.gls`). With sibling units, y is the unit less the mean of its siblings: what happened to
all of them, even at the same moment, is not the change's doing. (As a further regressor that mean would not take out a
shock at t0 itself.) Siblings are taken to move by the same amount in the measure's own units: compare rates, not counts
of units of different size.

Sources: J. Lopez Bernal, S. Cummins and A. Gasparrini, *International Journal of Epidemiology* 46 (2017), the method;
47 (2018), the controls; A. Abadie, A. Diamond and J. Hainmueller, *JASA* 105 (2010), judging by placebos.

Two questions are asked of each fit: what moved at once (b2), and what moved on average since (b2 and b3 together).
The stronger answer counts, at twice its p-value. The p-value that is given is the share of placebos (the same fit at
dates, and in siblings, where nothing happened) whose answer is at least as strong. A verdict needs both below 5 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from scorecard.analysis.gls import fit
from scorecard.analysis.points import Floats, Ints

if TYPE_CHECKING:
    from scorecard.definition import Direction

Verdict = Literal["worked", "made_it_worse", "no_visible_effect", "cannot_tell"]

FEWEST_SIDE = 5
"""Points needed before and after a date for a fit."""
FEWEST_PLACEBOS = 19
"""With fewer, not even the strongest answer is one in twenty."""
MOST_PLACEBOS = 400
"""More sibling placebos than about this many add time and no knowledge."""
SURE = 0.05


@dataclass(frozen=True, slots=True)
class Size:
    """A change in the measure's own units, with its 95 % interval and the model's two-sided p-value."""

    value: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Effect:
    """The verdict on one change in one unit; sizes are None where nothing could be fitted."""

    verdict: Verdict
    missing: tuple[str, ...]
    """What would be needed to tell; empty unless the verdict is ``cannot_tell``."""
    size: Size | None = None
    """``level`` or ``average``, whichever the verdict rests on."""
    level: Size | None = None
    """What moved at once, at the change (b2)."""
    slope: Size | None = None
    """What the movement a period has changed by (b3)."""
    average: Size | None = None
    """What moved on average over all periods since."""
    p_value: float | None = None
    """Share of placebos at least as strong, this change counted in."""
    placebos: int = 0
    controls: int = 0
    """Sibling units it was compared with."""
    correlation: float | None = None
    """Of errors one period apart."""
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Span:
    """The stretch the question is asked of: no gap in any series, no other change in it."""

    times: Ints
    unit: Floats
    """(times,)"""
    siblings: Floats
    """(siblings, times)"""
    before: int
    """Times before the change."""

    @property
    def after(self) -> int:
        """Times since the change."""
        return len(self.times) - self.before

    def compared(self) -> Floats:
        """(times,): the unit, less the mean of its siblings where it has any."""
        return self.unit - self.siblings.mean(axis=0) if len(self.siblings) else self.unit


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """One fit a series: level, slope and average (series, 3), and how strong the stronger of first and last is."""

    value: Floats
    low: Floats
    high: Floats
    p_value: Floats
    correlation: Floats

    def strength(self) -> Floats:
        """(series,): the smaller p-value of level and average, doubled for having chosen."""
        either: Floats = np.minimum(self.p_value[:, 0], self.p_value[:, 2])
        return np.minimum(2 * either, 1.0)


def effect(
    values: Floats,
    start: int,
    direction: Direction,
    *,
    siblings: Floats | None = None,
    other_changes: Sequence[int] = (),
) -> Effect:
    """What the change at position ``start`` did to ``values`` (periods,), complete periods only, NaN where missing.

    ``siblings`` (units, periods) are units the change did not touch; one with a gap where the unit itself has
    a value is left out. ``other_changes`` are positions of further recorded changes to this unit: the series is cut
    there, or the answer is that nobody can tell, where one lies within five periods of this change.
    """
    span = _span(values, start, siblings, other_changes)
    blocked = [*_overlaps(start, other_changes), *_too_short(span)]
    if blocked:
        return Effect("cannot_tell", tuple(blocked), before=span.before, after=span.after)
    found = _answers(span.times, span.compared()[np.newaxis], span.before)
    strength = float(found.strength()[0])
    placebos = _placebos(span)
    p_value = (1 + int(np.count_nonzero(placebos <= strength))) / (1 + len(placebos))
    level, slope, average = _sizes(found)
    size = min(level, average, key=lambda one: one.p_value)
    missing = _unsupported(len(placebos), direction)
    return Effect(
        verdict="cannot_tell" if missing else _verdict(size, max(strength, p_value), direction),
        missing=tuple(missing),
        size=size,
        level=level,
        slope=slope,
        average=average,
        p_value=p_value,
        placebos=len(placebos),
        controls=len(span.siblings),
        correlation=float(found.correlation[0]),
        before=span.before,
        after=span.after,
    )


def _verdict(size: Size, p_value: float, direction: Direction) -> Verdict:
    if p_value > SURE:
        return "no_visible_effect"
    better = size.value > 0 if direction == "higher_is_better" else size.value < 0
    return "worked" if better else "made_it_worse"


def _overlaps(start: int, others: Sequence[int]) -> list[str]:
    close = [other for other in others if abs(other - start) < FEWEST_SIDE]
    if not close:
        return []
    count = "another change falls" if len(close) == 1 else f"{len(close)} other changes fall"
    return [f"{count} within {FEWEST_SIDE} periods of this one"]


def _too_short(span: _Span) -> list[str]:
    sides = {"before the change": span.before, "since the change": span.after}
    return [
        f"{count} points {side}: at least {FEWEST_SIDE} are needed"
        for side, count in sides.items()
        if count < FEWEST_SIDE
    ]


def _unsupported(placebos: int, direction: Direction) -> list[str]:
    """What keeps a fit from being a verdict."""
    missing = []
    if placebos < FEWEST_PLACEBOS:
        missing.append(
            f"{placebos} dates and sibling units where nothing happened to compare with: at least"
            f" {FEWEST_PLACEBOS} are needed (more periods before the change, or more sibling units)"
        )
    if direction not in {"higher_is_better", "lower_is_better"}:
        missing.append("a direction: whether higher or lower is better")
    return missing


def _span(values: Floats, start: int, siblings: Floats | None, others: Sequence[int]) -> _Span:
    first = max((0, *(other for other in others if other < start)))
    last = min((len(values), *(other for other in others if other > start)))
    inside = np.arange(first, last)
    times = inside[np.isfinite(values[first:last])]
    near = np.empty((0, len(times))) if siblings is None else siblings[:, times]
    whole = near[np.isfinite(near).all(axis=1)]
    return _Span(times, values[times], whole, int(np.count_nonzero(times < start)))


def _answers(times: Ints, series: Floats, before: int) -> _Answers:
    """Fit every row of ``series`` (series, times) with a break after ``before`` times."""
    since = np.where(np.arange(len(times)) >= before, times - times[before], 0).astype(np.float64)
    step = (np.arange(len(times)) >= before).astype(np.float64)
    trend = (times - times.mean()) / len(times)
    design = np.stack([np.ones(len(times)), trend, step, since], axis=1)
    contrasts = np.array([[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, since[before:].mean()]], dtype=np.float64)
    fitted = fit(times, series, design, contrasts)
    half = stdtrit(fitted.freedom, 0.975) * fitted.error
    p_value = 2 * stdtr(fitted.freedom, -np.abs(fitted.value / fitted.error))
    return _Answers(fitted.value, fitted.value - half, fitted.value + half, p_value, fitted.correlation)


def _sizes(found: _Answers) -> tuple[Size, Size, Size]:
    rows = np.stack([found.value[0], found.low[0], found.high[0], found.p_value[0]], axis=1)
    level, slope, average = (Size(*map(float, row)) for row in rows)
    return level, slope, average


def _placebos(span: _Span) -> Floats:
    """Strengths of the same fit where nothing happened: the unit before its change, and its siblings.

    After the change its effect may still be unfolding, and would pass for placebos that are strong: those dates are
    taken only where there are too few others.
    """
    found = [*_own_placebos(span, slice(None, span.before)), *_sibling_placebos(span)]
    if sum(map(len, found)) < FEWEST_PLACEBOS:
        found += _own_placebos(span, slice(span.before, None))
    return np.concatenate([np.empty(0), *found])


def _own_placebos(span: _Span, part: slice) -> list[Floats]:
    times, series = span.times[part], span.compared()[np.newaxis, part]
    return [_answers(times, series, date).strength() for date in _dates(len(times))]


def _sibling_placebos(span: _Span) -> list[Floats]:
    """The same fit in every sibling, compared with the others; one sibling alone has none to compare it with."""
    count = len(span.siblings)
    if count <= 1:
        return []
    others = (span.siblings.sum(axis=0) - span.siblings) / (count - 1)
    dates = _dates(len(span.times))
    stride = max(1, round(count * len(dates) / MOST_PLACEBOS))
    return [
        _answers(span.times, span.siblings - others, date).strength()
        for date in dates
        if (date - span.before) % stride == 0
    ]


def _dates(length: int) -> range:
    """Positions with enough points on either side."""
    return range(FEWEST_SIDE, length - FEWEST_SIDE + 1)
