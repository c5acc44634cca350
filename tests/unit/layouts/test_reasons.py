"""Signal and cause in words: charts, links, splits, verdicts, first sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.parts import ahead, cause, moves, signals, verdict
from layouts.parts import evidence as links
from layouts.words import Tongue, apart, interval
from scorecard.analysis.effect import Effect
from scorecard.analysis.estimate import Shortage
from scorecard.causes import Beneath, Line, Split, Step, Why
from scorecard.definition import Format
from scorecard.head import Moment
from scorecard.people.principal import EVERYBODY
from scorecard.view import Alarms, Because, InHand, LinkView, MetricView, SignalName
from tests.unit.layouts import reasons
from tests.unit.layouts.boards import CHANGE, DEFINITION, HEAD, SmallBoard, periods
from tests.unit.layouts.test_parts import NASTY, seen

ENGLISH = Tongue("en_GB", "GBP")
BOARD = SmallBoard(EVERYBODY, HEAD)
LINK = reasons.link("nps", "first_visit_fix", DEFINITION)
WEEKS = periods("week", 12)
FORMATS: tuple[Format, ...] = ("number", "percent", "currency", "duration", "score")


def van_stock() -> MetricView:
    moment = BOARD.moment()
    assert isinstance(moment, Moment)
    found = BOARD.metric("van_stock", moment)
    assert isinstance(found, MetricView)
    return found


def why() -> Why:
    found = van_stock().split
    assert found is not None
    return found


def line() -> Line:
    found = why().organisation
    assert found is not None
    return found.parts[0]


def graded(**more: Any) -> str:
    assert LINK.evidence is not None
    return plain(links.said(LINK, replace(LINK.evidence, **more), ENGLISH))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


class TestIntervals:
    def test_it_is_as_fine_as_it_takes(self) -> None:
        assert plain(interval(0.48, 0.45, 0.52, "score", ENGLISH)) == "+0.48 pts, 95 % interval +0.45 to +0.52"
        assert plain(interval(0.096, 0.072, 0.12, "percent", ENGLISH)) == "+9.6 pts, 95 % interval +7.2 to +12.0"
        said = plain(interval(-120, -7200, 60, "duration", ENGLISH))
        assert said == "−2 min, 95 % interval −2 h to +1 min"

    def test_what_cannot_be_written_is_not(self) -> None:
        assert not interval(1.0, float("-inf"), 2.0, "score", ENGLISH)
        assert not interval(float("nan"), 0.0, 2.0, "score", ENGLISH)

    @given(
        st.floats(),
        st.floats(),
        st.floats(),
        st.sampled_from(FORMATS),
    )
    def test_it_never_reads_as_a_machine_writes(self, value: float, low: float, high: float, fmt: Format) -> None:
        said = interval(value, low, high, fmt, ENGLISH)
        assert not re.search(r"nan|inf|none", said, re.IGNORECASE)

    def test_two_ends_that_differ_read_so(self) -> None:
        assert [each.plain for each in apart(0.88431, 0.88384, "percent", ENGLISH)] == ["88.43%", "88.38%"]
        assert [each.plain for each in apart(None, 0.5, "percent", ENGLISH)] == ["no data", "50.0%"]


class TestChart:
    def test_neighbours_of_one_rule_are_one_signal(self) -> None:
        found = signals.runs(reasons.chart(0.8, 12))
        assert [(run.rule, run.first, run.last) for run in found] == [("shift", 0, 6), ("outside", 11, 11)]
        apart_ = replace(reasons.chart(0.8, 12), stretches=(0,) * 3 + (1,) * 9)
        assert [(run.first, run.last) for run in signals.runs(apart_)] == [(0, 2), (3, 6), (11, 11)]

    def test_the_notes_name_rules_limits_and_doubts(self) -> None:
        said = seen(signals.chart_notes(reasons.chart(0.8, 12), WEEKS, ENGLISH))
        assert "Limits by the NHS rules" in said
        assert "trial limits" in said
        assert "Neighbouring points are alike" in said
        assert "Shift: 7 weeks on one side of the usual level, above it, up to Week 41" in said
        assert "Outside: 1 week below the lower limit, in Week 46" in said

    def test_no_limits_are_said_and_not_drawn(self) -> None:
        none = (None,) * 12
        chart = replace(reasons.chart(0.8, 12), upper=none, lower=none, centre=none, signals=none, none=True)
        assert signals.limits_of(chart) is None
        assert "Too few points" in seen(signals.chart_notes(chart, WEEKS, ENGLISH))

    def test_a_quiet_chart_says_so(self) -> None:
        quiet = replace(reasons.chart(0.8, 12), signals=(None,) * 12, trial=False, autocorrelated=False)
        assert seen(signals.chart_notes(quiet, WEEKS, ENGLISH)).endswith("No signals in 12 periods.")

    @pytest.mark.parametrize(("rule", "words"), [("trend", "Trend: 1 week falling"), ("near_limit", "Close to a")])
    def test_every_rule_has_words(self, rule: SignalName, words: str) -> None:
        assert signals.run_words(signals.Run(rule, -1, 3, 3), WEEKS, ENGLISH).startswith(words)


class TestEvidence:
    def test_a_link_borne_out_says_how_much(self) -> None:
        assert graded() == (
            "Borne out in both halves of the units: each point goes with +0.0048 pts, 95 % interval +0.0045 to"
            " +0.0052; 163 workers, 104 periods"
        )

    def test_what_is_only_claimed_says_why(self) -> None:
        assert graded(grade="claimed", reasons=("not_significant",)).startswith("Only claimed: no significant")
        assert "other way" in graded(grade="claimed", reasons=("wrong_sign",))
        assert "contradict" in graded(grade="claimed", conflict=True)
        lacking = Shortage("too_little_data", units=4, periods=1)
        said = graded(grade="claimed", estimate=None, shortage=lacking, reasons=("too_little_data",))
        assert said == "Cannot tell: 4 units and 1 week more needed"
        assert graded(grade="contradicted", reasons=("wrong_sign",)).startswith("Contradicted by the data: each")

    def test_a_change_alone_gives_no_slope(self) -> None:
        said = graded(grade="moved", reasons=("not_significant", "change_moved_both"))
        assert said == "Borne out by a recorded change that moved both"

    def test_a_step_is_one_that_shows(self) -> None:
        slow = replace(LINK, child_format="duration")
        assert "each day" in links.effect(slow, replace(reasons.ESTIMATE, slope=1e-6, low=9e-7, high=2e-6), ENGLISH)

    def test_it_opens_into_how_it_was_got(self) -> None:
        said = seen(links.evidence(LINK, ENGLISH))
        for words in ("Goes before by 2 weeks", "Level worker", "under 0.001", "12,512 observations"):
            assert words in said

    def test_an_identity_is_exact_and_a_guardrail_has_no_line(self) -> None:
        identity: LinkView = replace(LINK, kind="identity", evidence=None)
        assert "Exact" in seen(links.evidence(identity, ENGLISH))
        assert links.evidence(replace(LINK, kind="guardrail", evidence=None), ENGLISH) is None


class TestWhy:
    def test_exact_parts_and_estimates_stand_apart(self) -> None:
        said = seen(cause.why_panel(why(), ENGLISH))
        assert "Down 5.0 pts" in said
        assert "stands out from chance" in said
        exact, _, estimated = said.partition("Drivers: estimated, not split")
        assert "Field service −7.0 pts" in exact
        assert "The parts add up to the change; nothing is left over." in exact
        assert "−2.0 pts, 95 % interval −3.0 to −1.0" in estimated.replace("\u00a0", " ")
        assert "leave −3.0 pts of the change unexplained" in estimated

    def test_what_cannot_be_split_says_so(self) -> None:
        assert "It cannot be split exactly: the formula has no value" in seen(cause.why_panel(why(), ENGLISH))

    def test_bars_follow_one_another(self) -> None:
        drawn = str(cause.why_panel(why(), ENGLISH))
        found = re.findall(r'class="(up|down)" x="([\d.]+)" y="2" width="([\d.]+)"', drawn)
        assert found == [("down", "0.0", "160.0"), ("up", "0.0", "45.7")]

    def test_the_fall_stands_between_the_value_before_and_the_value_now(self) -> None:
        drawn = seen(cause.why_panel(why(), ENGLISH)).partition("Drivers: estimated")[0]
        found = why()
        before, after = apart(found.before.value, found.after.value, found.format, ENGLISH)
        first, last = drawn.index(f"From {before.plain}"), drawn.index(f"To {after.plain}")
        assert first < drawn.index("Field service −7.0 pts") < last
        marks = re.findall(r'class="end" x="([\d.]+)"', str(cause.why_panel(found, ENGLISH)))
        assert marks == ["158.0", "43.7"], "from the whole height down to where the last part ended"

    def test_the_smallest_share_a_row_and_nothing_is_lost(self) -> None:
        many = tuple(replace(line(), key=f"team:{at}", label=f"Team {at}", amount=0.01) for at in range(12))
        said = seen(cause.why_panel(replace(why(), organisation=Split("organisation", "sum", many, 0.0)), ENGLISH))
        assert "4 others +4.0 pts" in said

    def test_no_change_is_no_panel_and_names_are_text(self) -> None:
        assert cause.why_panel(replace(why(), after=replace(why().after, value=None)), ENGLISH) is None
        split = Split("organisation", "sum", (replace(line(), label=NASTY),), 0.0)
        assert "<script>" not in str(cause.why_panel(replace(why(), organisation=split), ENGLISH))


class TestVerdictsAndMoves:
    def test_a_verdict_opens_into_how_it_was_got(self) -> None:
        drawn = plain(str(verdict.verdict_details(reasons.EFFECT, "percent", ENGLISH)))
        assert "<details" in drawn
        assert "99 places where nothing happened" in drawn
        assert "Depot North" in drawn
        assert "itself alone" in drawn

    def test_a_verdict_has_its_size_or_what_is_missing(self) -> None:
        said = plain(verdict.verdict(reasons.EFFECT, "percent", ENGLISH))
        assert said == "Worked: +9.6 pts, 95 % interval +7.2 to +12.0"
        lacking = replace(reasons.EFFECT, effect=Effect("cannot_tell", ("3 points after: at least 5 are needed",)))
        assert verdict.verdict(lacking, "percent", ENGLISH).startswith("Cannot tell yet: 3 points after")

    def test_three_sentences_and_the_budget(self) -> None:
        figure = van_stock().figure
        told = reasons.moves(figure, figure, CHANGE)
        said = plain(" ".join(moves.move_words(one, ENGLISH) for one in told))
        assert "which stands out from chance." in said
        assert "came through Field service, mostly Depot North (−70.0 pts)." in said
        assert "Field service has it in hand: count the van before the first job (worked: +9.6 pts" in said
        budget = moves.alarm_words(reasons.ALARMS, ENGLISH)
        assert budget == "5 signals among 33 measures; about 1.9 expected by chance."

    def test_the_driver_beneath_is_an_estimate_apart_from_the_exact_steps(self) -> None:
        figure = van_stock().figure
        steps = (Step("department:field", "Field service", -0.031),)
        van = Beneath("van", "Van stock", ("team", "north"), "Depot North", -0.021)
        told = plain(moves.move_words(Because(figure, -0.04, steps, (van,)), ENGLISH))
        assert told == (
            "−3.1 pts of it came through Field service; at Depot North about −2.1 pts goes with Van stock, going by the"
            " evidence."
        )
        own = replace(van, unit=figure.unit)
        further = replace(own, label="Count of the van", amount=-0.012)
        assert plain(moves.move_words(Because(figure, -0.04, (), (own, further)), ENGLISH)) == (
            "About −2.1 pts of it goes with Van stock, mostly by way of Count of the van (about −1.2 pts), going by the"
            " evidence."
        )

    def test_nothing_to_tell_is_nothing(self) -> None:
        assert not moves.alarm_words(Alarms(0, 0.0, 0), ENGLISH)
        assert not moves.move_words(InHand(van_stock().figure, None, None, None), ENGLISH)


class TestAhead:
    NAMES = ahead.Names(DEFINITION)

    def test_a_landing_says_its_chance_and_what_it_takes(self) -> None:
        assert ahead.landing_words(reasons.LANDING, "score", ENGLISH) == (
            "34\u00a0% chance of 45.0\u00a0pts for the quarter to Thu 31 Dec 2026. The 6 weeks left would have to bring"
            " 55.3\u00a0pts; a week now brings 33.7\u00a0pts."
        )
        sure = replace(reasons.LANDING, chance=0.0, needed=None)
        assert ahead.landing_words(sure, "score", ENGLISH).startswith("Under 1\u00a0% chance of 45")
        assert ahead.landing(None, "score", ENGLISH) is None
        impossible = replace(reasons.LANDING, needed=1.2)
        assert "more than there is" in ahead.landing_words(impossible, "percent", ENGLISH)

    def test_it_opens_into_how_it_was_got(self) -> None:
        drawn = str(ahead.landing(reasons.LANDING, "score", ENGLISH))
        assert "<details" in drawn
        assert "26 weeks without a signal" in drawn

    def test_needs_say_whether_effort_is_enough(self) -> None:
        said = ahead.needs_words(reasons.NEEDS, self.NAMES, ENGLISH)
        assert said.endswith("would bring 41.2\u00a0pts, which needs a different process, not more effort.")
        able = replace(reasons.NEEDS.leaves[0], level=0.9, answer="within_limits")
        said = ahead.needs_words(replace(reasons.NEEDS, leaves=(able,)), self.NAMES, ENGLISH)
        assert "Alone, right part on the van at 90.0% would do it" in said
        drawn = str(ahead.needs_panel(reasons.NEEDS, self.NAMES, ENGLISH))
        assert "more than there is (estimated)" in drawn
        assert ahead.needs_panel(None, self.NAMES, ENGLISH) is None

    def test_what_was_passed_on_states_the_chance_of_a_false_find(self) -> None:
        said = ahead.exported_words(reasons.EXPORTED, self.NAMES, ENGLISH)
        assert said == (
            "Depot North: hand-offs per case got better (−0.4) while net promoter score, which it feeds, got worse"
            " (−6.2\u00a0pts). Chance of a false find: 0.021."
        )
        assert ahead.exported_panel((), self.NAMES, ENGLISH) is None
