"""The newer spelling of MetricFlow, and the semantic manifest, say the same; what is written wrong is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scorecard.definition import Conversion, Cumulative, Derived, Ratio, Simple
from scorecard.faults import Faulty
from scorecard.interop.metricflow import convert
from tests.unit.scorecard.interop.shop import LEGACY, loaded, made, notes

LATEST = """\
models:
  - name: orders
    description: Orders.
    semantic_model: {enabled: true}
    agg_time_dimension: ordered_at
    columns:
      - {name: order_id, entity: {type: primary, name: order}}
      - {name: team_id, entity: {type: foreign, name: team}}
      - {name: ordered_at, granularity: day, dimension: {type: time}}
      - {name: order_status, dimension: {type: categorical, name: status}}
      - {name: unrelated}
    derived_semantics:
      dimensions:
        - {name: size, type: categorical, expr: "case when amount > 100 then 'large' else 'small' end"}
    metrics:
      - {name: order_count, type: simple, label: Orders, agg: count, expr: 1}
      - {name: p95, type: simple, agg: percentile, expr: amount, percentile: 95.0, percentile_type: continuous}
      - name: balance
        type: simple
        agg: sum
        expr: owed
        non_additive_dimension: {name: ordered_at, window_agg: max, group_by: [team]}
      - {name: large, type: simple, agg: count, expr: 1, filter: "{{ Dimension('order__size') }} = 'large'", hidden: 1}
      - name: large_share
        type: ratio
        numerator: large
        denominator: {name: order_count}
      - name: change
        type: derived
        expr: order_count - before
        input_metrics: [order_count, {name: order_count, alias: before, offset_window: 1 year}]
metrics:
  - {name: rolling, type: cumulative, window: 1 month, input_metric: order_count, period_agg: last}
  - name: conv
    type: conversion
    entity: order
    base_metric: order_count
    conversion_metric: large
    window: 2 days
  - name: conv_n
    type: conversion
    entity: order
    calculation: conversions
    base_metric: order_count
    conversion_metric: large
    window: 2 days
