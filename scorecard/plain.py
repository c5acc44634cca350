"""Definitions in plain words: what a metric is, for people who will never read YAML."""

from __future__ import annotations

from scorecard.definition import (
    Conversion,
    Cumulative,
    Definition,
    Derived,
    Index,
    Measure,
    Nps,
    Ratio,
    Simple,
)

_AGGREGATES = {
    "sum": "the sum of {expr}",
    "count": "how many {rows}",
    "count_distinct": "how many different {expr}",
    "average": "the average {expr}",
    "min": "the smallest {expr}",
    "max": "the largest {expr}",
    "median": "the middle {expr}, half above and half below",
    "percentile": "the {expr} that {share:.0%} stay at or below",
    "sum_boolean": "how many where {expr}",
}


def how(definition: Definition, name: str) -> str:
    """How a metric is computed, as one sentence without a full stop."""
    metric = definition.metrics[name]
    match metric:
        case Simple():
            return _measure(metric, metric.source)
        case Ratio():
            return ", out of ".join(halves(definition, metric)) + _where(metric.filter)
        case Nps():
            answers = f"of 100 answers in {metric.source.replace('_', ' ')}" + _where(metric.filter)
            return f"promoters (9 and 10) less detractors (0 to 6), in points {answers}"
        case Derived():
            return f"{metric.expr}, of the figures named there"
        case Cumulative():
            span = f"over the last {metric.window}" if metric.window else f"since the {metric.grain_to_date} began"
            return f"{definition.label(metric.metric)}, {span}"
        case Conversion():
            base, then = (_measure(part, part.source) for part in (metric.base, metric.conversion))
            return f"the share of {base} followed by {then} of the same {metric.entity} within {metric.window}"
        case Index():
            weights = ", ".join(f"{definition.label(part)} ({weight:g})" for part, weight in metric.of.items())
            return f"how far targets are attained, weighted: {weights}"


def halves(definition: Definition, metric: Ratio) -> tuple[str, str]:
    """What a ratio counts, and out of what."""
    over, under = (_part(definition, part, metric.source) for part in (metric.numerator, metric.denominator))
    return over, under


def sources(definition: Definition, name: str) -> tuple[str, ...]:
    """The sources a metric's figures come from, each once."""
    metric = definition.metrics[name]
    match metric:
        case Simple() | Nps():
            found = [metric.source]
        case Ratio():
            found = [
                s
                for part in (metric.numerator, metric.denominator)
                for s in _part_sources(definition, part, metric.source)
            ]
        case Derived():
            named = [metric.inputs[word].metric if word in metric.inputs else word for word in _words(metric.expr)]
            found = [
                s for part in named if part in definition.metrics and part != name for s in sources(definition, part)
            ]
        case Cumulative():
            found = list(sources(definition, metric.metric))
        case Conversion():
            found = [part.source for part in (metric.base, metric.conversion) if part.source]
        case Index():
            found = [s for part in metric.of for s in sources(definition, part)]
    return tuple(dict.fromkeys(found))


def _part_sources(definition: Definition, part: str | Measure, source: str | None) -> tuple[str, ...]:
    if isinstance(part, str):
        return sources(definition, part)
    found = part.source or source
    return (found,) if found else ()


def _words(expression: str) -> list[str]:
    return "".join(letter if letter.isalnum() or letter == "_" else " " for letter in expression).split()


def _part(definition: Definition, part: str | Measure, source: str | None) -> str:
    return definition.label(part) if isinstance(part, str) else _measure(part, part.source or source)


def _measure(measure: Measure | Simple, source: str | None) -> str:
    rows = (source or "rows").replace("_", " ")
    said = _AGGREGATES[measure.agg].format(expr=measure.expr or rows, rows=rows, share=measure.percentile or 0)
    inside = "" if rows in said else f" in {rows}"
    return said + inside + _where(measure.filter)


def _where(condition: str | None) -> str:
    return f" where {condition}" if condition else ""
