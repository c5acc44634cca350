"""Attainment of targets, and indexes of them: how much of what was promised is there, 0 to 1, and which part least.

A value at its target or better has attained all of it, never more: what is ahead makes up for nothing that is behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scorecard.definition import Direction
from scorecard.reading import Cells, Floats

Positions = NDArray[np.int8]
"""Which part of an index is its worst, by its position among them; -1 where all of them have attained their targets."""
NONE = -1


def attainment(value: Floats, target: Floats, direction: Direction) -> Floats:
    """The share of a target that is attained, 0 to 1; NaN where the value or the target is missing.

    ``target`` has the shape of ``value``, or (2, …) for a band. Higher is better: value over target; lower is
    better: target over value; in a band: all within it, and towards the nearer end outside. Below a target of 0 or less
    (above one, where lower is better) the quotient is the other way round, and nothing where the signs differ: twice as
    far below zero as was meant is half attained.
    """
    match direction:
        case "higher_is_better":
            return _towards(value, target)
        case "lower_is_better":
            return _towards(-value, -target)
        case "in_range":
            low, high = target
            return np.fmin(_towards(value, low), _towards(-value, -high))
    return np.full_like(value, np.nan)


def index_cells(
    weights: Sequence[float], attained: Sequence[Floats], counts: Sequence[Floats]
) -> tuple[Cells, Positions]:
    """An index of parts, each an array of attainments, and its worst part: Σ weight × attainment / Σ weight, times 100.

    A part without attainment leaves the whole without value, and is then the worst. Of parts equally bad the heavier
    is the worse, then the first. The index is about as few as the part that is about fewest.
    """
    parts, heavy = np.stack(attained), np.array(weights)[:, None, None]
    value = 100.0 * (heavy * parts).sum(axis=0) / heavy.sum()
    order = np.argsort(-np.array(weights), kind="stable")
    ranked = np.where(np.isnan(parts), -1.0, parts)[order]
    worst = order[ranked.argmin(axis=0)]
    worst = np.where(ranked.min(axis=0) < 1.0, worst, NONE).astype(np.int8)
    fewest = np.min(np.stack(counts), axis=0)
    nothing = np.full_like(value, np.nan)
    return Cells(value, nothing, nothing, np.where(np.isnan(value), 0.0, fewest)), worst


def worst_name(parts: Mapping[str, float], position: int) -> str | None:
    """The worst part's name; ``None`` where there is none."""
    return None if position == NONE else tuple(parts)[position]


def _towards(value: Floats, target: Floats) -> Floats:
    """The share of a target from below it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.where(target > 0, value / target, np.where(value < 0, target / value, 0.0))
    share = np.where(value >= target, 1.0, np.clip(below, 0.0, 1.0))
    found: Floats = np.where(np.isnan(value) | np.isnan(target), np.nan, share)
    return found
