import numpy as np
import pytest
from statsmodels.regression.linear_model import GLS
from statsmodels.stats.contrast import ContrastResults

from scorecard.analysis.gls import CORRELATIONS, LEAST_INFORMATION, fit
from scorecard.analysis.gls import STEP as STEP_OF_GRID
from scorecard.analysis.points import Floats, Ints

RNG = np.random.default_rng(12)
TIMES: Ints = np.delete(np.arange(30), [4, 5, 17])
STEP = (TIMES >= 15).astype(np.float64)
DESIGN: Floats = np.stack([np.ones(27), TIMES, STEP, STEP * (TIMES - 15)], axis=1).astype(np.float64)
CONTRASTS = np.array([[0, 0, 1.0, 0], [0, 0, 1, 7]])
SERIES: Floats = np.cumsum(RNG.normal(size=(3, 27)), axis=1) * 0.4 + RNG.normal(size=(3, 27))


def correlation_matrix(rho: float) -> Floats:
    return np.asarray(rho ** np.abs(TIMES[:, np.newaxis] - TIMES), dtype=np.float64)


def restricted_likelihood(series: Floats, design: Floats, rho: float) -> float:
    """By dense matrices, as the textbook writes it, the error variance profiled out."""
    inverse = np.linalg.inv(correlation_matrix(rho))
    cross = design.T @ inverse @ design
    rest = series - design @ np.linalg.solve(cross, design.T @ inverse @ series)
    logs = np.linalg.slogdet(correlation_matrix(rho))[1] + np.linalg.slogdet(cross)[1]
    freedom = len(series) - design.shape[1]
    return -0.5 * float(logs + freedom * np.log(rest @ inverse @ rest))


def test_against_dense_matrices_and_statsmodels() -> None:
    found = fit(TIMES, SERIES, DESIGN, CONTRASTS)
    for row, series in enumerate(SERIES):
        likelihoods = [restricted_likelihood(series, DESIGN, rho) for rho in CORRELATIONS]
        assert found.correlation[row] == CORRELATIONS[int(np.argmax(likelihoods))]
        tested = peer(series, float(found.correlation[row]))
        np.testing.assert_allclose(found.value[row], tested.effect)
        assert (found.error[row] > tested.sd).all()


def peer(series: Floats, rho: float) -> ContrastResults:
    return GLS(series, DESIGN, sigma=correlation_matrix(rho)).fit().t_test(CONTRASTS)


def test_the_error_owes_something_to_the_correlation_being_estimated() -> None:
    """Kackar and Harville: over statsmodels' variance, the squared drift of the figure times one variance for all."""
    found = fit(TIMES, SERIES, DESIGN, CONTRASTS)
    for row, series in enumerate(SERIES):
        at = float(found.correlation[row])
        drift = (peer(series, at + STEP_OF_GRID).effect - peer(series, at - STEP_OF_GRID).effect) / (2 * STEP_OF_GRID)
        owed = (np.square(found.error[row]) - np.square(peer(series, at).sd)) / np.square(drift)
        assert owed[0] == pytest.approx(owed[1], rel=1e-6)
        assert 0 < owed[0] <= 1 / LEAST_INFORMATION * (1 + 1e-9)


def test_degrees_of_freedom_shrink_where_the_correlation_matters() -> None:
    found = fit(TIMES, SERIES, DESIGN, CONTRASTS)
    assert (found.freedom >= 2).all()
    assert (found.freedom <= 23).all()
    assert found.freedom.min() < 20


def test_a_perfect_line_has_an_effect_and_no_error() -> None:
    found = fit(TIMES, (DESIGN @ np.array([5, 0.1, -6, 0]))[np.newaxis], DESIGN, CONTRASTS)
    np.testing.assert_allclose(found.value, [[-6, -6]])
    assert (found.error < 1e-6).all()
    assert np.isfinite(fit(TIMES, np.zeros((1, 27)), DESIGN, CONTRASTS).value).all()
