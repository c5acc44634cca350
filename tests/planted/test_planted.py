"""What the demo company's truth says is there is found, and what it says is not there is not."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from metrics.demo import truth
from scorecard.analysis.evidence import LinkEvidence
from scorecard.board.answers import SnapshotBoard
from scorecard.board.generation import Generation
from scorecard.causes import between, why
from scorecard.people.principal import EVERYBODY
from scorecard.snapshot import Snapshot
from scorecard.view import Because, InHand, MetricView, Moved, ThreadView
from tests.bench.calibrate_demo import NOW, is_found, take

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A weekly snapshot of the demo company."""
    return take(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def board(taken: Snapshot) -> SnapshotBoard:
    return SnapshotBoard(Generation(taken), EVERYBODY, NOW, timedelta(days=1))


@pytest.fixture(scope="module")
def evidence(taken: Snapshot) -> Mapping[tuple[str, str], LinkEvidence]:
    return {(found.child, found.parent): found for found in taken.evidence}


def test_nine_planted_links_in_ten_are_found_with_sign_and_lag(
    evidence: Mapping[tuple[str, str], LinkEvidence],
) -> None:
    missed = [link for link in truth.LINKS if not is_found(link, evidence[link.cause, link.effect])]
    assert len(missed) <= len(truth.LINKS) // 10, missed


def test_slopes_within_cases_are_the_planted_strengths(evidence: Mapping[tuple[str, str], LinkEvidence]) -> None:
    """Where cause and effect stand in one row: the interval holds what was planted, for nearly all."""
    inside = [
        (found.case.low - 0.02, link.strength, found.case.high + 0.02)
        for link in truth.LINKS
        if link.grip == "row" and abs(link.strength) < 1 and (found := evidence[link.cause, link.effect]).case
    ]
    held = [low <= strength <= high for low, strength, high in inside]
    assert len(held) >= 8
    assert sum(held) >= 0.9 * len(held), inside


def test_no_planted_non_link_is_more_than_a_claim(evidence: Mapping[tuple[str, str], LinkEvidence]) -> None:
    grades = {(non.cause, non.effect): evidence[non.cause, non.effect].grade for non in truth.NON_LINKS}
    assert set(grades.values()) == {"claimed"}, grades


def test_the_change_that_worked_is_called_so_and_the_other_is_not(taken: Snapshot) -> None:
    verdicts = {found.change: found.effect for found in taken.effects if found.meant}
    for change in truth.CHANGES:
        assert (verdicts[change.id].verdict == "worked") == change.worked
    worked = verdicts["count-before-first-job"].size
    assert worked is not None
    assert worked.low < 0.11 < worked.high


def test_the_golden_strand_ends_at_the_planted_root(board: SnapshotBoard) -> None:
    moment = board.moment()
    page = board.thread(moment)  # type: ignore[arg-type]  # the newest week is there
    assert isinstance(page, ThreadView)
    assert page.gold is not None
    assert tuple(found.metric for found in reversed(page.gold.figures)) == truth.ROOT.path
    assert page.gold.pull_kind == "estimated"
    assert page.story.worst_unit is not None
    assert page.story.worst_unit.unit == ("team", truth.ROOT.team)


def test_the_first_sentences_say_what_moved_why_and_who_has_it(board: SnapshotBoard) -> None:
    page = board.thread(board.moment())  # type: ignore[arg-type]  # the newest week is there
    assert isinstance(page, ThreadView)
    assert [type(told) for told in page.moves] == [Moved, Because, InHand]
    hand = page.moves[-1]
    assert isinstance(hand, InHand)
    assert hand.owner == "Field installation"
    assert hand.effect is not None
    assert hand.effect.effect.verdict == "worked"
    assert page.alarms is not None
    assert 0 < page.alarms.expected < page.alarms.charts


def test_a_metrics_page_shows_chart_split_links_and_effects(board: SnapshotBoard) -> None:
    page = board.metric("van_stock_counted", board.moment())  # type: ignore[arg-type]  # as above
    assert isinstance(page, MetricView)
    assert page.chart is not None
    assert page.split is not None
    assert len(page.chart.centre) == len(page.periods)
    assert len(set(page.chart.stretches)) == 2  # limits begin anew at the recorded change
    assert [link.evidence.grade for link in page.links if link.evidence] == ["moved"]
    assert [found.effect.verdict for found in page.effects] == ["worked"]


@pytest.mark.parametrize("metric", ["nps", "retention_12m", "customer_effort", "promise_kept", "lifetime_value"])
def test_every_outcomes_change_splits_exactly(taken: Snapshot, metric: str) -> None:
    ground = Generation(taken).grounds["week"]
    for at in (40, 70, 102):
        found = why(ground, between(ground, metric, 0, at - 1, at), {}, "week")
        split = found.organisation if found.organisation and found.organisation.parts else found.drivers
        assert split is not None
        assert sum(line.amount for line in split.parts) == pytest.approx(found.change, rel=1e-9, abs=1e-12)


def test_what_lies_ahead_is_told_of_the_whole_company(board: SnapshotBoard) -> None:
    page = board.metric("nps", board.moment())  # type: ignore[arg-type]  # as above
    assert isinstance(page, MetricView)
    assert page.landing is not None
    assert page.landing.chance < 0.1  # it stands ten points short, steadily
    assert page.needs is not None
    assert {leaf.answer for leaf in page.needs.leaves} == {"different_process"}
    leaves = {leaf.metric for leaf in page.needs.leaves}
    assert truth.ROOT.measure in leaves
    assert not leaves & {non.cause for non in truth.NON_LINKS}
