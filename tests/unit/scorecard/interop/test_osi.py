"""The Open Semantic Interchange: our own export comes back as it was; anybody's model comes as far as it goes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.definition import Definition, Ratio, Simple
from scorecard.expression import ExpressionError, parse
from scorecard.faults import Faulty
from scorecard.interop.notes import Converted
from scorecard.interop.osi import convert, export
from scorecard.interop.osi.format import VENDOR
from scorecard.interop.writing import document
from scorecard.loader import load

CONFIGS = Path(__file__).parents[4] / "config"


def returned(definition: Definition, folder: Path) -> tuple[dict[str, Any], Converted, Definition]:
    """Export, write, read again; then through our own YAML, as the command does."""
    made, _ = export(definition)
    (folder / "model.json").write_text(json.dumps(made), encoding="utf-8")
    back = convert(folder / "model.json")
    out = folder / "back"
    out.mkdir(exist_ok=True)
    (out / "scorecard.yaml").write_text(document(back), encoding="utf-8")
    return made, back, load(out, {}).checked()


def without_address(definition: Definition) -> Definition:
    plain = Definition().warehouse.url
    return definition.model_copy(update={"warehouse": definition.warehouse.model_copy(update={"url": plain})})


@pytest.mark.parametrize("config", ["broadband", "servicedesk"])
def test_our_own_export_comes_back_as_it_was(config: str, tmp_path: Path) -> None:
    definition = load(CONFIGS / config, os.environ).checked()
    made, back, again = returned(definition, tmp_path)
    assert again == without_address(definition)
    assert list(again.metrics) == list(definition.metrics)
    assert back.notes == ()
    assert not list(_misshapen(made))


_KEYS = {
    "document": ({"version", "semantic_model"}, {"version", "semantic_model"}),
    "model": ({"name", "datasets"}, {"name", "description", "ai_context", "datasets", "relationships", "metrics"}),
    "dataset": (
        {"name", "source"},
        {"name", "source", "primary_key", "unique_keys", "description", "fields", "metrics"},
    ),
    "field": ({"name", "expression"}, {"name", "expression", "dimension", "label", "description", "datatype"}),
    "metric": ({"name", "expression"}, {"name", "expression", "description", "datatype", "ai_context"}),
}
"""What the specification's schema (0.2.0.dev0) requires and allows of each object."""


def _misshapen(made: dict[str, Any]) -> Iterator[str]:
    model = made["semantic_model"][0]
    fields = [("field", one) for dataset in model["datasets"] for one in dataset["fields"]]
    metrics = [("metric", one) for one in model["metrics"]]
    datasets = [("dataset", one) for one in model["datasets"]]
    for kind, one in [("document", made), ("model", model), *datasets, *fields, *metrics]:
        required, allowed = _KEYS[kind]
        if not (required <= one.keys() <= allowed | {"custom_extensions"}):
            yield f"{kind}: {sorted(one)}"
        for extension in one.get("custom_extensions", ()):
            if set(extension) != {"vendor_name", "data"} or not isinstance(json.loads(extension["data"]), dict):
                yield f"{kind}: {extension}"
        for dialect in one.get("expression", {}).get("dialects", ()):
            if set(dialect) != {"dialect", "expression"} or dialect["dialect"] != "ANSI_SQL":
                yield f"{kind}: {dialect}"


