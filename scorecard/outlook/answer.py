"""What is told of the time ahead, as frozen values; figures in the metric's own units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scorecard.definition import Grain
from scorecard.org import Unit

Answer = Literal["within_limits", "different_process", "no_effect", "unknown"]
"""As :mod:`scorecard.analysis.backsolve` gives it."""


@dataclass(frozen=True, slots=True)
class WillLand:
    """The chance that a figure stands at its target at the end of the span it counts in."""

    metric: str
    unit: Unit
    span: Grain
    """The size of that span: the quarter, for weeks."""
    until: datetime
    """The end of the span; naive local."""
    grain: Grain
    """The periods that are still to come are counted in it."""
    left: int
    """How many of them there are."""
    so_far: float | None
    target: float
    chance: float
    needed: float | None
    """What each period left must bring (of a rate: the rate over all of them); ``None`` where none is left."""
    usual: float
    """What a period brings now: the mean of the stable stretch."""
    points: int
    """How long that stretch is."""


@dataclass(frozen=True, slots=True)
class LeafNeed:
    """What one leaf would have to do, by itself, for the outcome to reach its target."""

    metric: str
    effect: float
    """What the outcome moves for one unit more of the leaf, over all ways."""
    estimated: bool
    """Whether evidence had to tell some part of the way; else it is arithmetic alone."""
    centre: float | None
    """Where its mean is now."""
    level: float | None
    """Where its mean would have to be."""
    lower: float | None
    upper: float | None
    """Its natural limits."""
    answer: Answer


@dataclass(frozen=True, slots=True)
class Needs:
    """An outcome of the whole company that is short of its target, back-solved to the leaves beneath it."""

    outcome: str
    centre: float
    """The mean of its process now."""
    target: float
    at_best: float | None
    """Where it would stand if every leaf stood at the better end of its own natural limits; ``None`` without any."""
    leaves: tuple[LeafNeed, ...]
    """Those within their natural limits first, then the nearest to them."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A unit whose own measure got better while what it feeds got worse."""

    unit: Unit
    unit_label: str
    metric: str
    """Its own measure."""
    feeds: str
    own: float
    """Change of its own measure: the mean of the recent periods less that of as many before."""
    downstream: float
    """Change of what it feeds."""
    grain: Grain
    recent: int
    """How many periods are recent."""
    units: int
    """Units that were compared."""
    p: float
    q: float
    """The share of false finds to expect among those with this q-value or a smaller one."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """All of it, of one snapshot."""

    landings: tuple[WillLand, ...] = ()
    """Only where the process is stable: there is silence elsewhere."""
    needs: tuple[Needs, ...] = ()
    exported: tuple[Exported, ...] = ()
