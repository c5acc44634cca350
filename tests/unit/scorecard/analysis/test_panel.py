"""The panel regression equals statsmodels with dummies, gaps or not; the search over lags is calibrated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from scorecard.analysis.estimate import Estimate, Shortage
from scorecard.analysis.panel import Floats, at, fit, search, within
from tests.bench.calibrate_evidence import ar1, null_panels, planted, planted_panels

OFFSET = 1e6
"""Far from zero, as real measures are: it must cost no digits."""


def dummies(y: Floats, x: Floats, lag: int) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """The regression written out: outcome, design with a column for every unit and period, cells used."""
    units, periods = y.shape
    cells = np.indices(y.shape)
    unit, period = cells[0], cells[1]
    earlier = np.hstack([np.full((units, lag), np.nan), x[:, : periods - lag]])
    kept = np.isfinite(y) & np.isfinite(earlier)
    columns = [earlier[kept], unit[kept][:, None] == np.arange(units), period[kept][:, None] == np.arange(periods)]
    return y[kept], np.column_stack(columns).astype(np.float64), kept


@pytest.mark.parametrize("gaps", [0.0, 0.3])
@pytest.mark.parametrize("weighted", [False, True])
def test_slope_and_error_equal_statsmodels(gaps: float, weighted: bool) -> None:
    rng = np.random.default_rng(11)
    data = planted(rng, 20, 16, 0.3, gaps=gaps)
    x = np.where(rng.random(data.measure.shape) < gaps, np.nan, data.measure)
    weights = rng.uniform(0.5, 3, x.shape)
    found = fit(data.outcome, OFFSET + x, (0, 2), weights if weighted else None)
    for i, lag in enumerate((0, 2)):
        y, design, kept = dummies(data.outcome, x, lag)
        design = np.delete(design, range(21, 22 + lag), axis=1)  # periods without data, and one that units make up
        model = sm.WLS(y, design, weights=weights[kept] if weighted else 1.0)
        groups = {"groups": np.nonzero(kept)[0], "use_correction": False}
        truth = model.fit(cov_type="cluster", cov_kwds=groups)
        assert found.slope[i] == pytest.approx(truth.params[0], rel=1e-7)
        # Without the leverage correction the clustered error is statsmodels' own, times √(G / (G − 1)).
        assert found.error[i] == pytest.approx(truth.bse[0] * np.sqrt(20 / 19), rel=0.06)
        assert found.error[i] > truth.bse[0]
        assert found.observations[i] == truth.nobs


@pytest.mark.parametrize("seed", range(6))
def test_thin_and_broken_panels_equal_least_squares(seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = planted(rng, 20, 30, 0.3, gaps=(0.7, 0.9)[seed % 2])
    found = fit(data.outcome, OFFSET + data.measure, (0, 3))
    for i, lag in enumerate((0, 3)):
        y, design, _ = dummies(data.outcome, data.measure, lag)
        assert found.slope[i] == pytest.approx(np.linalg.lstsq(design, y, rcond=None)[0][0], rel=1e-7)


def test_a_chain_of_short_lives_equals_least_squares() -> None:
    """Two units at a time are seen for three periods, the last being the next two's first: the slowest case."""
    rng = np.random.default_rng(21)
    x = rng.standard_normal((80, 81))
    y = 0.5 * x + rng.standard_normal(x.shape) + np.arange(81)
    first, period = np.arange(80)[:, None] // 2 * 2, np.arange(81)[None, :]
    y[(period < first) | (period > first + 2)] = np.nan
    outcome, design, _ = dummies(y, x, 0)
    assert fit(y, x, (0,)).slope[0] == pytest.approx(np.linalg.lstsq(design, outcome, rcond=None)[0][0], rel=1e-9)


def test_error_is_the_leverage_corrected_sum_of_unit_scores() -> None:
    data = planted(np.random.default_rng(2), 12, 40, 0.3)
    found = fit(data.outcome, data.measure, (0,))
    x, y = within(np.stack([data.measure, data.outcome])[:, None], np.ones((1, 12, 40)))[:, 0]
    slope = (x * y).sum() / (x * x).sum()
    leverage = (x * x).sum(axis=1) / (x * x).sum()
    scores = (x * (y - slope * x)).sum(axis=1)
    error = np.sqrt(np.sum(scores**2 / (1 - leverage)) * 12 / 11) / (x * x).sum()
    assert (found.slope[0], found.error[0]) == (pytest.approx(slope), pytest.approx(error))


def test_fits_of_different_patience_do_not_disturb_each_other() -> None:
    """A panel without gaps is done at once, a chain takes many steps: together they give what each gives alone."""
    rng = np.random.default_rng(23)
    values = rng.standard_normal((2, 2, 80, 81))
    first, period = np.arange(80)[:, None] // 2 * 2, np.arange(81)[None, :]
    weight = np.stack([np.ones((80, 81)), ((period >= first) & (period <= first + 2)).astype(np.float64)])
    both = within(values, weight)
    for i in range(2):
        assert np.allclose(both[:, i : i + 1], within(values[:, i : i + 1], weight[i : i + 1]), rtol=0, atol=1e-12)


