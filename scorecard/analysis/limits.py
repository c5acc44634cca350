"""Natural process limits: the centre and the spread that a stretch's own points give it.

Sources: D. J. Wheeler, *Understanding Variation* and *Making Sense of Data* (XmR; 2.66, 3.267, screening of
moving ranges); P. B. Laney, "Improved control charts for attributes", *Quality Engineering* 14 (2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecard.analysis.points import Floats, Points

LIMIT = 2.66
"""Mean moving ranges from the centre to a natural limit: 3 / 1.128, rounded as Wheeler gives it."""
RANGE_LIMIT = 3.267
"""Mean moving ranges to the upper limit of the moving ranges."""
SIGMA = 1.128
"""The mean moving range of independent normal points, in standard deviations (d2 of two)."""
FEWEST_FOR_LIMITS = 6
FEWEST_FOR_SURE = 12
EQUAL = 1e-12
"""Differences below this share of a series' largest value are rounding, not differences."""


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Limits over every cell (series, periods); NaN where a stretch has fewer than six points."""

    centre: Floats
    sigma: Floats
    reach: Floats
    """Distance from the centre to a limit, before it is clipped to what a rate can be."""
    range_limit: Floats


def value_limits(laid: Points, packed: Floats, *, screen: bool) -> Limits:
    """XmR: mean ± 2.66 mean moving ranges; sigma is the mean moving range / 1.128."""
    ranges = _enough(laid, mean_moving_range(packed, screen=screen))[laid.stretch]
    centre = _enough(laid, mean(packed))[laid.stretch]
    return Limits(centre, ranges / SIGMA, ranges * LIMIT, ranges * RANGE_LIMIT)


def rate_limits(laid: Points, top: Floats, size: Floats, *, binomial: bool, screen: bool) -> Limits:
    """Laney p' (binomial) or u' (Poisson): the textbook sigma of each point times sigma of the z-scores.

    ``top`` and ``size`` are numerators and denominators (series, periods), NaN where missing. Limits are
    3 sigma from the centre. The range limit is that of two neighbouring points of the same size.
    """
    tops, sizes = laid.pack(top), laid.pack(size)
    centre = _quotient(np.nansum(tops, axis=1), np.nansum(sizes, axis=1))
    variance = centre * np.maximum(1 - centre, 0) if binomial else centre
    unit = np.sqrt(variance[:, np.newaxis] / sizes)
    scores = _quotient(tops / sizes - centre[:, np.newaxis], unit)
    spread = mean_moving_range(scores, screen=screen) / SIGMA
    sigma = _enough(laid, spread)[laid.stretch] * np.sqrt(variance[laid.stretch] / size)
    return Limits(_enough(laid, centre)[laid.stretch], sigma, 3 * sigma, RANGE_LIMIT * SIGMA * sigma)


def mean(packed: Floats) -> Floats:
    """The mean of each row (stretches, longest) over its points; NaN without any."""
    return _quotient(np.nansum(packed, axis=1), np.count_nonzero(~np.isnan(packed), axis=1))


def mean_moving_range(packed: Floats, *, screen: bool) -> Floats:
    """The mean distance of neighbouring points of each row; NaN with fewer than two.

    With ``screen``, ranges at or above 3.267 times that mean are dropped once and the mean is taken again.
    """
    ranges = np.abs(np.diff(packed, axis=1))
    first = mean(ranges)
    if not screen:
        return first
    kept = ranges < (first * RANGE_LIMIT * (1 - EQUAL))[:, np.newaxis]
    screened = _quotient(np.where(kept, ranges, 0.0).sum(axis=1), np.count_nonzero(kept, axis=1))
    return np.where(first > 0, screened, first)


def rounding(packed: Floats) -> Floats:
    """The difference below which two values of a row are the same, as a column."""
    largest: Floats = np.nanmax(np.abs(packed), axis=1, keepdims=True, initial=0.0)
    return EQUAL * largest


def autocorrelation(packed: Floats) -> Floats:
    """Lag-1 autocorrelation of each row's points; NaN where they do not vary."""
    deviation = np.nan_to_num(packed - mean(packed)[:, np.newaxis])
    total = np.square(deviation).sum(axis=1)
    varies = np.any(np.abs(deviation) > rounding(packed), axis=1)
    return _quotient((deviation[:, 1:] * deviation[:, :-1]).sum(axis=1), np.where(varies, total, 0.0))


def _enough(laid: Points, by_stretch: Floats) -> Floats:
    return np.where(laid.lengths >= FEWEST_FOR_LIMITS, by_stretch, np.nan)


def _quotient(top: Floats, bottom: Floats) -> Floats:
    """``top / bottom``; NaN where the bottom is zero or missing."""
    quotient = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=quotient, where=bottom > 0)
    return quotient
