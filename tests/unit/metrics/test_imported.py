"""What is imported from MetricFlow is computed, and gives what MetricFlow's own statements give."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import pytest

from metrics.warehouse import open_warehouse
from scorecard.reading import Table
from scorecard.warehouse import Request
from tests.unit.scorecard.interop.shop import LEGACY, METRICS, made

ROWS = """
CREATE TABLE fct_orders AS
SELECT * FROM (VALUES
  (1, 'c1', 'ann', 'l', TIMESTAMP '2026-01-02', TIMESTAMP '2026-01-05', 'ok', 2, 10.0, 4.0, 3),
  (2, 'c1', 'ann', 'l', TIMESTAMP '2026-01-06', TIMESTAMP '2026-02-01', 'ok', 20, 90.0, 9.0, 5),
  (3, 'c2', 'bob', 'l', TIMESTAMP '2026-01-03', TIMESTAMP '2026-01-20', 'void', 1, 7.0, 2.0, 2),
  (4, 'c2', 'bob', 'none', TIMESTAMP '2026-02-10', TIMESTAMP '2026-02-11', 'ok', 30, 40.0, 1.0, 8),
  (5, 'c3', 'bob', 'l', TIMESTAMP '2026-02-28', NULL, 'ok', 3, 5.0, 6.0, 1)
) AS t(order_id, customer_id, agent_id, listing_id, ordered_at, paid_at, status, quantity, amount, hours, open_items);
CREATE TABLE dim_listings_v2 AS SELECT * FROM (VALUES ('l', true), ('m', false)) AS t(listing_id, is_lux)
"""
SPINE = "(SELECT CAST(unnest(generate_series(DATE '2026-01-01', DATE '2026-03-05', INTERVAL 1 DAY)) AS DATE) AS ds)"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Table, duckdb.DuckDBPyConnection]:
    """Every imported metric day by day, and the database they were read from."""
    folder = tmp_path_factory.mktemp("imported")
    definition, _ = made(folder, models=LEGACY, metrics=METRICS)
    with duckdb.connect(str(folder / "shop.duckdb")) as facts:
        facts.execute(ROWS)
    warehouse = definition.warehouse.model_copy(update={"url": f"duckdb:///{folder / 'shop.duckdb'}", "schema_": None})
    definition = definition.model_copy(update={"warehouse": warehouse})
    request = Request(
        tuple(definition.metrics), ("company",), "day", start=datetime(2026, 1, 1), stop=datetime(2026, 3, 6)
    )
    with open_warehouse(definition, folder) as opened:
        assert opened.check() == []
        readings = opened.read(request, datetime(2026, 6, 1))
    assert readings.failed == {}
    return readings.table, duckdb.connect(str(folder / "shop.duckdb"), read_only=True)


CHECKS = {
    "paid_to_date": f"""SELECT a.ds, sum(b.amount) FROM {SPINE} a JOIN fct_orders b
        ON b.paid_at <= a.ds AND b.paid_at >= date_trunc('month', a.ds) GROUP BY a.ds""",
    "last_28": f"""SELECT a.ds, sum(b.amount) FROM {SPINE} a JOIN fct_orders b
        ON b.ordered_at <= a.ds AND b.ordered_at > a.ds - INTERVAL 28 DAY WHERE b.status = 'ok' GROUP BY a.ds""",
    "open_total": """SELECT a.ordered_at, sum(a.open_items) FROM fct_orders a JOIN (
        SELECT customer_id, date_trunc('day', ordered_at) AS day, max(ordered_at) AS newest FROM fct_orders GROUP BY ALL
        ) b ON a.ordered_at = b.newest AND a.customer_id = b.customer_id GROUP BY a.ordered_at""",
    "converted": """SELECT v.ordered_at, count(DISTINCT b.order_id) / count(DISTINCT v.order_id) FROM fct_orders v
        LEFT JOIN fct_orders b ON b.quantity > 10 AND v.customer_id = b.customer_id AND v.status = b.status
        AND v.ordered_at <= b.ordered_at AND v.ordered_at > b.ordered_at - INTERVAL 7 DAY GROUP BY v.ordered_at""",
    "lux_share": """SELECT o.ordered_at, sum(1) FILTER (WHERE l.is_lux) / sum(1) FROM fct_orders o
        LEFT JOIN dim_listings_v2 l USING (listing_id) GROUP BY o.ordered_at""",
    "open_share": """SELECT a.ordered_at, sum(a.open_items) FILTER (WHERE a.status = 'ok') / sum(a.open_items)
        FROM fct_orders a GROUP BY a.ordered_at""",
    "sold": f"""SELECT a.ds, coalesce((SELECT sum(b.amount) FROM fct_orders b WHERE b.ordered_at = a.ds), 0)
        FROM {SPINE} a""",
    "growth_filled": f"""SELECT a.ds, coalesce((SELECT sum(b.amount) FROM fct_orders b WHERE b.ordered_at = a.ds), 0)
        - coalesce((SELECT sum(b.amount) FROM fct_orders b WHERE b.ordered_at = a.ds - INTERVAL 1 DAY), 0)
        FROM {SPINE} a""",
    "last_2_filled": f"""SELECT a.ds, (SELECT count(DISTINCT b.customer_id) FROM fct_orders b
        WHERE b.ordered_at <= a.ds AND b.ordered_at > a.ds - INTERVAL 2 DAY) FROM {SPINE} a""",
    "converted_ok": """SELECT v.ordered_at, count(DISTINCT v.order_id) FILTER (WHERE b.order_id IS NOT NULL)
        / count(DISTINCT v.order_id) FROM fct_orders v LEFT JOIN fct_orders b ON v.agent_id = b.agent_id
        AND v.ordered_at <= b.ordered_at AND v.ordered_at > b.ordered_at - INTERVAL 7 DAY
        WHERE v.status = 'ok' GROUP BY v.ordered_at""",
}


@pytest.mark.parametrize("metric", CHECKS)
def test_figures_are_those_of_metricflows_own_statements(
    asked: tuple[Table, duckdb.DuckDBPyConnection], metric: str
) -> None:
    table, facts = asked
    wanted: dict[str, Any] = {
        str(day)[:10]: value for day, value in facts.execute(CHECKS[metric]).fetchall() if value is not None
    }
    found = {period.key: table.reading(metric, 0, at).value for at, period in enumerate(table.periods)}
    assert {day: value for day, value in found.items() if value is not None} == pytest.approx(wanted)
    assert len(wanted) > 3
