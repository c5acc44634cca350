import numpy as np
import pytest

from scorecard.analysis.budget import budget, chances
from scorecard.analysis.signals import charts


def test_the_papers_figures_for_52_stable_points() -> None:
    chance = chances(52, screen=False)
    assert chance.outside == pytest.approx(0.14, abs=0.02)
    assert chance.anywhere == pytest.approx(0.40, abs=0.02)


def test_screening_narrows_limits_and_so_costs_false_alarms() -> None:
    assert chances(52).outside > chances(52, screen=False).outside
    assert chances(52, "wheeler").anywhere < chances(52, "nhs").anywhere


def test_a_chart_without_limits_cannot_signal() -> None:
    assert chances(5).newest == chances(5).anywhere == 0.0


def test_on_noise_a_board_signals_as_often_as_it_says() -> None:
    rng = np.random.default_rng(77)
    values = rng.normal(size=(12_000, 26))
    short = np.arange(26) < rng.choice([6, 14], size=(12_000, 1))
    values[short] = np.nan
    stated = budget([charts(values, np.ones(26, dtype=np.bool_))])
    assert stated.charts == 12_000
    assert stated.signals == pytest.approx(stated.expected, rel=0.10)
    assert stated.marked == pytest.approx(stated.expected_marked, rel=0.10)


def test_every_stretch_of_a_rebased_series_counts() -> None:
    values = np.random.default_rng(8).normal(size=(3_000, 24))
    rebase = np.zeros(values.shape, dtype=np.bool_)
    rebase[:, 14] = True
    stated = budget([charts(values, np.ones(24, dtype=np.bool_), rebase=rebase)])
    assert stated.expected == pytest.approx(3_000 * chances(10).newest)
    both = 1 - (1 - chances(14).anywhere) * (1 - chances(10).anywhere)
    assert stated.expected_marked == pytest.approx(3_000 * both)
    assert stated.marked == pytest.approx(stated.expected_marked, rel=0.12)


def test_a_board_adds_its_charts_and_an_empty_one_has_none() -> None:
    one = charts(np.random.default_rng(8).normal(size=(10, 12)), np.ones(12, dtype=np.bool_))
    assert budget([one, one]).expected == pytest.approx(2 * budget([one]).expected)
    assert budget([]).expected == 0
    assert budget([charts(np.empty((3, 0)), np.ones(0, dtype=np.bool_))]).charts == 0
