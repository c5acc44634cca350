"""Back from a target to the front line: what each leaf of a linear tree must change for an outcome to get there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Literal

Answer = Literal["within_limits", "different_process", "no_effect", "unknown"]

SENTENCES: Mapping[Answer, str] = {
    "within_limits": "within what this process already does on its good days",
    "different_process": "needs a different process, not more effort",
    "no_effect": "does not move the outcome",
    "unknown": "no limits to set it against yet",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """A branch: one unit more of ``child`` moves ``parent`` by ``size``."""

    child: str
    parent: str
    size: float


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a leaf's process stands: its centre and natural limits; None where it has none."""

    centre: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Need:
    """What one leaf would have to do if it alone closed the gap."""

    leaf: str
    effect: float
    """What the outcome moves for one unit more of the leaf, over all paths."""
    change: float | None
    level: float | None
    """Where its mean would have to be."""
    answer: Answer

    @property
    def sentence(self) -> str:
        """The answer in plain English."""
        return SENTENCES[self.answer]


def back_solve(gap: float, outcome: str, effects: Sequence[Effect], leaves: Mapping[str, Leaf]) -> tuple[Need, ...]:
    """What each leaf must change, by itself, for ``outcome`` to move by ``gap`` (target - value).

    Effects multiply along a path and add over paths. A level on a natural limit is within it. Needs come in the
    order of ``leaves``. Raises ``ValueError`` where the effects run in a circle.
    """
    total = total_effects(outcome, effects)
    return tuple(_need(name, leaf, gap, total.get(name, 0.0)) for name, leaf in leaves.items())


def total_effects(outcome: str, effects: Iterable[Effect]) -> dict[str, float]:
    """What one unit more of every metric moves ``outcome``, over all paths; metrics without a path are left out."""
    above: dict[str, list[Effect]] = {}
    for effect in effects:
        above.setdefault(effect.child, []).append(effect)
    order = TopologicalSorter({child: [one.parent for one in ones] for child, ones in above.items()})
    total = {outcome: 1.0}
    try:
        parents_first = tuple(order.static_order())
    except CycleError as error:
        raise ValueError(f"effects run in a circle: {' → '.join(reversed(error.args[1]))}") from None
    for name in parents_first:
        paths = [one.size * total[one.parent] for one in above.get(name, ()) if one.parent in total]
        if paths and name != outcome:
            total[name] = sum(paths)
    return total


def _need(name: str, leaf: Leaf, gap: float, effect: float) -> Need:
    if gap == 0:
        return Need(name, effect, 0.0, leaf.centre, "within_limits")
    if effect == 0:
        return Need(name, effect, None, None, "no_effect")
    change = gap / effect
    if leaf.centre is None or leaf.lower is None or leaf.upper is None:
        return Need(name, effect, change, None, "unknown")
    level = leaf.centre + change
    within = leaf.lower <= level <= leaf.upper
    return Need(name, effect, change, level, "within_limits" if within else "different_process")
