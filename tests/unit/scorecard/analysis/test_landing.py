import math

import numpy as np
import pytest
from scipy.stats import norm

from scorecard.analysis.landing import Goal, Rate, futures, landing, rate_landing, reach_chance
from scorecard.analysis.signals import chart, charts, rate_charts

SAW = [4.0, 6.0] * 8


class TestChance:
    def test_the_formula(self) -> None:
        chance = reach_chance(100, Goal(160, 10), mean=5, sigma=2, points=16)
        assert chance == pytest.approx(norm.cdf((100 + 10 * 5 - 160) / (2 * math.sqrt(10 * (1 + 10 / 16)))))

    def test_lower_is_better_is_the_other_tail(self) -> None:
        up = reach_chance(100, Goal(160, 10), mean=5, sigma=2, points=16)
        down = reach_chance(100, Goal(160, 10, "lower_is_better"), mean=5, sigma=2, points=16)
        assert up + down == pytest.approx(1)

    @pytest.mark.parametrize(("so_far", "chance"), [(159, 0), (160, 1), (161, 1)])
    def test_at_the_end_it_has_landed_or_not(self, so_far: float, chance: float) -> None:
        assert reach_chance(so_far, Goal(160, 0), mean=5, sigma=2, points=16) == chance

    def test_the_chance_comes_true(self) -> None:
        rng = np.random.default_rng(6)
        past, future = rng.normal(5, 2, size=(4_000, 20)), rng.normal(5, 2, size=(4_000, 6)).sum(axis=1)
        drawn = charts(past, np.ones(20, dtype=np.bool_), screen=False)
        said = np.array(
            [
                reach_chance(0, Goal(total, 6), mean=mean, sigma=sigma, points=20)
                for total, mean, sigma in zip(future, drawn.centre[:, 0], drawn.sigma[:, 0], strict=True)
            ]
        )
        # a chance of q that a total as high as the true one is reached must come in a share q of all cases
        for share in (0.1, 0.25, 0.5, 0.75, 0.9):
            assert np.mean(said <= share) == pytest.approx(share, abs=0.025)


class TestLanding:
    def test_from_the_stable_stretch(self) -> None:
        found = landing(chart(SAW), 80, Goal(125, 8))
        sigma = 2 / 1.128
        assert found.chance == pytest.approx(norm.cdf((80 + 40 - 125) / (sigma * math.sqrt(8 * 1.5))))
        assert found.needed == pytest.approx(45 / 8)
        assert found.usual == 5
        assert found.silent is None

    def test_the_stretch_begins_after_the_last_signal(self) -> None:
        found = landing(chart([*SAW, 14.0, *SAW]), 80, Goal(125, 8))
        assert found.usual == 5
        assert found.silent is None

    def test_and_after_the_last_change_and_without_the_running_period(self) -> None:
        drawn = chart([*(one + 9 for one in SAW), *SAW, 99], complete=[True] * 32 + [False], rebase=[16])
        assert landing(drawn, 80, Goal(125, 8)).usual == 5

    @pytest.mark.parametrize("values", [SAW[:11], [*SAW, 50.0], [*SAW, 50.0, *SAW[:6]], []])
    def test_silent_unless_stable(self, values: list[float]) -> None:
        found = landing(chart(values), 80, Goal(125, 8))
        assert found.chance is found.needed is found.usual is None
        assert found.silent is not None
        assert "stable stretch has at least 12" in found.silent

    def test_silent_when_the_stretch_is_restless_by_itself(self) -> None:
        calm_beside_a_storm = [1.0, -1, 1, -1, 1, -1, 20, -1, 1, -1, 1, -1, 1, -1]
        drawn = chart([20.0, -20] * 8 + [150.0, -150] + calm_beside_a_storm, screen=False)
        assert drawn.signal[0, 17] > 0
        assert not drawn.signal[0, 18:].any()
        assert landing(drawn, 0, Goal(1, 1)).silent == "the latest stretch shows signals when it is judged by itself"

    def test_no_periods_left(self) -> None:
        found = landing(chart(SAW), 126, Goal(125, 0))
        assert (found.chance, found.needed) == (1.0, None)


