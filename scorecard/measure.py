"""From metrics to what must be read for them: leaf measures, inputs, and the order to compute in.

A metric is asked for with further filters (an input of a derived metric may keep only some rows) and at an earlier
time (``offset``); an :class:`Ask` names all three, so that each is read and computed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from scorecard.definition import (
    Agg,
    Conversion,
    Cumulative,
    Definition,
    Derived,
    Duration,
    Index,
    Measure,
    MetricBase,
    NonAdditive,
    Nps,
    Ratio,
    Simple,
    TargetMetric,
)
from scorecard.expression import ExpressionError, columns, parse_formula
from scorecard.faults import did_you_mean
from scorecard.syntax import Node
from scorecard.time import Window

LeafAgg = Agg | Literal["nps"]
COUNTING: frozenset[LeafAgg] = frozenset({"count", "count_distinct", "sum_boolean"})
"""Aggregates that are 0, and not without value, where rows are there and none passes the filter."""
Offsets = tuple[Duration, ...]


SHARED: frozenset[LeafAgg] = frozenset({"count", "count_distinct", "sum", "sum_boolean"})
"""Aggregates of which a part can be a share: those of the events of a conversion."""


class MeasureError(ValueError):
    """A metric that cannot be computed; the message says why in plain words."""


class UnfitError(MeasureError):
    """A metric that is put to something its type cannot be computed from."""


@dataclass(frozen=True, slots=True)
class Follow:
    """That an event of ``source`` of the same entity comes at the row's own time or later, within ``window``.

    ``pairs`` are the columns of both sides that must be equal: the entity, then the constant properties. Only events
    that pass ``filters``, and of which ``expr`` says something (is true, with ``holds``), count as one.
    """

    source: str
    filters: tuple[str, ...]
    expr: str | None
    holds: bool
    pairs: tuple[tuple[str, str], ...]
    window: Duration


@dataclass(frozen=True, slots=True)
class LeafMeasure:
    """An aggregate over the rows of one source that pass all filters: the only thing that is ever read.

    With a ``window`` it is over the rows of that stretch and not of the period alone; of a ``balance`` only rows of
    the instant that counts enter; with ``follow`` only rows that another event follows.
    """

    source: str
    agg: LeafAgg
    expr: str | None
    filters: tuple[str, ...] = ()
    percentile: float | None = None
    window: Window | None = None
    balance: NonAdditive | None = None
    follow: Follow | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A metric, over the rows that pass further filters, ``offsets`` earlier, over a ``window`` that ends with the
    period where there is one."""

    metric: str
    filters: tuple[str, ...] = ()
    offsets: Offsets = ()
    window: Window | None = None


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
            return Parts({"value": _simple(metric, ask)}, {})
        case Nps():
            return Parts({"value": _nps(metric, ask)}, {})
        case Ratio():
            return _ratio(metric, ask)
        case Derived():
            return _derived(metric, ask)
        case Cumulative():
            return Parts({}, {"value": _accumulated(metric, ask)})
        case Conversion():
            return _conversion(metric, ask)
        case Index():
            return _index(definition, metric, ask)


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


def leaf(
    measure: Measure, source: str | None, filters: Iterable[str] = (), window: Window | None = None
) -> LeafMeasure:
    """The leaf measure of a measure. Raises :class:`MeasureError` where no source is named."""
    named = measure.source or source
    if named is None:
        raise MeasureError(f"the measure '{measure.agg}' names no source")
    own = (measure.filter,) if measure.filter else ()
    return LeafMeasure(named, measure.agg, measure.expr, (*own, *filters), measure.percentile, window)


def index_parts(metric: MetricBase) -> tuple[str, ...]:
    """The metrics whose targets an index compares with; none of any other type."""
    return tuple(metric.of) if isinstance(metric, Index) else ()


def goal_of(part: str) -> str:
    """The name an index knows a part's target under, where that is another metric."""
    return f"{part} target"


