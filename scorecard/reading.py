"""Readings: one metric, one unit, one period; and whole tables of them as arrays.

A table holds every unit of the organisation at once: a row a *place* (a unit within its parent), a column a
period. Missing is NaN in arrays and ``None`` in a :class:`Reading`, all the way to the screen; it is never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from scorecard.definition import Grain
from scorecard.faults import Fault
from scorecard.org import Org
from scorecard.time import Period

Floats = NDArray[np.float64]
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Reading:
    """One metric, one unit, one period.

    ``numerator`` and ``denominator`` are there for quotients (ratio, average, nps); ``count`` is how many
    rows, answers or people the figure is about; ``complete`` is false while the period is still running.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    count: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Cells:
    """One metric over every row of an :class:`Org` and every period: four arrays of shape (rows, periods)."""

    value: Floats
    numerator: Floats
    denominator: Floats
    count: Floats
    """How many rows, answers or people each figure is about; 0 where there are none."""
    decided: Floats | None = None
    """Of a net promoter score: how many answers were promoters' or detractors'; its interval rests on that."""


@dataclass(frozen=True, slots=True)
class Table:
    """Every metric at one grain: ``cells[metric]`` over ``org``'s rows and ``periods``.

    ``targets[metric]`` has shape (rows, periods), or (2, rows, periods) for a band (low, high).
    ``complete`` has shape (periods,); ``unsettled[metric]`` is that of a metric that may be incomplete in periods that
    are over (a conversion whose window still runs, a rolling figure that reaches back before its first row).
    ``worst[index]`` has shape (rows, periods): the position of an index's worst part, -1 where there is none.
    """

    grain: Grain | None
    periods: tuple[Period, ...]
    complete: NDArray[np.bool_]
    org: Org
    cells: Mapping[str, Cells]
    targets: Mapping[str, Floats]
    unsettled: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    worst: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)

    def complete_of(self, metric: str) -> NDArray[np.bool_]:
        """Whether a metric's figure of each period is complete: shape (periods,)."""
        return self.unsettled.get(metric, self.complete)

    def reading(self, metric: str, row: int, period: int) -> Reading:
        """The reading of ``metric`` at a row of the organisation and a period's position."""
        cells = self.cells[metric]
        return Reading(
            value=number(cells.value[row, period]),
            numerator=number(cells.numerator[row, period]),
            denominator=number(cells.denominator[row, period]),
            count=int(cells.count[row, period]),
            complete=bool(self.complete_of(metric)[period]),
        )


@dataclass(frozen=True, slots=True)
class Readings:
    """What a warehouse answered: one table a segment (a combination of dimension values), and what failed.

    Without ``by`` there is one segment, ``()``. ``failed`` names metrics without figures and why;
    ``faults`` tells everything people should know (a failed source, duplicate rows, answers out of range).
    """

    segments: Mapping[tuple[str, ...], Table]
    failed: Mapping[str, str]
    faults: tuple[Fault, ...] = ()
    outside: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """How many answers of a metric lay outside its scale, by period, where any did; ``faults`` tell of their sum."""

    @property
    def table(self) -> Table:
        """The table of the one segment there is without dimensions."""
        return self.segments[()]


def number(value: float) -> float | None:
    """NaN and infinities are no value."""
    return float(value) if np.isfinite(value) else None


def parts_of(cells: Cells, make: Callable[[Floats, float], Floats]) -> Cells:
    """Cells of which each part is made anew; ``make`` is told too what stands for a figure that there is not."""
    return Cells(
        make(cells.value, np.nan),
        make(cells.numerator, np.nan),
        make(cells.denominator, np.nan),
        make(cells.count, 0.0),
        None if cells.decided is None else make(cells.decided, np.nan),
    )


def cut(table: Table, columns: Sequence[int]) -> Table:
    """A table of some of its periods; the figures of a metric are cut when they are asked for."""
    at = np.array(columns, dtype=np.intp)
    return replace(
        table,
        periods=tuple(table.periods[column] for column in columns),
        complete=table.complete[at],
        cells=Late(table.cells, lambda metric: parts_of(table.cells[metric], lambda part, _: part[:, at])),
        targets=Late(table.targets, lambda metric: table.targets[metric][..., at]),
        unsettled={metric: whole[at] for metric, whole in table.unsettled.items()},
        worst=Late(table.worst, lambda metric: table.worst[metric][:, at]),
    )


class Late(Mapping[str, _Made]):
    """Values by name, each made when it is first asked for, and then kept."""

    def __init__(self, names: Iterable[str], make: Callable[[str], _Made]) -> None:
        self._names, self._make, self._made = tuple(names), make, dict[str, _Made]()

    def __getitem__(self, name: str) -> _Made:
        """The value of that name."""
        if name not in self._made:
            if name not in self:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is one of that name; it is not made for that."""
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        """The names, in order."""
        return iter(self._names)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._names)


def outside_fault(metric: str, count: int) -> Fault:
    """What is told of answers outside the scale of scores."""
    words = "1 answer is" if count == 1 else f"{count:,} answers are"
    return Fault(f"{words} outside 0 to 10 and not counted", ("metrics", metric, "expr"), severity="warning")
