"""Signal or noise: process behaviour (XmR) charts of many series at once, and what they answer.

Sources: D. J. Wheeler, *Understanding Variation* (XmR); P. B. Laney (2002) for rates with a changing denominator;
NHS England, *Making Data Count*, for the default rules and for variation and assurance as two answers.

Conventions: a missing value is no point; moving ranges and runs go over the present points beside it. Each stretch
between recorded changes is a process of its own: no moving range and no run crosses a change, and a stretch of
fewer than six points has no limits. Limits are drawn over every period of their stretch; only complete periods
make them, and only complete periods are judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.analysis.limits import (
    EQUAL,
    FEWEST_FOR_LIMITS,
    FEWEST_FOR_SURE,
    Limits,
    autocorrelation,
    rate_limits,
    rounding,
    value_limits,
)
from scorecard.analysis.points import Flags, Floats, Ints, Points, points
from scorecard.analysis.rulesets import RULES, TREND, Codes, RuleSet, judge

if TYPE_CHECKING:
    from scorecard.definition import Direction

WARNING_AUTOCORRELATION = 0.3

Opportunity = Literal["p", "u"]
"""What a rate counts: ``p`` cases out of cases (0 to 1), ``u`` events for each unit of exposure."""
Variation = Literal["improving", "worsening", "steady", "unknown"]
Assurance = Literal["passes", "fails", "hit_or_miss", "unknown"]
Words = NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Charts:
    """Process charts of (series, periods); NaN limits where a stretch has fewer than six judged points."""

    rules: RuleSet
    screened: bool
    values: Floats
    judged: Flags
    """(series, periods): present and in a complete period."""
    centre: Floats
    lower: Floats
    upper: Floats
    range_limit: Floats
    """Upper limit of the moving range of two neighbouring points, in the values' units."""
    sigma: Floats
    """(series, periods): from moving ranges, in the values' units."""
    signal: Codes
    """(series, periods): a position in :data:`~scorecard.analysis.rulesets.SIGNALS`; 0 for none."""
    side: Codes
    """(series, periods): +1 above, -1 below, where there is a signal; 0 elsewhere."""
    stretch: Ints
    """(series, periods): which stretch, counted over all series, each cell belongs to."""
    lengths: Ints
    """(stretches,): judged points of each stretch."""
    newest: Ints
    """(series,): position of the newest judged point; -1 where there is none."""
    trial: Flags
    """(series,): the limits of the newest stretch rest on 6 to 11 points."""
    none: Flags
    """(series,): the newest stretch has no limits."""
    autocorrelation: Floats
    """(series,): lag-1 autocorrelation of the newest stretch; NaN without limits or without variation."""
    autocorrelated: Flags
    """(series,): it is above 0.3, so that limits are too narrow and signals too many."""

    def only(self, row: int) -> Charts:
        """The chart of one of the series; stretches keep their numbers."""
        by_series = (one.name for one in fields(self) if one.name not in ("rules", "screened", "lengths"))
        return replace(self, **{name: getattr(self, name)[row : row + 1] for name in by_series})

    def at_newest(self, cells: Floats | Codes) -> Floats:
        """Cells (series, periods) at each series' newest judged point, NaN where there is none."""
        found = np.full(len(self.newest), np.nan)
        rows = np.flatnonzero(self.newest >= 0)
        found[rows] = cells[rows, self.newest[rows]]
        return found

    def newest_signal(self) -> Codes:
        """(series,): the signal code at the newest judged point; 0 for none."""
        return np.nan_to_num(self.at_newest(self.signal)).astype(np.int8)

    def newest_stretch(self) -> Ints:
        """(series,): the stretch of the newest judged point; an empty one where there is none."""
        return _last_stretch(self.stretch, self.newest)


