"""Why a figure moved: what is answered, as frozen values.

Amounts stand in the metric's own units. Exact parts add to the change; estimates never stand among them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scorecard.analysis.attribution import Method, Obstacle
from scorecard.analysis.evidence import Grade
from scorecard.analysis.mix import Reversal
from scorecard.definition import Format
from scorecard.org import Unit
from scorecard.time import Period

Along = Literal["organisation", "drivers"]
LineKind = Literal[
    "driver", "rate", "mix", "change", "entry", "exit", "unmatched", "without", "through", "withheld", "overlap"
]
"""``through``: what came through a unit by way of all drivers; ``withheld``: units about too few, on one line;
``overlap``: what is counted in more than one place. The others are those of :mod:`scorecard.analysis.attribution`."""
Stopped = Obstacle | Literal["no_children", "target_not_shared"]


@dataclass(frozen=True, slots=True)
class End:
    """One end of the change: a period's reading, or a target."""

    period: Period | None
    """``None`` for a target."""
    value: float | None
    numerator: float | None
    denominator: float | None
    count: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One exact part of a change."""

    key: str
    """``level:id`` of a unit, a metric or formula input, ``numerator``, ``denominator``, ``withheld``, ``overlap``."""
    label: str
    kind: LineKind
    amount: float
    share: float | None
    """Of the change; ``None`` where nothing changed in all."""
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A change cut into parts, one way; without parts where something stands in the way."""

    along: Along
    method: Method
    parts: tuple[Line, ...]
    residual: float | None
    """What rounding leaves between the parts and the change; ``None`` where they are not meant to add up."""
    stopped: Stopped | None = None
    about: tuple[str, ...] = ()
    """The inputs or units that stand in the way, by label."""
    reversal: Reversal | None = None

    def total(self, kind: LineKind) -> float:
        """What all lines of a kind come to."""
        return math.fsum(line.amount for line in self.parts if line.kind == kind)

    def by_key(self) -> dict[str, tuple[str, float]]:
        """Each part's label and what its lines come to, in the order of the parts."""
        found: dict[str, tuple[str, list[float]]] = {}
        for line in self.parts:
            found.setdefault(line.key, (line.label, []))[1].append(line.amount)
        return {key: (label, math.fsum(amounts)) for key, (label, amounts) in found.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way down to where a change comes from: a unit, or a driver, and what came through it."""

    key: str
    label: str
    amount: float
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Beneath:
    """A driver beneath the place a change came from, and what its own change there goes with: an estimate.

    In the units of the figure asked about; never a part of a split.
    """

    metric: str
    label: str
    unit: Unit
    unit_label: str
    amount: float


@dataclass(frozen=True, slots=True)
class Estimated:
    """What the change of a metric that feeds this one is estimated to have done: slope times change, at its lag."""

    metric: str
    label: str
    moved: float
    """The feeding metric's own change, between its own two periods, in its own units."""
    format: Format
    amount: float
    low: float
    high: float
    """The ends of the 95 % interval of the slope, carried over."""
    grade: Grade
    lag: int
    """Periods by which it goes before."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Whether the newer end stands out from the metric's own process chart."""

    signal: str | None
    """The rule that calls it a signal; ``None`` where it is within what chance does."""
    side: int
    trial: bool


@dataclass(frozen=True, slots=True)
class Why:
    """The change of one metric of one unit, and all that is known of where it comes from."""

    metric: str
    label: str
    format: Format
    unit: Unit
    unit_label: str
    grain: str | None
    before: End
    after: End
    organisation: Split | None
    drivers: Split | None
    descent: tuple[Step, ...]
    estimates: tuple[Estimated, ...]
    noise: Noise | None = None
    """``None`` where there are too few periods to tell."""
    words: str | None = None
    """How the unit's department says this metric; ``{value}`` stands for the figure, ``{target}`` for its target."""
    target: float | None = None
    beneath: tuple[Beneath, ...] = ()
    """The drivers beneath the lowest step that has any, each by way of the one before it."""

    @property
    def change(self) -> float | None:
        """The newer value less the older (or less the target)."""
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def unexplained(self) -> float | None:
        """What of the change the estimates leave over; ``None`` where nothing is estimated."""
        if not self.estimates or self.change is None:
            return None
        return self.change - math.fsum(found.amount for found in self.estimates)


def shares(parts: list[Line], change: float | None) -> tuple[Line, ...]:
    """The same lines with each one's share of the change."""
    if not change:
        return tuple(parts)
    return tuple(Line(line.key, line.label, line.kind, line.amount, line.amount / change, line.unit) for line in parts)
