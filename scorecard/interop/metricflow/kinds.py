"""What each type of metric is made of, as this format says it; an :class:`UntranslatableError` says why it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from scorecard.definition.base import Duration, Length
from scorecard.expression import ExpressionError, columns, parse_formula
from scorecard.interop.metricflow.aggregates import Aggregate, measure_words, query_notes
from scorecard.interop.metricflow.filters import UntranslatableError, expression
from scorecard.interop.metricflow.metrics import Maker, Metrics
from scorecard.interop.metricflow.models import Input, Metric
from scorecard.interop.notes import Note

_LENGTH: TypeAdapter[Duration] = TypeAdapter(Length)
_GRAINS = ("hour", "day", "week", "month", "quarter", "year")


def _simple(made_of: Metrics, metric: Metric) -> dict[str, Any]:
    subject, params = f"metric {metric.name}", metric.type_params
    aggregate = made_of.of_simple(metric)
    given = params.measure or Input(name="", join_to_timespine=params.join_to_timespine)
    made_of.notes.extend(query_notes(subject, given, filled=False))
    return made_of.shown(subject, aggregate)


def _ratio(made_of: Metrics, metric: Metric) -> dict[str, Any]:
    over, under = metric.type_params.numerator, metric.type_params.denominator
    if over is None or under is None:
        raise UntranslatableError("it lacks a numerator or a denominator")
    parts = {role: _part(made_of, metric, given, role) for role, given in (("numerator", over), ("denominator", under))}
    return {"type": "ratio", **parts}


def _part(made_of: Metrics, metric: Metric, given: Input, role: str) -> str | dict[str, Any]:
    _no_offset(given)
    made_of.notes.extend(query_notes(f"metric {metric.name}", given, filled=True))
    filters = (*given.filter, *metric.filter)
    if not filters:
        return made_of.standing(given.name)
    aggregate = made_of.aggregate(given.model_copy(update={"filter": filters}), measure=False)
    if not aggregate.balance:
        return measure_words(aggregate, made_of.sources)
    name = f"{metric.name}_{role}"
    made_of.put(name, {}, made_of.shown(f"metric {metric.name}", aggregate))
    made_of.remarks[name] = (f"The {role} of {metric.name}.",)
    return name


def _no_offset(given: Input) -> None:
    if given.offset_window or given.offset_to_grain:
        raise UntranslatableError(f"its part {given.name!r} is of an earlier time: write it as a derived metric")


def _derived(made_of: Metrics, metric: Metric) -> dict[str, Any]:
    formula = (metric.type_params.expr or "").strip()
    try:
        named = columns(parse_formula(formula))
    except ExpressionError as error:
        raise UntranslatableError(f"its formula cannot be written here: {error}") from error
    inputs: dict[str, Any] = {}
    for given in metric.type_params.metrics or ():
        alias = given.alias or given.name
        words = _input(made_of, metric, given)
        if words != {"metric": alias} and alias in named:
            inputs[alias] = words
    missing = set(named) - {given.alias or given.name for given in metric.type_params.metrics or ()}
    if missing:
        raise UntranslatableError(f"its formula names {', '.join(sorted(missing))}, which is none of its inputs")
    return {"type": "derived", "expr": formula, **({"inputs": inputs} if inputs else {})}


def _input(made_of: Metrics, metric: Metric, given: Input) -> dict[str, Any]:
    if given.offset_to_grain:
        why = f"'offset_to_grain: {given.offset_to_grain}' (the value at the beginning of a period) has no counterpart"
        raise UntranslatableError(why)
    words: dict[str, Any] = {"metric": made_of.standing(given.name)}
    if given.offset_window:
        words["offset"] = _length(given.offset_window)
    filters = (*given.filter, *metric.filter)
    if filters:
        aggregate = made_of.aggregate(Input(name=given.name, filter=filters), measure=False)
        only = Aggregate(aggregate.facts, "count", "*", time=aggregate.time, filters=filters)
        words["filter"] = measure_words(only, made_of.sources)["filter"]
    return words


def _cumulative(made_of: Metrics, metric: Metric) -> dict[str, Any]:
    params, inside = metric.type_params, metric.type_params.cumulative_type_params
    window = (inside and inside.window) or params.window
    to_date = (inside and inside.grain_to_date) or params.grain_to_date
    if not (window or to_date):
        raise UntranslatableError(
            "it accumulates without end: here a cumulative metric has a window or a grain to date"
        )
    if to_date and to_date not in _GRAINS:
        raise UntranslatableError(f"there is no grain {to_date!r} here")
    if inside and inside.period_agg:
        why = f"'period_agg: {inside.period_agg}' is not kept: a longer period shows the figure at its own end"
        made_of.notes.append(Note(f"metric {metric.name}", why))
    reach = {"window": _length(window)} if window else {"grain_to_date": to_date}
    return {"type": "cumulative", "metric": _accumulated(made_of, metric), **reach}


def _accumulated(made_of: Metrics, metric: Metric) -> str:
    """The metric that is accumulated; one is made for a measure or a filter that no metric shows."""
    inside = metric.type_params.cumulative_type_params
    other = inside.metric if inside else None
    given = metric.type_params.measure or other
    if given is None:
        raise UntranslatableError("it names nothing to accumulate")
    subject, filters = f"metric {metric.name}", (*given.filter, *metric.filter)
    made_of.notes.extend(query_notes(subject, given, filled=False))
    if not filters and other:
        return made_of.standing(other.name)
    if not filters and given.name in made_of.measures:
        name = made_of.shown_by(given.name) or made_of.shown_measure(given.name)
        return made_of.standing(name) if name in made_of.theirs else name or _gone(given.name)
    name = f"{metric.name}_base"
    asked = given.model_copy(update={"filter": filters})
    made_of.put(name, {}, made_of.shown(subject, made_of.aggregate(asked, measure=other is None)))
    made_of.remarks[name] = (f"What {metric.name} accumulates.",)
    return name


def _gone(measure: str) -> str:
    raise UntranslatableError(f"it needs the measure {measure!r}, which has no counterpart")


def _conversion(made_of: Metrics, metric: Metric) -> dict[str, Any]:
    params = metric.type_params.conversion_type_params
    if params is None:
        raise UntranslatableError("it does not say which events it compares")
    if params.calculation != "conversion_rate":
        raise UntranslatableError(f"'calculation: {params.calculation}': here a conversion is a share, not a number")
    if params.window is None:
        raise UntranslatableError("it has no window: here a conversion must follow within one")
    events = [
        _event(made_of, metric, params.base_measure, params.base_metric, metric.filter),
        _event(made_of, metric, params.conversion_measure, params.conversion_metric),
    ]
    base, then = (measure_words(event, made_of.sources) for event in events)
    same = [
        {"base": _column(events[0], one.base_property), "conversion": _column(events[1], one.conversion_property)}
        for one in params.constant_properties or ()
    ]
    entity = {_column(event, params.entity) for event in events}
    if len(entity) > 1:
        raise UntranslatableError(f"the entity {params.entity!r} is not the same column on both sides")
    made = {"type": "conversion", "base": base, "conversion": then, "entity": entity.pop()}
    made |= {"window": _length(params.window), "format": "percent"}
    return made | ({"constant_properties": same} if same else {})


def _event(
    made_of: Metrics, metric: Metric, measure: Input | None, other: Input | None, filters: tuple[str, ...] = ()
) -> Aggregate:
    """One side of a conversion, told by a measure or by a simple metric; its own filter is for the base alone."""
    given = measure or other
    if given is None:
        raise UntranslatableError("it lacks its base or its conversion")
    made_of.notes.extend(query_notes(f"metric {metric.name}", given, filled=given.fill_nulls_with != 0))
    asked = given.model_copy(update={"filter": (*given.filter, *filters)})
    return made_of.aggregate(asked, measure=measure is not None)


def _column(event: Aggregate, element: str) -> str:
    plain = event.facts.element(element, None) or element
    if plain not in event.facts.expressions:
        raise UntranslatableError(f"{element!r} is not of the semantic model {event.facts.name!r}")
    return expression(event.facts.expressions[plain])


def _length(window: str) -> str:
    """A length of time as this format writes it. Raises :class:`UntranslatableError` for a grain of their own."""
    try:
        return str(_LENGTH.validate_python(window))
    except ValidationError:
        raise UntranslatableError(f"there is no length of time {window!r} here") from None


MAKERS: Mapping[str, Maker] = {
    "simple": _simple,
    "ratio": _ratio,
    "derived": _derived,
    "cumulative": _cumulative,
    "conversion": _conversion,
}
"""How each type of metric is made."""
