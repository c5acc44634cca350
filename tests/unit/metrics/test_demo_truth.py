"""What was planted can be found in the rows, and what was not planted cannot."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pytest

from metrics.demo import make, span, truth
from scorecard.loader import load

ROOT = Path(__file__).parents[3]
WEEKS = span.WEEKS - 1  # the last one is partial
Panel = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """A mean over a table's rows, by the worker's team and week; `worker` is None where rows carry the team."""

    table: str
    worker: str | None
    time: str
    value: str


MEASURES = {
    "van_stock_counted": Measure("van_checks", "engineer_id", "checked_at", "counted_before_first_job::INT"),
    "right_part_on_van": Measure("engineer_visits", "engineer_id", "finished_at", "right_part::INT"),
    "first_visit_fix": Measure("engineer_visits", "engineer_id", "finished_at", "(NOT repeat_within_14d)::INT"),
    "repeat_faults": Measure("engineer_visits", "engineer_id", "finished_at", "(visit_number > 1)::INT"),
    "job_notes_complete": Measure("engineer_visits", "engineer_id", "finished_at", "notes_complete::INT"),
    "needs_asked": Measure("orders", "adviser_id", "ordered_at", "needs_asked::INT"),
    "plan_fits": Measure("orders", "adviser_id", "review_at", "plan_kept::INT"),
    "pick_accuracy": Measure("picks", "picker_id", "picked_at", "correct::INT"),
    "returns_scanned": Measure("kit_returns", "worker_id", "received_at", "scanned::INT"),
    "spares_checked": Measure("crew_checks", "worker_id", "checked_at", "spares_checked::INT"),
    "toolbox_talks": Measure("crew_checks", "worker_id", "checked_at", "talk_held::INT"),
    "restore_hours": Measure("network_jobs", "lead_id", "restored_at", "hours_down"),
    "case_notes_read": Measure("contacts", "agent_id", "started_at", "case_notes_read::INT"),
    "coaching_held": Measure("coaching", "worker_id", "planned_for", "held::INT"),
    "first_contact_fix": Measure("contacts", "agent_id", "started_at", "solved_first_time::INT"),
    "greeting_used": Measure("contacts", "agent_id", "started_at", "greeting_used::INT"),
    "handle_time": Measure("contacts", "agent_id", "started_at", "handle_seconds"),
    "bill_checked": Measure("bills", "handler_id", "issued_at", "checked::INT"),
    "bill_right_first_time": Measure("bills", "handler_id", "issued_at", "(NOT corrected)::INT"),
    "offer_fits": Measure("leaving_calls", "adviser_id", "called_at", "offer_fits_usage::INT"),
    "discount_given": Measure("leaving_calls", "adviser_id", "called_at", "discount"),
    "save_rate": Measure("leaving_calls", "adviser_id", "called_at", "stayed::INT"),
    "retention_12m": Measure("renewals", "adviser_id", "anniversary_at", "kept::INT"),
    "tested_with_customers": Measure("releases", "worker_id", "released_at", "tested_with_customers::INT"),
    "page_errors": Measure("web_sessions", None, "started_at", "had_error::INT"),
    "nps": Measure("feedback", None, "said_at", "(recommend >= 9)::INT * 100 - (recommend <= 6)::INT * 100"),
    "customer_effort": Measure("feedback", None, "said_at", "effort"),
}

FOUND = [
    ("van_stock_counted", "right_part_on_van"),
    ("right_part_on_van", "first_visit_fix"),
    ("first_visit_fix", "repeat_faults"),
    ("first_visit_fix", "nps"),
    ("first_visit_fix", "customer_effort"),
    ("needs_asked", "plan_fits"),
    ("spares_checked", "restore_hours"),
    ("restore_hours", "nps"),
    ("case_notes_read", "first_contact_fix"),
    ("coaching_held", "first_contact_fix"),
    ("first_contact_fix", "nps"),
    ("bill_checked", "bill_right_first_time"),
    ("offer_fits", "save_rate"),
    ("save_rate", "retention_12m"),
    ("tested_with_customers", "page_errors"),
]
NOT_FOUND = [
    (link.cause, link.effect) for link in truth.NON_LINKS if link.cause in MEASURES and link.effect in MEASURES
]
BETWEEN_CASES = {
    ("pick_accuracy", "connected_on_time"): "SELECT order_id, min(correct::INT) AS x FROM picks GROUP BY 1",
    ("same_day_dispatch", "connected_on_time"): "SELECT DISTINCT order_id, shipped_same_day::INT AS x FROM picks",
    ("promise_checked", "connected_on_time"): "SELECT order_id, diary_checked::INT AS x FROM orders",
    ("fault_located", "first_visit_fix"): "SELECT order_id, fault_located::INT AS x FROM line_tests",
    ("first_visit_fix", "retention_12m"): """SELECT DISTINCT order_id, (NOT repeat_within_14d)::INT AS x
        FROM engineer_visits WHERE visit_number = 1 AND kind = 'repair'""",
    ("plan_fits", "retention_12m"): "SELECT order_id, plan_kept::INT AS x FROM orders",
    ("bill_right_first_time", "retention_12m"): "SELECT order_id, (NOT corrected)::INT AS x FROM bills",
    ("paid_on_time", "lifetime_value"): "SELECT order_id, paid_on_time::INT AS x FROM bills",
}
OUTCOMES_OF_CASES = {
    "connected_on_time": """SELECT DISTINCT order_id, connected_on_day::INT AS y FROM engineer_visits
        WHERE visit_number = 1""",
    "first_visit_fix": """SELECT DISTINCT order_id, (NOT repeat_within_14d)::INT AS y FROM engineer_visits
        WHERE visit_number = 1""",
    "retention_12m": "SELECT order_id, kept::INT AS y FROM renewals",
    "lifetime_value": "SELECT order_id, lifetime_value AS y FROM renewals",
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("demo") / "broadband.duckdb"
    make(path)
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def panel(facts: duckdb.DuckDBPyConnection, name: str) -> tuple[list[str], Panel]:
    """A measure's teams and its values by team and week."""
    measure = MEASURES[name]
    team = "f.team" if measure.worker is None else "s.team"
    roster = (
        ""
        if measure.worker is None
        else f"""JOIN staff s ON s.worker_id = f.{measure.worker} AND f.{measure.time} >= s.valid_from
            AND (s.valid_to IS NULL OR f.{measure.time} < s.valid_to)"""
    )
    week = f"date_diff('day', DATE '{span.START:%Y-%m-%d}', f.{measure.time}::DATE) // 7"
    sql = f"SELECT {team}, {week}, avg({measure.value}) FROM {measure.table} f {roster} GROUP BY 1, 2"
    rows = [row for row in facts.execute(sql).fetchall() if None not in row and 0 <= row[1] < WEEKS]
    teams = sorted({row[0] for row in rows})
    values = np.full((len(teams), WEEKS), np.nan)
    for unit, at, value in rows:
        values[teams.index(unit), at] = value
    return teams, values


