"""The change of any formula split over its inputs: Shapley (1953), exact to eight inputs, sampled beyond.

A part is what its input's change does to the formula, on average over all orders in which the inputs can change
from their old values to their new ones. Inputs that did not change have no part in it and cost nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from scorecard.analysis.attribution import CANCELS, Attribution, Floats, Hindrance, Method, Part, missing_end, number

Formula = Callable[[Floats], float]
"""(inputs,) to the figure; NaN, infinity or an ArithmeticError where it has none."""

MAX_EXACT = 8
"""Changed inputs up to which every coalition is evaluated (256 of them)."""
PAIRS = 512
"""Orders drawn beyond that, each together with its reverse."""


def shapley(before: Floats, after: Floats, names: Sequence[str], formula: Formula, *, seed: int = 0) -> Attribution:
    """Split ``formula(after) - formula(before)`` over the inputs, both (inputs,), NaN where an input is missing.

    Beyond eight changed inputs orders are sampled (Castro, Gómez & Tejada 2009), each with its reverse to lessen
    the error, which every part then states. A formula without a value somewhere between the two ends cannot be
    split; the hindrance names the inputs that had changed by then.
    """
    if not before.shape == after.shape == (len(names),):
        raise ValueError(f"before {before.shape} and after {after.shape} must both be ({len(names)},)")
    start, end = _value(formula, before), _value(formula, after)
    changed = np.flatnonzero(~((before == after) | (np.isnan(before) & np.isnan(after))))
    exact = len(changed) <= MAX_EXACT
    method: Method = "shapley" if exact else "sampled_shapley"
    lacking = missing_end(start, end)
    if lacking:
        return Attribution(method, number(start), number(end), (), lacking)
    walk = _Walk(before, after, changed, formula)
    value, error = np.zeros(len(names)), np.zeros(len(names))
    try:
        value[changed], error[changed] = walk.exact() if exact else walk.sampled(seed)
    except _UndefinedError as undefined:
        stuck = Hindrance("undefined_between", tuple(names[i] for i in undefined.changed))
        return Attribution(method, start, end, (), stuck)
    parts = (Part(name, "driver", float(v), error=float(e)) for name, v, e in zip(names, value, error, strict=True))
    return Attribution(method, start, end, tuple(parts))


def crossed(
    before: Floats, after: Floats, units: Sequence[str], names: Sequence[str], formula: Formula, *, seed: int = 0
) -> Attribution:
    """Split a formula of sums over its inputs and, within each input, over the units that moved the sum.

    `before` and `after` are (units, inputs), NaN where a unit has nothing. An input's part goes to the units in
    proportion to what each added to its change. Where the units' changes cancel out, the part is on one line
    without a unit.
    """
    if not before.shape == after.shape == (len(units), len(names)):
        raise ValueError(f"before {before.shape} and after {after.shape} must be ({len(units)}, {len(names)})")
    total = shapley(_summed(before), _summed(after), names, formula, seed=seed)
    steps = np.nan_to_num(after, nan=0.0) - np.nan_to_num(before, nan=0.0)
    parts = [
        line for part, step in zip(total.parts, steps.T, strict=bool(total.parts)) for line in _over(part, step, units)
    ]
    return replace(total, parts=tuple(parts))


def _summed(values: Floats) -> Floats:
    """(inputs,): the sum over units; NaN where no unit has the input."""
    there = np.isfinite(values).any(axis=0)
    return np.asarray(np.where(there, np.nansum(values, axis=0), np.nan), dtype=np.float64)


def _over(part: Part, steps: Floats, units: Sequence[str]) -> list[Part]:
    net, size = float(steps.sum()), float(np.abs(steps).sum())
    if abs(net) <= CANCELS * size:
        return [part]
    lines = zip(units, steps / net, strict=True)
    return [replace(part, value=part.value * float(s), error=part.error * abs(float(s)), unit=u) for u, s in lines]


def coalitions(inputs: int) -> NDArray[np.bool_]:
    """(2**inputs, inputs): which inputs have changed, in every coalition; none in the first, all in the last."""
    return (np.arange(2**inputs)[:, None] >> np.arange(inputs) & 1).astype(np.bool_)


def weights(inputs: int) -> Floats:
    """(inputs, 2**inputs): what each coalition's figure counts for in each input's part."""
    inside = coalitions(inputs)
    others = inside.sum(axis=1)[None, :] - inside.T
    share = np.array([1 / (inputs * math.comb(inputs - 1, size)) for size in range(inputs)])
    return np.asarray(np.where(inside.T, 1.0, -1.0) * share[others], dtype=np.float64)


class _UndefinedError(Exception):
    """The formula has no value once these inputs have changed."""

    def __init__(self, changed: Sequence[int]) -> None:
        super().__init__(changed)
        self.changed = changed


@dataclass(frozen=True, slots=True, eq=False)
class _Walk:
    """The ways from the old inputs to the new ones."""

    before: Floats
    after: Floats
    changed: NDArray[np.int64]
    formula: Formula

    def exact(self) -> tuple[Floats, Floats]:
        """Part and error (none) of every changed input."""
        inputs = len(self.changed)
        if not inputs:
            return np.zeros(0), np.zeros(0)
        figures = np.array([self._figure(self.changed[inside]) for inside in coalitions(inputs)])
        return np.asarray(weights(inputs) @ figures, dtype=np.float64), np.zeros(inputs)

    def sampled(self, seed: int) -> tuple[Floats, Floats]:
        """Part and half the 95 % interval of every changed input."""
        generator = np.random.default_rng(seed)
        parts = np.empty((PAIRS, len(self.changed)))
        for pair in range(PAIRS):
            order = generator.permutation(len(self.changed))
            parts[pair] = (self._along(order) + self._along(order[::-1])) / 2
        reach = float(stats.norm.ppf(0.975)) / math.sqrt(PAIRS)
        return np.asarray(parts.mean(axis=0)), np.asarray(reach * parts.std(axis=0, ddof=1))

    def _along(self, order: NDArray[np.int64]) -> Floats:
        steps = [self._figure(self.changed[order[:done]]) for done in range(len(order) + 1)]
        parts = np.empty(len(order))
        parts[order] = np.diff(steps)
        return parts

    def _figure(self, changed: NDArray[np.int64]) -> float:
        values = self.before.copy()
        values[changed] = self.after[changed]
        figure = _value(self.formula, values)
        if figure is None:
            raise _UndefinedError([int(i) for i in changed])
        return figure


def _value(formula: Formula, values: Floats) -> float | None:
    try:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return number(formula(values))
    except ArithmeticError:
        return None