class TestRates:
    RNG = np.random.default_rng(3)
    SIZE = RNG.integers(80, 240, size=26).astype(np.float64)
    TOP = RNG.binomial(SIZE.astype(np.int64), 0.8).astype(np.float64)
    RATE = Rate(TOP, SIZE, "p")
    DRAWN = rate_charts(TOP[None], SIZE[None], np.ones(26, dtype=np.bool_), kind="p")

    def chance(self, target: float, left: int = 6, so_far: tuple[float, float] = (480.0, 600.0)) -> float:
        found = rate_landing(self.DRAWN, self.RATE, so_far, Goal(target, left), 1)
        assert found.chance is not None
        return found.chance

    def test_is_sure_far_off_and_even_at_what_is_usual(self) -> None:
        assert self.chance(0.5) == 1
        assert self.chance(0.95) == 0
        usual = float(self.TOP.sum() / self.SIZE.sum())
        assert self.chance(usual, so_far=(0, 0)) == pytest.approx(0.5, abs=0.05)

    def test_seeded(self) -> None:
        assert self.chance(0.8) == self.chance(0.8)

    def test_a_large_start_weighs_more_than_what_is_to_come(self) -> None:
        assert self.chance(0.85, so_far=(9_000.0, 10_000.0)) == 1

    def test_needed_is_the_rate_of_what_is_left(self) -> None:
        found = rate_landing(self.DRAWN, self.RATE, (480, 600), Goal(0.82, 6), 1)
        coming = 6 * self.SIZE.mean()
        assert found.needed is not None
        assert (480 + found.needed * coming) / (600 + coming) == pytest.approx(0.82)

    def test_a_sum_in_disguise_agrees_with_the_formula(self) -> None:
        top = np.random.default_rng(5).normal(50, 4, size=30)
        size = np.ones(30)
        drawn = rate_charts(top[None], size[None], np.ones(30, dtype=np.bool_), kind="u")
        assert drawn.signal.any() == np.False_
        goal = Goal(50.5, 8)
        found = rate_landing(drawn, Rate(top, size, "u"), (0, 0), goal, 1)
        formula = reach_chance(0, Goal(50.5 * 8, 8), mean=float(top.mean()), sigma=float(top.std(ddof=1)), points=30)
        assert found.chance == pytest.approx(formula, abs=0.03)

    def test_a_score_is_judged_by_its_values_and_scaled(self) -> None:
        balance = np.random.default_rng(5).integers(-20, 60, size=30).astype(np.float64)
        size = np.full(30, 100.0)
        drawn = charts(100 * balance[None] / size, np.ones(30, dtype=np.bool_))
        found = rate_landing(drawn, Rate(balance, size, None, 100.0), (0, 0), Goal(float(balance.mean()), 6), 1)
        assert found.usual == pytest.approx(balance.mean())
        assert found.needed == pytest.approx(balance.mean())
        assert found.chance == pytest.approx(0.5, abs=0.05)

    def test_the_urn_is_the_bayesian_bootstrap(self) -> None:
        counts = np.apply_along_axis(np.bincount, 1, futures(12, 6, 3), minlength=12)
        assert counts.mean(axis=0) == pytest.approx(0.5, abs=0.03)
        # a Dirichlet-multinomial: variance h/n (1 - 1/n) (h + n) / (1 + n)
        assert counts.var(axis=0).mean() == pytest.approx(6 / 12 * (1 - 1 / 12) * (6 + 12) / 13, rel=0.03)

    def test_silent_without_stability_and_without_cases(self) -> None:
        top = self.TOP.copy()
        top[-1] = 0
        drawn = rate_charts(top[None], self.SIZE[None], np.ones(26, dtype=np.bool_), kind="p")
        assert rate_landing(drawn, Rate(top, self.SIZE, "p"), (0, 0), Goal(0.8, 6), 1).silent is not None
        assert rate_landing(self.DRAWN, self.RATE, (0, 0), Goal(0.8, 0), 1).silent is not None