def charts(
    values: Floats,
    complete: Flags,
    *,
    rules: RuleSet = "nhs",
    screen: bool = True,
    rebase: Flags | None = None,
) -> Charts:
    """XmR charts of ``values`` (series, periods), NaN where missing.

    ``complete`` (periods,) or (series, periods) is false for a period still running. ``rebase`` (series, periods)
    is true at the first period after a recorded change. ``screen`` drops moving ranges at or above their upper
    limit once from their mean; the points stay on the chart (Wheeler).
    """
    values = np.where(np.isfinite(values), values, np.nan)
    laid = points(~np.isnan(values) & complete, rebase)
    packed = laid.pack(values)
    return _draw(values, laid, packed, value_limits(laid, packed, screen=screen), rules=rules, screen=screen)


def rate_charts(
    numerator: Floats,
    denominator: Floats,
    complete: Flags,
    *,
    kind: Opportunity,
    rules: RuleSet = "nhs",
    screen: bool = True,
    rebase: Flags | None = None,
) -> Charts:
    """Laney p' or u' charts of ``numerator`` / ``denominator`` (series, periods), otherwise as :func:`charts`.

    The centre is the rate of all judged points together; limits follow each point's own denominator and end at 0
    (and at 1 for "p"). A point without a positive denominator is missing. Zones go by the unclipped limits.

    Raises ``ValueError`` for a negative numerator, and for "p" for one above its denominator.
    """
    present = np.isfinite(numerator) & np.isfinite(denominator) & (denominator > 0)
    top, size = np.where(present, numerator, np.nan), np.where(present, denominator, np.nan)
    if np.any(top < 0):
        raise ValueError("a numerator is negative")
    if kind == "p" and np.any(top > size * (1 + EQUAL)):
        raise ValueError("a numerator is larger than its denominator")
    laid = points(present & complete, rebase)
    values = top / size
    limits = rate_limits(laid, top, size, binomial=kind == "p", screen=screen)
    bounds = (0.0, 1.0 if kind == "p" else np.inf)
    return _draw(values, laid, laid.pack(values), limits, rules=rules, screen=screen, bounds=bounds)


def chart(
    values: Sequence[float | None],
    *,
    complete: Sequence[bool] | None = None,
    rules: RuleSet = "nhs",
    screen: bool = True,
    rebase: Sequence[int] = (),
) -> Charts:
    """The XmR chart of one series: :class:`Charts` with one row. ``rebase`` holds positions in ``values``."""
    row = np.array([[np.nan if value is None else value for value in values]], dtype=np.float64)
    whole = np.ones(row.shape[1], dtype=np.bool_) if complete is None else np.array(complete, dtype=np.bool_)
    change = np.zeros(row.shape, dtype=np.bool_)
    change[0, list(rebase)] = True
    return charts(row, whole, rules=rules, screen=screen, rebase=change)


def variation(drawn: Charts, direction: Direction, band: ArrayLike | None = None) -> Words:
    """What the newest complete point says of each series: a :data:`Variation` a series.

    Without a signal ``steady``; without limits ``unknown``. A signal on the better side is ``improving``, on the
    other ``worsening``. With ``in_range`` and a ``band`` (low and high along the first axis, else as ``target`` of
    :func:`assurance`) a signal improves when it leads towards the band, worsens when it leads away, and is steady
    when it stays inside; a signal that no direction can call good or bad is ``unknown``.
    """
    code = drawn.newest_signal()
    side = np.nan_to_num(drawn.at_newest(drawn.side))
    good = _goodness(drawn, direction, band, side, code)
    judged = [drawn.none, code == 0, good > 0, good < 0, good == 0]
    words = ["unknown", "steady", "improving", "worsening", "steady"]
    return np.select(judged, words, default="unknown")


