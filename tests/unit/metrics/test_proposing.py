"""A first scorecard proposed from real databases: it loads without a fault, fits the tables, and can be queried."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from metrics.demo import make
from metrics.proposing import propose
from metrics.warehouse import open_warehouse
from scorecard.definition import Definition, Nps, Ratio, Simple
from scorecard.faults import Faulty
from scorecard.interop.notes import Converted
from scorecard.interop.writing import document
from scorecard.loader import load
from scorecard.org import TOP
from scorecard.warehouse import Request

START = datetime(2026, 1, 5, 9)
NOW = datetime(2026, 6, 1)


def loaded(folder: Path, converted: Converted) -> Definition:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scorecard.yaml").write_text(document(converted, ["Proposed."]), encoding="utf-8")
    result = load(folder, {})
    assert [str(fault) for fault in result.faults if fault.severity == "fault"] == []
    definition = result.checked()
    with open_warehouse(definition, folder) as warehouse:
        assert [str(fault) for fault in warehouse.check()] == []
    return definition


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "broadband.duckdb"
    make(path)
    return path


def test_the_demos_own_warehouse(demo: Path, tmp_path: Path) -> None:
    definition = loaded(tmp_path, propose(f"duckdb:///{demo}", "Demo", NOW))
    roster = definition.organisation.roster
    assert roster is not None
    assert (roster.table, roster.valid_from, roster.valid_to) == ("staff", "valid_from", "valid_to")
    assert dict(roster.columns) == {"worker": "worker_id", "team": "team", "department": "department"}
    assert definition.organisation.levels == ("company", "department", "team", "worker")
    visits = definition.sources["engineer_visits"]
    assert (visits.time, visits.units, visits.key) == ("finished_at", {"worker": "engineer_id"}, ("visit_id",))
    assert (visits.case, visits.customer) == ("order_id", "customer_id")
    assert definition.sources["network_jobs"].units == {"worker": "lead_id"}, (
        "told by the roster's ids, not by its name"
    )
    assert definition.outcomes == ("recommend",)
    assert isinstance(definition.metrics["recommend"], Nps)
    assert all(m.outcome or [link.metric for link in m.feeds] == ["recommend"] for m in definition.metrics.values())
    repeat, wait = definition.metrics["repeat_within_14d"], definition.metrics["wait_seconds"]
    assert isinstance(repeat, Ratio)
    assert repeat.direction == "lower_is_better"
    assert isinstance(wait, Simple)
    assert (wait.agg, wait.format) == ("average", "duration")
    assert definition.cases is not None
    assert definition.cases.source == "order_events"
    assert definition.voices is not None
    assert definition.voices.source == "feedback"


def test_a_proposal_can_be_queried(demo: Path, tmp_path: Path) -> None:
    definition = loaded(tmp_path, propose(f"duckdb:///{demo}", "Demo", NOW))
    with open_warehouse(definition, tmp_path) as warehouse:
        readings = warehouse.read(Request(("recommend", "arrived_in_window"), ("company", "team")), NOW)
    assert readings.failed == {}
    row = readings.table.org.row_of["company", TOP]
    nps, share = (readings.table.reading(metric, row, 0).value for metric in ("recommend", "arrived_in_window"))
    with duckdb.connect(str(demo), read_only=True) as connection:
        expected = connection.execute(
            "SELECT 100.0 * (count(*) FILTER (recommend >= 9) - count(*) FILTER (recommend <= 6)) / count(recommend)"
            " FROM (SELECT DISTINCT ON (feedback_id) * FROM feedback)"
        ).fetchone()
    assert expected is not None
    assert nps == pytest.approx(expected[0])
    assert share is not None
    assert 0.5 < share < 1


def desk(path: Path, *extra: str) -> str:
    """A small SQLite database without a roster: flags are 0 and 1, times are text, and some names are awkward."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE tickets (ticket_id INTEGER, opened_at TEXT, closed_at TEXT, agent_id TEXT, team TEXT,"
        ' customer_id INTEGER, "order" TEXT, channel TEXT, reopened INTEGER, wait_minutes REAL, refund_amount REAL)'
    )
    connection.execute(
        "CREATE TABLE surveys (id INTEGER, answered_at TEXT, ticket_id INTEGER, csat INTEGER, comment TEXT)"
    )
    for at in range(60):
        opened = START + timedelta(hours=7 * at)
        row = (at, opened.isoformat(" "), (opened + timedelta(hours=2)).isoformat(" "), f"a{at % 7}", f"t{at % 2}",
               1000 + at % 20, f"o{at}", ("web", "phone")[at % 2], at % 5 == 0, at % 30, at / 2)  # fmt: skip
        connection.execute(f"INSERT INTO tickets VALUES ({', '.join('?' * len(row))})", row)
        said = "They were kind, and it works again now." if at % 2 else "I waited too long for an answer."
        connection.execute(
            "INSERT INTO surveys VALUES (?, ?, ?, ?, ?)", (at, opened.isoformat(" "), at, 1 + at % 5, said)
        )
    for statement in extra:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def test_a_database_without_a_roster(tmp_path: Path) -> None:
    definition = loaded(tmp_path / "made", propose(desk(tmp_path / "desk.sqlite"), "Desk", NOW))
    tickets = definition.sources["tickets"]
    assert (tickets.time, tickets.key, tickets.customer) == ("closed_at", ("ticket_id",), "customer_id")
    assert tickets.units == {"team": "team", "worker": "agent_id"}
    assert definition.organisation.levels == ("company", "team", "worker")
    assert tickets.dimensions["channel"] == "channel"
    reopened, wait, refund = (definition.metrics[name] for name in ("reopened", "wait_minutes", "refund_amount"))
    assert isinstance(reopened, Ratio)
    assert not isinstance(reopened.numerator, str)
    assert (reopened.numerator.filter, reopened.direction) == ("reopened = 1", "lower_is_better")
    assert isinstance(wait, Simple)
    assert (wait.expr, wait.format) == ("wait_minutes * 60", "duration")
    assert isinstance(refund, Simple)
    assert (refund.agg, refund.format, refund.direction) == ("sum", "currency", "none")
    assert definition.outcomes == ("csat",)
    assert definition.voices is not None
    assert definition.voices.text == "comment"
    with open_warehouse(definition, tmp_path) as warehouse:
        readings = warehouse.read(Request(tuple(definition.metrics), ("company", "worker")), NOW)
    assert readings.failed == {}
    row = readings.table.org.row_of["company", TOP]
    values = {name: readings.table.reading(name, row, 0).value for name in definition.metrics}
    expected = {"csat": 3.0, "reopened": 0.2, "wait_minutes": 14.5 * 60, "refund_amount": 60 * 59 / 4}
    expected["tickets_time_to_closed"] = 2 * 3600
    assert values == pytest.approx(expected)


