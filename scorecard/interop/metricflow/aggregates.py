"""What simple metrics and measures aggregate, whichever way they say it, as measures of this format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from scorecard.interop.metricflow.facts import Facts
from scorecard.interop.metricflow.filters import UntranslatableError, condition, conjunction, expression
from scorecard.interop.metricflow.models import AggParams, Aggregation, Input, Measure, Metric, NonAdditive
from scorecard.interop.metricflow.sources import Sources
from scorecard.interop.notes import Note

_AGGREGATES = {
    "avg": "average",
    **{name: name for name in ("sum", "count", "count_distinct", "average", "min", "max", "median", "percentile",
                               "sum_boolean")},
}  # fmt: skip
_WINDOWS = {"min": "first", "max": "last"}


@dataclass(frozen=True)
class Aggregate:
    """An aggregate over the rows of one semantic model that pass all filters."""

    facts: Facts
    agg: str
    expr: str
    params: AggParams | None = None
    time: str | None = None
    balance: NonAdditive | None = None
    filters: tuple[str, ...] = ()

    def where(self, filters: Iterable[str]) -> Aggregate:
        """The same over fewer rows."""
        return replace(self, filters=(*self.filters, *filters))


def of_measure(facts: Facts, measure: Measure) -> Aggregate:
    """What a measure aggregates: its expression, else the column of its own name."""
    expr = measure.expr if measure.expr is not None else measure.name
    time = measure.agg_time_dimension
    return Aggregate(facts, measure.agg, expr, measure.agg_params, time, measure.non_additive_dimension)


def of_metric(facts: Facts, metric: Metric, said: Aggregation) -> Aggregate:
    """What a simple metric without a measure aggregates."""
    expr = said.expr if said.expr is not None else metric.type_params.expr
    counted = "*" if said.agg == "count" else metric.name
    time = said.agg_time_dimension
    return Aggregate(
        facts, said.agg, counted if expr is None else expr, said.agg_params, time, said.non_additive_dimension
    )


def measure_words(aggregate: Aggregate, sources: Sources) -> dict[str, Any]:
    """The aggregate as an inline measure, with its source.

    Raises :class:`UntranslatableError` where it has no exact counterpart.
    """
    agg = _AGGREGATES.get(aggregate.agg)
    if agg is None:
        raise UntranslatableError(f"there is no aggregate {aggregate.agg!r} here")
    facts = aggregate.facts
    source = sources.source(facts, aggregate.time)
    time = aggregate.time or facts.time
    words: dict[str, Any] = {"source": source, "agg": agg}
    if not (agg == "count" and aggregate.expr.strip() in ("*", "1")):
        words["expr"] = expression(facts.expressions.get(aggregate.expr, aggregate.expr))
    if agg == "percentile":
        words["percentile"] = aggregate.params.percentile if aggregate.params else None
    if where := conjunction([condition(text, facts, time) for text in aggregate.filters]):
        words["filter"] = where
    return {key: value for key, value in words.items() if value is not None}


def balance_words(aggregate: Aggregate, source: str, sources: Sources) -> dict[str, Any] | None:
    """``non_additive`` for a balance. Raises :class:`UntranslatableError` where it goes by another time."""
    said, facts = aggregate.balance, aggregate.facts
    if said is None:
        return None
    if said.name != (aggregate.time or facts.time):
        raise UntranslatableError(f"it is non-additive over {said.name!r}, which is not the time it is aggregated by")
    if said.window_choice not in _WINDOWS:
        raise UntranslatableError(f"'window_choice: {said.window_choice}' is neither min nor max")
    by = [sources.grouping(source, facts, element) for element in said.window_groupings]
    return {"window": _WINDOWS[said.window_choice], **({"by": by} if by else {})}


def percentile_notes(subject: str, aggregate: Aggregate) -> Iterator[Note]:
    """How a percentile is taken here, where it was asked for otherwise."""
    params = aggregate.params
    if params and params.use_discrete_percentile:
        yield Note(subject, "a discrete percentile: here it lies between two rows where none is exactly there")
    if params and params.use_approximate_percentile:
        yield Note(subject, "an approximate percentile: here it is exact")


def query_notes(subject: str, given: Input, *, filled: bool) -> Iterator[Note]:
    """What an input says about its query; ``filled``, where what it fills in cannot be kept, about that too."""
    if filled and given.fill_nulls_with is not None:
        why = f"'fill_nulls_with: {given.fill_nulls_with:g}' is not kept: missing stays missing, never a number"
        yield Note(subject, why)
    if given.alias:
        yield Note(subject, f"'alias: {given.alias}' is not kept: it only names a column of a query")
    if given.join_to_timespine and given.fill_nulls_with is None:
        yield Note(subject, "'join_to_timespine' is not kept: every period is shown, with or without value")
