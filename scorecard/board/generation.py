"""A generation: one snapshot made ready to answer, with everything judged that pages only look up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from scorecard.analysis.evidence import LinkEvidence
from scorecard.blocks import in_place
from scorecard.causes import Ground
from scorecard.definition import Definition, Grain, Metric
from scorecard.head import Moment
from scorecard.judge import STATUSES, gaps, statuses
from scorecard.org import UNASSIGNED, Org, Unit
from scorecard.outlook import Needs, WillLand
from scorecard.privacy import Released, release
from scorecard.reading import Cells, Floats, Late
from scorecard.sheet import Mask
from scorecard.snapshot import Snapshot
from scorecard.time import Period
from scorecard.tree import Tree
from scorecard.view import Alarms

T = TypeVar("T")
_UNKNOWN = STATUSES.index("unknown")
_COLUMNS = 4
"""How many periods of a metric stay judged: pages ask of the newest, of the one before it, and of one gone back to."""


@dataclass(frozen=True)
class Judged:
    """One metric at one grain, released and judged: arrays of shape (rows, periods)."""

    about: Metric
    cells: Cells
    targets: Floats | None
    """Or (2, rows, periods) for a band; ``None`` where the metric has no target."""
    complete: NDArray[np.bool_]
    """Of each period (periods,): a running one is shown, and never judged."""
    withheld: Mask
    since: NDArray[np.intp]
    """The position (rows,) of the first period with a figure, shown or withheld."""
    worst: NDArray[np.int8] | None = None
    """Of an index, the position of its worst part, -1 where there is none."""
    _columns: dict[int, Column] = field(default_factory=dict, repr=False, compare=False)

    def at(self, period: int) -> Column:
        """Every row in one period; those that were asked about last are kept."""
        kept = self._columns
        found = kept.get(period)
        if found is None:
            found = kept[period] = self._judge(period)
            for other in list(kept)[:-_COLUMNS]:
                kept.pop(other, None)
        return found

    def _judge(self, period: int) -> Column:
        values, about = self.cells.value[:, period], self.about
        against = np.full_like(values, np.nan) if self.targets is None else self.targets[..., period]
        codes = statuses(values, against, about.tolerance, about.direction)
        return Column(
            gaps(values, against, about.direction), codes if self.complete[period] else np.full_like(codes, _UNKNOWN)
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One metric in one period, judged: arrays of shape (rows,)."""

    gaps: Floats
    statuses: NDArray[np.int8]


class Shared:
    """What is worked out once and then the same for everybody; one at a time, so that nothing is done twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Hashable, Any] = {}

    def once(self, what: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, made by the first who asks."""
        with self._lock:
            if what not in self._kept:
                self._kept[what] = make()
            return cast("T", self._kept[what])


@dataclass(frozen=True)
class Generation:
    """A snapshot with its tree; figures about too few are taken out before anything else sees them."""

    snapshot: Snapshot
    """Its tables released and nothing else kept of its figures: behind a generation there is no way to raw ones."""
    parted: Mapping[Grain, Released] | None = None
    """Of a slice: its tables, released together with the other parts of the whole."""
    apart: frozenset[str] = frozenset()
    """Of a slice: the metrics whose sources do not know its dimension."""

    def __post_init__(self) -> None:
        tables = {grain: each.table for grain, each in self.released.items()}
        object.__setattr__(self, "snapshot", replace(self.snapshot, tables=tables, blocks={}))

    @property
    def definition(self) -> Definition:
        """The definition the readings were computed by."""
        return self.snapshot.definition

    @property
    def org(self) -> Org:
        """The organisation."""
        return self.snapshot.org

    @cached_property
    def walls(self) -> Shared:
        """Scenes of wall screens: many screens show the same unit."""
        return Shared()

    @cached_property
    def tree(self) -> Tree:
        """The metrics and their links."""
        return Tree.of(self.definition)

    @cached_property
    def evidence(self) -> Mapping[tuple[str, str], LinkEvidence]:
        """What the data say of each link, by (child, parent)."""
        return {(found.child, found.parent): found for found in self.snapshot.evidence}

    @cached_property
    def released(self) -> Mapping[Grain, Released]:
        """The tables by grain, without what may not be shown."""
        if self.parted is not None:
            return self.parted
        minimum = self.definition.privacy.minimum_group
        return {
            grain: release(in_place(table), minimum, self.definition) for grain, table in self.snapshot.tables.items()
        }

    @cached_property
    def judged(self) -> Mapping[Grain, Mapping[str, Judged]]:
        """Every metric at every grain, judged when it is asked for."""
        return {
            grain: Late(released.table.cells, partial(_judged, self.definition, released))
            for grain, released in self.released.items()
        }

    @cached_property
    def grounds(self) -> Mapping[Grain, Ground]:
        """What attribution stands on, by grain."""
        return {
            grain: Ground(self.definition, released.table, released.withheld)
            for grain, released in self.released.items()
        }

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of each row's unit as it is sought: folded to one case."""
        return tuple(self.org.label(self.org.unit_of(row)).casefold() for row in range(self.org.rows))

    @cached_property
    def ranks(self) -> NDArray[np.intp]:
        """The position of each row among all when they stand by name; those that name no unit last."""
        unnamed = [self.org.unit_of(row)[1] == UNASSIGNED for row in range(self.org.rows)]
        ranks = np.empty(self.org.rows, dtype=np.intp)
        ranks[sorted(range(self.org.rows), key=lambda row: (unnamed[row], self.names[row], row))] = np.arange(
            len(ranks)
        )
        return ranks

    @cached_property
    def landings(self) -> Mapping[tuple[str, Unit], WillLand]:
        """What will land, by metric and unit."""
        return {(one.metric, one.unit): one for one in self.snapshot.outlook.landings}

    @cached_property
    def needs(self) -> Mapping[str, Needs]:
        """What each outcome of the whole company needs of its leaves."""
        return {one.outcome: one for one in self.snapshot.outlook.needs}

    @cached_property
    def alarms(self) -> dict[tuple[Grain, int, int], Alarms]:
        """False-alarm budgets once worked out, by grain, row and position."""
        return {}

    def make_ready(self) -> None:
        """Release and judge every metric in the newest period of every grain, and order the names."""
        _ = self.ranks
        for grain, metrics in self.judged.items():
            newest = self.moment(grain)
            if newest is not None:
                for judged in metrics.values():
                    judged.at(newest.position)

    def moment(self, grain: Grain, period: str | None = None) -> Moment | None:
        """The period of that key, or the newest complete one; ``None`` where there is no such period."""
        table = self.released[grain].table
        complete = np.flatnonzero(table.complete)
        if period is None:
            position = int(complete[-1]) if len(complete) else len(table.periods) - 1
        else:
            position = _position(table.periods, period)
        if position < 0:
            return None
        return Moment(grain, table.periods[position], position, table.periods, bool(table.complete[position]))


def _position(periods: tuple[Period, ...], key: str) -> int:
    return next((at for at, period in enumerate(periods) if period.key == key), -1)


def _judged(definition: Definition, released: Released, metric: str) -> Judged:
    return Judged(
        about=definition.metrics[metric],
        cells=released.table.cells[metric],
        targets=released.table.targets.get(metric),
        complete=released.table.complete_of(metric),
        withheld=released.withheld[metric],
        since=released.since[metric],
        worst=released.table.worst.get(metric),
    )
