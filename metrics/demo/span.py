"""The two years the demo covers, and how its moments are counted.

Inside the generator a moment is a whole number of seconds since `START`, a Monday at midnight, so that a week is
`seconds // WEEK` and arrays of moments stay plain integers. They become naive local timestamps only when written.
"""

from datetime import date, datetime, timedelta

import numpy as np

from metrics.demo.draws import Floats, Ints

START = datetime(2024, 11, 18)  # noqa: DTZ001 — the demo's sources hold naive local times, as many real ones do
END = datetime(2026, 11, 18, 6)  # noqa: DTZ001 — likewise
DAY = 86_400
WEEK = 7 * DAY
SUNDAY = 6
LENGTH = int((END - START).total_seconds())
WEEKS = LENGTH // WEEK + 1  # the last one is partial
DAYS_A_YEAR = 365


def week_of(seconds: Ints) -> Ints:
    """The week each moment falls in, kept within the span so that it can index arrays of `WEEKS`."""
    return np.clip(seconds // WEEK, 0, WEEKS - 1)


def week_number(day: date) -> int:
    """The week of the span in which a calendar day falls."""
    return (day - START.date()).days // 7


def monday(week: int) -> date:
    """The first day of a week of the span."""
    return START.date() + timedelta(weeks=week)


def timestamps(seconds: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]:
    """Moments as naive local timestamps with whole seconds."""
    return np.datetime64(START, "s") + seconds.astype("timedelta64[s]")


def winter() -> Floats:
    """How much of winter each week is: +1 in mid January, -1 in mid July. Shape (WEEKS,)."""
    mid_january = (date(2025, 1, 15) - START.date()).days / 7
    cycle: Floats = np.cos(2 * np.pi * (np.arange(WEEKS) - mid_january) / 52.18)
    return cycle


def on_a_working_day(seconds: Ints) -> Ints:
    """The same moments with Sundays pushed to the Monday after: nobody visits, picks or bills on a Sunday."""
    return np.where((seconds // DAY) % 7 == SUNDAY, seconds + DAY, seconds)