"""


def test_what_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(Faulty, match="it is not UTF-8 text"):
        convert(tmp_path)


def test_the_newer_spelling(tmp_path: Path) -> None:
    definition, converted = made(tmp_path, models=LATEST)
    metrics = definition.metrics
    assert definition.sources["orders"].dimensions == {
        "status": "order_status",
        "size": "case when amount > 100 then 'large' else 'small' end",
    }
    assert definition.sources["orders"].units == {"team": "team_id"}
    p95, balance, count = metrics["p95"], metrics["balance"], metrics["order_count"]
    assert isinstance(p95, Simple)
    assert p95.percentile == 0.95
    assert isinstance(balance, Simple)
    assert balance.non_additive is not None
    assert balance.non_additive.by == ("team",)
    assert isinstance(count, Simple)
    assert (count.agg, count.expr) == ("count", None)
    assert isinstance(metrics["large_share"], Ratio)
    assert isinstance(metrics["rolling"], Cumulative)
    assert isinstance(metrics["conv"], Conversion)
    assert isinstance(metrics["change"], Derived)
    told = notes(converted)
    assert "'hidden'" in told["metric large"]
    assert "period_agg: last" in told["metric rolling"]
    assert "not a number" in told["metric conv_n"]


MANIFEST: dict[str, Any] = {
    "semantic_models": [
        {
            "name": "visits",
            "node_relation": {
                "alias": "fct_visits",
                "schema_name": "marts",
                "database": "prod",
                "relation_name": '"x"',
            },
            "defaults": {"agg_time_dimension": "at"},
            "primary_entity": "visit",
            "entities": [
                {"name": "engineer", "type": "FOREIGN", "expr": "engineer_id", "metadata": {"file_slice": {}}}
            ],
            "dimensions": [
                {"name": "at", "type": "TIME", "expr": None, "type_params": {"time_granularity": "DAY"}},
                {"name": "fixed", "type": "categorical", "expr": None, "type_params": None, "config": {"meta": {}}},
            ],
            "measures": [{"name": "n", "agg": "count", "expr": "1", "agg_params": None, "create_metric": False}],
        }
    ],
    "metrics": [
        {
            "name": "fixed_visits",
            "type": "simple",
            "type_params": {
                "measure": {"name": "n", "filter": None, "alias": None, "fill_nulls_with": None},
                "input_measures": [{"name": "n"}],
                "window": None,
            },
            "filter": {"where_filters": [{"where_sql_template": "{{ Dimension('visit__fixed') }}"}]},
            "config": {"meta": {}, "group": None},
            "time_granularity": None,
        },
        {
            "name": "visits_2w",
            "type": "simple",
            "type_params": {"metric_aggregation_params": {"semantic_model": "visits", "agg": "count"}, "expr": "1"},
        },
        {
            "name": "before",
            "type": "derived",
            "type_params": {
                "expr": "b",
                "metrics": [{"name": "visits_2w", "alias": "b", "offset_window": {"count": 14, "granularity": "day"}}],
            },
        },
    ],
    "project_configuration": {"time_spines": [{"primary_column": {"name": "ds"}}]},
    "saved_queries": [],
}


def test_a_semantic_manifest(tmp_path: Path) -> None:
    file = tmp_path / "semantic_manifest.json"
    file.write_text(json.dumps(MANIFEST), encoding="utf-8")
    definition, converted = loaded(tmp_path, convert(file))
    assert definition.sources["visits"].table == "marts.fct_visits"
    assert definition.sources["visits"].time == "at"
    fixed, before = definition.metrics["fixed_visits"], definition.metrics["before"]
    assert isinstance(fixed, Simple)
    assert (fixed.filter, fixed.expr) == ("fixed", None)
    assert isinstance(before, Derived)
    assert str(before.inputs["b"].offset) == "14 days"
    assert notes(converted) == {
        "semantic model visits": "the database 'prod' is not kept: `warehouse.url` says which one",
        "project configuration, time_spines": "the calendar needs no table of days here",
    }


@pytest.mark.parametrize(
    ("filter_", "reason"),
    [
        ("{{ Dimension('order__status') | upper }} = 'X'", "not a plain reference"),
        ("{% if x %} 1 = 1 {% endif %}", "not a plain reference"),
        ("{{ Metric('order_count', group_by=['customer']) }} > 2", "not a column"),
        ("{{ Dimension('order__status', entity_path=['customer']) }} = 'x'", "join"),
        ("{{ TimeDimension('order__ordered_at', 'month') }} = '2026-01-01'", "by month"),
        ("{{ Dimension('order__status') }} ilike 'x%'", "ilike"),
        ("{{ Dimension('order__nothing') }} = 1", "not of this semantic model"),
        ("{{ __import__('os').getcwd() }} = 1", "not a plain reference"),
    ],
)
def test_a_filter_that_is_not_exactly_expressible_is_refused(tmp_path: Path, filter_: str, reason: str) -> None:
    metric = {"name": "x", "type": "simple", "filter": filter_, "type_params": {"measure": "order_count"}}
    definition, converted = made(tmp_path, models=LEGACY, metrics=json.dumps({"metrics": [metric]}))
    assert "x" not in definition.metrics
    assert reason in notes(converted)["metric x"]


def test_a_cycle_of_metrics_is_named(tmp_path: Path) -> None:
    metrics = [
        {"name": name, "type": "derived", "type_params": {"expr": other, "metrics": [other]}}
        for name, other in (("a", "b"), ("b", "a"))
    ]
    definition, converted = made(tmp_path, models=LEGACY, metrics=json.dumps({"metrics": metrics}))
    assert not {"a", "b"} & definition.metrics.keys()
    assert "made of itself" in notes(converted)["metric b"]
    assert "it needs the metric 'b'" in notes(converted)["metric a"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("semantic_models: [", "x.yml:2:1: cannot be read as YAML"),
        ("models: []", "holds no semantic models and no metrics"),
        ("metrics: [{name: a, type: odd}]", "x.yml:1:1: metrics.a.type: input should be 'simple'"),
        ("metrics: [{name: a, type: derived}, {name: a, type: derived}]", "the metric 'a' is defined 2 times"),
        ("metrics: [{name: a, type: simple, type_params: {measure: m}}]", "nothing in it can be measured here"),
        ("metrics: [{name: a, type: simple}]", "metrics.a.type_params.metric_aggregation_params.agg: input should"),
        ("metrics: [7]", "metrics[0]"),
        ("models: [{name: a, semantic_model: true, columns: 7}]", "x.yml"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_file(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "x.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Faulty) as raised:
        convert(file)
    assert told in str(raised.value)


def test_a_measure_that_makes_a_metric_of_itself_is_one(tmp_path: Path) -> None:
    text = """\
semantic_models:
  - name: plans
    model: ref('plans')
    defaults: {agg_time_dimension: begun}
    entities: [{name: plan, type: primary, expr: plan_id}]
    dimensions: [{name: begun, type: time, type_params: {time_granularity: day}}, {name: state, type: categorical}]
    measures: [{name: plans, agg: sum, expr: 1, create_metric: true, label: Plans}]
metrics:
  - {name: left, type: simple, filter: "{{ Dimension('plan__state') }} = 'left'", type_params: {measure: plans}}
  - {name: churn, type: derived, type_params: {expr: left / plans, metrics: [left, plans]}}
"""
    definition, converted = made(tmp_path, models=text)
    assert definition.metrics["churn"].model_dump()["expr"] == "left / plans"
    assert definition.label("plans") == "Plans"
    assert "metric churn" not in notes(converted)


def test_folders_that_are_not_the_projects_own_are_passed_over(tmp_path: Path) -> None:
    for folder in ("target", "dbt_packages", ".git"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "broken.yml").write_text("a: [", encoding="utf-8")
    assert made(tmp_path, models=LEGACY)[0].metrics
