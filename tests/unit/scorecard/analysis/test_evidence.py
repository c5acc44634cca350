"""Each grade by its rule, false discoveries over the thread, and conflicts that are never one number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scorecard.analysis.estimate import Shortage
from scorecard.analysis.evidence import (
    CaseData,
    LinkData,
    LinkEvidence,
    PanelData,
    RecordedChange,
    adjusted,
    case_halves,
    panel_halves,
    weigh,
)
from tests.bench.calibrate_evidence import ar1, planted, threads

STRONG = planted(np.random.default_rng(1), 40, 60, 0.5)
NOTHING = planted(np.random.default_rng(2), 40, 60, 0.0)
LINK = LinkData("fix", "nps", 1, tuple(range(5)), (STRONG,))
BOTH_ROSE = RecordedChange("count-first", 1, 1)


def judged(link: LinkData) -> LinkEvidence:
    return weigh([link], seed=3)[0]


def within_cases(slope: float, units: int = 20) -> CaseData:
    rng = np.random.default_rng(4)
    unit = np.repeat(np.arange(units), 30)
    x = rng.standard_normal(len(unit))
    return CaseData((slope * x + rng.standard_normal(len(unit)) > 0).astype(np.float64), x, unit)


def test_replicated_with_everything_that_is_to_be_said() -> None:
    found = judged(LINK)
    assert found.grade == "replicated"
    assert found.effect is not None
    assert found.effect.low < 0.5 < found.effect.high
    assert (found.effect.lag, found.effect.units, found.effect.periods) == (2, 40, 58)
    assert (found.effect.method, found.level) == ("panel", "team")
    assert found.q == found.effect.p
    assert found.reasons == ("significant", "holds_in_both_halves")


def test_contradicted_by_the_same_data_when_the_claim_is_the_other_way() -> None:
    found = judged(replace(LINK, claimed=-1))
    assert (found.grade, found.reasons) == ("contradicted", ("wrong_sign",))


def test_a_link_that_claims_no_sign_is_borne_out_by_either() -> None:
    assert judged(replace(LINK, claimed=None)).grade == "replicated"
    falls = replace(STRONG, outcome=-STRONG.outcome)
    assert judged(replace(LINK, claimed=None, panels=(falls,))).grade == "replicated"


def test_associated_only_where_a_half_fails() -> None:
    only = np.arange(40) < 14
    outcome = np.where(only[:, None], STRONG.outcome, NOTHING.outcome)
    measure = np.where(only[:, None], STRONG.measure, NOTHING.measure)
    grades = {
        weigh([replace(LINK, panels=(PanelData("team", outcome, measure),))], seed)[0].grade for seed in range(12)
    }
    assert "associated" in grades
    assert grades <= {"associated", "replicated"}


def test_associated_only_where_there_are_too_few_units_to_halve() -> None:
    few = PanelData("team", STRONG.outcome[:12], STRONG.measure[:12])
    found = judged(replace(LINK, panels=(few,)))
    assert (found.grade, found.reasons) == ("associated", ("significant", "too_few_units_to_halve"))


def test_claimed_where_there_is_nothing() -> None:
    found = judged(replace(LINK, panels=(NOTHING,)))
    assert (found.grade, found.reasons) == ("claimed", ("not_significant",))
    assert found.effect is not None


def test_claimed_without_data_says_what_is_missing() -> None:
    assert judged(LinkData("a", "b", 1, (0,))).reasons == ("no_data",)
    short = PanelData("team", STRONG.outcome[:6, :10], STRONG.measure[:6, :10])
    found = judged(LinkData("a", "b", 1, (0, 20), (short,)))
    assert (found.grade, found.q, found.effect) == ("claimed", None, None)
    assert found.shortage == Shortage("too_little_data", units=2, periods=2)
    far = judged(LinkData("a", "b", 1, (20,), (short,)))
    assert far.shortage == Shortage("too_little_data", periods=22)
    alone = judged(LinkData("a", "b", 1, (0,), (), CaseData(np.ones(3), np.ones(3), np.zeros(3, dtype=np.int64))))
    assert alone.shortage == Shortage("too_little_data", units=7, cases=47)


def test_the_finest_level_with_enough_data_is_taken() -> None:
    thin = PanelData("worker", np.where(np.arange(60) < 5, STRONG.outcome, np.nan), STRONG.measure)
    whole = PanelData("enterprise", STRONG.outcome[:1], STRONG.measure[:1])
    assert judged(replace(LINK, panels=(thin, STRONG, whole))).level == "team"
    assert judged(replace(LINK, panels=(STRONG, whole))).level == "team"


def test_a_lone_series_can_associate_but_not_replicate() -> None:
    rng = np.random.default_rng(5)
    x = ar1(rng, 1, 80, 0.3)
    found = judged(LinkData("a", "b", 1, (0, 1), (PanelData("enterprise", x + 0.3 * rng.standard_normal(x.shape), x),)))
    assert (found.grade, found.level) == ("associated", "enterprise")
    assert found.effect is not None
    assert (found.effect.method, found.effect.units) == ("series", 1)


def test_cases_alone_are_graded_and_halved() -> None:
    found = judged(LinkData("a", "b", 1, (0,), (), within_cases(0.8)))
    assert found.grade == "replicated"
    assert found.estimate == found.case
    assert found.level is None
    assert judged(LinkData("a", "b", 1, (0,), (), within_cases(0.8, units=10))).grade == "associated"


def test_cases_go_before_a_lone_series_but_not_before_a_panel() -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_normal((1, 60))
    lone = PanelData("enterprise", x + 0.3 * rng.standard_normal(x.shape), x)
    inside = replace(within_cases(0.8), lag=3, reach=0.4)
    found = judged(LinkData("a", "b", 1, (0,), (lone,), inside))
    assert found.estimate is not None
    assert (found.estimate.method, found.estimate.lag, found.reach, found.level) == ("case", 3, 0.4, None)
    both = judged(LinkData("a", "b", 1, (2,), (STRONG, lone), inside))
    assert both.estimate is not None
    assert (both.estimate.method, both.reach) == ("panel", 1.0)


def test_a_sign_against_the_claim_is_called_wrong_only_beyond_doubt() -> None:
    rng = np.random.default_rng(11)
    found = [judged(LinkData("a", "b", -1, (2,), (planted(rng, 30, 40, 0.08),))) for _ in range(40)]
    between = [link for link in found if link.q is not None and 0.01 < link.q <= 0.05]
    beyond = [link for link in found if link.q is not None and link.q <= 0.01]
    assert between
    assert {(link.grade, link.reasons) for link in between} == {("claimed", ("wrong_sign",))}
    assert {link.grade for link in beyond} == {"contradicted"}


def test_cases_stand_beside_a_panel_that_agrees() -> None:
    found = judged(replace(LINK, cases=within_cases(0.8)))
    assert (found.grade, found.conflict) == ("replicated", False)
    assert found.case is not None
    assert found.estimate is not None
    assert (found.estimate.method, found.case.method) == ("panel", "case")


def test_signs_that_differ_are_a_conflict_and_no_number() -> None:
    found = judged(replace(LINK, cases=within_cases(-0.8), changes=(BOTH_ROSE,)))
    assert found.conflict
    assert (found.grade, found.effect) == ("claimed", None)
    assert found.estimate is not None
    assert found.case is not None
    assert found.estimate.sign == -found.case.sign == 1
    assert "signs_conflict" in found.reasons


def test_a_faint_other_sign_is_no_conflict() -> None:
    faint = within_cases(0.0)
    found = [judged(replace(LINK, cases=replace(faint, measure=sign * faint.measure))) for sign in (1, -1)]
    assert {one.case.sign for one in found if one.case} == {1, -1}
    assert not any(one.conflict for one in found)


@pytest.mark.parametrize("panels", [(), (NOTHING,), (STRONG,)])
def test_moved_by_a_recorded_change_with_or_without_an_association(panels: tuple[PanelData, ...]) -> None:
    found = judged(replace(LINK, panels=panels, changes=(RecordedChange("other", 1, 0), BOTH_ROSE)))
    assert found.grade == "moved"
    assert "change_moved_both" in found.reasons


def test_directions_at_a_change_are_read_against_the_claim() -> None:
    nothing = replace(LINK, panels=(), claimed=-1)
    assert judged(replace(nothing, changes=(RecordedChange("c", 1, -1),))).grade == "moved"
    against = judged(replace(nothing, changes=(BOTH_ROSE,)))
    assert (against.grade, against.reasons) == ("claimed", ("no_data", "change_moved_against"))
    mixed = judged(replace(nothing, changes=(BOTH_ROSE, RecordedChange("c", -1, 1))))
    assert mixed.grade == "claimed"
    assert judged(replace(nothing, claimed=None, changes=(BOTH_ROSE,))).grade == "moved"


def test_contradicted_by_data_and_borne_out_by_a_change_is_a_conflict() -> None:
    found = judged(replace(LINK, claimed=-1, changes=(RecordedChange("c", 1, -1),)))
    assert (found.grade, found.conflict, found.effect) == ("claimed", True, None)


def test_benjamini_hochberg_by_hand() -> None:
    assert adjusted([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert adjusted([]) == []


def test_the_same_link_is_harder_to_believe_in_a_long_thread() -> None:
    rng = np.random.default_rng(6)
    border = planted(rng, 30, 40, 0.13)
    alone = judged(LinkData("a", "b", 1, (2,), (border,)))
    rest = [LinkData("n", "b", 1, (2,), (planted(rng, 30, 40, 0.0),)) for _ in range(9)]
    among = weigh([LinkData("a", "b", 1, (2,), (border,)), *rest], seed=3)
    assert alone.q is not None
    assert among[0].q is not None
    assert alone.q < 0.05 < among[0].q
    assert (alone.grade, among[0].grade) == ("associated", "claimed")


def test_halves_do_not_share_units_and_repeat_by_seed() -> None:
    assert panel_halves(STRONG, 2, 1) is True
    assert panel_halves(NOTHING, 2, 1) is False
    assert panel_halves(PanelData("t", STRONG.outcome[:15], STRONG.measure[:15]), 2, 1) is None
    assert case_halves(within_cases(0.8), 1) is True
    assert case_halves(within_cases(0.8, units=10), 1) is None


def test_calibration_of_a_thread_half_of_which_is_true() -> None:
    found, wrong, contradicted = threads(runs=1)
    assert found >= 0.9
    assert wrong <= 0.1
    assert contradicted >= 0.9
