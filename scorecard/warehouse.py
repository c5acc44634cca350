"""What meaning asks of numbers: the port that :mod:`metrics` fills.

``scorecard`` knows no SQL. It asks these questions, and whatever implements them is handed in where the house
meets (``app``, or :mod:`scorecard.site` for the command).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from scorecard.asked import Statement
from scorecard.definition import Definition, Grain
from scorecard.faults import Fault
from scorecard.org import Unit
from scorecard.reading import Readings
from scorecard.targets import TargetRow

Progress = Callable[[str, int, int], None]
"""Told as work goes on: what is being done, how many steps are done, how many there are."""


@dataclass(frozen=True, slots=True)
class Request:
    """What readings are wanted.

    ``start`` and ``stop`` are naive local moments, half-open; ``None`` is as far as the facts go. Without a
    grain the whole span is one period. ``levels`` are those to answer; ``units`` keeps only rows beneath them;
    ``by`` splits by dimensions; ``where`` keeps rows of every source for which it is true.
    """

    metrics: tuple[str, ...]
    levels: tuple[str, ...]
    grain: Grain | None = None
    start: datetime | None = None
    stop: datetime | None = None
    units: tuple[Unit, ...] = ()
    by: tuple[str, ...] = ()
    where: str | None = None
    beside: tuple[str, ...] = ()
    over: tuple[datetime, datetime] | None = None
    """Metrics and a span this is a part of. Figures then are, to the last bit, what they are when all of it is read at
    once: sums are made of the same pieces, in the same way."""

    def widened(self) -> Request:
        """All that this is a part of."""
        start, stop = self.over or (self.start, self.stop)
        return replace(self, metrics=(*self.metrics, *self.beside), start=start, stop=stop, beside=(), over=None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a metric is got: in words, as the plan's lines, and as this warehouse's SQL."""

    metric: str
    definition: str
    thread: tuple[str, ...]
    plan: tuple[str, ...]
    statements: tuple[str, ...]

    def as_dict(self) -> Mapping[str, object]:
        """The explanation as JSON-ready values."""
        return {
            "metric": self.metric,
            "definition": self.definition,
            "thread": list(self.thread),
            "plan": list(self.plan),
            "statements": list(self.statements),
        }


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a source's rows, to tell at the next refresh what may have changed since."""

    since: datetime | None = None
    """The local moment before which no row enters a figure; what is remembered is of the time from then on."""
    settled: datetime | None = None
    """The local moment before which rows neither come nor change any more; ``None`` where they always may."""
    rows: int = 0
    """How many rows lie between them."""
    crossing: int = 0
    """How many of those have the key of one after it: which of the two counts may still change."""
    repeats: int = 0
    """How many rows since the first moment repeat the key of another."""
    high: str | None = None
    """The highest value of the watermark column."""


@dataclass(frozen=True, slots=True)
class Facts:
    """How a source stands now."""

    mark: Mark
    """To be remembered."""
    kept: Mark
    """The earlier mark as it reads now: the same moment, counted again."""
    changed: tuple[tuple[datetime, datetime], ...] = ()
    """The stretches of time in which the watermark tells of changes."""


@dataclass(frozen=True, slots=True)
class Membership:
    """One row of the roster: a unit's id by level below the top, and when it is valid (naive local, half-open)."""

    path: tuple[str | None, ...]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Members:
    """The roster as it stands; empty where there is none."""

    rows: tuple[Membership, ...] = ()
    """In order."""
    labels: Mapping[Unit, str] = field(default_factory=dict)
    crowded: bool = False
    """Whether a unit has two memberships at one moment, so that how one began decides over another."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What figures rest on besides the rows that are read: how sources, the roster and tables of targets stand.

    A source or a table that cannot be read is missing.
    """

    sources: Mapping[str, Facts]
    members: Members
    targets: Mapping[str, tuple[TargetRow, ...]]
    """The rows of its table of targets, by metric."""


class Warehouse(Protocol):
    """A company's database, asked within limits. Every method raises only :class:`~scorecard.faults.Faulty`."""

    def check(self) -> list[Fault]:
        """Compare the definition with the live schema: missing tables and columns by name, nothing else read."""

    def read(self, request: Request, now: datetime, progress: Progress | None = None) -> Readings:
        """Compute readings; ``now`` (naive local) decides what is complete. A failed source fails alone."""

    def standing(
        self, marks: Mapping[str, Mark], settled: Mapping[str, datetime], since: Mapping[str, datetime]
    ) -> Standing:
        """How everything stands: against ``marks`` of an earlier refresh, and for the next with ``settled``.

        ``since`` is for every source the moment before which no row enters a figure: what follows looks no further.
        """

    def rows(self, source: str, columns: Mapping[str, str], limit: int) -> list[Mapping[str, object]]:
        """The newest rows of a source, ``columns`` as {name: expression}: for voices and cases, never for figures."""

    def values(self, least: int, most: int, since: Mapping[str, datetime]) -> Mapping[str, tuple[str, ...]]:
        """The values of each dimension that at least ``least`` rows hold, the most frequent ``most`` of them.

        Only sources that ``since`` names are looked at, and of them only rows from that moment on.
        A source that cannot be read adds none: it is told of where its figures are asked for.
        """

    def statements(self, now: datetime) -> tuple[Statement, ...]:
        """The statements that the calendar's own grain is read with, for every source that was read by now."""

    def explain(self, metric: str, unit: Unit | None, now: datetime) -> Explanation:
        """How one metric is got."""

    def close(self) -> None:
        """Let go of every connection."""

    def __enter__(self) -> Self:
        """Use as a context that closes."""

    def __exit__(self, *args: object) -> None:
        """Close."""


class OpenWarehouse(Protocol):
    """How a warehouse is opened: ``metrics.warehouse.open_warehouse``."""

    def __call__(self, definition: Definition, folder: Path) -> Warehouse:
        """Open the warehouse of a definition; ``folder`` is where its declared files are looked for."""
