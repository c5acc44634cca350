"""A generation: one snapshot made ready to answer, with everything judged that pages only look up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from scorecard.analysis.evidence import LinkEvidence
from scorecard.causes import Ground
from scorecard.definition import Definition, Grain
from scorecard.judge import STATUSES, gaps, statuses
from scorecard.org import UNASSIGNED, Org, Unit
from scorecard.outlook import Needs, WillLand
from scorecard.privacy import Mask, Released, release
from scorecard.reading import Cells, Floats
from scorecard.snapshot import Snapshot
from scorecard.time import Period
from scorecard.tree import Tree
from scorecard.view import Alarms, Moment

T = TypeVar("T")
_UNKNOWN = STATUSES.index("unknown")
"""Of a running period: it is shown, and never judged."""


@dataclass(frozen=True)
class Judged:
    """One metric at one grain, released and judged: arrays of shape (rows, periods)."""

    cells: Cells
    targets: Floats | None
    """Or (2, rows, periods) for a band; ``None`` where the metric has no target."""
    gaps: Floats
    statuses: NDArray[np.int8]
    withheld: Mask
    worst: NDArray[np.int8] | None = None
    """Of an index, the position of its worst part, -1 where there is none."""


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
    parted: Mapping[Grain, Released] | None = None
    """Of a slice: its tables, released together with the other parts of the whole."""
    apart: frozenset[str] = frozenset()
    """Of a slice: the metrics whose sources do not know its dimension."""

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
        return {grain: release(table, minimum, self.definition) for grain, table in self.snapshot.tables.items()}

    @cached_property
    def judged(self) -> Mapping[tuple[Grain, str], Judged]:
        """Every metric at every grain, judged."""
        return {
            (grain, metric): self._judge(released, metric)
            for grain, released in self.released.items()
            for metric in released.table.cells
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

    def _judge(self, released: Released, metric: str) -> Judged:
        about = self.definition.metrics[metric]
        cells = released.table.cells[metric]
        targets = released.table.targets.get(metric)
        against = np.full_like(cells.value, np.nan) if targets is None else targets
        judged = statuses(cells.value, against, about.tolerance, about.direction)
        return Judged(
            cells=cells,
            targets=targets,
            gaps=gaps(cells.value, against, about.direction),
            statuses=np.where(released.table.complete_of(metric), judged, _UNKNOWN).astype(np.int8),
            withheld=released.withheld[metric],
            worst=released.table.worst.get(metric),
        )

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
