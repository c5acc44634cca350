"""Lone series: Bartlett's effective size by the paper's formula, and no more false links than promised."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.tsa.stattools import acf

from scorecard.analysis.estimate import Estimate, Shortage
from scorecard.analysis.series import correlate, correlate_at, effective_size, effective_tests
from tests.bench.calibrate_evidence import ar1, lone_series, lone_threads


def test_effective_size_is_the_papers_sum() -> None:
    x, y = ar1(np.random.default_rng(1), 2, 52, 0.9)
    rho_x, rho_y = acf(x, nlags=51, fft=False), acf(y, nlags=51, fft=False)
    inflation = 1 + 2 * sum((1 - k / 52) * rho_x[k] * rho_y[k] for k in range(1, 52))
    assert inflation > 1.5
    assert effective_size(x - x.mean(), y - y.mean(), 52) == pytest.approx(52 / inflation)


def test_effective_size_is_never_more_than_there_is() -> None:
    saw = np.tile([1.0, -1.0], 20)
    smooth = ar1(np.random.default_rng(2), 1, 40, 0.5)[0]
    assert effective_size(saw, smooth - smooth.mean(), 40) == 40
    assert effective_size(saw, saw, 40) == 3


def test_white_noise_is_judged_like_any_correlation() -> None:
    rng = np.random.default_rng(3)
    x = rng.standard_normal(400)
    y = 0.2 * x + rng.standard_normal(400)
    found = correlate_at(y, x, 0)
    truth = stats.linregress(x, y)
    assert isinstance(found, Estimate)
    assert found.slope == pytest.approx(truth.slope)
    assert (found.high - found.low) == pytest.approx(2 * 1.966 * truth.stderr, rel=0.1)


def test_finds_the_lag_and_pays_for_the_search() -> None:
    rng = np.random.default_rng(4)
    x = ar1(rng, 1, 80, 0.3)[0]
    y = np.append(rng.standard_normal(3), -2 * x[:-3] + 0.5 * rng.standard_normal(77))
    found = correlate(y, x, range(9))
    assert isinstance(found, Estimate)
    assert (found.lag, found.sign, found.units, found.periods, found.method) == (3, -1, 1, 77, "series")
    assert found.low < -2 < found.high
    alone = correlate_at(y, x, 3)
    assert isinstance(alone, Estimate)
    assert alone.p < found.p < 9 * alone.p


def test_lagged_copies_of_a_slow_series_are_few_tests() -> None:
    rng = np.random.default_rng(5)
    assert effective_tests(ar1(rng, 1, 200, 0.0)[0], range(9)) > 8
    assert effective_tests(ar1(rng, 1, 200, 0.95)[0], range(9)) < 5
    assert effective_tests(np.ones(50), range(9)) == 9
    assert effective_tests(np.ones(50), (4,)) == 1


def test_gaps_are_left_out_and_never_zero() -> None:
    rng = np.random.default_rng(6)
    x = 100 + rng.standard_normal(60)
    y = 3 * x
    y[10:20] = np.nan
    x[40] = np.nan
    found = correlate_at(y, x, 0)
    assert isinstance(found, Estimate)
    assert (found.slope, found.periods, found.p) == (pytest.approx(3), 49, pytest.approx(0, abs=1e-9))


def test_what_is_missing_is_said() -> None:
    rng = np.random.default_rng(7)
    x, y = ar1(rng, 2, 15)
    assert correlate(y, x, (9, 5)) == Shortage("too_little_data", periods=2)
    assert correlate(y, np.full(15, 0.1), (0,)) == Shortage("no_variation")
    with pytest.raises(ValueError, match="must both be"):
        correlate(y, x[1:], (0,))


def test_calibration_of_forty_independent_pairs() -> None:
    """10 threads of 40: the naive test calls a third, ours stays under a tenth."""
    naive, ours = lone_series(runs=10, lags=(0,))
    assert naive > 0.25
    assert ours <= 0.1
    assert lone_threads(runs=5) <= 0.02