def test_a_saturated_panel_has_no_slope() -> None:
    """40 units over 81 periods in such a chain: as many effects as observations."""
    rng = np.random.default_rng(22)
    x, y = rng.standard_normal((40, 81)), rng.standard_normal((40, 81))
    first, period = 2 * np.arange(40)[:, None], np.arange(81)[None, :]
    y[(period < first) | (period > first + 2)] = np.nan
    assert search(fit(y, x, (0,)), 1) == Shortage("no_variation")


def test_islands_of_periods_that_no_unit_joins_are_fitted_all_the_same() -> None:
    rng = np.random.default_rng(5)
    x = ar1(rng, 16, 30)
    y = 2 * x + 0.1 * rng.standard_normal(x.shape)
    y[:8, :15] = np.nan
    y[8:, 15:] = np.nan
    outcome, design, _ = dummies(y, x, 0)
    assert fit(y, x, (0,)).slope[0] == pytest.approx(np.linalg.lstsq(design, outcome, rcond=None)[0][0], rel=1e-9)


def test_unit_levels_and_common_shocks_do_not_pass_for_a_pull() -> None:
    rng = np.random.default_rng(6)
    level, shock = 10 * rng.standard_normal((30, 1)), 10 * rng.standard_normal((1, 60))
    x, y = ar1(rng, 30, 60), ar1(rng, 30, 60)
    assert fit(y + level + shock, x + level + shock, (0,)).slope == pytest.approx(fit(y, x, (0,)).slope)


def test_search_finds_the_planted_lag() -> None:
    data = planted(np.random.default_rng(7), 60, 104, 0.1, gaps=0.1)
    found = search(fit(data.outcome, data.measure, range(9)), seed=1)
    assert isinstance(found, Estimate)
    assert (found.lag, found.units, found.periods, found.method) == (2, 60, 102, "panel")
    assert found.low < 0.1 < found.high
    assert found.p < 1e-3
    assert search(fit(data.outcome, data.measure, range(9)), seed=1) == found


def test_a_search_costs_more_than_a_single_look() -> None:
    rng = np.random.default_rng(8)
    whole = fit(ar1(rng, 40, 60), ar1(rng, 40, 60), range(9))
    found = search(whole, seed=1)
    assert isinstance(found, Estimate)
    alone = at(whole, found.lag)
    assert alone.p < found.p < 9 * alone.p
    assert replace(alone, p=found.p) == found


def test_what_is_missing_is_said() -> None:
    rng = np.random.default_rng(9)
    x, y = ar1(rng, 5, 8), ar1(rng, 5, 8)
    assert search(fit(y, x, (0,)), 1) == Shortage("too_little_data", units=3, periods=4)
    assert search(fit(np.full((9, 20), np.nan), ar1(rng, 9, 20), (0,)), 1) == Shortage("too_little_data", 8, 12)
    assert search(fit(ar1(rng, 10, 20), np.ones((10, 20)), (0, 1)), 1) == Shortage("no_variation")
    assert search(fit(np.ones((10, 20)), ar1(rng, 10, 20), (0, 1)), 1) == Shortage("no_variation")
    common = np.broadcast_to(ar1(rng, 1, 20), (10, 20))
    assert search(fit(ar1(rng, 10, 20), common + 1e6, (0,)), 1) == Shortage("no_variation")


def test_lags_that_leave_too_little_are_left_out_of_the_search() -> None:
    data = planted(np.random.default_rng(10), 20, 16, 0.5)
    found = search(fit(data.outcome, data.measure, range(16)), seed=1)
    assert isinstance(found, Estimate)
    assert found.lag <= 4


def test_a_perfect_fit_is_beyond_doubt() -> None:
    x = ar1(np.random.default_rng(12), 20, 30)
    found = search(fit(3 * x, x, (0,)), seed=1)
    assert isinstance(found, Estimate)
    assert found.slope == pytest.approx(3)
    assert found.p < 1e-6


def test_shapes_and_lags_are_checked() -> None:
    with pytest.raises(ValueError, match="must both be"):
        fit(np.ones((2, 3)), np.ones((3, 2)), (0,))
    with pytest.raises(ValueError, match="weights"):
        fit(np.ones((2, 3)), np.ones((2, 3)), (0,), np.ones(2))
    with pytest.raises(ValueError, match="between 0 and 2"):
        fit(np.ones((2, 3)), np.ones((2, 3)), (0, 3))


def test_calibration_on_nothing() -> None:
    """70 searches over 9 lags: at 5 %, more than 10 called would come once in 1,500 times."""
    assert null_panels(12, 40, 70) <= 10 / 70


def test_calibration_on_a_planted_lag() -> None:
    recall, cover, lag = planted_panels(60, 104, 30)
    assert recall >= 0.9
    assert cover >= 0.85
    assert lag >= 0.9