def test_tables_that_are_no_facts_are_named(tmp_path: Path) -> None:
    url = desk(tmp_path / "desk.sqlite", "CREATE TABLE products (code TEXT, name TEXT)", "CREATE TABLE empty (at TEXT)")
    converted = propose(url, "Desk", NOW)
    assert [note.subject for note in converted.notes] == ["table empty", "table products"]


def test_every_table_gives_something_to_measure(tmp_path: Path) -> None:
    url = desk(tmp_path / "desk.sqlite", "CREATE TABLE calls AS SELECT opened_at AS started_at, channel FROM tickets")
    definition = loaded(tmp_path / "made", propose(url, "Desk", NOW))
    calls = definition.metrics["calls"]
    assert isinstance(calls, Simple)
    assert (calls.agg, calls.level) == ("count", "company")


def test_a_password_is_not_written_down(tmp_path: Path) -> None:
    url = f"{desk(tmp_path / 'desk.sqlite')}?mode=ro"
    assert propose(url, "Desk", NOW).sections["warehouse"]["url"] == "${GOLDEN_THREAD_WAREHOUSE}"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("not an address", "this is not a database address"),
        ("duckdb:///nowhere.duckdb", "there is no database file"),
        ("duckdb:///:memory:", "the database holds no tables"),
    ],
)
def test_what_cannot_be_looked_at_is_told(url: str, told: str) -> None:
    with pytest.raises(Faulty, match=told):
        propose(url, "Nothing", NOW)