def within(values: Panel) -> Panel:
    """What is left of a panel once units and weeks are held fixed."""
    for _ in range(40):
        values = values - np.nanmean(values, axis=1, keepdims=True)
        values = values - np.nanmean(values, axis=0, keepdims=True)
    return np.nan_to_num(values)


def effect(facts: duckdb.DuckDBPyConnection, cause: str, on: str, lag: int) -> tuple[float, float]:
    """The slope and its t value (robust to unequal spread) in a panel with unit and week effects."""
    teams, x = panel(facts, cause)
    others, y = panel(facts, on)
    both = [team for team in teams if team in others]
    x, y = x[[teams.index(team) for team in both]], y[[others.index(team) for team in both]]
    x, y = x[:, : WEEKS - lag], y[:, lag:]
    known = ~np.isnan(x) & ~np.isnan(y)
    kept = known.sum(axis=0) > 1
    x, y = (np.where(known, one, np.nan)[:, kept] for one in (x, y))
    x, y = within(x), within(y)
    slope = float((x * y).sum() / (x**2).sum())
    spread = float(np.sqrt(((x * (y - slope * x)) ** 2).sum()) / (x**2).sum())
    return slope, slope / spread


@pytest.mark.parametrize(("cause", "on"), FOUND)
def test_a_planted_link_shows_at_its_lag(facts: duckdb.DuckDBPyConnection, cause: str, on: str) -> None:
    slope, t = effect(facts, cause, on, truth.lag(cause, on))
    assert np.sign(slope) == np.sign(truth.strength(cause, on))
    assert abs(t) > 4


@pytest.mark.parametrize(("cause", "on"), NOT_FOUND)
def test_a_planted_look_alike_vanishes(facts: duckdb.DuckDBPyConnection, cause: str, on: str) -> None:
    assert abs(effect(facts, cause, on, 0)[1]) < 2.6


