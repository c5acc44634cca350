"""Straight lines through a series whose errors follow each other: AR(1) by REML, with small-sample t.

For many series at once over the same periods. The correlation is estimated by restricted maximum likelihood on a
grid (H. D. Patterson and R. Thompson, *Biometrika* 58, 1971), coefficients by generalised least squares, degrees
of freedom by Satterthwaite's method from the curvature of the restricted likelihood; the combination that S. L. Turner
and others, *BMC Medical Research Methodology* 21 (2021), found best for short interrupted time series.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecard.analysis.limits import EQUAL
from scorecard.analysis.points import Floats, Ints

CORRELATIONS: Floats = np.linspace(-0.6, 0.98, 80)
"""The correlations at one period's distance that are tried."""
FEWEST_FREEDOM = 2.0
LEAST_INFORMATION = 1e-9
"""Where the likelihood is flat in the correlation: next to nothing is known of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Contrasts of coefficients, each array (series, contrasts)."""

    value: Floats
    error: Floats
    freedom: Floats
    """Degrees of freedom of Student's t."""
    correlation: Floats
    """(series,): of errors one period apart."""


@dataclass(frozen=True, slots=True, eq=False)
class _Profile:
    """The regression under every tried correlation."""

    residual: Floats
    """(correlations, series): weighted sum of squared residuals."""
    determinant: Floats
    """(correlations, 1): log determinants of the error correlations and of the weighted design."""
    value: Floats
    """(correlations, series, contrasts)"""
    leverage: Floats
    """(correlations, contrasts): variance of the contrast for an error variance of 1."""


def fit(times: Ints, series: Floats, design: Floats, contrasts: Floats) -> Fit:
    """Fit each row of ``series`` (series, times) on ``design`` (times, terms); answer ``contrasts`` (contrasts, terms).

    ``times`` are whole periods, increasing; gaps are allowed and count in the correlation.
    """
    profile = _profile(times, series, design, contrasts)
    freedom = len(times) - design.shape[1]
    best = np.argmax(-(profile.determinant + freedom * np.log(profile.residual)), axis=0)
    column = np.arange(len(series))
    variance = profile.residual[best, column] / freedom
    return Fit(
        value=profile.value[best, column],
        error=np.sqrt(variance[:, np.newaxis] * profile.leverage[best]),
        freedom=_satterthwaite(profile, np.clip(best, 1, len(CORRELATIONS) - 2), freedom),
        correlation=CORRELATIONS[best],
    )


def _profile(times: Ints, series: Floats, design: Floats, contrasts: Floats) -> _Profile:
    decay = CORRELATIONS[:, np.newaxis] ** np.diff(times)
    basis, triangle = np.linalg.qr(np.swapaxes(_whiten(design.T, decay), 1, 2))
    turned = np.swapaxes(triangle, 1, 2)
    solve = np.linalg.solve(turned, np.broadcast_to(contrasts.T, (len(turned), *contrasts.T.shape)))
    values = _whiten(series, decay)
    fitted = values @ basis
    rest = values - fitted @ np.swapaxes(basis, 1, 2)
    logs = 2 * np.log(np.abs(np.diagonal(triangle, axis1=1, axis2=2))).sum(axis=1)
    floor = np.square(EQUAL * values).sum(axis=2) + np.finfo(np.float64).tiny
    return _Profile(
        residual=np.maximum(np.square(rest).sum(axis=2), floor),
        determinant=(logs + np.log1p(-np.square(decay)).sum(axis=1))[:, np.newaxis],
        value=fitted @ solve,
        leverage=np.square(solve).sum(axis=1),
    )


def _whiten(rows: Floats, decay: Floats) -> Floats:
    """Rows (rows, times) made independent under each correlation: (correlations, rows, times)."""
    white = np.repeat(rows[np.newaxis], len(decay), axis=0)
    white[:, :, 1:] -= decay[:, np.newaxis, :] * rows[:, :-1]
    white[:, :, 1:] /= np.sqrt(1 - np.square(decay))[:, np.newaxis, :]
    return white


def _satterthwaite(profile: _Profile, at: Ints, freedom: int) -> Floats:
    """Degrees of freedom (series, contrasts) from what the likelihood knows of variance and correlation.

    With v the log of the error variance and r the correlation: information of v is freedom / 2; of r and v, and of r,
    from central differences of the profile. Var(log of a contrast's variance) then gives 2 / Var freedom.
    """
    column = np.arange(profile.residual.shape[1])
    step = CORRELATIONS[1] - CORRELATIONS[0]
    before, here, after = (profile.residual[at + move, column] for move in (-1, 0, 1))
    low, middle, high = (profile.determinant[at + move, 0] for move in (-1, 0, 1))
    variance = here / freedom
    cross = -(after - before) / (2 * step) / variance / 2
    own = ((high - 2 * middle + low) + (after - 2 * here + before) / variance) / step**2 / 2
    information = np.maximum(own - np.square(cross) / (freedom / 2), LEAST_INFORMATION)
    leverage = np.log(profile.leverage)
    slope = (leverage[at + 1] - leverage[at - 1]) / (2 * step) - (cross / (freedom / 2))[:, np.newaxis]
    spread = 2 / freedom + np.square(slope) / information[:, np.newaxis]
    effective: Floats = np.clip(2 / spread, FEWEST_FREEDOM, freedom)
    return effective
