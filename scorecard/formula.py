"""Derived metrics: a parsed formula computed over arrays, with missing values kept missing.

NaN stands for no value. Comparisons and conditions follow SQL: where a side is missing the answer is unknown, and
unknown is not true. Conditions are carried as 1, 0 and NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

import numpy as np

from scorecard.reading import Floats
from scorecard.syntax import Call, Case, Cast, Column, Node, Value


def evaluate(node: Node, inputs: Mapping[str, Floats], shape: tuple[int, ...]) -> Floats:
    """Compute a formula over arrays of ``shape``; the result has that shape.

    What has no finite value (a division by zero, the logarithm of a negative number) is NaN.
    """
    with np.errstate(all="ignore"):
        return np.broadcast_to(_evaluate(node, inputs), shape).copy()


def _finite(result: Floats) -> Floats:
    return np.where(np.isfinite(result), result, np.nan)


def _evaluate(node: Node, inputs: Mapping[str, Floats]) -> Floats:
    match node:
        case Value():
            return np.float64(np.nan if node.value is None else float(node.value))  # type: ignore[return-value]  # 0-d
        case Column():
            return inputs[node.name]
        case Call():
            return _finite(_CALLS[node.name]([_evaluate(argument, inputs) for argument in node.arguments]))
        case Case():
            return _case(node, inputs)
        case Cast():
            raise TypeError("a formula holds no cast; scorecard.expression lets none in")


def _case(node: Case, inputs: Mapping[str, Floats]) -> Floats:
    result = _evaluate(node.otherwise, inputs)
    for when, then in reversed(node.branches):
        result = np.where(_evaluate(when, inputs) == 1, _evaluate(then, inputs), result)
    return result


def _known(condition: Floats, *operands: Floats) -> Floats:
    missing = reduce(np.logical_or, (np.isnan(operand) for operand in operands))
    known: Floats = np.where(missing, np.nan, condition)
    return known


def _compare(compare: Callable[[Floats, Floats], Floats]) -> Callable[[Sequence[Floats]], Floats]:
    return lambda operands: _known(compare(operands[0], operands[1]), *operands)


def _truth(operand: Floats) -> Floats:
    """A number as a condition: not 0."""
    return _known(np.asarray(operand != 0, dtype=float), operand)


def _and(operands: Sequence[Floats]) -> Floats:
    """False where any is false, else unknown where any is unknown."""
    truths = [_truth(operand) for operand in operands]
    return np.where(reduce(np.logical_or, (truth == 0 for truth in truths)), 0.0, reduce(np.add, truths) * 0 + 1)


def _or(operands: Sequence[Floats]) -> Floats:
    return _not([_and([_not([operand]) for operand in operands])])


def _not(operands: Sequence[Floats]) -> Floats:
    return 1.0 - _truth(operands[0])


def _in(operands: Sequence[Floats]) -> Floats:
    value, *items = operands
    return _or([_compare(np.equal)([value, item]) for item in items])


def _divide(operands: Sequence[Floats]) -> Floats:
    over, under = operands
    return np.where(under == 0, np.nan, np.divide(over, under))


def _nullif(operands: Sequence[Floats]) -> Floats:
    value, empty = operands
    return np.where(value == empty, np.nan, value)


def _coalesce(operands: Sequence[Floats]) -> Floats:
    return reduce(lambda first, other: np.where(np.isfinite(first), first, other), operands)


_CALLS: Mapping[str, Callable[[Sequence[Floats]], Floats]] = {
    "+": lambda operands: operands[0] + operands[1],
    "-": lambda operands: operands[0] - operands[1],
    "*": lambda operands: operands[0] * operands[1],
    "/": _divide,
    "negative": lambda operands: -operands[0],
    "=": _compare(np.equal),
    "<>": _compare(np.not_equal),
    "<": _compare(np.less),
    "<=": _compare(np.less_equal),
    ">": _compare(np.greater),
    ">=": _compare(np.greater_equal),
    "and": _and,
    "or": _or,
    "not": _not,
    "in": _in,
    "is_null": lambda operands: np.isnan(operands[0]).astype(float),
    "is_true": lambda operands: (_truth(operands[0]) == 1).astype(float),
    "is_false": lambda operands: (_truth(operands[0]) == 0).astype(float),
    "coalesce": _coalesce,
    "nullif": _nullif,
    "abs": lambda operands: np.abs(operands[0]),
    "least": lambda operands: reduce(np.fmin, operands),
    "greatest": lambda operands: reduce(np.fmax, operands),
    "ln": lambda operands: np.log(operands[0]),
    "exp": lambda operands: np.exp(operands[0]),
    "sqrt": lambda operands: np.sqrt(operands[0]),
}
