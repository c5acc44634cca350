import math

import numpy as np
import pytest

from scorecard.analysis.rulesets import RULES, SIGNALS, RuleSet, judge
from scorecard.analysis.signals import Charts, assurance, chart, charts, rate_charts, variation

GOLDEN = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
SAW = [4.0, 6.0] * 6
"""Centre 5, moving ranges 2, limits -0.32 and 10.32, two thirds at 1.4533 and 8.5467."""


def names(drawn: Charts) -> list[str]:
    return [SIGNALS[code] for code in drawn.signal[0]]


class TestLimits:
    def test_golden_unscreened(self) -> None:
        drawn = chart(GOLDEN, screen=False)
        assert drawn.centre[0, 0] == pytest.approx(1.944, abs=5e-4)
        assert drawn.lower[0, 0] == pytest.approx(-3.06, abs=5e-3)
        assert drawn.upper[0, 0] == pytest.approx(6.95, abs=5e-3)

    def test_golden_screened_keeps_the_point_on_the_chart(self) -> None:
        drawn = chart(GOLDEN)
        assert drawn.centre[0, 0] == pytest.approx(1.944, abs=5e-4)
        assert drawn.lower[0, 0] == pytest.approx(-0.72, abs=5e-3)
        assert drawn.upper[0, 0] == pytest.approx(4.60, abs=5e-3)
        assert drawn.range_limit[0, 0] == pytest.approx(3.267)
        assert drawn.sigma[0, 0] == pytest.approx(1 / 1.128)
        assert drawn.values[0, 4] == 10

    def test_a_range_at_its_limit_is_screened(self) -> None:
        # nine ranges of 1 and one of r, where r = 3.267 (9 + r) / 10 exactly
        edge = 3.267 * 9 / (10 - 3.267)
        steps = [1, -1, 1, -1, 1, -1, 1, -1, 1, edge]
        values = [0.0, *np.cumsum(steps).tolist()]
        assert chart(values).range_limit[0, 0] == pytest.approx(3.267)

    def test_five_points_have_no_limits_six_are_trial_twelve_are_sure(self) -> None:
        flags = {n: (bool(chart(SAW[:n]).none[0]), bool(chart(SAW[:n]).trial[0])) for n in (0, 5, 6, 11, 12)}
        assert flags == {0: (True, False), 5: (True, False), 6: (False, True), 11: (False, True), 12: (False, False)}
        assert np.isnan(chart(SAW[:5]).centre).all()

    def test_a_partial_period_makes_no_limits_and_is_not_judged_but_is_drawn(self) -> None:
        drawn = chart([*SAW, 99.0], complete=[True] * 12 + [False])
        assert drawn.centre[0, 12] == 5
        assert drawn.values[0, 12] == 99
        assert not drawn.judged[0, 12]
        assert not drawn.signal.any()
        assert drawn.newest[0] == 11

    def test_missing_points_are_no_points(self) -> None:
        gaps: list[float | None] = [4, None, 6, 4, math.nan, math.inf, 6, 4, 6, 4, 6]
        drawn = chart(gaps)
        assert drawn.centre[0, 0] == 5
        assert drawn.sigma[0, 0] == pytest.approx(2 / 1.128)
        assert drawn.lengths.tolist() == [8]

    def test_equal_values_never_signal_however_they_are_stored(self) -> None:
        drawn = chart([0.1] * 53)
        assert drawn.lower[0, 0] == pytest.approx(0.1)
        assert not drawn.signal.any()
        assert np.isnan(drawn.autocorrelation[0])

    def test_empty_arrays_are_fine(self) -> None:
        for shape in ((0, 5), (3, 0), (3, 2)):
            drawn = charts(np.full(shape, np.nan), np.ones(shape[1], dtype=np.bool_))
            assert drawn.none.all()
            assert (variation(drawn, "higher_is_better") == "unknown").all()
            assert (assurance(drawn, 1.0, "higher_is_better") == "unknown").all()

    def test_autocorrelation_warns(self) -> None:
        wave = np.sin(np.arange(40) / 4).tolist()
        assert chart(wave).autocorrelated[0]
        assert chart(SAW).autocorrelation[0] == pytest.approx(-11 / 12)
        assert not chart(SAW).autocorrelated[0]


