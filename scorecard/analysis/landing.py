"""Will it land: the chance that a figure reaches its target by the end of its span, from its own stable process.

A forecast is silent unless the process is stable: its last stretch without a signal, at least twelve points long, is
what the future is taken to be like. Reasons for silence are part of the answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from scipy.special import ndtr

from scorecard.analysis.limits import FEWEST_FOR_SURE
from scorecard.analysis.points import Flags, Floats, Ints
from scorecard.analysis.signals import Charts, Opportunity, charts, rate_charts

DRAWS = 20_000
"""Simulated futures: a chance of 50 % is then known to within 0.7 points (two standard errors)."""

Better = Literal["higher_is_better", "lower_is_better"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached, and in how many more periods."""

    target: float
    periods_left: int
    direction: Better = "higher_is_better"


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """The periods of a rate: numerators and denominators (periods,), and what they count."""

    numerator: Floats
    denominator: Floats
    kind: Opportunity | None
    """``None`` for a rate that counts nothing out of anything (a mean, a score): its limits are those of its values."""
    scale: float = 1.0
    """What numerator over denominator is multiplied by."""


@dataclass(frozen=True, slots=True)
class Landing:
    """The chance of reaching a goal; everything is None, and ``silent`` says why, where nobody should say."""

    chance: float | None
    needed: float | None
    """What each period left must bring; of a rate, the rate over all periods left."""
    usual: float | None
    """What a period brings now: the mean of the stable stretch."""
    silent: str | None = None
    points: int = 0
    """Length of the stable stretch."""


class _NotStableError(Exception):
    """Why a process cannot be carried forward."""


def reach_chance(so_far: float, goal: Goal, *, mean: float, sigma: float, points: int) -> float:
    """P = Phi((C + h m - T) / (s sqrt(h (1 + h / n)))): a sum reaches the target (or stays below it).

    The predictive distribution of a sum of h independent normal periods whose mean is itself known from n points only.
    Without periods left, or without variation, the answer is 0 or 1; a target met exactly is reached.
    """
    left = goal.periods_left
    ahead = so_far + left * mean - goal.target
    if goal.direction == "lower_is_better":
        ahead = -ahead
    spread = sigma * math.sqrt(left * (1 + left / points))
    return float(ndtr(ahead / spread)) if spread > 0 else float(ahead >= 0)


def landing(drawn: Charts, so_far: float, goal: Goal) -> Landing:
    """Whether a total that stands at ``so_far`` will reach its goal.

    ``drawn`` is the chart of the one series whose periods add up to the total. Mean and sigma are those of its last
    stable stretch, drawn anew.
    """
    try:
        calm = _calm(drawn)
        alone = charts(drawn.values[:, calm], _whole(calm), rules=drawn.rules, screen=drawn.screened)
        _must_be_stable(alone)
    except _NotStableError as reason:
        return Landing(None, None, None, silent=str(reason))
    mean, sigma = float(alone.centre[0, 0]), float(alone.sigma[0, 0])
    chance = reach_chance(so_far, goal, mean=mean, sigma=sigma, points=len(calm))
    needed = (goal.target - so_far) / goal.periods_left if goal.periods_left else None
    return Landing(chance, needed, mean, points=len(calm))


def rate_landing(drawn: Charts, rate: Rate, so_far: tuple[float, float], goal: Goal, seed: int) -> Landing:
    """Whether a rate over a span, standing at ``so_far`` (numerator, denominator), will reach its goal.

    ``drawn`` is the chart of ``rate``, one series. Futures are periods of its last stable stretch drawn again,
    numerator and denominator together; how often each may come is itself drawn (D. B. Rubin's Bayesian bootstrap,
    *Annals of Statistics* 9, 1981), which plays the part of (1 + h / n) in a sum.
    """
    try:
        calm = _calm(drawn)
        _must_be_stable(_alone(drawn, rate, calm))
    except _NotStableError as reason:
        return Landing(None, None, None, silent=str(reason))
    if not goal.periods_left and so_far[1] <= 0:
        return Landing(None, None, None, silent="there are no cases yet and no periods left")
    tops, sizes, target = rate.numerator[calm], rate.denominator[calm], goal.target / rate.scale
    coming = (tops - target * sizes)[futures(len(calm), goal.periods_left, seed)].sum(axis=1)
    surplus = so_far[0] - target * so_far[1] + coming
    reached = surplus >= 0 if goal.direction == "higher_is_better" else surplus <= 0
    size = goal.periods_left * float(sizes.mean())
    needed = rate.scale * (target * (so_far[1] + size) - so_far[0]) / size if size else None
    usual = rate.scale * float(tops.sum() / sizes.sum())
    return Landing(float(reached.mean()), needed, usual, points=len(calm))


@cache
def futures(known: int, left: int, seed: int) -> Ints:
    """(draws, left): which of the known periods comes when, in every future.

    An urn holds each known period once; one is drawn, and put back together with a copy of itself (Pólya's urn): the
    Bayesian bootstrap, told period by period.
    """
    rng = np.random.default_rng(seed)
    drawn = np.empty((DRAWS, left), dtype=np.int64)
    everyone = np.arange(DRAWS)
    for at in range(left):
        taken = rng.integers(0, known + at, size=DRAWS)
        drawn[:, at] = (
            taken if at == 0 else np.where(taken < known, taken, drawn[everyone, np.maximum(taken - known, 0)])
        )
    return drawn


def _alone(drawn: Charts, rate: Rate, calm: Ints) -> Charts:
    tops, sizes, whole = rate.numerator[np.newaxis, calm], rate.denominator[np.newaxis, calm], _whole(calm)
    if rate.kind is None:
        return charts(tops / sizes, whole, rules=drawn.rules, screen=drawn.screened)
    return rate_charts(tops, sizes, whole, kind=rate.kind, rules=drawn.rules, screen=drawn.screened)


def _calm(drawn: Charts) -> Ints:
    """Positions of the points since the last recorded change and the last signal.

    Raises ``_NotStableError`` if they are fewer than twelve.
    """
    own = drawn.judged[0] & (drawn.stretch[0] == drawn.newest_stretch()[0])
    signalled = np.flatnonzero(own & (drawn.signal[0] > 0))
    positions = np.flatnonzero(own)
    calm = positions[positions > signalled[-1]] if len(signalled) else positions
    if len(calm) < FEWEST_FOR_SURE:
        since = "since the last signal" if len(signalled) else "since the last change, or in all"
        reason = f"{len(calm)} complete periods {since}; a stable stretch has at least {FEWEST_FOR_SURE}"
        raise _NotStableError(reason)
    return calm


def _whole(calm: Ints) -> Flags:
    return np.ones(len(calm), dtype=np.bool_)


def _must_be_stable(alone: Charts) -> None:
    """Raise ``_NotStableError`` if a stretch that looked calm on the whole chart has signals by itself."""
    if alone.signal.any():
        raise _NotStableError("the latest stretch shows signals when it is judged by itself")
