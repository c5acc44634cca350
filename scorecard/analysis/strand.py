"""The gold strand: from an outcome down, the way along which it is hurt most.

At each metric the strand follows the child whose pull hurts the outcome most, and ends where none hurts. A pull is
*attributed* when an identity gives it exactly, *estimated* when evidence gives a slope for the child's gap, and
merely *claimed* when there is neither: then one tolerance of the child counts as one tolerance of its parent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Basis = Literal["attributed", "estimated", "claimed"]

FIRMNESS: tuple[Basis, ...] = ("claimed", "estimated", "attributed")
"""From the weakest; a path is as firm as its weakest link."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a metric stands, in its own units."""

    metric: str
    gap: float | None
    """Value less reference (a target or an earlier period, the same kind for all); None where unknown."""
    tolerance: float | None = None
    """The metric's tolerance or, where it has none, what it naturally varies by."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A link, and what is known of how much its child moves its parent."""

    child: str
    parent: str
    effect: int
    """+1 the child raises the parent, −1 lowers it; only a claimed pull needs it."""
    attributed: float | None = None
    """What the child's gap contributes to the parent's, in the parent's units, from an identity."""
    slope: float | None = None
    """Parent's units per child's unit, from evidence; of no account where the pull is attributed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the strand."""

    child: str
    parent: str
    pull: float
    """In the outcome's units; negative hurts."""
    basis: Basis


@dataclass(frozen=True, slots=True)
class Strand:
    """The way from an outcome downward, and how firm it is."""

    outcome: str
    steps: tuple[Step, ...]

    @property
    def path(self) -> tuple[str, ...]:
        """The metrics along the strand, the outcome first."""
        return (self.outcome, *(step.child for step in self.steps))

    @property
    def basis(self) -> Basis | None:
        """The weakest basis along the way; None for a strand without a link."""
        return min((step.basis for step in self.steps), key=FIRMNESS.index, default=None)


@dataclass(frozen=True, slots=True)
class _Weighed:
    step: Step
    rate: float | None
    """Outcome's units, as hurt or help, per child's unit; None where the child's own gap is zero or unknown."""


def gold_strand(outcome: str, better: int, standings: Iterable[Standing], pulls: Sequence[Pull]) -> Strand:
    """The strand that hurts `outcome` most; `better` is +1 where a higher outcome is better, −1 where a lower.

    Ties go to the metric whose id comes first. A pull that nothing tells the size of is not followed. Raises
    ValueError when the way comes back to a metric it has passed.
    """
    known = {standing.metric: standing for standing in standings}
    steps: list[Step] = []
    passed, metric, rate = {outcome}, outcome, float(better)
    while True:
        below = [w for pull in pulls if pull.parent == metric and (w := _weighed(pull, known, rate))]
        worst = min(below, key=lambda w: (w.step.pull, w.step.child), default=None)
        if worst is None or worst.step.pull >= 0:
            return Strand(outcome, tuple(steps))
        if worst.step.child in passed:
            raise ValueError(f"the way down from {outcome} comes back to {worst.step.child}")
        steps.append(worst.step)
        if worst.rate is None:
            return Strand(outcome, tuple(steps))
        passed.add(worst.step.child)
        metric, rate = worst.step.child, worst.rate


def _weighed(pull: Pull, known: Mapping[str, Standing], rate: float) -> _Weighed | None:
    """A pull in the outcome's units, and the rate that its child's own pulls are to be counted at."""
    child, parent = known.get(pull.child), known.get(pull.parent)
    gap = child.gap if child else None
    if pull.attributed is not None:
        slope = pull.attributed / gap if gap else None
        return _step(pull, rate * pull.attributed, None if slope is None else rate * slope, "attributed")
    if gap is None:
        return None
    if pull.slope is not None:
        return _step(pull, rate * pull.slope * gap, rate * pull.slope, "estimated")
    if child is None or parent is None or not child.tolerance or parent.tolerance is None:
        return None
    slope = pull.effect * parent.tolerance / child.tolerance
    return _step(pull, rate * slope * gap, rate * slope, "claimed")


def _step(pull: Pull, size: float, rate: float | None, basis: Basis) -> _Weighed | None:
    return _Weighed(Step(pull.child, pull.parent, size, basis), rate) if math.isfinite(size) else None
