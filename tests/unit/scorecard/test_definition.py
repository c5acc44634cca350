"""The models: what they accept, what they refuse, the schema for editors and the reference for people."""

from datetime import date, datetime
from pathlib import Path

import jsonschema
import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from scorecard.definition import Band, Definition, Duration, Ratio, Simple, TargetMetric, TargetTable
from scorecard.definition.base import Day, Length, Moment, Name
from scorecard.definition.errors import keys_at
from scorecard.definition.schema import reference, schema
from scorecard.yamlfile import parse

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "count", "unit", "seconds"),
    [
        ("60s", 60, "second", 60), ("14 days", 14, "day", 1_209_600), ("1 year", 1, "year", 366 * 86_400),
        ("2 weeks", 2, "week", 1_209_600), ("1h", 1, "hour", 3_600), ("5 min", 5, "minute", 300),
        ("1 month", 1, "month", 31 * 86_400), ("1 quarter", 1, "quarter", 92 * 86_400), (" 3 d ", 3, "day", 259_200),
    ],
)  # fmt: skip
def test_lengths_of_time_are_read_as_people_write_them(text, count, unit, seconds):
    duration = TypeAdapter(Length).validate_python(text)
    assert duration == Duration(count, unit)
    assert duration.seconds == seconds


@pytest.mark.parametrize(
    "value", ["days", "1", 60, "1 fortnight", "-1 day", "1.5 h", "101 years", "9999999 s", None, []]
)
def test_other_lengths_of_time_are_refused(value):
    with pytest.raises(ValidationError):
        TypeAdapter(Length).validate_python(value)


def test_dates_are_read_from_text_and_from_nothing_else():
    assert TypeAdapter(Day).validate_python("2026-04-01") == date(2026, 4, 1)
    assert TypeAdapter(Moment).validate_python("2026-04-01") == date(2026, 4, 1)
    assert TypeAdapter(Moment).validate_python("2026-04-01T22:30") == datetime(2026, 4, 1, 22, 30)
    assert TypeAdapter(Moment).validate_python("2026-04-01T22:30Z").tzinfo is not None


@pytest.mark.parametrize(
    "value", ["2026-02-30", "20260401", "1774915200", 1774915200, 2026, True, "0001-01-01", "9999-01-01", None]
)
def test_other_dates_are_refused(value):
    for kind in (Day, Moment):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize("value", ["", "1st", "_x", "a b", "ä", "a" * 65, "a.b", 5])
def test_names_are_plain(value):
    with pytest.raises(ValidationError):
        TypeAdapter(Name).validate_python(value)


def metric(**keys: object) -> object:
    return Definition.model_validate({"metrics": {"m": {"source": "s", "agg": "count"} | keys}}).metrics["m"]


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (0.88, float), (3, float), ([{"from": "2026-04-01", "value": 1}], tuple), ({"default": 1, "team:N": 2}, dict),
        ({"table": "t", "metric": "m", "value": "v"}, TargetTable), ({"metric": "x", "offset": "1 year"}, TargetMetric),
        ({"low": 0.8, "high": 0.95}, Band),
    ],
)  # fmt: skip
def test_a_target_has_six_shapes(target, kind):
    assert isinstance(metric(target=target).target, kind)


def test_a_metric_is_simple_unless_its_type_says_otherwise():
    assert isinstance(metric(), Simple)
    ratio = Definition.model_validate(
        {"metrics": {"m": {"type": "ratio", "numerator": "a", "denominator": {"agg": "count"}}}}
    )
    assert isinstance(ratio.metrics["m"], Ratio)


@pytest.mark.parametrize(
    "keys",
    [
        {"agg": "sum"}, {"agg": "percentile", "expr": "x"}, {"agg": "percentile", "expr": "x", "percentile": 95},
        {"percentile": 0.5}, {"outcome": "yes"}, {"target": True}, {"target": []}, {"target": {}}, {"tolerance": -1},
        {"feeds": "nps"}, {"feeds": [{"effect": "raises"}]}, {"colour": "red"}, {"target": {"low": 2, "high": 1}},
    ],
)  # fmt: skip
def test_a_metric_refuses(keys):
    with pytest.raises(ValidationError):
        metric(**keys)


