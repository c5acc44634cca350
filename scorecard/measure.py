"""From metrics to what must be read for them: leaf measures, inputs, and the order to compute in.

A metric is asked for with further filters (an input of a derived metric may keep only some rows) and at an earlier
time (``offset``); an :class:`Ask` names all three, so that each is read and computed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from scorecard.definition import (
    Agg,
    Definition,
    Derived,
    Duration,
    Measure,
    MetricBase,
    Nps,
    Ratio,
    Simple,
    TargetMetric,
)
from scorecard.expression import ExpressionError, columns, parse_formula
from scorecard.faults import did_you_mean
from scorecard.syntax import Node

LeafAgg = Agg | Literal["nps"]
COUNTING: frozenset[LeafAgg] = frozenset({"count", "count_distinct", "sum_boolean"})
"""Aggregates that are 0, and not without value, where rows are there and none passes the filter."""
Offsets = tuple[Duration, ...]


class MeasureError(ValueError):
    """A metric that cannot be computed; the message says why in plain words."""


@dataclass(frozen=True, slots=True)
class LeafMeasure:
    """An aggregate over the rows of one source that pass all filters: the only thing that is ever read."""

    source: str
    agg: LeafAgg
    expr: str | None
    filters: tuple[str, ...] = ()
    percentile: float | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A metric, over the rows that pass further filters, ``offsets`` earlier."""

    metric: str
    filters: tuple[str, ...] = ()
    offsets: Offsets = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """What an ask is computed from, by the name its metric knows it under: leaf measures and other asks."""

    leaves: Mapping[str, LeafMeasure]
    asks: Mapping[str, Ask]
    formula: Node | None = None


def parts(definition: Definition, ask: Ask) -> Parts:
    """What one ask is computed from. Raises :class:`MeasureError` where it cannot be."""
    metric = definition.metrics.get(ask.metric)
    match metric:
        case None:
            raise MeasureError(f"there is no metric {ask.metric!r}" + did_you_mean(ask.metric, definition.metrics))
        case Simple():
            if metric.non_additive is not None:
                raise MeasureError("a balance ('non_additive') is not computed yet")
            return Parts({"value": leaf(metric, metric.source, ask.filters)}, {})
        case Nps():
            return Parts({"value": _nps(metric, ask)}, {})
        case Ratio():
            return _ratio(metric, ask)
        case Derived():
            return _derived(metric, ask)
    raise MeasureError(f"a metric of type '{metric.type}' is not computed yet")


def order(definition: Definition, ask: Ask) -> tuple[Ask, ...]:
    """The ask and everything it is computed from, each after what it needs.

    Raises :class:`MeasureError` for a cycle, or for a part that cannot be computed, naming it.
    """
    done: dict[Ask, None] = {}
    _visit(definition, ask, (), done)
    return tuple(done)


def target_ask(metric: MetricBase) -> Ask | None:
    """The ask behind a target that is another metric."""
    if not isinstance(metric.target, TargetMetric):
        return None
    offset = metric.target.offset
    return Ask(metric.target.metric, (), (offset,) if offset else ())


def leaf(measure: Measure, source: str | None, filters: Iterable[str]) -> LeafMeasure:
    """The leaf measure of a measure. Raises :class:`MeasureError` where no source is named."""
    named = measure.source or source
    if named is None:
        raise MeasureError(f"the measure '{measure.agg}' names no source")
    own = (measure.filter,) if measure.filter else ()
    return LeafMeasure(named, measure.agg, measure.expr, (*own, *filters), measure.percentile)


def _nps(metric: Nps, ask: Ask) -> LeafMeasure:
    own = (metric.filter,) if metric.filter else ()
    return LeafMeasure(metric.source, "nps", metric.expr, (*own, *ask.filters))


def _ratio(metric: Ratio, ask: Ask) -> Parts:
    leaves: dict[str, LeafMeasure] = {}
    asks: dict[str, Ask] = {}
    filters = (*((metric.filter,) if metric.filter else ()), *ask.filters)
    for role, part in (("numerator", metric.numerator), ("denominator", metric.denominator)):
        if isinstance(part, str):
            asks[role] = Ask(part, filters, ask.offsets)
        else:
            leaves[role] = leaf(part, metric.source, filters)
    return Parts(leaves, asks)


def _derived(metric: Derived, ask: Ask) -> Parts:
    try:
        formula = parse_formula(metric.expr)
    except ExpressionError as error:
        raise MeasureError(f"its formula: {error}") from error
    asks = {}
    for name in columns(formula):
        if name in metric.inputs:
            known = metric.inputs[name]
            own = (known.filter,) if known.filter else ()
            later = (known.offset,) if known.offset else ()
            asks[name] = Ask(known.metric, (*own, *ask.filters), (*ask.offsets, *later))
        else:
            asks[name] = Ask(name, ask.filters, ask.offsets)
    return Parts({}, asks, formula)


def _visit(definition: Definition, ask: Ask, above: tuple[str, ...], done: dict[Ask, None]) -> None:
    if ask in done:
        return
    if ask.metric in above:
        cycle = " → ".join((*above[above.index(ask.metric) :], ask.metric))
        raise MeasureError(f"it is computed from itself: {cycle}")
    try:
        needed = parts(definition, ask)
    except MeasureError as error:
        raise (MeasureError(f"it needs '{ask.metric}': {error}") if above else error) from error
    for below in needed.asks.values():
        _visit(definition, below, (*above, ask.metric), done)
    done[ask] = None
