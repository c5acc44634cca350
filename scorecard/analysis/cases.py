"""The link inside one case: did the customer whose case went well in the measure fare better in the outcome?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scorecard.analysis.estimate import Estimate, Shortage
from scorecard.analysis.panel import MIN_UNITS, NO_VARIATION, clustered_error

Floats = NDArray[np.float64]

MIN_CASES = 50


def regress(outcome: Floats, measure: Floats, unit: NDArray[np.int64]) -> Estimate | Shortage:
    """Regress the outcome of a case on the measure of the same case, among the cases of the same unit.

    All three are (cases,); `unit` holds codes from 0. An outcome of 0 and 1 makes this the linear probability
    model: the slope is the change in the chance. Unit effects are taken out, so that what sets units apart
    cannot pass for what happens within a case; errors are clustered by unit (Cameron & Miller 2015).
    """
    if not outcome.shape == measure.shape == unit.shape or outcome.ndim != 1:
        raise ValueError(f"outcome {outcome.shape}, measure {measure.shape}, unit {unit.shape} must be (cases,)")
    kept = _comparable(np.isfinite(outcome) & np.isfinite(measure), unit)
    _, code = np.unique(unit[kept], return_inverse=True)
    units, cases = int(code.max(initial=-1)) + 1, int(np.count_nonzero(kept))
    if units < MIN_UNITS or cases < MIN_CASES:
        return Shortage("too_little_data", units=max(0, MIN_UNITS - units), cases=max(0, MIN_CASES - cases))
    y, x = _within(outcome[kept], code), _within(measure[kept], code)
    by_unit, joint = _sums(code, x * x), _sums(code, x * y)
    total = float(by_unit.sum())
    if total <= NO_VARIATION * float(measure[kept] @ measure[kept]) or not y.any():
        return Shortage("no_variation")
    slope = float(joint.sum()) / total
    scores = joint - slope * by_unit
    error = float(clustered_error(scores[None], by_unit[None], np.array([total]))[0])
    reach = float(special.stdtrit(units - 1, 0.975)) * error
    p = float(2 * special.stdtr(units - 1, -abs(slope) / error)) if error > 0 else float(slope == 0)
    return Estimate(slope, slope - reach, slope + reach, p, 0, units, 0, cases, "case")


def _comparable(present: NDArray[np.bool_], unit: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Cases with both values, in a unit that has another such case."""
    counts = np.bincount(unit[present], minlength=int(unit.max(initial=-1)) + 1)
    return np.asarray(present & (counts[unit] > 1))


def _within(values: Floats, code: NDArray[np.int64]) -> Floats:
    return np.asarray(values - (_sums(code, values) / np.bincount(code))[code], dtype=np.float64)


def _sums(code: NDArray[np.int64], values: Floats) -> Floats:
    return np.asarray(np.bincount(code, values), dtype=np.float64)
