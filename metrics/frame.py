"""What the statements of a request share: the frame, the time they read, what they read, and how columns are called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metrics.roster import LiveRoster
from metrics.sources import LiveSource
from scorecard.definition import Calendar, Grain
from scorecard.org import Unit
from scorecard.time import Period

PERIOD, ROWS = "period", "rows"


@dataclass(frozen=True, slots=True)
class Frame:
    """What all statements of a request share: levels, calendar, dimensions and what is kept of the rows."""

    levels: tuple[str, ...]
    calendar: Calendar
    by: tuple[str, ...] = ()
    where: str | None = None
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """The local time a statement reads, half-open, and into what it is cut: periods of a grain, all of it as one, or
    windows, each of which a row may fall into."""

    start: datetime
    stop: datetime
    grain: Grain | None = None
    windows: tuple[Period, ...] = ()
    first: int = 0
    """The position of the first of the windows among all of the scan's."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A live source with the roster that places its rows, and whether it holds a row more than once.

    ``then`` is the source of the events that may follow its rows, where a scan asks for them.
    """

    source: LiveSource
    roster: LiveRoster | None
    repeated: bool = False
    then: Facts | None = None


def level_column(depth: int) -> str:
    """The name of the column that holds the unit at a depth."""
    return f"level_{depth}"


def segment_column(at: int) -> str:
    """The name of the column that holds the value of a request's dimension."""
    return f"segment_{at}"


def part_column(at: int, part: str) -> str:
    """The name of the column that holds a part of a scan's measure."""
    return f"measure_{at}_{part}"
