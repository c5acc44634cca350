"""Survey figures and samples: a value, its standard error, and the interval that goes with it.

Every function takes numbers or arrays (one entry a unit) and answers with arrays of the same shape; where there are
no answers everything is NaN. Intervals are two-sided, 95 % by default.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from scorecard.analysis.points import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Values with their standard errors and intervals, all of one shape."""

    value: Floats
    error: Floats
    low: Floats
    high: Floats
    answers: Floats
    """How many answers each value rests on."""


def nps(promoters: ArrayLike, detractors: ArrayLike, answers: ArrayLike, level: float = 0.95) -> Estimate:
    """Net Promoter Score of counts: 100 (p - d), standard error 100 sqrt((p + d - (p - d)^2) / n).

    The variance is that of a multinomial difference; see B. Rocks, "Interval estimation for the Net Promoter Score",
    *The American Statistician* 70 (2016). Where all answers fall into one group that error is 0, which is not
    knowledge: the interval is then Wilson's for the share of that group, the rest taken at its worst (so that ten
    promoters of ten do not claim a score of exactly 100). Intervals end at -100 and 100.
    """
    top, bottom, count = _counts(promoters, detractors, answers)
    up, down = _share(top, count), _share(bottom, count)
    value = 100 * (up - down)
    error = 100 * np.sqrt(np.maximum(up + down - np.square(up - down), 0) / count)
    z = _z(level)
    unanimous = (top == count) | (bottom == count) | (top + bottom == 0)
    doubt = z**2 / (count + z**2)
    polar = top + bottom > 0
    half = np.where(unanimous, 100 * doubt * np.where(polar, 2, 1), z * error)
    return Estimate(value, error, np.maximum(value - half, -100), np.minimum(value + half, 100), count)


def proportion(successes: ArrayLike, answers: ArrayLike, level: float = 0.95) -> Estimate:
    """A share with its Wilson score interval (E. B. Wilson, *JASA* 22, 1927): sound near 0 and 1, and for few."""
    top, _, count = _counts(successes, 0.0, answers)
    share = _share(top, count)
    z = _z(level)
    middle = (top + z**2 / 2) / (count + z**2)
    half = z / (count + z**2) * np.sqrt(count * share * (1 - share) + z**2 / 4)
    low = np.where(top == 0, 0.0, middle - half)
    high = np.where(top == count, 1.0, middle + half)
    missing = np.isnan(share)
    return Estimate(
        share,
        np.sqrt(share * (1 - share) / count),
        np.where(missing, np.nan, low),
        np.where(missing, np.nan, high),
        count,
    )


def mean(total: ArrayLike, squares: ArrayLike, answers: ArrayLike, level: float = 0.95) -> Estimate:
    """A mean with Student's t interval, from the sum and the sum of squares of the answers.

    With one answer there is a value without error or interval. Sums lose digits where the mean is far larger than the
    spread: shift such answers first.
    """
    added, squared, count = np.broadcast_arrays(
        *(np.asarray(part, dtype=np.float64) for part in (total, squares, answers))
    )
    count = np.where(count > 0, count, np.nan)
    value = added / count
    several = np.where(count > 1, count, np.nan)
    error = np.sqrt(np.maximum(squared - count * np.square(value), 0) / (several - 1) / several)
    half = stdtrit(several - 1, (1 + level) / 2) * error
    return Estimate(value, error, value - half, value + half, count)


def _counts(top: ArrayLike, bottom: ArrayLike, answers: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The three as arrays of one shape, no answers being missing; ``ValueError`` unless 0 <= parts <= answers."""
    first, second, count = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in (top, bottom, answers)))
    if np.any(first < 0) or np.any(second < 0) or np.any(first + second > count):
        raise ValueError("counts must be at least 0 and together no more than the answers")
    return first, second, np.where(count > 0, count, np.nan)


def _share(part: Floats, count: Floats) -> Floats:
    return part / count


def _z(level: float) -> float:
    return float(ndtri((1 + level) / 2))