@pytest.mark.parametrize(("cause", "on"), BETWEEN_CASES)
def test_a_link_between_departments_shows_between_rows_of_a_case(
    facts: duckdb.DuckDBPyConnection, cause: str, on: str
) -> None:
    cases = f"({BETWEEN_CASES[cause, on]}) JOIN ({OUTCOMES_OF_CASES[on]}) USING (order_id)"
    sql = f"SELECT regr_slope(y, x), corr(y, x), count(*) FROM {cases} WHERE x IS NOT NULL AND y IS NOT NULL"
    slope, correlation, rows = facts.execute(sql).fetchall()[0]
    assert correlation * np.sqrt(rows) > 4
    assert slope == pytest.approx(truth.strength(cause, on), rel=0.35)


def test_links_that_panels_cannot_see_are_those_between_cases() -> None:
    assert {(link.cause, link.effect) for link in truth.LINKS if not link.panel} == set(BETWEEN_CASES)


def test_one_change_worked_and_the_other_did_not(facts: duckdb.DuckDBPyConnection) -> None:
    counted, greeted = truth.CHANGES

    def step(measure: str, change: truth.Change) -> float:
        """The mean of the half year after the change has settled, less that of the half year before it."""
        teams, values = panel(facts, measure)
        start = span.week_number(change.start)
        there = [at for at, team in enumerate(teams) if change.adoption.get(team, 1.0) == 1.0]
        after = values[there, start + change.ramp : start + 26]
        return float(np.nanmean(after) - np.nanmean(values[there, start - 26 : start]))

    assert counted.worked
    assert step(counted.aimed_at, counted) == pytest.approx(counted.size, abs=0.03)
    assert not greeted.worked
    assert step(greeted.moves, greeted) == pytest.approx(greeted.size, abs=0.08)
    assert abs(step(greeted.aimed_at, greeted)) < 0.02


def test_the_strand_of_gold_is_worst_where_it_begins(facts: duckdb.DuckDBPyConnection) -> None:
    for name in truth.ROOT.path:
        teams, values = panel(facts, name)
        depots = [at for at, team in enumerate(teams) if team.startswith("Depot")]
        latest = {teams[at]: float(np.nanmean(values[at, -13:])) for at in depots}
        assert min(latest, key=lambda team: latest[team]) == truth.ROOT.team, name


def test_every_link_that_is_true_or_believed_is_claimed_and_no_other() -> None:
    definition = load(ROOT / "config" / "broadband", {}).definition
    assert definition is not None
    claimed = {(name, link.metric) for name, metric in definition.metrics.items() for link in metric.feeds}
    planted = {(link.cause, link.effect) for link in (*truth.LINKS, *truth.NON_LINKS)}
    follows_from_others = {
        ("promise_kept", "nps"),
        ("repeat_faults", "customer_effort"),
        ("handle_time", "first_contact_fix"),
    }
    plainly_of_the_facts = {
        ("rang_after_visit", "customer_effort"),
        ("arrangements_running", "arrangement_kept"),
        ("orders_28d", "connected_on_time"),
    }
    assert claimed == planted | follows_from_others | plainly_of_the_facts


def test_lags_and_directions_are_claimed_as_they_are() -> None:
    definition = load(ROOT / "config" / "broadband", {}).definition
    assert definition is not None
    for link in truth.LINKS:
        claim = next(one for one in definition.metrics[link.cause].feeds if one.metric == link.effect)
        assert claim.effect == ("raises" if link.sign > 0 else "lowers")
        assert (claim.lag.seconds // span.WEEK if claim.lag else 0) == link.lag


def test_the_paper_says_what_the_code_does() -> None:
    paper = (ROOT / "metrics" / "demo" / "TRUTH.md").read_text("utf-8")
    for link in truth.LINKS:
        assert f"| `{link.cause}` | `{link.effect}` | {link.strength:+g} | {link.lag} | {link.grip} |" in paper
    for look_alike in truth.NON_LINKS:
        assert f"| `{look_alike.cause}` | `{look_alike.effect}` | {look_alike.looks_real} |" in paper
    for change in truth.CHANGES:
        assert (
            f"| `{change.id}` | {change.start} | {change.department} | `{change.moves}` | {change.size:+.2f}" in paper
        )
