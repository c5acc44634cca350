"""The link within cases: a clustered linear probability model with unit effects."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from scorecard.analysis.cases import regress
from scorecard.analysis.estimate import Estimate, Shortage
from tests.bench.calibrate_evidence import null_cases


def test_slope_equals_statsmodels_with_dummies() -> None:
    rng = np.random.default_rng(1)
    unit = rng.integers(0, 15, 600)
    x = rng.standard_normal(600) + unit
    y = (0.4 * x - 0.5 * unit + rng.standard_normal(600) > 0).astype(np.float64)
    found = regress(y, x, unit)
    design = np.column_stack([x, unit[:, None] == np.arange(15)]).astype(np.float64)
    truth = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": unit, "use_correction": False})
    assert isinstance(found, Estimate)
    assert found.slope == pytest.approx(truth.params[0])
    assert (found.units, found.observations, found.lag, found.method) == (15, 600, 0, "case")
    half = (found.high - found.low) / 2
    assert half == pytest.approx(2.145 * truth.bse[0] * np.sqrt(15 / 14), rel=0.06)


def test_what_sets_units_apart_is_not_a_link_within_cases() -> None:
    rng = np.random.default_rng(2)
    unit = np.repeat(np.arange(20), 100)
    x, y = 5 * unit - rng.standard_normal(2000), 5.0 * unit
    y = y - 0.5 * x + 2.5 * unit
    found = regress(y + 0.1 * rng.standard_normal(2000), x, unit)
    assert isinstance(found, Estimate)
    assert found.slope == pytest.approx(-0.5, abs=0.02)


def test_cases_without_a_value_or_alone_in_their_unit_are_left_out() -> None:
    rng = np.random.default_rng(3)
    unit = np.append(np.repeat(np.arange(10), 10), 40)
    x, y = rng.standard_normal(101), rng.standard_normal(101)
    x[0], y[1] = np.nan, np.nan
    found = regress(y, x, unit)
    assert isinstance(found, Estimate)
    assert (found.units, found.observations) == (10, 98)


def test_what_is_missing_is_said() -> None:
    few = np.repeat(np.arange(4), 5)
    assert regress(np.arange(20.0), np.arange(20.0), few) == Shortage("too_little_data", units=4, cases=30)
    assert regress(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)) == Shortage("too_little_data", 8, 0, 50)
    many = np.repeat(np.arange(10), 10)
    assert regress(np.arange(100.0), np.ones(100), many) == Shortage("no_variation")
    with pytest.raises(ValueError, match="must be"):
        regress(np.ones(3), np.ones(2), np.zeros(3, dtype=np.int64))


def test_calibration() -> None:
    assert null_cases(20, 50, 200) <= 0.09
