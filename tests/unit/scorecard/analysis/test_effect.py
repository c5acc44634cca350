from collections import Counter

import numpy as np
import pytest

from scorecard.analysis.effect import Effect, effect
from scorecard.analysis.points import Floats


def noise(rng: np.random.Generator, count: int, length: int, rho: float = 0.7) -> Floats:
    """AR(1) series of variance 1."""
    series = rng.standard_normal((count, length))
    series[:, 1:] *= np.sqrt(1 - rho**2)
    for time in range(1, length):
        series[:, time] += rho * series[:, time - 1]
    return series


def jump(length: int, start: int, size: float) -> Floats:
    return np.where(np.arange(length) >= start, size, 0.0)


def company(seed: int, length: int = 40, siblings: int = 8, shared: float = 1.0) -> Floats:
    """A unit (the first row) and its siblings, each at its own level, with shocks they share."""
    rng = np.random.default_rng(seed)
    levels = rng.normal(80, 5, size=(siblings + 1, 1))
    return levels + noise(rng, siblings + 1, length) + shared * noise(rng, 1, length)


class TestVerdicts:
    def test_a_clear_jump_is_seen_and_sized_in_its_own_units(self) -> None:
        rows = company(1)
        found = effect(rows[0] + jump(40, 26, -6), 26, "lower_is_better", siblings=rows[1:])
        assert found.verdict == "worked"
        assert found.missing == ()
        assert found.size is not None
        assert found.level is not None
        assert found.level.low < -6 < found.level.high
        assert found.level.value == pytest.approx(-6, abs=1.5)
        assert found.size.high < 0
        assert found.p_value is not None
        assert found.p_value <= 0.05
        assert (found.controls, found.before, found.after) == (8, 26, 14)

    def test_the_same_jump_the_wrong_way(self) -> None:
        rows = company(1)
        found = effect(rows[0] + jump(40, 26, -6), 26, "higher_is_better", siblings=rows[1:])
        assert found.verdict == "made_it_worse"

    def test_nothing_happened(self) -> None:
        rows = company(3)
        found = effect(rows[0], 26, "higher_is_better", siblings=rows[1:])
        assert found.verdict == "no_visible_effect"
        assert found.level is not None
        assert found.level.low < 0 < found.level.high

    def test_the_slope_term_starts_at_the_change(self) -> None:
        times = np.arange(40)
        wiggle = 0.01 * np.random.default_rng(1).normal(size=40)
        values = 100 + 0.5 * times + jump(40, 25, -6) + 0.25 * np.maximum(times - 25, 0) + wiggle
        found = effect(values, 25, "lower_is_better")
        assert found.level is not None
        assert found.slope is not None
        assert found.average is not None
        assert found.level.value == pytest.approx(-6, abs=0.05)
        assert found.slope.value == pytest.approx(0.25, abs=0.01)
        assert found.average.value == pytest.approx(-6 + 0.25 * 7, abs=0.05)

    def test_a_shock_that_all_units_share_is_not_the_changes_doing(self) -> None:
        rows = company(4, shared=0.0) + jump(40, 26, 8)
        found = effect(rows[0], 26, "higher_is_better", siblings=rows[1:])
        assert found.verdict == "no_visible_effect"

    def test_a_gap_is_time_passed_not_a_point(self) -> None:
        rows = company(1)
        rows[0, [3, 30]] = np.nan
        rows[2, 10] = np.nan
        found = effect(rows[0] + jump(40, 26, -6), 26, "lower_is_better", siblings=rows[1:])
        assert (found.before, found.after, found.controls) == (25, 13, 7)
        assert found.verdict == "worked"


class TestCannotTell:
    @pytest.mark.parametrize(
        ("start", "named"), [(3, "3 points before"), (37, "3 points since"), (40, "0 points since")]
    )
    def test_too_few_points(self, start: int, named: str) -> None:
        found = effect(company(1)[0], start, "higher_is_better")
        assert found.verdict == "cannot_tell"
        assert found.missing[0].startswith(named)
        assert found.size is None

    def test_too_few_places_where_nothing_happened(self) -> None:
        found = effect(company(1, length=24)[0] + jump(24, 12, 30), 12, "higher_is_better")
        assert found.verdict == "cannot_tell"
        assert found.missing[0].startswith("6 dates and sibling units where nothing happened")
        assert found.level is not None, "the size is shown all the same"

    def test_another_change_at_the_same_time(self) -> None:
        rows = company(1)
        found = effect(rows[0] + jump(40, 26, -6), 26, "lower_is_better", siblings=rows[1:], other_changes=[24])
        assert found == Effect(
            "cannot_tell",
            ("another change falls within 5 periods of this one", "2 points before the change: at least 5 are needed"),
            before=2,
            after=14,
        )

    def test_a_change_further_off_cuts_the_series(self) -> None:
        rows = company(1, length=60)
        rows[0] += jump(60, 30, -6) + jump(60, 8, 20) + jump(60, 50, 20)
        found = effect(rows[0], 30, "lower_is_better", siblings=rows[1:], other_changes=[50, 8])
        assert (found.verdict, found.before, found.after) == ("worked", 22, 20)

    def test_changes_beyond_the_series_do_not_matter(self) -> None:
        rows = company(1)
        alone = effect(rows[0], 26, "higher_is_better", siblings=rows[1:])
        assert effect(rows[0], 26, "higher_is_better", siblings=rows[1:], other_changes=[-7, 90]) == alone

    def test_without_a_better_direction(self) -> None:
        rows = company(1)
        found = effect(rows[0], 26, "none", siblings=rows[1:])
        assert found.missing == ("a direction: whether higher or lower is better",)


class TestCalibration:
    """Light versions of tests/bench/calibrate_changes.py."""

    def test_false_verdicts_on_24_persistent_points(self) -> None:
        rng = np.random.default_rng(9)
        verdicts: Counter[str] = Counter()
        for _ in range(40):
            rows = noise(rng, 5, 24)
            verdicts[effect(rows[0], 12, "higher_is_better", siblings=rows[1:]).verdict] += 1
        assert verdicts["worked"] + verdicts["made_it_worse"] <= 0.07 * 40
        assert verdicts["no_visible_effect"] > 35

    def test_power_on_a_clear_jump(self) -> None:
        verdicts: Counter[str] = Counter()
        for seed in range(10):
            rows = company(100 + seed)
            rows[0] += jump(40, 26, 5)
            verdicts[effect(rows[0], 26, "higher_is_better", siblings=rows[1:]).verdict] += 1
        assert verdicts["worked"] >= 9
