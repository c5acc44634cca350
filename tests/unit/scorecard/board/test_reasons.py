from dataclasses import replace
from datetime import timedelta

import pytest

from scorecard.analysis.effect import Effect
from scorecard.analysis.estimate import Estimate
from scorecard.analysis.evidence import LinkEvidence
from scorecard.board.answers import SnapshotBoard
from scorecard.board.generation import Generation
from scorecard.head import Moment
from scorecard.people.principal import EVERYBODY, WALL, Principal
from scorecard.snapshot import Snapshot
from scorecard.verdicts import ChangeEffect
from scorecard.view import InHand, MetricView, Moved, ThreadView
from tests.samples import TAKEN, snapshot

SLOPE = Estimate(100.0, 80.0, 120.0, 0.001, 0, 12, 40, 480, "panel")
FOUND = LinkEvidence("fix", "nps", "replicated", SLOPE, 0.002, "enterprise", None, False, None, ("significant",))
VERDICT = ChangeEffect("count-first", "stock", True, ("enterprise:all",), "2026-03-02", Effect("cannot_tell", ("few",)))


def board(principal: Principal = EVERYBODY, taken: Snapshot | None = None) -> SnapshotBoard:
    made = taken or replace(snapshot(), evidence=(FOUND,), effects=(VERDICT,))
    return SnapshotBoard(Generation(made), principal, TAKEN, timedelta(hours=26))


def page(
    metric: str, over: SnapshotBoard, unit: tuple[str, str] | None = None, period: str | None = None
) -> MetricView:
    moment = over.moment("week", period)
    assert isinstance(moment, Moment)
    found = over.metric(metric, moment, unit)
    assert isinstance(found, MetricView)
    return found


def test_the_chart_has_a_place_for_every_period_on_the_page() -> None:
    found = page("fix", board())
    assert found.chart is not None
    for row in (found.chart.centre, found.chart.lower, found.chart.signals, found.chart.sides, found.chart.stretches):
        assert len(row) == len(found.periods)
    assert found.chart.rules == "nhs"
    lower, upper = found.chart.lower[-1], found.chart.upper[-1]
    assert lower is not None
    assert upper is not None
    assert lower < (found.chart.centre[-1] or 0) < upper


def test_limits_begin_anew_at_a_recorded_change() -> None:
    found = page("stock", board())
    assert found.chart is not None
    assert len(set(found.chart.stretches)) == 2
    since = [period.key for period in found.periods].index("2026-03-02")
    assert found.chart.stretches[since - 1] != found.chart.stretches[since]


def test_the_split_is_of_the_last_change() -> None:
    found = page("fix", board())
    assert found.split is not None
    assert found.split.change == pytest.approx(found.figure.change)
    assert found.split.before.period == found.periods[-2]


def test_the_first_period_of_all_has_nothing_to_be_split_from() -> None:
    over = board()
    first = over.moment("week", "2026-02-09")
    assert isinstance(first, Moment)
    found = over.metric("fix", first)
    assert isinstance(found, MetricView)
    assert found.split is None


def test_people_are_no_part_of_a_split_where_they_may_not_be_seen() -> None:
    def keys(over: SnapshotBoard) -> set[str]:
        split = page("fix", over, ("team", "north")).split
        assert split is not None
        assert split.organisation is not None
        return {line.key for line in split.organisation.parts} - {"overlap"}  # the sample's figures do not add up

    assert keys(board()) == {"worker:ann", "worker:bob"}
    assert keys(board(WALL)) == set()


def test_links_carry_their_evidence_both_ways() -> None:
    found = {(link.child, link.parent): link for link in page("fix", board()).links}
    assert found.keys() == {("fix", "nps"), ("stock", "fix")}
    assert found["fix", "nps"].evidence == FOUND
    assert found["stock", "fix"].evidence is None
    assert found["fix", "nps"].child_format == "percent"


def test_a_pull_counts_only_where_the_child_is_measured() -> None:
    """A slope found among teams moves the whole by as much as those teams weigh in it."""
    whole = {link.child: link.pull for link, _ in page("nps", board()).fed_by}
    among = replace(snapshot(), evidence=(replace(FOUND, level="team"),))
    week = among.tables["week"]
    org, cells = week.org, week.cells["fix"]
    gone = cells.value.copy()
    gone[[row for row in range(org.rows) if org.level_of(row) == "team" and org.unit_of(row)[1] != "north"]] = float(
        "nan"
    )
    answers = week.cells["nps"].denominator.copy()
    answers[0] = 60  # of which each of three teams has 20
    nps = replace(week.cells["nps"], denominator=answers)
    table = replace(week, cells={**week.cells, "fix": replace(cells, value=gone), "nps": nps})
    parts = page("nps", board(taken=replace(among, tables={**among.tables, "week": table}))).fed_by
    pull = {link.child: link.pull for link, _ in parts}["fix"]
    assert whole["fix"] is not None
    assert pull == pytest.approx(whole["fix"] / 3)


def test_effects_stand_on_the_metric_they_are_about() -> None:
    assert page("stock", board()).effects == (VERDICT,)
    assert page("fix", board()).effects == ()


def test_the_first_sentences_and_the_budget() -> None:
    over = board()
    moment = over.moment()
    assert isinstance(moment, Moment)
    found = over.thread(moment)
    assert isinstance(found, ThreadView)
    assert len(found.moves) <= 3
    assert isinstance(found.moves[0], Moved)
    hand = found.moves[-1]
    assert isinstance(hand, InHand)
    assert (hand.root.metric, hand.owner, hand.effect) == ("stock", "field", VERDICT)
    assert found.alarms is not None
    assert found.alarms.charts == 4
    assert 0 < found.alarms.expected < 1
    assert over.thread(moment) == found
