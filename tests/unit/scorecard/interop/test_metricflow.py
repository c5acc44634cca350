"""MetricFlow's semantic models and metrics become a scorecard that loads; whatever does not is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from scorecard.definition import Conversion, Cumulative, Definition, Derived, Ratio, Simple
from scorecard.interop.notes import Converted
from scorecard.interop.writing import document
from tests.unit.scorecard.interop.shop import LEGACY, METRICS, made, notes


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Definition, Converted]:
    return made(tmp_path, models=LEGACY, metrics=METRICS)


def test_semantic_models_become_sources(shop: tuple[Definition, Converted]) -> None:
    definition, _ = shop
    orders = definition.sources["orders"]
    assert (orders.table, orders.time, orders.key) == (None, "ordered_at", ("order_id",))
    assert orders.units == {"worker": "agent_id"}
    assert (orders.case, orders.customer) == ("order_id", "customer_id")
    assert orders.dimensions == {
        "listing": "listing_id",
        "status": "status",
        "is_bulk": "case when quantity > 10 then true else false end",
        "customer": "customer_id",
        "month": "month_computed",
    }
    assert definition.organisation.levels == ("company", "worker")
    assert definition.sources["orders_by_paid_at"].time == "paid_at"


def test_measures_and_simple_metrics(shop: tuple[Definition, Converted]) -> None:
    metrics = shop[0].metrics
    orders = metrics["order_count"]
    assert isinstance(orders, Simple)
    assert (orders.label, orders.source, orders.agg, orders.expr) == ("Orders", "orders", "sum", "1")
    assert metrics["revenue_total"].description == "Money in."
    assert "order_count_measure" not in metrics, "a metric shows it as it is"
    assert metrics["buyers"].agg == "count_distinct"
    slowest, backlog = metrics["slowest"], metrics["open_total"]
    assert isinstance(slowest, Simple)
    assert (slowest.agg, slowest.percentile) == ("percentile", 0.95)
    assert isinstance(backlog, Simple)
    assert backlog.non_additive is not None
    assert (backlog.non_additive.window, backlog.non_additive.by) == ("last", ("customer",))


def test_filters_are_translated_where_that_is_exact(shop: tuple[Definition, Converted]) -> None:
    definition, converted = shop
    bulk = definition.metrics["bulk_orders_unfilled"]
    assert isinstance(bulk, Simple)
    assert bulk.filter == (
        "(customer_id is not null) and ((case when quantity > 10 then true else false end) = True"
        " and cast(ordered_at as date) >= '2026-01-01')"
    )
    assert definition.metrics["lux_orders"].filter == "listing__is_lux", "a column of the table its key is joined by"
    assert "not of this semantic model" in notes(converted)["metric dear_orders"]
    assert "dear_orders" not in definition.metrics


def test_what_only_their_sql_can_say_is_computed_and_joined_by_a_query(shop: tuple[Definition, Converted]) -> None:
    definition, converted = shop
    query = definition.sources["orders"].query
    assert query == (
        "SELECT rows_of_it.*, listing__is_lux FROM"
        " (SELECT *, date_trunc('month', ordered_at) AS month_computed FROM fct_orders) AS rows_of_it"
        " LEFT JOIN (SELECT listing_id AS joined_1_key, is_lux AS listing__is_lux FROM dim_listings_v2) AS joined_1"
        " ON rows_of_it.listing_id = joined_1.joined_1_key"
    )
    told = notes(converted)["semantic model orders"]
    assert "date_trunc('month', ordered_at)" in told
    assert "each listing must stand once" in told


def test_the_other_types(shop: tuple[Definition, Converted]) -> None:
    metrics = shop[0].metrics
    per_buyer, value, growth = metrics["per_buyer"], metrics["value"], metrics["growth"]
    assert isinstance(per_buyer, Ratio)
    assert (per_buyer.numerator, per_buyer.denominator) == ("revenue_total", "order_count")
    assert isinstance(value, Ratio)
    assert not isinstance(value.numerator, str)
    assert value.numerator.filter == "status <> 'void'"
    assert isinstance(growth, Derived)
    assert growth.expr == "(revenue_total - before) / before"
    before = growth.inputs["before"]
    assert (before.metric, str(before.offset), before.filter) == ("revenue_total", "1 month", "status = 'ok'")
    to_date, rolling = metrics["paid_to_date"], metrics["last_28"]
    assert isinstance(to_date, Cumulative)
    assert (to_date.metric, to_date.grain_to_date) == ("paid", "month")
    assert isinstance(rolling, Cumulative)
    assert (rolling.metric, str(rolling.window)) == ("last_28_base", "28 days")
    assert metrics["last_28_base"].filter == "status = 'ok'"
    converted = metrics["converted"]
    assert isinstance(converted, Conversion)
    assert (converted.entity, converted.base.agg, converted.conversion.agg) == ("customer_id", "sum", "sum_boolean")


def test_what_fills_in_where_there_are_no_rows_says_so_itself(shop: tuple[Definition, Converted]) -> None:
    metrics, told = shop[0].metrics, notes(shop[1])
    filled = {name: metric.expr for name, metric in metrics.items() if isinstance(metric, Derived)}
    assert filled["sold"] == "coalesce(revenue_total, 0)", "another metric shows the measure as it is"
    assert filled["bulk_orders"] == "coalesce(bulk_orders_unfilled, 0)"
    assert isinstance(metrics["bulk_filled"], Simple), "without a time spine they fill in for other metrics' sake alone"
    assert filled["last_2_filled"] == "coalesce(last_2_filled_unfilled, 0)"
    assert isinstance(metrics["last_2_filled_unfilled"], Cumulative)
    assert "sold" not in " ".join(told), "it is kept as it is"
    assert "join_to_timespine" in told["metric bulk_filled"]


def test_a_filter_of_a_conversion_is_for_its_base_alone(shop: tuple[Definition, Converted]) -> None:
    converted = shop[0].metrics["converted_ok"]
    assert isinstance(converted, Conversion)
    assert (converted.base.filter, converted.conversion.filter) == ("status = 'ok'", None)


def test_a_filtered_balance_in_a_ratio_is_a_metric_of_its_own(shop: tuple[Definition, Converted]) -> None:
    share, part = shop[0].metrics["open_share"], shop[0].metrics["open_share_numerator"]
    assert isinstance(share, Ratio)
    assert isinstance(part, Simple)
    assert (share.numerator, share.denominator) == ("open_share_numerator", "open_total")
    assert part.filter == "status = 'ok'"
    assert part.non_additive is not None


def test_everything_without_a_counterpart_is_named(shop: tuple[Definition, Converted]) -> None:
    told = notes(shop[1])
    expected = {
        "metric bulk_filled": ["fill_nulls_with: -1.5"],
        "metric value": ["alias: n"],
        "metric since_month_start": ["offset_to_grain"],
        "metric ever": ["without end"],
        "measure slowest": ["discrete percentile"],
        "semantic model orders, dimension status": ["'label'"],
        "semantic model orders, dimension templated": ["cannot be written here", "query:"],
        "semantic model orders": ["month_computed", "joins dim_listings_v2"],
        "semantic model orders, entity listing": ["joined"],
        "semantic model listings": ["no source"],
        "saved query weekly": ["not stored"],
    }
    assert {
        subject: [word for word in words if word not in told.get(subject, "")] for subject, words in expected.items()
    } == {subject: [] for subject in expected}
    assert set(told) - set(expected) == {"metric dear_orders"}


def test_the_notes_stand_at_the_top_of_the_yaml(shop: tuple[Definition, Converted]) -> None:
    text = document(shop[1], ["Imported."], "What has no counterpart:")
    head = " ".join(line.removeprefix("#").strip() for line in text.split("\n\n")[0].splitlines())
    assert all(" ".join(str(note).split()) in head for note in shop[1].notes)
