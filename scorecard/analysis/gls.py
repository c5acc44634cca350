"""Straight lines through a series whose errors follow each other: AR(1) by REML, with small-sample t.

For many series at once over the same periods. The correlation is estimated by restricted maximum likelihood on a
grid (H. D. Patterson and R. Thompson, *Biometrika* 58, 1971), coefficients by generalised least squares, degrees
of freedom by Satterthwaite's method from the curvature of the restricted likelihood; the combination that S. L. Turner
and others, *BMC Medical Research Methodology* 21 (2021), found best for short interrupted time series. To the variance
of a coefficient is added what it owes to the correlation being only estimated: the square of how fast it changes with
the correlation, times the variance of that (R. N. Kackar and D. A. Harville, *JASA* 79, 1984).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecard.analysis.limits import EQUAL
from scorecard.analysis.points import Floats, Ints

CORRELATIONS: Floats = np.linspace(-0.6, 0.98, 80)
"""The correlations at one period's distance that are tried."""
STEP = CORRELATIONS[1] - CORRELATIONS[0]
FEWEST_FREEDOM = 2.0
LEAST_INFORMATION = 12 / (CORRELATIONS[-1] - CORRELATIONS[0]) ** 2
"""Where the likelihood is flat in the correlation no more is known of it than that it is one of those tried."""


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
    column, near = np.arange(len(series)), np.clip(best, 1, len(CORRELATIONS) - 2)
    variance = profile.residual[best, column] / freedom
    known = _known(profile, near, freedom)
    drift = (profile.value[near + 1, column] - profile.value[near - 1, column]) / (2 * STEP)
    owed = np.square(drift) / known.information[:, np.newaxis]
    return Fit(
        value=profile.value[best, column],
        error=np.sqrt(variance[:, np.newaxis] * profile.leverage[best] + owed),
        freedom=_satterthwaite(profile, near, freedom, known),
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


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What the restricted likelihood knows of the correlation, by series."""

    information: Floats
    """Of the correlation, the error variance being estimated too."""
    cross: Floats
    """Of the correlation and the log of the error variance together."""


def _known(profile: _Profile, at: Ints, freedom: int) -> _Known:
    """From central differences of the profile. Of the log variance alone the information is freedom / 2."""
    column = np.arange(profile.residual.shape[1])
    before, here, after = (profile.residual[at + move, column] for move in (-1, 0, 1))
    low, middle, high = (profile.determinant[at + move, 0] for move in (-1, 0, 1))
    variance = here / freedom
    cross = -(after - before) / (2 * STEP) / variance / 2
    own = ((high - 2 * middle + low) + (after - 2 * here + before) / variance) / STEP**2 / 2
    return _Known(np.maximum(own - np.square(cross) / (freedom / 2), LEAST_INFORMATION), cross)


def _satterthwaite(profile: _Profile, at: Ints, freedom: int, known: _Known) -> Floats:
    """Degrees of freedom (series, contrasts): 2 / Var(log of a contrast's variance)."""
    leverage = np.log(profile.leverage)
    slope = (leverage[at + 1] - leverage[at - 1]) / (2 * STEP) - (known.cross / (freedom / 2))[:, np.newaxis]
    spread = 2 / freedom + np.square(slope) / known.information[:, np.newaxis]
    effective: Floats = np.clip(2 / spread, FEWEST_FREEDOM, freedom)
    return effective
