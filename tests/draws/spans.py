"""The time of a draw: its periods, what lies an offset before them, and where their windows begin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from dateutil.relativedelta import relativedelta

from scorecard.definition.company import Month, Weekday

Span = tuple[datetime, datetime]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def length(words: str) -> relativedelta:
    """A length of time as it is written."""
    count, unit = words.split()
    unit = unit.rstrip("s")
    if unit in _MONTHS:
        return relativedelta(months=int(count) * _MONTHS[unit])
    return relativedelta(**{f"{unit}s": int(count)})  # type: ignore[arg-type]  # the unit names the field


@dataclass(frozen=True)
class Spans:
    """A calendar and a grain; without a grain there is one period, the whole span."""

    calendar: Mapping[str, Any]
    grain: str | None
    whole: Span

    def begin(self, grain: str, moment: datetime) -> datetime:
        """The beginning of the calendar period that holds a moment."""
        day = datetime(moment.year, moment.month, moment.day)
        match grain:
            case "hour":
                return day + timedelta(hours=moment.hour)
            case "day":
                return day
            case "week":
                return day - timedelta((day.weekday() - get_args(Weekday).index(self.calendar["week_starts"])) % 7)
        back = (day.month - 1 - get_args(Month).index(self.calendar["year_starts"])) % _MONTHS[grain]
        return day.replace(day=1) - relativedelta(months=back)

    def period(self, moment: datetime) -> Span:
        """The period that holds a moment."""
        if self.grain is None:
            return self.whole
        start = self.begin(self.grain, moment)
        return start, start + length(f"1 {self.grain}")

    def periods(self) -> Iterator[Span]:
        """Every period that the whole span touches."""
        period = self.period(self.whole[0])
        while period[0] < self.whole[1]:
            yield period
            if self.grain is None:
                return
            period = self.period(period[1])

    def earlier(self, span: Span, offset: str) -> Span:
        """The period that holds the middle of this one moved back; a free span is moved at both ends."""
        if self.grain is None:
            return span[0] - length(offset), span[1] - length(offset)
        return self.period(span[0] + (span[1] - span[0]) / 2 - length(offset))

    def reach(self, span: Span, window: Mapping[str, Any]) -> Span:
        """What a window reaches over: from its first day, the period's last one included, to the period's end.

        In periods of hours, and for windows of hours, hours stand for days.
        """
        back = window.get("window")
        unit = "hour" if self.grain == "hour" or (back and "hour" in back) else "day"
        last = self.begin(unit, span[1] - timedelta.resolution)
        if back is None:
            return self.begin(window["grain_to_date"], last), span[1]
        return last - length(back) + length(f"1 {unit}"), span[1]
