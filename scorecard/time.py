"""Calendar and periods: how time is cut, in the company's own zone, weeks and fiscal years.

Moments inside the program are naive local times of the calendar's zone; the one place where aware times
become local is :func:`local`. Periods are half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args

from dateutil.relativedelta import relativedelta

from scorecard.definition import Calendar, Duration, Grain
from scorecard.definition.company import Month, Weekday

GRAINS: tuple[Grain, ...] = get_args(Grain)
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open stretch of local time ``[start, stop)``, one cell of a grain.

    Without a grain it is a free span, as ``query`` without ``--grain`` asks for.
    """

    start: datetime
    stop: datetime
    grain: Grain | None

    @property
    def key(self) -> str:
        """The first day as ISO text; for an hour, its first minute."""
        return self.start.isoformat(timespec="minutes") if self.grain == "hour" else self.start.date().isoformat()

    def complete(self, now: datetime) -> bool:
        """Whether the period is over at ``now`` (naive local)."""
        return self.stop <= now


@dataclass(frozen=True, slots=True)
class Window:
    """How far back a figure reaches from the last day of its period: a length, or to the beginning of the calendar
    period of grain ``since`` that holds that day. Just one of the two."""

    length: Duration | None = None
    since: Grain | None = None

    def __str__(self) -> str:
        return f"over the last {self.length}" if self.length else f"since the {self.since} began"


def local(calendar: Calendar, clock: datetime) -> datetime:
    """The naive local time of an aware ``clock``, or the calendar's ``as_of`` where the data set is closed."""
    as_of = calendar.as_of
    if isinstance(as_of, datetime):
        return as_of.astimezone(calendar.zone).replace(tzinfo=None) if as_of.tzinfo else as_of
    if as_of is not None:
        return midnight(as_of)
    return clock.astimezone(calendar.zone).replace(tzinfo=None)


def midnight(day: date) -> datetime:
    """The start of a day."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local and naive, see above


def period_start(calendar: Calendar, grain: Grain, moment: datetime) -> datetime:
    """The start of the period of ``grain`` that holds ``moment``."""
    if grain == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    day = midnight(moment)
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=(day.weekday() - get_args(Weekday).index(calendar.week_starts)) % 7)
    first = get_args(Month).index(calendar.year_starts)
    return day.replace(day=1) - relativedelta(months=(day.month - 1 - first) % _MONTHS_OF[grain])


def period_stop(grain: Grain, start: datetime) -> datetime:
    """The end of the period of ``grain`` that begins at ``start``."""
    return start + step(Duration(1, grain))


def step(duration: Duration) -> relativedelta:
    """A duration as something to add to a date; a quarter is three months."""
    if duration.unit == "quarter":
        return relativedelta(months=3 * duration.count)
    return relativedelta(**{f"{duration.unit}s": duration.count})  # type: ignore[arg-type]  # the unit names the field


def period_at(calendar: Calendar, grain: Grain, moment: datetime) -> Period:
    """The period of ``grain`` that holds ``moment``."""
    start = period_start(calendar, grain, moment)
    return Period(start, period_stop(grain, start), grain)


def periods(calendar: Calendar, grain: Grain, start: datetime, stop: datetime) -> Iterator[Period]:
    """Every period that overlaps ``[start, stop)``, in order."""
    period = period_at(calendar, grain, start)
    while period.start < stop:
        yield period
        period = Period(period.stop, period_stop(grain, period.stop), grain)


def kept(calendar: Calendar, grain: Grain, now: datetime) -> tuple[Period, ...]:
    """The periods a refresh keeps at ``grain``: the open one and those before it, as many as ``history`` says."""
    newest = period_at(calendar, grain, now)
    back = newest.start - step(Duration(calendar.history.get(grain, 1) - 1, grain))
    return tuple(periods(calendar, grain, back, newest.stop))


def position(periods: Sequence[Period], moment: datetime) -> int | None:
    """Where in a row of periods the one stands that holds a moment; ``None`` where none does."""
    return next((at for at, period in enumerate(periods) if period.start <= moment < period.stop), None)


def earlier(calendar: Calendar, period: Period, by: Duration) -> Period:
    """The period ``by`` before this one: the one that holds the middle of this one moved back.

    A week a year earlier is thus the week that overlaps it most, not the one that holds the same date.
    """
    if period.grain is None:
        return Period(period.start - step(by), period.stop - step(by), None)
    middle = period.start + (period.stop - period.start) / 2
    return period_at(calendar, period.grain, middle - step(by))


def shifted(calendar: Calendar, asked: Iterable[Period], offsets: Iterable[Duration]) -> tuple[Period, ...]:
    """Periods moved back by several lengths, one after the other."""
    found = tuple(asked)
    for offset in offsets:
        found = tuple(earlier(calendar, period, offset) for period in found)
    return found


def stretch(calendar: Calendar, period: Period, window: Window) -> Period:
    """What a window reaches over at a period: from its first day to the end of the period.

    As in MetricFlow a rolling window holds the days *d* with last day - length < *d* <= last day, so a month up to
    28 February begins on 29 January. In periods of hours, and for lengths in hours, hours stand for days.
    """
    hours = "hour" in (period.grain, window.since, window.length and window.length.unit)
    finest: Grain = "hour" if hours else "day"
    last = period_start(calendar, finest, period.stop - timedelta.resolution)
    if window.length is None:
        return Period(period_start(calendar, window.since or finest, last), period.stop, None)
    return Period(period_stop(finest, last - step(window.length)), period.stop, None)


def common_grain(calendar: Calendar, moments: Iterable[datetime]) -> Grain:
    """The largest grain at which every moment begins a period; hours where there is none."""
    wanted = tuple(moments)
    return next(
        (g for g in reversed(GRAINS) if all(period_start(calendar, g, moment) == moment for moment in wanted)), "hour"
    )
