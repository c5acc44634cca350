"""A measure's pull on what it feeds, from many units at once: the two-way fixed effects regression.

``y[i, t] = a[i] + g[t] + b * x[i, t - lag] + e[i, t]``: every unit is compared with itself, and every period with
the other units of the same period, so neither a unit's standing nor a shock common to all passes for a pull.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scorecard.analysis.estimate import Estimate, Shortage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MIN_UNITS = 8
"""Below this the sign flips of whole units are too few for a chance under 1 %."""
MIN_PERIODS = 12
MIN_OBSERVATIONS = 2
"""A unit seen once is its own mean and says nothing."""
AXES = ("units", "periods")
FLIPS = 4999
"""Sign flips by which a lag search is judged."""
CHUNK_CELLS = 2_000_000
"""Bounds the memory that one round of flips takes."""
NO_VARIATION = 1e-24
"""Share of a measure's sum of squares that rounding alone leaves behind."""
CONVERGED = 1e-26
"""Squared size, relative to its start, at which what is left to explain is rounding."""
MAX_STEPS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class PanelFit:
    """The regression at each lag; an entry is NaN where that lag has too little data or no variation."""

    lags: Ints
    """(lags,)"""
    slope: Floats
    """(lags,)"""
    error: Floats
    """(lags,) standard error, clustered by unit."""
    units: Ints
    """(lags,) units with at least two observations."""
    periods: Ints
    """(lags,) periods in which at least two units can be compared."""
    observations: Ints
    """(lags,)"""
    scores: Floats
    """(lags, units) each unit's contribution to the slope if there were no pull, up to a constant."""

    def enough(self) -> NDArray[np.bool_]:
        """(lags,) whether a lag has the units and periods an answer needs."""
        return (self.units >= MIN_UNITS) & (self.periods >= MIN_PERIODS)

    def t(self) -> Floats:
        """(lags,) slope over its standard error; infinite for a perfect fit."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.slope / self.error, dtype=np.float64)


def fit(outcome: Floats, measure: Floats, lags: Sequence[int], weights: Floats | None = None) -> PanelFit:
    """Regress an outcome on an earlier measure, within units and within periods, at every lag at once.

    `outcome`, `measure` and `weights` are (units, periods), NaN where there is no value; a unit with fewer than
    two joint observations is left out. Errors are clustered by unit with the leverage correction of Bell &
    McCaffrey (2002), to be read with t(units − 1): see Cameron & Miller (2015), "A practitioner's guide to
    cluster-robust inference", section VI. Raises ValueError for shapes or lags that cannot be.
    """
    _check(outcome, measure, lags, weights)
    x = _lagged(measure, lags)
    weight = _weight(outcome, x, weights)
    x, y = np.where(weight > 0, x, 0.0), np.where(weight > 0, outcome, 0.0)
    squares = np.array([np.sum(weight * x * x, axis=(1, 2)), np.sum(weight * y * y, axis=(1, 2))])
    x, y = within(np.stack([x, y]), weight)
    by_unit, joint = np.sum(weight * x * x, axis=2), np.sum(weight * x * y, axis=2)
    total = by_unit.sum(axis=1)
    varies = (total > NO_VARIATION * squares[0]) & (np.sum(weight * y * y, axis=(1, 2)) > NO_VARIATION * squares[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(varies, joint.sum(axis=1) / total, np.nan)
        error = clustered_error(joint - slope[:, None] * by_unit, by_unit, total)
    seen = weight > 0
    return PanelFit(
        lags=np.asarray(lags, dtype=np.int64),
        slope=slope,
        error=error,
        units=np.count_nonzero(seen.any(axis=2), axis=1),
        periods=np.count_nonzero(seen.sum(axis=1) > 1, axis=1),
        observations=np.count_nonzero(seen, axis=(1, 2)),
        scores=joint,
    )


def search(found: PanelFit, seed: int) -> Estimate | Shortage:
    """The lag that pulls hardest, judged against the hardest pull that chance finds over the same lags.

    Every unit's score is flipped in sign as a whole (the wild cluster score bootstrap of Kline & Santos 2012 with
    Rademacher weights), the same flips at all lags, and the greatest |t| over the lags is taken each time: the
    max statistic of Westfall & Young (1993). Where no flip reaches the observed one, the chance is the smaller
    of one in all flips and Bonferroni's bound. The interval is that of the lag found.
    """
    usable = found.enough() & np.isfinite(found.slope)
    if not usable.any():
        return _shortage(found)
    best = int(np.argmax(np.where(usable, np.abs(found.t()), -np.inf)))
    alone = at(found, best)
    p = _chance(found.scores[usable], seed)
    bound = min(1.0, alone.p * np.count_nonzero(usable))
    return replace(alone, p=min(p, bound) if p <= 1 / (FLIPS + 1) else p)


def at(found: PanelFit, index: int) -> Estimate:
    """The regression at one lag, its p-value not corrected for any search."""
    df = int(found.units[index]) - 1
    slope, error = float(found.slope[index]), float(found.error[index])
    reach = float(special.stdtrit(df, 0.975)) * error
    return Estimate(
        slope=slope,
        low=slope - reach,
        high=slope + reach,
        p=float(2 * special.stdtr(df, -abs(found.t()[index]))),
        lag=int(found.lags[index]),
        units=int(found.units[index]),
        periods=int(found.periods[index]),
        observations=int(found.observations[index]),
        method="panel",
    )


def within(values: Floats, weight: Floats) -> Floats:
    """Take unit and period means out of `values` (…, lags, units, periods), exactly, gaps or not.

    `weight` is (lags, units, periods), 0 where a cell is missing; missing cells come back as 0. Period effects
    solve the normal equations from which unit effects have been eliminated (Abowd, Creecy & Kramarz 2002).
    """
    per_unit = weight.sum(axis=2, keepdims=True)
    share = np.divide(weight, per_unit, out=np.zeros_like(weight), where=per_unit > 0)
    for _ in range(2):  # the second time takes out what rounding left of large means
        values = values - np.sum(share * values, axis=-1, keepdims=True)
    values = values - _period_effects(values, weight, share)[..., None, :]
    values = values - np.sum(share * values, axis=-1, keepdims=True)
    return np.asarray(np.where(weight > 0, values, 0.0), dtype=np.float64)


def _period_effects(values: Floats, weight: Floats, share: Floats) -> Floats:
    """(…, lags, periods): effects by conjugate gradients (Hestenes & Stiefel 1952), scaled by the diagonal.

    The system is singular, once for every island of periods that no unit joins to the others; what is free in it
    leaves the residuals alone, and conjugate gradients never enter it. Without gaps the first step is exact.
    """
    per_period = weight.sum(axis=1)
    scale = np.divide(1.0, per_period, out=np.zeros_like(per_period), where=per_period > 0)
    left = np.sum(weight * values, axis=-2)
    tolerance = CONVERGED * np.sum(scale * left * left, axis=-1, keepdims=True)
    effects, direction, size = np.zeros_like(left), scale * left, np.sum(scale * left * left, -1, keepdims=True)
    for _ in range(MAX_STEPS):
        open_still = size > tolerance
        if not open_still.any():
            break
        by_unit = share @ direction[..., None]
        image = per_period * direction - (weight.swapaxes(1, 2) @ by_unit)[..., 0]
        step = _ratio(np.where(open_still, size, 0.0), np.sum(direction * image, axis=-1, keepdims=True))
        effects, left = effects + step * direction, left - step * image
        before, size = size, np.sum(scale * left * left, axis=-1, keepdims=True)
        direction = scale * left + _ratio(size, before) * direction
    return np.asarray(effects, dtype=np.float64)


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _lagged(measure: Floats, lags: Sequence[int]) -> Floats:
    """(lags, units, periods): the measure as it stood `lag` periods before."""
    shifted = np.full((len(lags), *measure.shape), np.nan)
    for i, lag in enumerate(lags):
        shifted[i, :, lag:] = measure[:, : measure.shape[1] - lag]
    return shifted


def _weight(outcome: Floats, x: Floats, weights: Floats | None) -> Floats:
    """(lags, units, periods): the weight of each joint observation, 0 where there is none."""
    given = np.ones_like(outcome) if weights is None else np.where(weights > 0, weights, 0.0)
    weight = np.where(np.isfinite(outcome) & np.isfinite(x), given, 0.0)
    weight[np.count_nonzero(weight, axis=2) < MIN_OBSERVATIONS] = 0.0
    return weight


def clustered_error(scores: Floats, by_unit: Floats, total: Floats) -> Floats:
    """(lags,) standard error of slopes from each unit's score and sum of squares, both (lags, units).

    Bell & McCaffrey (2002): each unit's score is scaled up by how far the unit drew the fit to itself.
    """
    clusters = np.count_nonzero(by_unit, axis=1)
    leverage = np.clip(by_unit / total[:, None], 0.0, 1 - 1e-9)
    spread = np.sum(scores**2 / (1 - leverage), axis=1) * clusters / (clusters - 1)
    return np.asarray(np.sqrt(spread) / total, dtype=np.float64)


def _chance(scores: Floats, seed: int) -> float:
    """Share of sign flips over units whose greatest |t| over the lags reaches the one observed."""
    scores = scores[:, np.any(scores != 0, axis=0)].T
    units = len(scores)
    squares, sums = np.sum(scores**2, axis=0), np.sum(scores, axis=0)
    observed = np.max(_studentised(sums, squares, units))
    generator = np.random.default_rng(seed)
    reached, left = 1, FLIPS
    while left:
        rows = min(left, max(1, CHUNK_CELLS // units))
        flips = generator.integers(0, 2, size=(rows, units), dtype=np.int8).astype(np.float64)
        flipped = _studentised(2 * (flips @ scores) - sums, squares, units)
        reached += int(np.count_nonzero(flipped.max(axis=1) >= observed * (1 - 1e-9)))
        left -= rows
    return reached / (FLIPS + 1)


def _studentised(sums: Floats, squares: Floats, units: int) -> Floats:
    spread = np.maximum(squares - sums**2 / units, np.finfo(np.float64).tiny)
    return np.asarray(np.abs(sums) / np.sqrt(spread), dtype=np.float64)


def _shortage(found: PanelFit) -> Shortage:
    if found.enough().any():
        return Shortage("no_variation")
    fullest = int(np.argmax(found.observations))
    return Shortage(
        "too_little_data",
        units=max(0, MIN_UNITS - int(found.units[fullest])),
        periods=max(0, MIN_PERIODS - int(found.periods[fullest])),
    )


def _check(outcome: Floats, measure: Floats, lags: Sequence[int], weights: Floats | None) -> None:
    if outcome.ndim != len(AXES) or outcome.shape != measure.shape:
        raise ValueError(f"outcome {outcome.shape} and measure {measure.shape} must both be {AXES}")
    if weights is not None and weights.shape != outcome.shape:
        raise ValueError(f"weights {weights.shape} must be {AXES} {outcome.shape}")
    if not lags or min(lags) < 0 or max(lags) >= max(1, outcome.shape[1]):
        raise ValueError(f"lags must be between 0 and {outcome.shape[1] - 1}, not {list(lags)}")
