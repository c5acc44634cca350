"""What every page says and when: the moment asked about, the two ends of a change, the head of a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scorecard.definition import Grain
from scorecard.faults import Fault
from scorecard.lens import NOW, Lens
from scorecard.time import Period


@dataclass(frozen=True, slots=True)
class Moment:
    """The period a page is about, among those kept at its grain."""

    grain: Grain
    period: Period
    position: int
    """Its position among ``periods``."""
    periods: tuple[Period, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Two ends of a change, each by its period's key or any day in it."""

    grain: str | None = None
    """The calendar's own where it is missing."""
    since: str | None = None
    """The period before ``until`` where it is missing; or ``target``."""
    until: str | None = None
    """The newest complete period where it is missing."""


@dataclass(frozen=True, slots=True)
class Head:
    """What every page says: whose thread, which promise, how old, what is wrong."""

    title: str
    promise: str | None
    locale: str
    currency: str
    time_zone: str
    fiscal_from: int
    """The month (1-12) a fiscal year begins in."""
    as_of: datetime
    """The local moment the readings were taken for."""
    taken: datetime
    """When the snapshot was made (aware, UTC)."""
    age: float
    """Seconds since then; never negative."""
    closed: bool
    """Whether the data set is closed, so that its age says nothing."""
    stale: bool
    """Whether the picture is older than it should be."""
    generation: str
    faults: tuple[Fault, ...]
    """What went wrong in the refresh behind this picture, or in an edit of the YAML since."""
    notes: tuple[Fault, ...]
    """What people should know of the figures though nothing failed: duplicate rows, answers out of range."""
    open_house: bool
    """Whether own data is served to anybody without access control (a red banner says so)."""
    grains: tuple[Grain, ...]
    levels: tuple[str, ...]
    lens: Lens = NOW
    """Through what this board looks."""
    dimensions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What a board may be held to: the values of each dimension, the most frequent first."""
    pictures: tuple[tuple[str, datetime], ...] = ()
    """The pictures that are kept, the newest first: id and the moment it was taken (aware, UTC)."""
