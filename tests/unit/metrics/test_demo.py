"""The demo's warehouse: the same every time, whole, dated, and everything the YAML names is in it."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.demo import make, span
from metrics.demo.names import FIRST_NAMES
from metrics.demo.organisation import DEPARTMENTS, organise
from metrics.demo.phrases import PHRASES
from scorecard.definition import Definition
from scorecard.loader import load

CONFIG = Path(__file__).parents[3] / "config" / "broadband"

TIMES = {
    "orders": ("order_id", "ordered_at", "adviser_id"),
    "picks": ("pick_id", "picked_at", "picker_id"),
    "kit_returns": ("return_id", "received_at", "worker_id"),
    "van_checks": ("check_id", "checked_at", "engineer_id"),
    "engineer_visits": ("visit_id", "finished_at", "engineer_id"),
    "line_tests": ("test_id", "checked_at", "tester_id"),
    "crew_checks": ("check_id", "checked_at", "worker_id"),
    "network_jobs": ("work_order_id", "restored_at", "lead_id"),
    "coaching": ("session_id", "planned_for", "worker_id"),
    "contacts": ("contact_id", "started_at", "agent_id"),
    "bills": ("bill_id", "issued_at", "handler_id"),
    "arrangements": ("arrangement_id", "agreed_at", "worker_id"),
    "releases": ("release_id", "released_at", "worker_id"),
    "renewals": ("renewal_id", "anniversary_at", "adviser_id"),
    "leaving_calls": ("call_id", "called_at", "adviser_id"),
    "feedback": ("feedback_id", "said_at", "worker_id"),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo") / "broadband.duckdb"
    make(made)
    return made


@pytest.fixture(scope="module")
def facts(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def definition() -> Definition:
    loaded = load(CONFIG, {})
    assert [str(fault) for fault in loaded.faults] == []
    assert loaded.definition is not None
    return loaded.definition


def one(facts: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = facts.execute(sql).fetchone()
    assert row is not None
    return row


def names(facts: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name,) in facts.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]


def checksums(facts: duckdb.DuckDBPyConnection) -> dict[str, tuple[object, ...]]:
    """Rows and their order: each row's hash times its place."""
    return {
        name: one(facts, f"SELECT count(*), sum((hash(t) % 1000003) * (rowid + 1)) FROM {name} t")
        for name in names(facts)
    }