def assurance(drawn: Charts, target: ArrayLike, direction: Direction) -> Words:
    """Whether each process can meet its target at all: an :data:`Assurance` a series.

    ``target`` is a number, or (series,), or (series, periods) of which the newest judged point's counts; NaN where
    there is none. For ``in_range`` low and high stand along a first axis of two. Natural limits wholly on the good
    side of the target pass, wholly on the bad side fail; all else, equality included, is ``hit_or_miss``.
    """
    lower, upper = drawn.at_newest(drawn.lower), drawn.at_newest(drawn.upper)
    if direction == "none":
        return np.full(len(lower), "unknown")
    low, high = _goal(drawn, target, direction)
    known = ~(np.isnan(lower) | np.isnan(low) | np.isnan(high))
    slack = EQUAL * (np.abs(lower) + np.abs(upper))
    passes = (lower - low > slack) & (high - upper > slack)
    fails = (low - upper > slack) | (lower - high > slack)
    return np.select([~known, passes, fails], ["unknown", "passes", "fails"], default="hit_or_miss")


def _draw(
    values: Floats,
    laid: Points,
    packed: Floats,
    limits: Limits,
    *,
    rules: RuleSet,
    screen: bool,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> Charts:
    deviation = laid.pack(values - limits.centre)
    code, side = judge(packed, deviation, laid.pack(limits.reach), rounding(packed), RULES[rules])
    newest = laid.newest()
    last = _last_stretch(laid.stretch, newest)
    length = laid.lengths[last]
    correlation = np.where(length >= FEWEST_FOR_LIMITS, autocorrelation(packed)[last], np.nan)
    return Charts(
        rules=rules,
        screened=screen,
        values=values,
        judged=laid.judged,
        centre=limits.centre,
        lower=np.maximum(limits.centre - limits.reach, bounds[0]),
        upper=np.minimum(limits.centre + limits.reach, bounds[1]),
        range_limit=limits.range_limit,
        sigma=limits.sigma,
        signal=laid.spread(code),
        side=laid.spread(side),
        stretch=laid.stretch,
        lengths=laid.lengths,
        newest=newest,
        trial=(length >= FEWEST_FOR_LIMITS) & (length < FEWEST_FOR_SURE),
        none=length < FEWEST_FOR_LIMITS,
        autocorrelation=correlation,
        autocorrelated=correlation > WARNING_AUTOCORRELATION,
    )


def _last_stretch(stretch: Ints, newest: Ints) -> Ints:
    """(series,): the stretch of the newest point; of a series without points any (all of them are empty)."""
    rows = np.arange(len(stretch))
    return stretch[rows, newest] if stretch.shape[1] else rows


def _goodness(drawn: Charts, direction: Direction, band: ArrayLike | None, side: Floats, code: Codes) -> Floats:
    """(series,): +1 where the newest signal is good, -1 bad, 0 neither, NaN where nobody can say."""
    if direction == "higher_is_better":
        return side
    if direction == "lower_is_better":
        return -side
    if direction == "none" or band is None:
        return np.full(len(side), np.nan)
    low, high = _goal(drawn, band, direction)
    value = drawn.at_newest(drawn.values)
    one_step_back = value - side * drawn.at_newest(drawn.sigma)
    before = np.where(code == TREND, one_step_back, drawn.at_newest(drawn.centre))
    return np.sign(_outside(before, low, high) - _outside(value, low, high))


def _outside(value: Floats, low: Floats, high: Floats) -> Floats:
    """How far values lie outside a band; 0 inside it."""
    return np.maximum(np.maximum(low - value, value - high), 0.0)


def _goal(drawn: Charts, target: ArrayLike, direction: Direction) -> tuple[Floats, Floats]:
    """The lowest and the highest good value of each series."""
    given = np.asarray(target, dtype=np.float64)
    if direction == "in_range":
        return _by_series(drawn, given[0]), _by_series(drawn, given[1])
    goal = _by_series(drawn, given)
    unbounded = np.full(goal.shape, np.inf)
    return (goal, unbounded) if direction == "higher_is_better" else (-unbounded, goal)


def _by_series(drawn: Charts, target: Floats) -> Floats:
    by_period = target.ndim > drawn.newest.ndim
    if by_period:
        return drawn.at_newest(target)
    return np.broadcast_to(target, drawn.newest.shape)