class TestRebase:
    def test_each_stretch_has_its_own_limits_and_no_run_crosses(self) -> None:
        values = [*SAW, *(value + 10 for value in SAW)]
        drawn = chart(values, rebase=[12])
        assert drawn.centre[0, [0, 11, 12, 23]].tolist() == [5, 5, 15, 15]
        assert not drawn.signal.any()
        assert chart(values).signal.any()

    def test_a_new_stretch_is_without_limits_until_it_has_six_points(self) -> None:
        drawn = chart([*SAW, 14, 16, 14, 16, 14], rebase=[12])
        assert np.isnan(drawn.centre[0, 12:]).all()
        assert drawn.centre[0, 11] == 5
        assert drawn.none[0]
        assert variation(drawn, "higher_is_better")[0] == "unknown"

    def test_a_change_in_the_running_period_leaves_the_verdict_with_the_old_process(self) -> None:
        drawn = chart([*SAW, 99.0], complete=[True] * 12 + [False], rebase=[12])
        assert not drawn.none[0]
        assert variation(drawn, "higher_is_better")[0] == "steady"

    def test_rows_do_not_touch_each_other(self) -> None:
        rng = np.random.default_rng(5)
        values = rng.normal(size=(40, 30))
        values[rng.random(values.shape) < 0.1] = np.nan
        rebase = rng.random(values.shape) < 0.05
        together = charts(values, np.ones(30, dtype=np.bool_), rebase=rebase)
        for row in range(40):
            alone = charts(values[[row]], np.ones(30, dtype=np.bool_), rebase=rebase[[row]])
            np.testing.assert_allclose(together.upper[row], alone.upper[0], rtol=1e-12)
            np.testing.assert_array_equal(together.signal[row], alone.signal[0])
            assert together.trial[row] == alone.trial[0]


def marks(deviations: list[float], rules: RuleSet = "nhs") -> tuple[list[str], list[int]]:
    """Signals and sides of points whose centre is 0 and whose limits are -3 and 3."""
    row = np.array([deviations], dtype=np.float64)
    code, side = judge(row, row, np.array([[3.0]]), np.array([[0.0]]), RULES[rules])
    return [SIGNALS[one] for one in code[0]], side[0].tolist()


class TestRules:
    def test_outside_is_strict(self) -> None:
        assert marks([3, 0, -3, 0, 3.01, 0, -3.01]) == (
            ["none"] * 4 + ["outside", "none", "outside"],
            [0, 0, 0, 0, 1, 0, -1],
        )
        assert names(chart(GOLDEN))[4] == "outside"

    def test_seven_on_one_side_are_all_marked(self) -> None:
        drawn = chart([4, 5, 4, 5, 4, 5, 4, 6, 7, 6, 7, 6, 7, 6])
        assert names(drawn) == ["shift"] * 14
        assert drawn.side[0].tolist() == [-1] * 7 + [1] * 7

    def test_six_are_too_few_and_wheeler_wants_eight(self) -> None:
        seven = [0.5, 1, 0.5, 1, 0.5, 1, 0.5]
        assert marks([*seven[:6], -1])[0] == ["none"] * 7
        assert marks([*seven, -1])[0] == ["shift"] * 7 + ["none"]
        assert marks([*seven, -1], "wheeler")[0] == ["none"] * 8
        assert marks([*seven, 1, -1], "wheeler")[0] == ["shift"] * 8 + ["none"]

    def test_a_point_on_the_centre_ends_a_run(self) -> None:
        assert marks([1, 0.5, 1, 0, 1, 0.5, 1, 0.5])[0] == ["none"] * 8

    def test_a_gap_does_not_end_a_run(self) -> None:
        values: list[float | None] = [4, 5, 4, None, 5, 4, 5, 4, 6, 7, 6, 7, 6, 7, 6]
        assert names(chart(values))[:8] == ["shift"] * 3 + ["none"] + ["shift"] * 4

    def test_a_trend_of_seven_takes_the_direction_as_its_side(self) -> None:
        rise = [1, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 1]
        assert marks(rise) == (["none"] + ["trend"] * 7 + ["none"], [0] + [1] * 7 + [0])
        assert marks([-one for one in rise])[1] == [0] + [-1] * 7 + [0]
        assert marks(rise, "wheeler")[0] == ["none"] * 9
        assert marks(rise[2:])[0] == ["none"] * 7, "six points are no trend"

    def test_an_equal_neighbour_ends_a_trend(self) -> None:
        assert marks([-1.5, -1, -0.5, 0, 0, 0.5, 1, 1.5])[0] == ["none"] * 8

    def test_a_peak_belongs_to_the_rise_that_reached_it(self) -> None:
        rise = [-1.5, -1, -0.5, 0, 0.5, 1]
        assert marks([*rise, 1.5, *reversed(rise)]) == (["trend"] * 13, [1] * 7 + [-1] * 6)
        fall = [-one for one in rise]
        assert marks([*fall, -1.5, *reversed(fall)])[1] == [-1] * 7 + [1] * 6

    def test_two_of_three_marks_the_points_in_the_zone(self) -> None:
        assert marks([0, 2.5, 0, 2.5, 0]) == (["none", "near_limit", "none", "near_limit", "none"], [0, 1, 0, 1, 0])
        assert marks([0, 2.5, -1, 3, 0])[0] == ["none", "near_limit", "none", "near_limit", "none"]
        assert marks([0, 2.5, 0, 0, 2.5])[0] == ["none"] * 5
        assert marks([0, 2, 0, 2, 2])[0] == ["none"] * 5, "on the two-thirds line is not near the limit"
        assert marks([0, 2.5, 0, -2.5, 0])[0] == ["none"] * 5, "opposite sides do not add up"

    def test_the_zone_ends_at_the_limit_for_nhs_and_goes_on_for_wheeler(self) -> None:
        assert marks([0, 3.5, 2.5, 0])[0] == ["none", "outside", "none", "none"]
        assert marks([0, 3.5, 1.6, 0, 1.6], "wheeler")[0] == ["none", "outside", "near_limit", "none", "near_limit"]
        assert marks([0, 1.5, 1.6, 0, 1.6], "wheeler")[0] == ["none"] * 5, "half-way is not nearer"

    def test_the_first_rule_of_the_list_names_the_point(self) -> None:
        assert marks([0.1, 0.4, 0.8, 1.2, 1.6, 2.1, 3.1])[0] == ["shift"] * 6 + ["outside"]
        assert marks([-0.1, 0.4, 0.8, 1.2, 2.1, 2.2, 2.3])[0] == ["trend"] * 7
        assert marks([0.1, 2.1, 2.2, 0.4, 0.3, 0.4, 0.3])[0] == ["shift"] * 7