def _simple(metric: Simple, ask: Ask) -> LeafMeasure:
    if metric.non_additive is not None and ask.window:
        raise UnfitError("a balance is taken at one instant and never added up over time")
    return replace(leaf(metric, metric.source, ask.filters, ask.window), balance=metric.non_additive)


def _nps(metric: Nps, ask: Ask) -> LeafMeasure:
    own = (metric.filter,) if metric.filter else ()
    return LeafMeasure(metric.source, "nps", metric.expr, (*own, *ask.filters), window=ask.window)


def _ratio(metric: Ratio, ask: Ask) -> Parts:
    leaves: dict[str, LeafMeasure] = {}
    asks: dict[str, Ask] = {}
    filters = (*((metric.filter,) if metric.filter else ()), *ask.filters)
    for role, part in (("numerator", metric.numerator), ("denominator", metric.denominator)):
        if isinstance(part, str):
            asks[role] = Ask(part, filters, ask.offsets, ask.window)
        else:
            leaves[role] = leaf(part, metric.source, filters, ask.window)
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
            asks[name] = Ask(known.metric, (*own, *ask.filters), (*ask.offsets, *later), ask.window)
        else:
            asks[name] = Ask(name, ask.filters, ask.offsets, ask.window)
    return Parts({}, asks, formula)


def _accumulated(metric: Cumulative, ask: Ask) -> Ask:
    if ask.window:
        raise UnfitError("it is rolling or to date already")
    if metric.window and metric.window.unit in ("second", "minute"):
        raise UnfitError(f"a window of {metric.window} is too short: it is counted in hours at least")
    return Ask(metric.metric, ask.filters, ask.offsets, Window(metric.window, metric.grain_to_date))


def _conversion(metric: Conversion, ask: Ask) -> Parts:
    """The base measure over the base events that are followed, and over all of them."""
    for role, measure in (("base", metric.base), ("conversion", metric.conversion)):
        if measure.agg not in SHARED:
            raise UnfitError(f"its {role}: a share is of what is counted or summed, not of '{measure.agg}'")
    base, then = leaf(metric.base, None, ask.filters, ask.window), leaf(metric.conversion, None)
    pairs = [(metric.entity, metric.entity)]
    pairs += [(one, one) if isinstance(one, str) else (one.base, one.conversion) for one in metric.constant_properties]
    follow = Follow(then.source, then.filters, then.expr, then.agg == "sum_boolean", tuple(pairs), metric.window)
    return Parts({"numerator": replace(base, follow=follow), "denominator": base}, {})


def _index(definition: Definition, metric: Index, ask: Ask) -> Parts:
    if ask.window:
        raise UnfitError("an index compares with the targets of its period: it has no rolling or to-date figure")
    asks: dict[str, Ask] = {}
    for name in metric.of:
        asks[name] = Ask(name, ask.filters, ask.offsets)
        part = definition.metrics.get(name)
        if part is not None and (part.target is None or part.direction == "none"):
            raise MeasureError(f"its part '{name}' has no {'target' if part.target is None else 'direction'} to attain")
        goal = target_ask(part) if part is not None else None
        if goal is not None:
            asks[goal_of(name)] = replace(goal, offsets=(*ask.offsets, *goal.offsets))
    return Parts({}, asks)


def _visit(definition: Definition, ask: Ask, above: tuple[str, ...], done: dict[Ask, None]) -> None:
    if ask in done:
        return
    if ask.metric in above:
        cycle = " → ".join((*above[above.index(ask.metric) :], ask.metric))
        raise MeasureError(f"it is computed from itself: {cycle}")
    try:
        needed = parts(definition, ask)
    except MeasureError as error:
        raise (type(error)(f"it needs '{ask.metric}': {error}") if above else error) from error
    for below in needed.asks.values():
        _visit(definition, below, (*above, ask.metric), done)
    done[ask] = None
