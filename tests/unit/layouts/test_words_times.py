"""Times in words."""

from __future__ import annotations

import math
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts import times
from layouts.words import Tongue
from scorecard.definition import Calendar, Grain
from scorecard.time import Period, period_at

APRIL = Tongue("en_GB", "GBP", 4)
NOON = datetime(2026, 11, 21, 14, 5)


@pytest.mark.parametrize(
    ("grain", "name", "tick"),
    [
        ("hour", "Sat 21 Nov 2026, 14:00", "14:00"),
        ("day", "Sat 21 Nov 2026", "21 Nov"),
        ("week", "Week 47, 16\u201322 Nov 2026", "W47"),
        ("month", "Nov 2026", "Nov"),
        ("quarter", "Q3 2026/27", "Q3"),
        ("year", "2026/27", "2026/27"),
    ],
)
def test_periods_by_grain(grain: Grain, name: str, tick: str) -> None:
    period = period_at(Calendar(year_starts="april"), grain, NOON)
    assert times.period_name(period, APRIL) == name
    assert times.period_tick(period, APRIL) == tick


def test_a_year_that_begins_in_january_is_one_number() -> None:
    period = period_at(Calendar(), "quarter", NOON)
    assert times.period_name(period, Tongue()) == "Q4 2026"


@pytest.mark.parametrize(
    ("first", "stop", "name"),
    [
        ((2026, 12, 28), (2027, 1, 4), "Week 53, 28 Dec 2026 \u2013 3 Jan 2027"),
        ((2026, 6, 29), (2026, 7, 6), "Week 27, 29 Jun \u2013 5 Jul 2026"),
    ],
)
def test_weeks_across_months_and_years(first: tuple[int, int, int], stop: tuple[int, int, int], name: str) -> None:
    period = Period(datetime(*first), datetime(*stop), "week")
    assert times.period_name(period, APRIL) == name


def test_a_week_from_sunday_bears_the_number_of_its_middle() -> None:
    assert times.week_number(datetime(2026, 11, 15)) == 47


def test_moments() -> None:
    assert times.moment(NOON, APRIL) == "21 Nov 2026, 14:05"
    assert times.clock(NOON, APRIL) == "Sat 14:05"


def test_ages() -> None:
    assert times.ago(59, APRIL) == "less than a minute old"
    assert times.ago(200, APRIL) == "3 minutes old"
    assert times.ago(3600, APRIL) == "1 hour old"
    assert times.ago(3 * 86_400, APRIL) == "3 days old"
    assert times.ago(math.nan, APRIL) == "of unknown age"


@given(st.floats())
def test_an_age_is_never_negative(seconds: float) -> None:
    assert "-" not in times.ago(seconds, APRIL)
    assert "\u2212" not in times.ago(seconds, APRIL)