class TestRates:
    def test_one_denominator_is_the_plain_chart(self) -> None:
        rng = np.random.default_rng(2)
        size = np.full((5, 30), 400.0)
        top = rng.binomial(400, 0.4, size=size.shape).astype(np.float64)
        whole = np.ones(30, dtype=np.bool_)
        rate, plain = rate_charts(top, size, whole, kind="p"), charts(top / size, whole)
        np.testing.assert_allclose(rate.centre, plain.centre)
        np.testing.assert_allclose(rate.sigma, plain.sigma)
        np.testing.assert_allclose(rate.range_limit, plain.range_limit)
        np.testing.assert_allclose(rate.upper, plain.upper, rtol=1e-4)

    def test_p_prime_by_hand(self) -> None:
        size = np.array([100, 400, 100, 400, 100, 400.0])
        top = np.array([20, 60, 10, 100, 15, 70.0])
        drawn = rate_charts(top[None], size[None], np.ones(6, dtype=np.bool_), kind="p", screen=False)
        centre = 275 / 1500
        unit = np.sqrt(centre * (1 - centre) / size)
        spread = np.abs(np.diff((top / size - centre) / unit)).mean() / 1.128
        assert drawn.centre[0, 0] == pytest.approx(centre)
        np.testing.assert_allclose(drawn.sigma[0], unit * spread)
        np.testing.assert_allclose(drawn.upper[0], centre + 3 * unit * spread)

    def test_limits_are_clipped_and_u_has_no_ceiling(self) -> None:
        top = np.array([[19, 20, 17, 20, 20, 16, 20.0]])
        size = np.full((1, 7), 20.0)
        whole = np.ones(7, dtype=np.bool_)
        assert rate_charts(top, size, whole, kind="p").upper[0, 0] == 1
        assert rate_charts(top, size, whole, kind="u").upper[0, 0] > 1
        assert rate_charts(20 - top, size, whole, kind="u").lower[0, 0] == 0

    def test_a_zero_denominator_is_a_missing_point(self) -> None:
        top, size = np.ones((1, 9)), np.full((1, 9), 2.0)
        size[0, 3] = 0
        drawn = rate_charts(top, size, np.ones(9, dtype=np.bool_), kind="p")
        assert np.isnan(drawn.values[0, 3])
        assert drawn.lengths.tolist() == [8]

    @pytest.mark.parametrize("share", [0.0, 1.0])
    def test_all_or_nothing_is_calm(self, share: float) -> None:
        size = np.arange(10, 30, dtype=np.float64)[None]
        drawn = rate_charts(size * share, size, np.ones(20, dtype=np.bool_), kind="p")
        assert drawn.centre[0, 0] == share
        assert not drawn.signal.any()

    def test_impossible_counts_are_refused(self) -> None:
        whole = np.ones(1, dtype=np.bool_)
        with pytest.raises(ValueError, match="larger than its denominator"):
            rate_charts(np.array([[3.0]]), np.array([[2.0]]), whole, kind="p")
        with pytest.raises(ValueError, match="negative"):
            rate_charts(np.array([[-3.0]]), np.array([[2.0]]), whole, kind="u")


