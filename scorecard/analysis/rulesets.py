"""The rules that call a point of a process chart a signal.

``nhs``: NHS England, *Making Data Count* ("Strengthening your decisions"): a point beyond a limit; a shift of
seven; a trend of seven; two of three near a limit. ``wheeler``: D. J. Wheeler, *Understanding Variation*: a
point beyond a limit; a shift of eight; three of four nearer to a limit than to the centre.

Conventions, where the sources leave room:

- Every comparison is strict. A point on a limit is not beyond it, a point on the centre ends a shift, a point
  on the two-thirds line is not near the limit, an equal neighbour ends a trend.
- Every point of a shift or of a trend is marked. Of "two of three" the points in the zone are marked, the
  third may be anywhere. For ``nhs`` the zone ends at the limit; for ``wheeler`` a point beyond a limit counts too.
- A point that several rules mark carries the first of them in the order outside, shift, trend, near_limit.
- The side is that of the point to the centre; of a trend it is the direction: rising is above, falling below.
  The peak or trough that two trends share belongs to the one that reached it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scorecard.analysis.points import Flags, Floats

RuleSet = Literal["nhs", "wheeler"]
Codes = NDArray[np.int8]

SIGNALS = ("none", "outside", "shift", "trend", "near_limit")
"""The name of each signal code; the order of the rules."""
OUTSIDE, SHIFT, TREND, NEAR_LIMIT = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Rules:
    """One set: lengths of runs, and how many of how many must lie beyond which share of the way to a limit."""

    shift: int
    trend: int | None
    near: int
    near_of: int
    zone: float
    zone_is_open: bool
    """Whether the zone goes on beyond the limit."""


RULES: dict[RuleSet, Rules] = {
    "nhs": Rules(shift=7, trend=7, near=2, near_of=3, zone=2 / 3, zone_is_open=False),
    "wheeler": Rules(shift=8, trend=None, near=3, near_of=4, zone=1 / 2, zone_is_open=True),
}


def judge(values: Floats, deviation: Floats, reach: Floats, slack: Floats, rules: Rules) -> tuple[Codes, Codes]:
    """Signal codes and sides (+1 above, -1 below, 0 none) of packed points, each (stretches, longest).

    ``deviation`` is the distance from the centre, ``reach`` the distance from the centre to a limit (the shape
    of ``values`` or a column), both NaN where there is nothing to judge. ``slack`` (a column) is what counts as
    equal, so that binary fractions cannot turn a tie into a signal.
    """
    side = (deviation > slack).astype(np.int8) - (deviation < -slack)
    distance = np.abs(deviation)
    beyond = distance > reach + slack
    zone = distance > reach * rules.zone + slack
    if not rules.zone_is_open:
        zone &= ~beyond
    code = np.zeros(values.shape, dtype=np.int8)
    for direction in (1, -1):
        ours = side == direction
        code[_enough(zone & ours, rules.near, rules.near_of)] = NEAR_LIMIT
    if rules.trend is not None:
        trend = _trend(values, slack, rules.trend)
        code[trend != 0] = TREND
    for direction in (1, -1):
        code[_run(side == direction, rules.shift)] = SHIFT
    code[beyond] = OUTSIDE
    if rules.trend is not None:
        side = np.where(code == TREND, trend, side)
    return code, np.where(code == 0, 0, side).astype(np.int8)


def _run(hit: Flags, length: int) -> Flags:
    """Points that belong to ``length`` or more hits in a row."""
    return _spread(_count(hit, length) == length, length, hit.shape[1])


def _enough(hit: Flags, needed: int, window: int) -> Flags:
    """Hits in a window of consecutive points with at least ``needed`` hits."""
    return hit & _spread(_count(hit, window) >= needed, window, hit.shape[1])


def _count(hit: Flags, window: int) -> Codes:
    """Hits in every window of consecutive columns."""
    starts = max(hit.shape[1] - window + 1, 0)
    count = np.zeros((hit.shape[0], starts), dtype=np.int8)
    for step in range(window):
        count += hit[:, step : step + starts]
    return count


def _spread(found: Flags, window: int, width: int) -> Flags:
    """All columns that lie in a found window."""
    members = np.zeros((found.shape[0], width), dtype=np.bool_)
    for step in range(window):
        members[:, step : step + found.shape[1]] |= found
    return members


def _trend(values: Floats, slack: Floats, length: int) -> Codes:
    """+1 for points of a rise of ``length`` points, -1 of a fall, 0 otherwise."""
    step = np.diff(values, axis=1)
    move = (step > slack).astype(np.int8) - (step < -slack)
    steps = length - 1
    rise, fall = (_spread(_count(move == direction, steps) == steps, length, values.shape[1]) for direction in (1, -1))
    arrived = np.zeros(values.shape, dtype=np.int8)
    arrived[:, 1:] = move
    return np.where(rise & fall, arrived, rise.astype(np.int8) - fall).astype(np.int8)
