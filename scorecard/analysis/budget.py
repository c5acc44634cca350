"""The false-alarm budget of a board: how many signals chance alone would raise on charts of these lengths.

Found by simulation, not by adding up rules: rules overlap, limits come from the very points they judge, and both
depend on how long a series is. For independent normal points; points that follow each other raise more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scorecard.analysis.limits import FEWEST_FOR_LIMITS
from scorecard.analysis.points import Floats
from scorecard.analysis.rulesets import OUTSIDE, RuleSet
from scorecard.analysis.signals import Charts, charts

POINTS = 1_000_000
"""Simulated points a length: a quarter of a second, and the newest point's chance is known to about 4 % of itself."""
SEED = 20_020_413


@dataclass(frozen=True, slots=True)
class Chances:
    """Chances of a false alarm on one stable chart."""

    newest: float
    """A flag at the newest point."""
    anywhere: float
    """At least one flag on the chart."""
    outside: float
    """At least one point beyond a limit."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A board's signals beside what chance would raise: "5 signals; about 1.9 expected by chance"."""

    charts: int
    """Charts with limits; the others cannot signal."""
    signals: int
    """Charts whose newest complete point is a signal."""
    expected: float
    """... of which chance alone would raise this many."""
    marked: int
    """Charts with a signal anywhere."""
    expected_marked: float


@lru_cache(maxsize=4096)
def chances(length: int, rules: RuleSet = "nhs", screen: bool = True) -> Chances:
    """The chances on ``length`` independent normal points, simulated once a length with a fixed seed."""
    if length < FEWEST_FOR_LIMITS:
        return Chances(0.0, 0.0, 0.0)
    noise = np.random.default_rng([SEED, length]).standard_normal((POINTS // length, length))
    drawn = charts(noise, np.ones(length, dtype=np.bool_), rules=rules, screen=screen)
    flagged = drawn.signal > 0
    return Chances(
        # noise has no direction in time and the rules mark both ends alike: the first point doubles the sample
        newest=float(flagged[:, [0, -1]].mean()),
        anywhere=float(flagged.any(axis=1).mean()),
        outside=float((drawn.signal == OUTSIDE).any(axis=1).mean()),
    )


def budget(board: Sequence[Charts]) -> Budget:
    """The budget of all charts of a board, each series by its own lengths, rules and screening."""
    parts = [_budget(drawn) for drawn in board]
    return Budget(
        charts=sum(part.charts for part in parts),
        signals=sum(part.signals for part in parts),
        expected=sum(part.expected for part in parts),
        marked=sum(part.marked for part in parts),
        expected_marked=sum(part.expected_marked for part in parts),
    )


def _budget(drawn: Charts) -> Budget:
    lengths, which = np.unique(drawn.lengths, return_inverse=True)
    by_length = [chances(int(length), drawn.rules, drawn.screened) for length in lengths]
    newest = np.array([chance.newest for chance in by_length])[which]
    anywhere = np.array([chance.anywhere for chance in by_length])[which]
    return Budget(
        charts=int(np.count_nonzero(~drawn.none)),
        signals=int(np.count_nonzero(drawn.newest_signal())),
        expected=float(newest[drawn.newest_stretch()].sum()),
        marked=int(np.count_nonzero(drawn.signal.any(axis=1))),
        expected_marked=float((1 - _calm(drawn, anywhere)).sum()),
    )


def _calm(drawn: Charts, anywhere: Floats) -> Floats:
    """(series,): the chance that no stretch of a series raises a flag."""
    owner = np.zeros(len(drawn.lengths), dtype=np.int64)
    owner[drawn.stretch] = np.arange(len(drawn.values))[:, np.newaxis]
    calm = np.ones(len(drawn.values))
    np.multiply.at(calm, owner, 1 - anywhere)
    return calm