def test_the_same_seed_makes_the_same_rows(path: Path, facts: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    again = tmp_path / "again.duckdb"
    make(again, seed=7)
    with duckdb.connect(str(again), read_only=True) as other:
        assert checksums(other) == checksums(facts)


def test_another_seed_makes_other_people() -> None:
    assert organise(8).names != organise(7).names


def test_it_replaces_what_was_there_and_leaves_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.demo._facts", lambda _world, _tell: [])
    path = tmp_path / "new folder" / "broadband.duckdb"
    told: list[tuple[str, float]] = []
    for _ in range(2):
        make(path, progress=lambda what, share: told.append((what, share)))
    assert [found.name for found in path.parent.iterdir()] == ["broadband.duckdb"]
    assert told[0][1] == 0.0
    assert told[-1] == ("done", 1.0)


def test_a_failed_run_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "broadband.duckdb"
    path.write_bytes(b"what was there")
    monkeypatch.setattr("metrics.demo._facts", lambda _world, _tell: [object()])
    with pytest.raises(AttributeError):
        make(path)
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [(path.name, b"what was there")]


def test_about_a_million_facts(facts: duckdb.DuckDBPyConnection) -> None:
    rows = {name: one(facts, f"SELECT count(*) FROM {name}")[0] for name in names(facts)}
    assert 900_000 < sum(rows.values()) < 1_400_000
    assert set(TIMES) | {"staff", "targets", "web_sessions", "order_events"} == set(rows)


@pytest.mark.parametrize("table", TIMES)
def test_facts_lie_within_the_two_years(facts: duckdb.DuckDBPyConnection, table: str) -> None:
    _, time, _ = TIMES[table]
    first, last = one(facts, f"SELECT min({time}), max({time}) FROM {table}")
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    assert first >= span.START
    assert last < span.END
    assert (first - span.START).days < 10
    assert (span.END - last).days < 4


def test_memberships_are_half_open_and_never_overlap(facts: duckdb.DuckDBPyConnection) -> None:
    assert one(facts, "SELECT count(*) FROM staff WHERE valid_to <= valid_from")[0] == 0
    overlaps = """
        SELECT count(*) FROM staff a JOIN staff b ON a.worker_id = b.worker_id AND a.valid_from < b.valid_from
        WHERE a.valid_to IS NULL OR a.valid_to > b.valid_from
    """
    assert one(facts, overlaps)[0] == 0
    gaps_inside = """
        SELECT count(*) FROM staff a JOIN staff b ON a.worker_id = b.worker_id AND a.valid_to = b.valid_from
    """
    assert one(facts, gaps_inside)[0] > 30  # people whose team moved, merged, split or swapped


@pytest.mark.parametrize("day", ["2024-11-18", "2025-12-01", "2026-11-18"])
def test_the_company_keeps_its_size(facts: duckdb.DuckDBPyConnection, day: str) -> None:
    sql = f"""
        SELECT count(DISTINCT department), count(DISTINCT team), count(DISTINCT worker_id), count(*) FROM staff
        WHERE valid_from <= DATE '{day}' AND (valid_to IS NULL OR valid_to > DATE '{day}')
    """
    departments, teams, workers, rows = one(facts, sql)
    assert (departments, teams) == (len(DEPARTMENTS), 60)
    assert workers == rows
    assert 580 <= workers <= 600  # a few seats are always empty for some weeks


def test_a_team_moves_and_others_become_new_ones(facts: duckdb.DuckDBPyConnection) -> None:
    desk = "SELECT department FROM staff WHERE team = 'Line Test Desk' AND valid_from {} DATE '2025-09-01'"
    assert set(facts.execute(desk.format("<")).fetchall()) == {("contact",)}
    assert set(facts.execute(desk.format(">=")).fetchall()) == {("network",)}
    ends = "SELECT max(valid_to), count(*) FILTER (valid_to IS NULL) FROM staff WHERE team = '{}'"
    for old in ("Shop Riverside", "Shop Station", "Chat Day"):
        last, still = one(facts, ends.format(old))
        assert (str(last), still) == ("2026-04-06", 0)


@pytest.mark.parametrize("table", TIMES)
def test_keys_and_workers(facts: duckdb.DuckDBPyConnection, table: str) -> None:
    key, _, worker = TIMES[table]
    rows, keys, nobody, strangers = one(
        facts,
        f"""SELECT count(*), count(DISTINCT {key}), count(*) FILTER ({worker} IS NULL AND '{table}' <> 'feedback'),
            count(*) FILTER ({worker} IS NOT NULL AND {worker} NOT IN (SELECT worker_id FROM staff)) FROM {table}""",
    )
    assert strangers == 0
    assert rows - keys == {"engineer_visits": 60, "contacts": 80}.get(table, 0)
    assert nobody < 0.01 * rows


def test_what_belongs_to_a_case_names_its_customer(facts: duckdb.DuckDBPyConnection) -> None:
    for table in ("picks", "engineer_visits", "bills", "order_events", "contacts"):
        wrong = f"SELECT count(*) FROM {table} t JOIN orders o USING (order_id) WHERE t.customer_id <> o.customer_id"
        assert one(facts, wrong)[0] == 0, table
    repairs = (
        "SELECT count(*) FROM engineer_visits v JOIN line_tests t USING (order_id) WHERE v.customer_id <> t.customer_id"
    )
    assert one(facts, repairs)[0] == 0
    unknown = """SELECT count(*) FROM engineer_visits WHERE order_id NOT IN
        (SELECT order_id FROM orders UNION ALL SELECT order_id FROM line_tests)"""
    assert one(facts, unknown)[0] == 0


@pytest.mark.parametrize(
    ("table", "time"),
    [("contacts", "started_at"), ("bills", "issued_at"), ("renewals", "anniversary_at"), ("line_tests", "checked_at")],
)
def test_who_has_left_is_gone(facts: duckdb.DuckDBPyConnection, table: str, time: str) -> None:
    sql = f"""
        WITH gone AS (SELECT customer_id, min(anniversary_at) AS left_at FROM renewals WHERE NOT kept GROUP BY 1)
        SELECT count(*) FROM {table} JOIN gone USING (customer_id) WHERE {time} > left_at + INTERVAL 8 DAY
    """
    assert one(facts, sql)[0] == 0


def test_cases_take_happy_paths_and_detours(facts: duckdb.DuckDBPyConnection) -> None:
    happy, all_paid = one(
        facts,
        """WITH cases AS (SELECT order_id, list(event ORDER BY happened_at) AS path FROM order_events GROUP BY 1)
        SELECT count(*) FILTER (path = ['ordered', 'kit_shipped', 'installed', 'first_bill_paid']),
               count(*) FILTER (list_contains(path, 'first_bill_paid')) FROM cases""",
    )
    assert 0.3 < happy / all_paid < 0.8
    overridden = "SELECT count(*), count(data_case) FROM order_events WHERE reason = 'override'"
    rows, explained = one(facts, overridden)
    assert rows == explained
    assert rows > 500


def test_words_fit_what_happened(facts: duckdb.DuckDBPyConnection) -> None:
    sql = """
        SELECT avg(CAST(right_part AS INTEGER)), avg(f.recommend) FROM feedback f
        JOIN engineer_visits v ON v.order_id = f.order_id AND v.visit_number = 1
        WHERE f.department = 'field' AND {} AND f.comment LIKE '%without the part%'
    """
    with_part, score = one(facts, sql.format("v.kind = 'repair'"))
    assert with_part == 0
    assert score < 7


def test_comments_name_nobody_but_made_up_first_names(facts: duckdb.DuckDBPyConnection) -> None:
    shapes = [re.escape(text).replace(r"\{name\}", "|") for texts in PHRASES.values() for text in texts]
    known = {
        shape.replace("|", re.escape(name)) for shape in shapes for name in (FIRST_NAMES if "|" in shape else ("",))
    }
    said = {
        re.escape(text)
        for (text,) in facts.execute("SELECT DISTINCT comment FROM feedback WHERE comment NOT NULL").fetchall()
    }
    assert said <= known
    personal = re.compile(r"\d{3}|@|\b(street|road|avenue)\b", re.IGNORECASE)
    assert not any(personal.search(text) for texts in PHRASES.values() for text in texts)


def test_scores_are_answers(facts: duckdb.DuckDBPyConnection) -> None:
    assert one(facts, "SELECT min(recommend), max(recommend), min(effort), max(effort) FROM feedback") == (0, 10, 1, 7)
    assert (
        one(facts, "SELECT count(*) FROM feedback WHERE channel <> 'survey' AND (recommend NOT NULL OR link IS NULL)")[
            0
        ]
        == 0
    )


def test_the_configuration_has_no_fault_and_no_warning(definition: Definition) -> None:
    assert 40 <= len(definition.metrics) <= 50
    assert set(definition.outcomes) == {"nps", "retention_12m", "lifetime_value", "customer_effort", "promise_index"}
    types = {metric.type for metric in definition.metrics.values()}
    assert types == {"simple", "ratio", "nps", "derived", "cumulative", "conversion", "index"}
    assert {definition.level(name) for name in definition.metrics} == {"enterprise", "department", "team", "worker"}


def test_every_source_is_in_the_warehouse(facts: duckdb.DuckDBPyConnection, definition: Definition) -> None:
    for name, source in definition.sources.items():
        columns = [source.time, *source.units.values(), *source.dimensions.values(), *source.key]
        columns += [column for column in (source.case, source.customer) if column]
        rows = source.table or f"({source.query})"
        facts.execute(f"SELECT {', '.join(columns)} FROM {rows} LIMIT 0")
        keys = one(facts, f"SELECT count(*) - count({source.key[0]}) FROM {rows}")
        assert keys[0] == 0, name


def test_every_expression_runs_on_its_source(facts: duckdb.DuckDBPyConnection, definition: Definition) -> None:
    ran = 0
    for metric in definition.metrics.values():
        own = getattr(metric, "source", None)
        for part in (metric, getattr(metric, "numerator", None), getattr(metric, "denominator", None)):
            source = getattr(part, "source", None) or own
            for expression in (getattr(part, "expr", None), getattr(part, "filter", None)):
                if source and expression:
                    rows = definition.sources[source].table or f"({definition.sources[source].query})"
                    facts.execute(f"SELECT {expression} FROM {rows} LIMIT 0")
                    ran += 1
    assert ran > len(definition.metrics) - 10


def test_every_department_and_unit_the_configuration_names_is_there(
    facts: duckdb.DuckDBPyConnection, definition: Definition
) -> None:
    assert {metric.owner for metric in definition.metrics.values()} <= set(DEPARTMENTS)
    units = {
        f"{level}:{one}"
        for level in ("department", "team")
        for (one,) in facts.execute(f"SELECT {level} FROM staff").fetchall()
    }
    assert {unit for change in definition.changes for unit in change.units} <= units
    assert {display.unit for display in definition.displays} <= units


def test_the_configuration_knows_every_activity_and_stage(
    facts: duckdb.DuckDBPyConnection, definition: Definition
) -> None:
    assert definition.cases is not None
    events = {event for (event,) in facts.execute("SELECT DISTINCT event FROM order_events").fetchall()}
    assert set(definition.cases.stage) == events
    stages = {stage for (stage,) in facts.execute("SELECT DISTINCT stage FROM feedback").fetchall()}
    assert stages == {stage.id for stage in definition.journey}
