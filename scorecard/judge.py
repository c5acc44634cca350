"""Good or bad: the only place where a number meets its target. Screens draw what is decided here."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scorecard.definition import Direction
from scorecard.reading import Floats

Status = Literal["met", "near", "missed", "unknown"]
Variation = Literal["improving", "worsening", "steady", "unknown"]
Assurance = Literal["passes", "fails", "hit_or_miss", "unknown"]

STATUSES: tuple[Status, ...] = ("unknown", "met", "near", "missed")
VARIATIONS: tuple[Variation, ...] = ("unknown", "improving", "worsening", "steady")
ASSURANCES: tuple[Assurance, ...] = ("unknown", "passes", "fails", "hit_or_miss")
_UNKNOWN, _MET, _NEAR, _MISSED = range(4)
_NOISE = 1e-12
"""Relative room for rounding: 0.1 + 0.2 meets a target of 0.3."""


def gaps(values: Floats, targets: Floats, direction: Direction) -> Floats:
    """How far each value is from its target, in the measure's own units: negative is a shortfall.

    ``targets`` has the shape of ``values``, or (2, *shape) for a band (low, high), where the gap is 0 inside.
    Without a value, a target or a direction the gap is NaN.
    """
    if direction == "none":
        return np.full_like(values, np.nan)
    if targets.ndim > values.ndim:
        low, high = targets
        inside = 0.0 * (values + low + high)  # NaN where any of the three is missing
        gap: Floats = np.where(values < low, values - low, np.where(values > high, high - values, inside))
        return gap
    above: Floats = values - targets
    return -above if direction == "lower_is_better" else above


def statuses(values: Floats, targets: Floats, tolerance: float, direction: Direction) -> NDArray[np.int8]:
    """Judge every value: positions in :data:`STATUSES`, the shape of ``values``.

    *Met* at the target or better, *near* down to ``tolerance`` short of it, both ends included, else *missed*.
    """
    gap = gaps(values, targets, direction)
    scale = np.abs(targets[0] if targets.ndim > values.ndim else targets)
    room = _NOISE * np.maximum(scale, np.abs(values))
    judged = np.where(gap >= -room, _MET, np.where(gap >= -tolerance - room, _NEAR, _MISSED))
    return np.where(np.isfinite(gap), judged, _UNKNOWN).astype(np.int8)


def status(value: float | None, target: Target, tolerance: float, direction: Direction) -> Status:
    """Judge one value; see :func:`statuses`."""
    if value is None or target is None:
        return "unknown"
    code = statuses(np.array([value]), np.array(target, dtype=float)[..., None], tolerance, direction)
    return STATUSES[int(code[0])]


Target = float | tuple[float, float] | None
"""A reading's target: a number, a band (low, high), or none."""


def better(direction: Direction) -> float:
    """Which way is better: 1 up, -1 down; inside a band, up counts, as gaps there are shortfalls of either end."""
    return -1.0 if direction == "lower_is_better" else 1.0
