"""Balances, rolling and to-date figures, conversions and indexes of random small companies against plain pandas."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.warehouse import open_warehouse
from scorecard.definition import Definition
from scorecard.definition.company import Month, Weekday
from scorecard.time import GRAINS, Period
from scorecard.warehouse import Request
from tests.property import test_query as small

COUNT: dict[str, Any] = {"source": "facts", "agg": "count"}
TOTAL: dict[str, Any] = {"source": "facts", "agg": "sum", "expr": "amount"}
SERVED: dict[str, Any] = {"source": "facts", "agg": "count_distinct", "expr": "customer"}
PAID: dict[str, Any] = {"source": "facts", "agg": "count", "filter": "amount > 0"}
METRICS: dict[str, dict[str, Any]] = {
    "rows": {**COUNT, "target": 2},
    "total": {**TOTAL, "direction": "lower_is_better", "target": -1},
    "served": {**SERVED, "direction": "in_range", "target": {"low": 1, "high": 1.5}},
    "least": {"source": "facts", "agg": "min", "expr": "amount"},
    "p75": {"source": "facts", "agg": "percentile", "percentile": 0.75, "expr": "amount", "filter": "ok is not null"},
    "rate": {
        "type": "ratio", "source": "facts", "numerator": {"agg": "count", "filter": "ok"},
        "denominator": {"agg": "count", "filter": "ok is not null"},
    },
    "last": {**TOTAL, "non_additive": {}},
    "last_each": {**COUNT, "filter": "ok is not null", "non_additive": {"by": ["team", "customer"]}},
    "first_each": {**SERVED, "non_additive": {"window": "first", "by": ["customer"]}},
    "rows_7": {"type": "cumulative", "metric": "rows", "window": "7 days"},
    "least_month": {"type": "cumulative", "metric": "least", "window": "1 month"},
    "served_7": {"type": "cumulative", "metric": "served", "window": "1 week"},
    "p75_14": {"type": "cumulative", "metric": "p75", "window": "14 days"},
    "rate_week": {"type": "cumulative", "metric": "rate", "grain_to_date": "week"},
    "total_quarter": {"type": "cumulative", "metric": "total", "grain_to_date": "quarter"},
    "served_month": {"type": "cumulative", "metric": "served", "grain_to_date": "month"},
    "paid": {
        "type": "conversion", "base": {**COUNT, "filter": "ok is not null"}, "conversion": PAID, "entity": "customer",
        "window": "36 hours",
    },
    "paid_there": {
        "type": "conversion", "base": TOTAL, "conversion": PAID, "entity": "customer", "window": "1 month",
        "constant_properties": ["team"],
    },
    "payers": {"type": "conversion", "base": SERVED, "conversion": PAID, "entity": "customer", "window": "3 days"},
    "paid_7": {"type": "cumulative", "metric": "paid", "window": "7 days"},
    "kept": {"type": "index", "of": {"rows": 1, "total": 2, "served": 1}},
}  # fmt: skip
_ONE = timedelta(days=1)


def facts_of(company: small.Company) -> pd.DataFrame:
    """Every fact with a time, with the units it belongs to."""
    rows = [
        {
            **dict(zip(small.LEVELS, small.path_of(company, fact), strict=True)),
            "time": pd.Timestamp(fact.time), "ok": fact.ok, "amount": fact.amount, "customer": fact.customer,
            "own_team": fact.team,
        }
        for fact in company.facts if fact.time
    ]  # fmt: skip
    names = [*small.LEVELS, "time", "ok", "amount", "customer", "own_team"]
    frame = pd.DataFrame(rows, columns=names).astype({"ok": object, "amount": float})
    return frame.assign(paid=frame["amount"] > 0, known=frame["ok"].notna())


def starts(company: small.Company, period: Period) -> dict[str, pd.Timestamp]:
    """Where the windows up to the end of a period begin."""
    last = (pd.Timestamp(period.stop) - pd.Timedelta(microseconds=1)).normalize()
    week = last - pd.Timedelta(days=(last.weekday() - get_args(Weekday).index(company.week)) % 7)
    month = last.replace(day=1)
    quarter = month - pd.DateOffset(months=(last.month - 1 - get_args(Month).index(company.year)) % 3)
    back = {"7": pd.Timedelta(days=7), "14": pd.Timedelta(days=14), "1m": pd.DateOffset(months=1)}
    return {"week": week, "month": month, "quarter": quarter} | {name: last - by + _ONE for name, by in back.items()}


def follows(frame: pd.DataFrame, within: pd.DateOffset | pd.Timedelta, *, same: tuple[str, ...]) -> pd.Series[bool]:
    """Whether each row is followed by one that paid, of the same customer, within a window."""
    paid = frame[frame["paid"]]

    def one(row: pd.Series[Any]) -> bool:
        near = paid[(paid["time"] >= row["time"]) & (paid["time"] < row["time"] + within)]
        return bool(len(near) and all(row[name] is not None for name in same)
                    and (near[list(same)] == row[list(same)]).all(axis=1).any())  # fmt: skip

    return pd.Series([one(row) for _, row in frame.iterrows()], index=frame.index, dtype=bool)


def total(rows: pd.DataFrame) -> float | None:
    return float(rows["amount"].sum()) if rows["amount"].notna().any() else None


def share(over: float | None, under: float | None) -> float | None:
    return None if under is None or under == 0 else (over or 0.0) / under


def at_edge(rows: pd.DataFrame, by: list[str], edge: str) -> pd.DataFrame:
    """The rows at the last or first time among those given, for each value of ``by``."""
    if not by:
        return rows[rows["time"] == getattr(rows["time"], edge)()]
    groups = rows.assign(**{name: rows[name].fillna("nobody") for name in by}).groupby(by)["time"]
    return rows[rows["time"] == groups.transform(edge)]


def expected(frame: pd.DataFrame, mine: pd.Series[bool], company: small.Company, period: Period) -> dict[str, Any]:
    """Every metric of some rows in a period, by hand."""
    until = frame["time"] < pd.Timestamp(period.stop)
    inside = until & (frame["time"] >= pd.Timestamp(period.start))
    rows, begin = frame[inside & mine], starts(company, period)
    window = {name: frame[until & mine & (frame["time"] >= since)] for name, since in begin.items()}
    last, last_each = (
        at_edge(frame[inside], [], "max"),
        at_edge(frame[inside & frame["known"]], ["team", "customer"], "max"),
    )
    first_each = at_edge(frame[inside], ["customer"], "min")
    p75 = window["14"][window["14"]["known"]]["amount"].dropna()
    week, rolled = window["week"], window["7"]

    def there(some: pd.DataFrame, value: Callable[[], Any]) -> Any:
        return value() if len(some) else None

    def paid(some: pd.DataFrame) -> float | None:
        base = some[some["known"]]
        return share(float(base["soon"].sum()), len(base))

    return {
        "rows": there(rows, lambda: len(rows)),
        "total": total(rows),
        "served": there(rows, rows["customer"].nunique),
        "last": total(last[mine[last.index]]),
        "last_each": there(rows, lambda: int(mine[last_each.index].sum())),
        "first_each": there(rows, first_each[mine[first_each.index]]["customer"].nunique),
        "rows_7": there(rolled, lambda: len(rolled)),
        "least_month": there(window["1m"], lambda: _known(window["1m"]["amount"].min())),
        "served_7": there(rolled, rolled["customer"].nunique),
        "p75_14": _known(p75.quantile(0.75)),
        "rate_week": share(float((week["ok"] == True).sum()), int(week["known"].sum())),  # noqa: E712 - None is neither
        "total_quarter": total(window["quarter"]),
        "served_month": there(window["month"], window["month"]["customer"].nunique),
        "paid": paid(rows),
        "paid_7": paid(rolled),
        "paid_there": share(total(rows[rows["there"]]), total(rows)),
        "payers": share(rows[rows["in_3"]]["customer"].nunique(), rows["customer"].nunique()),
        "kept": _index(there(rows, lambda: len(rows)), total(rows), there(rows, rows["customer"].nunique)),
    }  # fmt: skip


def _index(rows: float | None, amount: float | None, served: float | None) -> float | None:
    if rows is None or amount is None or served is None:
        return None
    spent = 1.0 if amount <= -1 else amount / -1 if amount < 0 else 0.0
    near = 1.5 / served if served > 1.5 else min(served, 1.0)
    return 100 * (min(rows / 2, 1) + 2 * spent + near) / 4


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(company=small.companies, grain=st.sampled_from([None, *GRAINS[1:]]))
def test_figures_equal_plain_pandas(engine: str, company: small.Company, grain: Any) -> None:
    company = small._settled(company)
    frame = facts_of(company)
    frame["soon"] = follows(frame, pd.Timedelta(hours=36), same=("customer",))
    frame["there"] = follows(frame, pd.DateOffset(months=1), same=("customer", "own_team"))
    frame["in_3"] = follows(frame, pd.Timedelta(days=3), same=("customer",))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"facts.{engine}"
        connection = duckdb.connect(str(file)) if engine == "duckdb" else sqlite3.connect(file)
        small.fill(company, connection)
        connection.commit()
        connection.close()
        words = small.definition(company, f"{engine}:///{file}").model_dump(by_alias=True, exclude={"metrics"})
        words["sources"]["facts"]["dimensions"] = {"customer": "customer"}
        with open_warehouse(Definition.model_validate(words | {"metrics": METRICS}), Path(folder)) as warehouse:
            readings = warehouse.read(Request(tuple(METRICS), small.LEVELS, grain), small.NOW)
    assert readings.failed == {}
    table = readings.table
    for row in range(table.org.rows):
        level, unit = table.org.unit_of(row)
        own = table.org.paths[row] if row < len(table.org.paths) else None
        levels = small.LEVELS[: len(own)] if own else ()
        mine = frame[level] == unit if own is None else pd.Series(data=True, index=frame.index)
        for name, id_ in zip(levels, own or (), strict=True):
            mine &= frame[name] == id_
        for at, period in enumerate(table.periods):
            for metric, want in expected(frame, mine, company, period).items():
                got = table.reading(metric, row, at).value
                assert (got is None) == (want is None), (metric, level, unit, period.key, got, want)
                assert want is None or got == pytest.approx(want, rel=1e-9, abs=1e-9), (metric, level, unit, period.key)
