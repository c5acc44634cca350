"""Chance, made repeatable: array types and the few kinds of draw that the whole generator uses."""

from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rng = np.random.Generator

LEAST_CHANCE = 0.02


def stream(seed: int, name: str) -> Rng:
    """A generator of its own for each subject, so that a change in one leaves the others' draws alone."""
    return np.random.default_rng([seed, crc32(name.encode())])


def happens(rng: Rng, chance: npt.NDArray[Any]) -> Bools:
    """True with the chance given; chances are kept between 2 and 98 %, as nothing in a company is certain."""
    happened: Bools = rng.random(chance.shape) < np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return happened


def clock(rng: Rng, size: int, opens: float, closes: float) -> Ints:
    """Seconds since midnight, uniform between two hours."""
    return rng.integers(int(opens * 3600), int(closes * 3600), size)


def pick(rng: Rng, weights: tuple[float, ...], size: int) -> Ints:
    """Positions drawn by weight."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, rng.random(size), side="right"), len(weights) - 1).astype(np.int64)


def arrivals(rng: Rng, per_week: Floats, by_weekday: tuple[float, ...]) -> Ints:
    """Day starts (seconds) of Poisson arrivals with the given weekly rates, in order. Shape (events,)."""
    count = rng.poisson(per_week)
    week = np.repeat(np.arange(len(per_week)), count)
    day = pick(rng, by_weekday, len(week))
    return np.sort(week * 7 + day) * 86_400


def wander(rng: Rng, rows: int, steps: int, spread: float, memory: float = 0.6) -> Floats:
    """Stationary first-order autoregressions with the given standard deviation. Shape (rows, steps)."""
    noise = rng.standard_normal((rows, steps)) * spread
    noise[:, 1:] *= np.sqrt(1 - memory**2)
    for step in range(1, steps):
        noise[:, step] += memory * noise[:, step - 1]
    return noise
