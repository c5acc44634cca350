"""Aggregates: what of each measure is selected from a row, and which columns it is aggregated into.

Conditional aggregates are written over a column that is null where the filter is not true, so that no engine needs
``FILTER``. Every column comes out as a double.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import sqlalchemy as sa

from metrics import portable
from metrics.expressions import Scope
from metrics.portable import Element
from metrics.typed import NUMERIC, Typed, condition, number, text
from scorecard.expression import ExpressionError
from scorecard.measure import LeafAgg, LeafMeasure
from scorecard.rollup import Combine

_COUNT: Mapping[str, Combine] = {"count": "add"}
_TOTAL: Mapping[str, Combine] = {"count": "add", "total": "add"}
_FIGURE: Mapping[str, Combine] = {"count": "add", "figure": "add"}
COMBINE: Mapping[LeafAgg, Mapping[str, Combine]] = {
    "count": _COUNT,
    "count_distinct": _COUNT,
    "sum": _TOTAL,
    "average": _TOTAL,
    "sum_boolean": _TOTAL,
    "median": _FIGURE,
    "percentile": _FIGURE,
    "min": {"count": "add", "figure": "least"},
    "max": {"count": "add", "figure": "greatest"},
    "nps": {"count": "add", "balance": "add", "decided": "add", "outside": "add"},
}
"""The parts of each aggregate, by the names :mod:`scorecard.compute` knows, and how they combine into levels above
(distinct counts and percentiles never do: they are asked at each level)."""


class MisfitError(ExpressionError):
    """An expression of a measure that does not fit its source; ``role`` is the key it stands under."""

    def __init__(self, role: Literal["expr", "filter"], error: ExpressionError) -> None:
        super().__init__(f"'{role}': {error}")
        self.role, self.plain = role, str(error)


def row_value(leaf: LeafMeasure, scope: Scope) -> Element:
    """What a measure takes from a row: null where a filter is not true. Raises :class:`MisfitError`."""
    try:
        value = _value(leaf, scope)
    except ExpressionError as error:
        raise MisfitError("expr", error) from error
    return where(leaf.filters, scope, value)


def row_number(leaf: LeafMeasure, scope: Scope) -> Element:
    """The number a measure takes from a row, whatever its filters say: whole ones as the engine holds them, all others
    as doubles. Raises :class:`MisfitError`.
    """
    try:
        found = scope.read(leaf.expr or "1")
        value = number(found, f"'{leaf.agg}' needs a number")
    except ExpressionError as error:
        raise MisfitError("expr", error) from error
    return portable.Whole(value) if found.kind == "integer" else finite(value)


def row_truth(leaf: LeafMeasure, scope: Scope) -> Element:
    """Whether what a measure counts is true of a row, whatever its filters say. Raises :class:`MisfitError`."""
    try:
        return condition(scope.read(leaf.expr or "1"))
    except ExpressionError as error:
        raise MisfitError("expr", error) from error


def entered_at(leaf: LeafMeasure, scope: Scope, time: Element) -> Element:
    """The time of a row that a measure's filters keep, else null. Raises :class:`MisfitError`."""
    return where(leaf.filters, scope, time)


def where(filters: Iterable[str], scope: Scope, value: Element) -> Element:
    """A value where all filters are true, else null. Raises :class:`MisfitError`."""
    conditions = [condition_of(words, scope) for words in filters]
    return sa.case((sa.and_(*conditions), value)) if conditions else value


def condition_of(words: str, scope: Scope) -> Element:
    """A filter over a source's columns. Raises :class:`MisfitError`."""
    try:
        return scope.condition(words)
    except ExpressionError as error:
        raise MisfitError("filter", error) from error


def parts(leaf: LeafMeasure, value: Element) -> dict[str, Element]:
    """The columns of a measure's aggregate over its row values, by the names of :data:`COMBINE`."""
    count = _double(sa.func.count(value))
    match leaf.agg:
        case "count":
            return {"count": count}
        case "count_distinct":
            return {"count": _double(sa.func.count(sa.distinct(value)))}
        case "sum" | "average" | "sum_boolean":
            return {"count": count, "total": _double(sa.func.sum(value))}
        case "min":
            return {"count": count, "figure": _double(sa.func.min(value))}
        case "max":
            return {"count": count, "figure": _double(sa.func.max(value))}
        case "median" | "percentile":
            share = 0.5 if leaf.percentile is None else leaf.percentile
            return {"count": count, "figure": _double(portable.Percentile(value, share))}
        case "nps":
            return _nps(value)


def scores(value: Element) -> dict[str, Element]:
    """Which answers to a score's question count, speak for us and against us, and which lie outside its scale."""
    answered = sa.and_(value >= 0, value <= 10)  # noqa: PLR2004 - the scale of the question
    return {
        "count": answered,
        "promoter": sa.and_(answered, value >= 9),  # noqa: PLR2004 - as the score is defined
        "detractor": sa.and_(answered, value <= 6),  # noqa: PLR2004 - as above
        "outside": sa.not_(answered),
    }


def _nps(value: Element) -> dict[str, Element]:
    marks = scores(value)
    balance = sa.case((marks["promoter"], 1), (marks["detractor"], -1), else_=0)
    return {
        "count": _double(sa.func.sum(sa.case((marks["count"], 1), else_=0))),
        "balance": _double(sa.func.sum(sa.case((value.is_not(None), balance)))),
        "decided": _double(sa.func.sum(sa.case((sa.or_(marks["promoter"], marks["detractor"]), 1), else_=0))),
        "outside": _double(sa.func.sum(sa.case((marks["outside"], 1), else_=0))),
    }


def _value(leaf: LeafMeasure, scope: Scope) -> Element:
    if leaf.expr is None:
        return sa.literal(1, sa.Integer)
    found = scope.read(leaf.expr)
    if leaf.agg in ("count", "count_distinct"):
        return text(found, scope.zone) if found.kind == "instant" else found.element
    if leaf.agg == "sum_boolean":
        return _yes_no(found)
    value = number(found, f"'{leaf.agg}' needs a number")
    exact = leaf.agg == "sum" and found.kind in NUMERIC - {"number"}
    return value if exact else finite(value)


def finite(value: Element) -> Element:
    """A number as a double, null where it is none."""
    double = portable.real(value)
    return double if isinstance(double, portable.Finite) else portable.Finite(double)


def _yes_no(found: Typed) -> Element:
    true = condition(found)
    return sa.case((true, 1), (sa.not_(true), 0))


def _double(element: Element) -> Element:
    return sa.cast(element, sa.Double)
