"""Two single series: do they go together, when each remembers its own past?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scorecard.analysis.estimate import Estimate, Shortage

Floats = NDArray[np.float64]

MIN_PERIODS = 12
FEWEST_EFFECTIVE = 3.0
"""A correlation's t has the effective size less two degrees of freedom, so three is the least it can be."""


def correlate(outcome: Floats, measure: Floats, lags: Sequence[int]) -> Estimate | Shortage:
    """The strongest correlation of an outcome with an earlier measure, both (periods,), NaN where missing.

    Each correlation is judged with Bartlett's (1935) effective sample size. The search over lags is paid for by
    Šidák's correction of the smallest p-value for as many tests as the lagged measures amount to (Galwey 2009,
    from the eigenvalues of their correlations). The interval is that of the lag found.
    """
    if outcome.ndim != 1 or outcome.shape != measure.shape:
        raise ValueError(f"outcome {outcome.shape} and measure {measure.shape} must both be (periods,)")
    found = [at for lag in lags if isinstance(at := correlate_at(outcome, measure, lag), Estimate)]
    if not found:
        return correlate_at(outcome, measure, min(lags))
    best = min(found, key=lambda estimate: (estimate.p, estimate.lag))
    tests = effective_tests(measure, [estimate.lag for estimate in found])
    return replace(best, p=-float(np.expm1(tests * np.log1p(-min(best.p, 1 - 1e-16)))))


def correlate_at(outcome: Floats, measure: Floats, lag: int) -> Estimate | Shortage:
    """The correlation at one lag as a slope with its interval; p not corrected for any search."""
    periods = len(outcome)
    y, x = outcome[lag:], measure[: max(0, periods - lag)]
    both = np.isfinite(y) & np.isfinite(x)
    n = int(np.count_nonzero(both))
    if n < MIN_PERIODS:
        return Shortage("too_little_data", periods=MIN_PERIODS - n)
    y, x = _centred(y, both), _centred(x, both)
    if not (x.any() and y.any()):
        return Shortage("no_variation")
    r = float(np.clip(x @ y / np.sqrt((x @ x) * (y @ y)), -1.0, 1.0))
    df = effective_size(x, y, n) - 2.0
    ratio = float(np.sqrt((y @ y) / (x @ x)))
    error = np.sqrt(max(1.0 - r * r, 0.0) / df)
    reach = float(special.stdtrit(df, 0.975) * error) * ratio
    p = float(2 * special.stdtr(df, -abs(r) / error)) if error > 0 else 0.0
    return Estimate(r * ratio, r * ratio - reach, r * ratio + reach, p, lag, 1, n, n, "series")


def effective_size(x: Floats, y: Floats, n: int) -> float:
    """Bartlett's (1935) effective sample size, n / (1 + 2 Σ (1 − k/n) ρx(k) ρy(k)), over all k from 1 to n − 1.

    `x` and `y` are centred, gaps as 0; `n` counts the joint points. Never more than n, never less than three.
    """
    steps = np.arange(1, n)
    together = _autocorrelation(x)[1:n] * _autocorrelation(y)[1:n]
    inflation = 1 + 2 * float(np.sum((1 - steps[: len(together)] / n) * together))
    return max(FEWEST_EFFECTIVE, min(float(n), n / inflation if inflation > 0 else n))


def effective_tests(measure: Floats, lags: Sequence[int]) -> float:
    """How many independent tests the lagged measures amount to: (Σ√λ)² / Σλ (Galwey 2009)."""
    last = len(measure) - max(lags)
    lagged = np.array([measure[max(lags) - lag :][:last] for lag in lags])
    lagged = lagged[:, np.isfinite(lagged).all(axis=0)]
    if len(lags) == 1 or lagged.shape[1] < MIN_PERIODS or not lagged.std(axis=1).all():
        return float(len(lags))
    values = np.clip(np.linalg.eigvalsh(np.corrcoef(lagged)), 0.0, None)
    return float(np.sqrt(values).sum() ** 2 / values.sum())


def _centred(values: Floats, present: NDArray[np.bool_]) -> Floats:
    centred = np.where(present, values, 0.0)
    centred = np.where(present, centred - centred.sum() / np.count_nonzero(present), 0.0)
    noise = 1e-12 * float(np.max(np.abs(values[present])))
    return centred if np.max(np.abs(centred)) > noise else np.zeros_like(centred)


def _autocorrelation(centred: Floats) -> Floats:
    """(periods,): the sample autocorrelation at lags 0, 1, …"""
    return np.asarray(np.correlate(centred, centred, "full")[len(centred) - 1 :] / (centred @ centred))
