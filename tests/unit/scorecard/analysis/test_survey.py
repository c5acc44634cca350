import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from scorecard.analysis.survey import mean, nps, proportion


class TestNps:
    def test_golden(self) -> None:
        score = nps(0.48 * 400, 0.22 * 400, 400)
        assert score.value == pytest.approx(26)
        assert score.error == pytest.approx(3.976, abs=5e-4)
        assert (score.high - score.low) / 2 == pytest.approx(7.8, abs=0.05)

    def test_no_answers_is_no_score(self) -> None:
        score = nps([0, 3], [0, 1], [0, 5])
        assert np.isnan([score.value[0], score.error[0], score.low[0], score.high[0], score.answers[0]]).all()
        assert score.value[1] == pytest.approx(40)

    def test_intervals_end_where_the_score_ends(self) -> None:
        score = nps([9, 1], [0, 9], [10, 10])
        assert score.high[0] == 100
        assert score.low[1] == -100

    def test_unanimous_answers_are_not_certainty(self) -> None:
        score = nps([10, 0, 0], [0, 10, 0], [10, 10, 10])
        doubt = 1 - proportion_confint(10, 10, method="wilson")[0]
        assert score.error.tolist() == [0, 0, 0]
        np.testing.assert_allclose(score.low, [100 - 200 * doubt, -100, -100 * doubt])
        np.testing.assert_allclose(score.high, [100, -100 + 200 * doubt, 100 * doubt])

    def test_impossible_counts_are_refused(self) -> None:
        with pytest.raises(ValueError, match="no more than the answers"):
            nps(6, 5, 10)
        with pytest.raises(ValueError, match="at least 0"):
            nps(-1, 5, 10)

    def test_the_interval_covers(self) -> None:
        answers = np.random.default_rng(4).multinomial(60, [0.48, 0.22, 0.30], size=4_000)
        score = nps(answers[:, 0], answers[:, 1], 60)
        assert 0.93 < np.mean((score.low <= 26) & (score.high >= 26)) < 0.97


class TestProportion:
    def test_is_wilsons(self) -> None:
        hits, answers = np.array([0, 1, 5, 40, 100]), np.array([5, 5, 5, 90, 100])
        low, high = proportion_confint(hits, answers, method="wilson")
        share = proportion(hits, answers)
        np.testing.assert_allclose(share.low, low, atol=1e-12)
        np.testing.assert_allclose(share.high, high, atol=1e-12)
        assert np.isnan(proportion(0, 0).low)

    def test_the_interval_covers_a_rare_event(self) -> None:
        hits = np.random.default_rng(4).binomial(40, 0.05, size=10_000)
        share = proportion(hits, 40)
        assert np.mean((share.low <= 0.05) & (share.high >= 0.05)) > 0.93


class TestMean:
    def test_by_hand(self) -> None:
        answers = np.array([4.0, 5, 3, 5, 1])
        found = mean(answers.sum(), np.square(answers).sum(), 5)
        assert found.value == pytest.approx(3.6)
        assert found.error == pytest.approx(answers.std(ddof=1) / np.sqrt(5))
        assert found.high - found.value == pytest.approx(2.7764451 * found.error)

    def test_one_answer_has_no_interval(self) -> None:
        found = mean([3.0, 0.0], [9.0, 0.0], [1, 0])
        assert found.value[0] == 3
        assert np.isnan([found.low[0], found.high[0], found.value[1]]).all()

    def test_the_interval_covers(self) -> None:
        answers = np.random.default_rng(4).normal(7, 2, size=(10_000, 8))
        found = mean(answers.sum(axis=1), np.square(answers).sum(axis=1), 8)
        assert np.mean((found.low <= 7) & (found.high >= 7)) == pytest.approx(0.95, abs=0.01)