names = st.sampled_from(["a", "b", "c-d", "order", "at", "count_2"])
columns = st.sampled_from(["x", "y", '"order"', "x + 1", "nullif(y, 'n')", "weekday(x)", "lower(y)", '"od""d"'])
conditions = st.sampled_from(
    ["x > 1", "y in ('a', 'b')", "not z", "hour(x) between 1 and 5", "y is null", "x / y > 0.5"]
)
measures = st.one_of(
    st.fixed_dictionaries({"agg": st.just("count")}, optional={"filter": conditions}),
    st.fixed_dictionaries(
        {"agg": st.sampled_from(["sum", "average", "median", "count_distinct", "sum_boolean"]), "expr": columns},
        optional={"filter": conditions},
    ),
    st.fixed_dictionaries({"agg": st.just("percentile"), "expr": columns, "percentile": st.sampled_from([0.1, 0.95])}),
)
sources = st.fixed_dictionaries(
    {"table": st.sampled_from(["t", "s.t", "odd table"]), "time": columns},
    optional={
        "units": st.dictionaries(st.sampled_from(["team", "worker"]), columns, max_size=2),
        "dimensions": st.dictionaries(names, columns, max_size=3),
        "case": columns,
        "customer": columns,
        "key": st.lists(columns, min_size=1, max_size=2, unique=True),
        "late_after": st.just("3 days"),
    },
) | st.fixed_dictionaries({"query": st.just("SELECT 1 AS x, '1e5' AS y"), "time": columns})
shared = {
    "label": st.sampled_from(["A", "1e5", "yes", "é: # 'x'"]),
    "target": st.sampled_from([1, 0.5]),
    "level": st.just("team"),
}


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Small definitions of every type of metric, with names and columns that are awkward in SQL and in YAML."""
    made = draw(st.dictionaries(names, sources, min_size=1, max_size=2))
    source = st.sampled_from(sorted(made))
    metrics: dict[str, Any] = {
        "base": {"source": draw(source), **draw(measures), **draw(st.fixed_dictionaries({}, optional=shared))},
        "share": {"type": "ratio", "source": draw(source), "numerator": draw(measures), "denominator": draw(measures)},
        "of_base": {"type": "ratio", "numerator": "base", "denominator": "base", "filter": draw(conditions)},
        "made": {
            "type": "derived",
            "expr": draw(st.sampled_from(["base / 2", "share - 1", "ln(base)", "coalesce(share, 0)"])),
        },
        "before": {"type": "derived", "expr": "b", "inputs": {"b": {"metric": "base", "offset": "1 year"}}},
        "rolling": {"type": "cumulative", "metric": "base", "window": "28 days"},
        "score": {"type": "nps", "source": draw(source), "expr": draw(columns), "outcome": True},
        "aimed": {"source": draw(source), "agg": "count", "target": 3},
        "all_of_it": {"type": "index", "of": {"aimed": 1}},
    }
    metrics["level"] = {"source": draw(source), "agg": "sum", "expr": "x", "non_additive": {"window": "last"}}
    return Definition.model_validate({"title": draw(st.sampled_from(["A", "é"])), "sources": made, "metrics": metrics})


@settings(max_examples=40)
@given(definitions())
def test_any_definition_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, definition: Definition) -> None:
    made, back, again = returned(definition, tmp_path_factory.mktemp("osi"))
    assert again == definition
    assert back.notes == ()
    assert not list(_misshapen(made))


def test_what_only_our_extension_carries_is_named() -> None:
    definition = Definition.model_validate(
        {
            "warehouse": {"url": "duckdb:///secret.duckdb"},
            "sources": {"s": {"table": "t", "time": "at_", "dimensions": {"day": "weekday(at_)"}}},
            "metrics": {
                "n": {"source": "s", "agg": "count"},
                "rolling": {"type": "cumulative", "metric": "n", "window": "7 days"},
                "waited": {"source": "s", "agg": "average", "expr": "seconds_between(at_, b)"},
            },
        }
    )
    made, notes = export(definition)
    assert [note.subject for note in notes] == ["metric rolling", "metric waited", "source s, day", "warehouse.url"]
    assert "secret" not in json.dumps(made)
    assert [metric["name"] for metric in made["semantic_model"][0]["metrics"]] == ["n"]


def test_metrics_are_standard_sql_over_declared_fields() -> None:
    definition = Definition.model_validate(
        {
            "sources": {"visits": {"table": "v", "time": "at_", "dimensions": {"minutes": "region"}}},
            "metrics": {"m": {"source": "visits", "agg": "sum", "expr": "minutes", "filter": "region = 'N'"}},
        }
    )
    model = export(definition)[0]["semantic_model"][0]
    fields = {one["name"]: one["expression"]["dialects"][0]["expression"] for one in model["datasets"][0]["fields"]}
    assert fields == {"at_": "at_", "region": "region", "minutes": "minutes"}
    [metric] = model["metrics"]
    text = metric["expression"]["dialects"][0]["expression"]
    assert text == "SUM(CASE WHEN (visits.region = 'N') THEN visits.minutes END)"


def test_a_change_made_elsewhere_wins_over_our_extension(tmp_path: Path) -> None:
    definition = Definition.model_validate(
        {
            "sources": {"visits": {"table": "v", "time": "at_"}},
            "metrics": {"m": {"source": "visits", "agg": "sum", "expr": "minutes", "label": "Minutes"}},
        }
    )
    made, _ = export(definition)
    metric = made["semantic_model"][0]["metrics"][0]
    metric["expression"]["dialects"][0]["expression"] = "AVG(visits.minutes)"
    (tmp_path / "edited.yaml").write_text(yaml.safe_dump(made), encoding="utf-8")
    words = convert(tmp_path / "edited.yaml").sections["metrics"]["m"]
    assert words == {"label": "Minutes", "source": "visits", "agg": "average", "expr": "minutes"}


def _field(name: str, expression: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "expression": {"dialects": [{"dialect": "ANSI_SQL", "expression": expression}]}, **more}


FOREIGN: dict[str, Any] = {
    "version": "0.2.0.dev0",
    "semantic_model": [
        {
            "name": "sales_analytics",
            "ai_context": {"instructions": "Use it."},
            "datasets": [
                {
                    "name": "orders",
                    "source": "sales.public.orders",
                    "primary_key": ["order_id"],
                    "unique_keys": [["order_number"]],
                    "fields": [
                        _field("order_id", "order_id"),
                        _field("customer_id", "customer_id"),
                        _field("team", "team"),
                        _field("order_date", "order_date", datatype="Date"),
                        _field("net", "amount - discount"),
                        _field("name", "first || last"),
                    ],
                    "metrics": [_field("orders_made", "COUNT(order_id)")],
                    "custom_extensions": [{"vendor_name": "DBT", "data": "{}"}],
                },
                {"name": "customers", "source": "sales.public.customers", "fields": []},
            ],
            "relationships": [{"name": "o2c", "from": "orders", "to": "customers"}],
            "metrics": [
                _field("revenue", "SUM(orders.net)", description="Money."),
                _field(
                    "value", "SUM(CASE WHEN orders.team = 'N' THEN orders.net END) / NULLIF(COUNT(orders.order_id), 0)"
                ),
                _field("buyers", "COUNT(DISTINCT orders.customer_id)"),
                _field("high", "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY orders.net)"),
                _field("mixed", "SUM(orders.net) / COUNT(DISTINCT customers.id)"),
                _field("more", "SUM(orders.net) + 1"),
            ],
        }
    ],
}


def test_anybodys_model_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(yaml.safe_dump(FOREIGN), encoding="utf-8")
    converted = convert(tmp_path / "model.yaml")
    definition = Definition.model_validate(converted.sections)
    orders = definition.sources["orders"]
    assert (orders.table, orders.time, orders.key, orders.units) == (
        "public.orders", "order_date", ("order_id",), {"team": "team"},
    )  # fmt: skip
    assert (orders.case, orders.customer, orders.dimensions) == (
        "order_id",
        "customer_id",
        {"net": "amount - discount"},
    )
    value, high = definition.metrics["value"], definition.metrics["high"]
    assert isinstance(value, Ratio)
    assert not isinstance(value.numerator, str)
    assert (value.numerator.expr, value.numerator.filter) == ("(amount - discount)", "team = 'N'")
    assert isinstance(high, Simple)
    assert (high.agg, high.percentile) == ("percentile", 0.9)
    assert set(definition.metrics) == {"revenue", "value", "buyers", "high", "orders_made"}
    assert {note.subject for note in converted.notes} == {
        "semantic model sales_analytics", "dataset orders", "dataset orders, field name", "dataset customers",
        "relationship o2c", "metric mixed", "metric more",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "cannot be read as YAML"),
        ("[]", "input should be a valid dictionary"),
        ("semantic_model: [{name: a}]", "semantic_model[0].datasets: field required"),
        (
            yaml.safe_dump({"semantic_model": [{"name": "a", "datasets": [{"name": "b", "source": "c"}]}]}),
            "nothing in it",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_its_file(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Faulty) as raised:
        convert(file)
    assert told in str(raised.value)
    assert "x.yaml" in str(raised.value)


def test_the_awkward_columns_of_the_examples_are_what_they_are_meant_to_be() -> None:
    assert parse('"od""d"') != parse("odd")
    with pytest.raises(ExpressionError):
        parse("odd table")
    assert VENDOR == "GOLDEN_THREAD"


LOOSE = """\
name: shop
datasets:
  - name: orders
    source: {kind: HIVE_CATALOG, format: table, identifier: lake.sales.orders}
    fields: [{name: ordered_at, expression: ordered_at, datatype: Date}, {name: amount, expression: amount}]
  - name: large
    source: {format: SQL_QUERY, query: "WITH a AS (SELECT 1) SELECT * FROM orders, a WHERE amount > 10"}
    fields: [{name: at, expression: ordered_at, dimension: {is_time: true}}, {name: amount, expression: amount}]
  - name: events
    source: {kind: file, locations: ["events/*.parquet"]}
    fields: [{name: at, expression: at, datatype: DateTime}]
metrics:
  - {name: revenue, expression: "SUM(orders.amount)"}
  - {name: most, expression: "MAX(large.amount)"}
  - {name: events_seen, expression: "COUNT(events.at)"}
"""


def test_a_model_that_stands_alone_with_sources_of_every_kind(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(LOOSE, encoding="utf-8")
    converted = convert(tmp_path / "shop.yaml")
    sources = converted.sections["sources"]
    assert sources["orders"]["table"] == "sales.orders"
    assert sources["large"]["query"].startswith("WITH a AS")
    assert sources["events"]["table"] == "events"
    assert list(converted.sections["metrics"]) == ["revenue", "most", "events_seen"]
    told = " ".join(map(str, converted.notes))
    assert "kind: HIVE_CATALOG" in told
    assert "events/*.parquet" in told
    assert "warehouse.files" in told


def test_an_ontology_is_not_taken_for_a_model(tmp_path: Path) -> None:
    (tmp_path / "flights.yaml").write_text("name: Flights\nontology:\n- concept: Feet\n", encoding="utf-8")
    with pytest.raises(Faulty, match="an ontology and no semantic model"):
        convert(tmp_path / "flights.yaml")