def test_a_definition_is_made_again_from_what_it_dumps():
    first = Definition.model_validate(yaml.safe_load(EXAMPLE))
    assert Definition.model_validate(first.model_dump(by_alias=True, mode="json")) == first
    assert Definition.model_validate(first.model_dump(by_alias=True)) == first


EXAMPLE = """
title: North
calendar: {as_of: "2026-03-01T12:00", history: {day: 3}}
organisation: {levels: [all, team]}
sources: {s: {table: t, time: at, key: [a, b], late_after: 14 days}, q: {query: select 1, time: at, key: a}}
metrics:
  n: {type: nps, source: s, expr: score, outcome: true, target: {metric: r, offset: 1 year, times: 1.05}}
  r: {type: ratio, source: s, numerator: {agg: sum, expr: x}, denominator: n, feeds: [n, {metric: d, lag: 2 weeks}]}
  d: {type: derived, expr: n / last, inputs: {last: {metric: n, offset: 1 year}},
      target: [{from: "2026-04-01", value: 1}]}
  c: {type: cumulative, metric: r, grain_to_date: quarter, target: {low: 1, high: 2}, direction: in_range}
  v: {type: conversion, base: {agg: count, source: s}, conversion: {agg: count, source: s}, entity: e, window: 7 days,
      constant_properties: [a, {base: b, conversion: c}]}
  i: {type: index, of: {r: 1, n: 2.5}, target: {default: 1, "team:N": 2}}
  b: {source: s, agg: count, non_additive: {window: last, by: [team]}, target: {table: t, metric: m, value: v, from: f}}
journey: [{id: a, moment_of_truth: {label: x, weight: 2}}, {id: b, after: a}, {id: c, after: [a, b]}]
changes: [{id: c, from: "2026-03-02", moves: {metric: n, by: 1, within: 8 weeks}}]
displays: [{id: d, unit: "team:N", scenes: [thread]}]
tests: [{metric: n, grain: month, period: "2026-03-01", value: null}]
"""


@pytest.fixture(scope="module")
def editor() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema())


def test_the_schema_is_one_and_accepts_what_the_models_accept(editor):
    assert editor.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    editor.check_schema(editor.schema)
    editor.validate(yaml.safe_load(EXAMPLE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: North", "titel: North"),
        ("type: ratio", "type: ration"),
        ("day: 3", "day: x"),
        ("n, {metric", "n, {metrik"),
        ("late_after: 14 days", "late_after: 14"),
        ("scenes: [thread]", "scenes: [threads]"),
        ("weight: 2", "weight: 0"),
    ],
)
def test_the_schema_refuses_what_the_models_refuse(editor, old, new):
    data = yaml.safe_load(EXAMPLE.replace(old, new))
    with pytest.raises(ValidationError):
        Definition.model_validate(data)
    assert not editor.is_valid(data)


def test_everything_in_the_schema_is_described():
    parts = {"Definition": schema(), **schema()["$defs"]}
    bare = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, field in part.get("properties", {}).items()
        if "description" not in field
    ]
    assert bare == []
    assert all(part.get("title") and part.get("description") for part in parts.values())


@pytest.mark.parametrize(
    "file", sorted((ROOT / "config").rglob("*.yaml")), ids=lambda file: str(file.relative_to(ROOT))
)
def test_the_schema_accepts_the_scorecards_that_come_with_the_program(editor, file):
    editor.validate(parse(file.read_bytes(), file.name).root.plain())


def test_the_reference_is_up_to_date():
    file = ROOT / "docs" / "reference" / "configuration.md"
    assert file.read_text() == reference(), "write scorecard.definition.schema.reference() into it"


@pytest.mark.parametrize(
    ("location", "key"),
    [
        ((), "metrics"),
        (("calendar",), "week_starts"),
        (("metrics", "m", "‹ratio"), "numerator"),
        (("nowhere", "at", 3), None),
        (("metrics", "m", "‹simple", "feeds", 0), "lag"),
        (("metrics", "m", "‹simple", "target", "‹steps", 0), "from"),
        (("journey", 0, "moment_of_truth"), "weight"),
        (("metrics", "m", "‹ratio", "numerator", "‹measure"), "agg"),
    ],
)
def test_known_keys_are_found_at_any_location(location, key):
    assert key in keys_at(Definition, location) if key else keys_at(Definition, location) == []