class TestVariation:
    UP = chart([4, 5, 4, 5, 4, 5, 4, 6, 7, 6, 7, 6, 7, 6])

    def test_direction_decides(self) -> None:
        assert variation(self.UP, "higher_is_better").tolist() == ["improving"]
        assert variation(self.UP, "lower_is_better").tolist() == ["worsening"]
        assert variation(self.UP, "none").tolist() == ["unknown"]
        assert variation(chart(SAW), "none").tolist() == ["steady"]
        assert variation(chart(SAW[:5]), "none").tolist() == ["unknown"]

    def test_an_old_signal_is_not_news(self) -> None:
        assert chart(GOLDEN).signal.any()
        assert variation(chart(GOLDEN), "higher_is_better").tolist() == ["steady"]

    def test_in_range_goes_by_the_way_to_the_band(self) -> None:
        bands = {(5.9, 6.5): "improving", (4.0, 5.6): "worsening", (4.0, 8.0): "steady"}
        assert {band: variation(self.UP, "in_range", band)[0] for band in bands} == bands
        assert variation(self.UP, "in_range").tolist() == ["unknown"]
        assert variation(self.UP, "in_range", (math.nan, math.nan)).tolist() == ["unknown"]

    def test_a_trend_goes_by_its_direction(self) -> None:
        drawn = chart([8, 2, 8, 2, 8, 2, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5])
        assert names(drawn)[-1] == "trend"
        assert variation(drawn, "lower_is_better").tolist() == ["worsening"]
        bands = {(9, 10): "improving", (7, 8): "improving", (0, 6): "worsening", (0, 9): "steady"}
        assert {band: variation(drawn, "in_range", band)[0] for band in bands} == bands


class TestAssurance:
    PLAIN = chart(SAW)

    def test_higher_is_better(self) -> None:
        answers = {11.0: "fails", 5.0: "hit_or_miss", -1.0: "passes", math.nan: "unknown"}
        assert {goal: assurance(self.PLAIN, goal, "higher_is_better")[0] for goal in answers} == answers

    def test_lower_is_better(self) -> None:
        answers = {11.0: "passes", 5.0: "hit_or_miss", -1.0: "fails"}
        assert {goal: assurance(self.PLAIN, goal, "lower_is_better")[0] for goal in answers} == answers

    def test_equality_is_hit_or_miss(self) -> None:
        for goal in (float(self.PLAIN.upper[0, 0]), float(self.PLAIN.lower[0, 0]), 5 - 2.66 * 2, 5 + 2.66 * 2):
            for direction in ("higher_is_better", "lower_is_better"):
                assert assurance(self.PLAIN, goal, direction)[0] == "hit_or_miss"

    def test_in_range(self) -> None:
        answers = {(-1, 11): "passes", (0, 11): "hit_or_miss", (11, 12): "fails", (-9, -1): "fails"}
        assert {band: assurance(self.PLAIN, band, "in_range")[0] for band in answers} == answers

    def test_targets_by_series_and_by_period(self) -> None:
        drawn = charts(np.array([SAW, SAW]), np.ones(12, dtype=np.bool_))
        assert assurance(drawn, np.array([11.0, -1.0]), "higher_is_better").tolist() == ["fails", "passes"]
        by_period = np.full((2, 12), 5.0)
        by_period[:, -1] = [-1.0, 11.0]
        assert assurance(drawn, by_period, "higher_is_better").tolist() == ["passes", "fails"]

    def test_without_direction_nobody_can_say(self) -> None:
        assert assurance(self.PLAIN, 5.0, "none").tolist() == ["unknown"]


def test_a_whole_company_is_one_array() -> None:
    values = np.random.default_rng(1).normal(size=(5_000, 26))
    drawn = charts(values, np.ones(26, dtype=np.bool_))
    assert drawn.signal.shape == values.shape
    assert 0.1 < drawn.signal.any(axis=1).mean() < 0.3
