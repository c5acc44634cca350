"""Why did it move: the change of a figure as parts that add to the whole, or a reason why there are none."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Method = Literal["lmdi", "shapley", "sampled_shapley", "rate_and_mix", "sum", "leave_one_out"]
Kind = Literal["driver", "rate", "mix", "change", "entry", "exit", "unmatched", "without"]
Obstacle = Literal[
    "no_value_before", "no_value_after", "undefined_between", "missing_part", "not_additive", "parts_cancel"
]

TOLERANCE = 1e-9
"""Of the largest figure involved: what rounding may leave between the parts and the whole."""
CANCELS = 1e-6
"""Share of its parts' sizes below which a change is too small to carry them any further up."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one driver, unit or segment contributes to the change of the whole, in the whole's units."""

    key: str
    kind: Kind
    value: float
    unit: str | None = None
    """The unit where the driver acts, in a table of drivers by units."""
    error: float = 0.0
    """Half the 95 % interval of a sampled part; 0 where the part is exact."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a change cannot be split, and what stands in the way."""

    obstacle: Obstacle
    keys: tuple[str, ...] = ()
    """The inputs or units concerned; for `undefined_between`, those that had already changed."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """A change and its parts. With a hindrance the parts are none, or differences that need not add up."""

    method: Method
    before: float | None
    after: float | None
    parts: tuple[Part, ...]
    hindrance: Hindrance | None = None

    @property
    def whole(self) -> float | None:
        """The change; None where either end has no value."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def residual(self) -> float | None:
        """What of the change the parts leave over; None where there is no change to speak of."""
        return None if self.whole is None else self.whole - math.fsum(part.value for part in self.parts)

    @property
    def adds_up(self) -> bool:
        """Whether the parts make up the whole, but for rounding."""
        if self.hindrance or self.residual is None:
            return False
        sizes = [abs(self.before or 0.0), abs(self.after or 0.0), math.fsum(abs(part.value) for part in self.parts)]
        return abs(self.residual) <= TOLERANCE * max(sizes)

    def by_key(self) -> dict[str, float]:
        """What each driver, unit or segment contributes in all, in the order of the parts."""
        return _totals((part.key, part.value) for part in self.parts)

    def by_kind(self) -> dict[str, float]:
        """What rate, mix, entry, exit … contribute in all."""
        return _totals((part.kind, part.value) for part in self.parts)

    def by_unit(self) -> dict[str, float]:
        """What each unit contributes in all, in a table of drivers by units."""
        return _totals((part.unit, part.value) for part in self.parts if part.unit is not None)


@dataclass(frozen=True, slots=True)
class Node:
    """A metric's contribution to an outcome's change, in the outcome's units, and those of its own inputs."""

    key: str
    whole: float
    parts: tuple[Node, ...] = ()
    method: Method | None = None
    """How this metric's contribution was split; None where it was not."""
    hindrance: Hindrance | None = None
    """Why the way down ends here, where the metric has an attribution that cannot be carried up."""

    @property
    def residual(self) -> float:
        """What of this contribution the parts leave over."""
        return self.whole - math.fsum(part.whole for part in self.parts) if self.parts else 0.0

    def leaves(self) -> Iterator[Node]:
        """The ends of all ways down; they add to this contribution."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


def carry(outcome: str, splits: Mapping[str, Attribution]) -> Node:
    """Carry an outcome's change down through identity links, level by level.

    `splits` holds, by metric, the attribution of its change over the metrics it is made of, each in its own
    units. A metric reached by two ways stands in the tree twice. What a part is in its parent's units becomes
    one in the outcome's by the ratio of the parent's contribution to the parent's own change; where the parts
    cancel out in the parent, there is no such ratio and the way ends. Raises KeyError when the outcome has no
    attribution, and ValueError when it has no change or when a metric is part of itself.
    """
    whole = splits[outcome].whole
    if whole is None:
        raise ValueError(f"{outcome} has no value at one of the two ends")
    return _carried(outcome, whole, splits, ())


def _carried(key: str, whole: float, splits: Mapping[str, Attribution], above: tuple[str, ...]) -> Node:
    if key in above:
        raise ValueError(f"{key} is part of itself: {' < '.join((*above, key))}")
    split = splits.get(key)
    if split is None:
        return Node(key, whole)
    parts = split.by_key()
    size = math.fsum(abs(part) for part in parts.values())
    if not split.adds_up or split.whole is None:
        return Node(key, whole, (), None, split.hindrance)
    if abs(split.whole) <= CANCELS * size and (size or whole):
        return Node(key, whole, (), None, Hindrance("parts_cancel", tuple(parts)))
    ratio = whole / split.whole if size else 0.0
    below = tuple(_carried(part, ratio * value, splits, (*above, key)) for part, value in parts.items())
    return Node(key, whole, below, split.method)


def leave_one_out(keys: Sequence[str], value: Callable[[str | None], tuple[float | None, float | None]]) -> Attribution:
    """For what cannot be split (a distinct count, a percentile): how the change differs without each unit.

    `value(key)` gives (before, after) without that unit, `value(None)` with all. A part is the change less the
    change without the unit; the parts do not add up, and the attribution says so.
    """
    before, after = value(None)
    end = missing_end(before, after)
    if before is None or after is None or end:
        return Attribution("leave_one_out", number(before), number(after), (), end)
    parts = []
    for key in keys:
        without_before, without_after = map(number, value(key))
        if without_before is not None and without_after is not None:
            parts.append(Part(key, "without", (after - before) - (without_after - without_before)))
    return Attribution("leave_one_out", before, after, tuple(parts), Hindrance("not_additive"))


def missing_end(before: float | None, after: float | None) -> Hindrance | None:
    """The hindrance of a change that has no value at one of its ends."""
    if number(before) is None:
        return Hindrance("no_value_before")
    return Hindrance("no_value_after") if number(after) is None else None


def number(value: float | None) -> float | None:
    """A finite float, or None."""
    return None if value is None or not math.isfinite(value) else float(value)


def _totals(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    grouped: dict[str, list[float]] = {}
    for key, value in pairs:
        grouped.setdefault(key, []).append(value)
    return {key: math.fsum(values) for key, values in grouped.items()}
