"""The whole way over real data: a query over the incident log, against pandas on the same file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from metrics.warehouse import open_warehouse
from scorecard.definition import Definition
from scorecard.org import UNASSIGNED
from scorecard.reading import Table
from scorecard.warehouse import Request

FOLDER = Path(__file__).parents[3] / "config" / "servicedesk"
LEVELS = ("enterprise", "team", "worker")

QUERY = """
SELECT number, caller_id, nullif(assigned_to, '?') AS worker, nullif(assignment_group, '?') AS team,
       made_sla, reassignment_count, reopen_count, contact_type,
       strptime(opened_at, '%-d/%-m/%Y %H:%M') AS opened,
       strptime(nullif(resolved_at, '?'), '%-d/%-m/%Y %H:%M') AS resolved
FROM (SELECT *, row_number() OVER (PARTITION BY number ORDER BY sys_mod_count DESC, line DESC) AS latest
      FROM (SELECT *, row_number() OVER () AS line FROM incidents))
WHERE latest = 1
"""

DEFINITION = Definition.model_validate(
    {
        "warehouse": {"url": "duckdb:///:memory:", "files": {"incidents": "data/incident_event_log.csv.gz"}},
        "organisation": {"levels": list(LEVELS)},
        "sources": {
            "incidents": {
                "query": QUERY,
                "time": "opened",
                "units": {"worker": "worker", "team": "team"},
                "dimensions": {"channel": "contact_type"},
                "key": "number",
            }
        },
        "metrics": {
            "incidents": {"source": "incidents", "agg": "count"},
            "sla": {
                "type": "ratio",
                "source": "incidents",
                "numerator": {"agg": "count", "filter": "made_sla"},
                "denominator": {"agg": "count"},
            },
            "callers": {"source": "incidents", "agg": "count_distinct", "expr": "caller_id"},
            "slow": {
                "source": "incidents",
                "agg": "percentile",
                "percentile": 0.9,
                "expr": "seconds_between(opened, resolved) / 3600",
            },
        },
    }
)


@pytest.fixture(scope="module")
def incidents() -> pd.DataFrame:
    columns = ["number", "sys_mod_count", "caller_id", "assigned_to", "assignment_group", "made_sla"]
    file = FOLDER / "data" / "incident_event_log.csv.gz"
    log = pd.read_csv(file, na_values="?", usecols=[*columns, "opened_at", "resolved_at"])
    log["line"] = np.arange(len(log))
    last = log.sort_values(["number", "sys_mod_count", "line"]).groupby("number").tail(1).copy()
    for column in ("opened_at", "resolved_at"):
        last[column] = pd.to_datetime(last[column], format="%d/%m/%Y %H:%M")
    last["hours"] = (last["resolved_at"] - last["opened_at"]).dt.total_seconds() / 3600
    last["month"] = last["opened_at"].dt.strftime("%Y-%m-01")
    last["enterprise"] = "all"
    last["team"] = last["assignment_group"].fillna(UNASSIGNED)
    last["worker"] = last["assigned_to"].fillna(UNASSIGNED)
    last["caller_id"] = log["caller_id"].fillna("?").loc[last.index]
    return last


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    with open_warehouse(DEFINITION, FOLDER) as warehouse:
        readings = warehouse.read(Request(tuple(DEFINITION.metrics), LEVELS, "month"), datetime(2017, 3, 1))
        assert readings.failed == {}
        assert readings.faults == ()
        yield readings.table


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_and_month_equals_pandas(level: str, table: Table, incidents: pd.DataFrame) -> None:
    groups = incidents.groupby([level, "month"])
    wanted = pd.DataFrame(
        {
            "incidents": groups.size(),
            "sla": groups["made_sla"].mean(),
            "callers": groups["caller_id"].nunique(),
            "slow": groups["hours"].quantile(0.9),
        }
    )
    rows = {unit[1]: table.org.row_of[unit] for unit in table.org.units(level)}
    months = [period.key for period in table.periods]
    assert {unit for unit, _ in wanted.index} == rows.keys()
    for metric in DEFINITION.metrics:
        found = pd.DataFrame(table.cells[metric].value[list(rows.values())], index=list(rows), columns=months)
        expected = wanted[metric].unstack().reindex(index=list(rows), columns=months)
        np.testing.assert_allclose(found.to_numpy(), expected.to_numpy(), rtol=1e-9, atol=1e-9)


def test_children_add_to_their_parent(table: Table) -> None:
    counted = table.cells["incidents"].count
    for row, end in enumerate(table.org.ends):
        children = [child for child in range(row + 1, end) if table.org.parents[child] == row]
        if children:
            np.testing.assert_array_equal(counted[children].sum(axis=0), counted[row])


def test_the_log_has_the_known_number_of_incidents(table: Table) -> None:
    assert np.nansum(table.cells["incidents"].value[0]) == 24_918
