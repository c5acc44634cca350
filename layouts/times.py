"""Times in words: the names of periods, moments and ages, in the company's locale and fiscal year."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date, format_datetime, format_skeleton, format_time

from layouts.words import Tongue, counted
from scorecard.time import Period

KEPT = 4_096
"""How many names of periods are kept."""
_LONGEST = 1e11
_AGES = ((86_400, "day"), (3600, "hour"), (60, "minute"))


@lru_cache(KEPT)
def period_name(period: Period, tongue: Tongue) -> str:
    """Name a period in full: "Week 47, 16–22 Nov 2026", "Nov 2026", "Q3 2026/27"."""
    start = period.start
    match period.grain:
        case "hour":
            return f"{day(start, tongue)}, {format_time(start, 'HH:mm', locale=tongue.cldr)}"
        case "day":
            return day(start, tongue)
        case "week":
            return f"Week {week_number(start)}, {_span(period, tongue)}"
        case "month":
            return format_date(start, "MMM y", locale=tongue.cldr)
        case "quarter":
            return f"Q{_quarter(start, tongue)} {_year(start, tongue)}"
        case "year":
            return _year(start, tongue)
        case None:
            return _span(period, tongue)


@lru_cache(KEPT)
def period_tick(period: Period, tongue: Tongue) -> str:
    """Name a period as shortly as an axis needs: "W47", "Nov", "Q3", "16 Nov"."""
    start = period.start
    match period.grain:
        case "hour":
            return str(format_time(start, "HH:mm", locale=tongue.cldr))
        case "week":
            return f"W{week_number(start)}"
        case "month":
            return format_date(start, "MMM", locale=tongue.cldr)
        case "quarter":
            return f"Q{_quarter(start, tongue)}"
        case "year":
            return _year(start, tongue)
        case _:
            return str(format_skeleton("MMMd", start, locale=tongue.cldr))


def period_year(period: Period, tongue: Tongue) -> str:
    """What a period's short name leaves out: its year; of an hour the day; nothing where the name says it all."""
    start = period.start
    match period.grain:
        case "hour":
            return str(format_skeleton("MMMd", start, locale=tongue.cldr))
        case "week":
            return str((start + timedelta(days=3)).isocalendar().year)
        case "quarter":
            return _year(start, tongue)
        case "year":
            return ""
        case _:
            return str(start.year)


def week_number(start: datetime) -> int:
    """The ISO week that holds most of the seven days from ``start``, whatever day weeks begin on."""
    return (start + timedelta(days=3)).isocalendar().week


def moment(at: datetime, tongue: Tongue) -> str:
    """Write a local moment: "21 Nov 2026, 21:45"."""
    return str(format_datetime(at, "d MMM y, HH:mm", locale=tongue.cldr))


def clock(at: datetime, tongue: Tongue) -> str:
    """Write a local moment as a wall does: "Sat 21:45"."""
    return str(format_datetime(at, "EEE HH:mm", locale=tongue.cldr))


def ago(seconds: float, tongue: Tongue) -> str:
    """Write an age: "3 minutes old". Never negative, however clocks differ: "less than a minute old"."""
    if abs(seconds) < _LONGEST:
        for length, name in _AGES:
            if seconds >= length:
                return f"{counted(int(seconds // length), name, tongue=tongue)} old"
        return "less than a minute old"
    return "of unknown age"


def day(at: date, tongue: Tongue) -> str:
    """Write the day of a local moment: "21 Nov 2026"."""
    return format_date(at, "EEE d MMM y", locale=tongue.cldr)


def _span(period: Period, tongue: Tongue) -> str:
    """First to last day, saying month and year once where they are the same."""
    first, last = period.start, period.stop - timedelta(microseconds=1)
    if first.date() == last.date():
        return format_date(first, "d MMM y", locale=tongue.cldr)
    pattern = "d MMM y" if first.year != last.year else "d MMM" if first.month != last.month else "d"
    spaced = "\u2013" if pattern == "d" else " \u2013 "
    return spaced.join(
        (format_date(first, pattern, locale=tongue.cldr), format_date(last, "d MMM y", locale=tongue.cldr))
    )


def _quarter(start: datetime, tongue: Tongue) -> int:
    return (start.month - tongue.fiscal_from) % 12 // 3 + 1


def _year(start: datetime, tongue: Tongue) -> str:
    """The fiscal year: "2026", or "2026/27" where it does not begin in January."""
    if tongue.fiscal_from == 1:
        return str(start.year)
    begun = start.year if start.month >= tongue.fiscal_from else start.year - 1
    return f"{begun}/{(begun + 1) % 100:02d}"
