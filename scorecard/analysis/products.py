"""Products, ratios and sums of them: the logarithmic mean Divisia index, whose parts add up exactly.

LMDI-I: Ang (2004), "Decomposition analysis for policymaking in energy"; Ang & Liu (2001). It needs positive
terms; where one is zero or negative the split is Shapley's, and no tiny number is ever put in its place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scorecard.analysis.attribution import Attribution, Floats, Hindrance, Method, Part
from scorecard.analysis.shapley import MAX_EXACT, coalitions, weights

NEAR = 0.5
"""Relative change below which the logarithm is taken of the change itself, to keep its digits."""


def split_product(
    before: Floats, after: Floats, drivers: Sequence[str], powers: Sequence[int] | None = None
) -> Attribution:
    """Split the change of ΠΧ over its factors; `before`, `after` (drivers,); power −1 marks a divisor."""
    table = split_products(before[None, :], after[None, :], ("",), drivers, powers)
    parts = tuple(Part(part.key, part.kind, part.value) for part in table.parts)
    hindrance = Hindrance(table.hindrance.obstacle, tuple(drivers)) if table.hindrance else None
    return Attribution(table.method, table.before, table.after, parts, hindrance)


def split_products(
    before: Floats,
    after: Floats,
    units: Sequence[str],
    drivers: Sequence[str],
    powers: Sequence[int] | None = None,
) -> Attribution:
    """Split the change of ``Σ_unit Π_driver x ** power`` over drivers and units at once.

    `before` and `after` are (units, drivers). Every part names its driver as `key` and its unit; `by_key` gives
    the drivers over all units, `by_unit` the units over all drivers. A unit with a missing term, or with a
    divisor of zero, hinders the split and is named. Raises ValueError for shapes that do not fit, and for more
    than eight drivers.
    """
    shape = (len(units), len(drivers))
    if not before.shape == after.shape == shape or len(drivers) > MAX_EXACT:
        raise ValueError(f"before {before.shape} and after {after.shape} must be {shape}, of eight drivers at most")
    power = np.ones(len(drivers)) if powers is None else np.asarray(powers, dtype=np.float64)
    with np.errstate(divide="ignore", over="ignore"):
        start, end = np.prod(before**power, axis=1), np.prod(after**power, axis=1)
    lacking = ~(np.isfinite(start) & np.isfinite(end) & _finite(before) & _finite(after))
    positive = bool(np.all(before > 0) and np.all(after > 0))
    method: Method = "lmdi" if positive else "shapley"
    if lacking.any():
        named = tuple(unit for unit, lacks in zip(units, lacking, strict=True) if lacks)
        return Attribution(method, None, None, (), Hindrance("missing_part", named))
    values = _lmdi(before, after, power, start, end) if positive else _shapley(before, after, power)
    parts = tuple(
        Part(driver, "driver", float(values[i, j]), unit)
        for i, unit in enumerate(units)
        for j, driver in enumerate(drivers)
    )
    return Attribution(method, float(start.sum()), float(end.sum()), parts)


def logarithmic_mean(a: Floats, b: Floats, log_ratio: Floats) -> Floats:
    """L(a, b) = (a − b) / (ln a − ln b), L(a, a) = a, given ln a − ln b so that close values keep their digits."""
    small = np.abs(log_ratio) < 1
    safe = np.where(log_ratio == 0, 1.0, log_ratio)
    near = b * np.where(log_ratio == 0, 1.0, np.expm1(np.where(small, safe, 0.0)) / safe)
    return np.asarray(np.where(small, near, (a - b) / safe), dtype=np.float64)


def _lmdi(before: Floats, after: Floats, power: Floats, start: Floats, end: Floats) -> Floats:
    """(units, drivers): L(v after, v before) · ln(x after / x before) · power."""
    logs = power * _log_ratio(before, after)
    return logarithmic_mean(end, start, logs.sum(axis=1))[:, None] * logs


def _log_ratio(before: Floats, after: Floats) -> Floats:
    step = (after - before) / before
    near = np.abs(step) < NEAR
    return np.asarray(np.where(near, np.log1p(np.where(near, step, 0.0)), np.log(after) - np.log(before)))


def _shapley(before: Floats, after: Floats, power: Floats) -> Floats:
    """(units, drivers): each unit's product split on its own, which by linearity splits the sum."""
    figures = np.array([np.prod(np.where(inside, after, before) ** power, axis=1) for inside in coalitions(len(power))])
    return np.asarray((weights(len(power)) @ figures).T, dtype=np.float64)


def _finite(values: Floats) -> np.typing.NDArray[np.bool_]:
    return np.asarray(np.isfinite(values).all(axis=1))
