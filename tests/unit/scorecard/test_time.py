from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.definition import Calendar, Duration, Grain
from scorecard.time import (
    GRAINS,
    Period,
    Window,
    common_grain,
    earlier,
    kept,
    local,
    midnight,
    period_at,
    period_start,
    periods,
    stretch,
)

LONDON = Calendar(time_zone="Europe/London", week_starts="monday", year_starts="april")
moments = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1))
calendars = st.builds(
    Calendar,
    week_starts=st.sampled_from(["monday", "sunday", "thursday"]),
    year_starts=st.sampled_from(["january", "april", "october"]),
)


@pytest.mark.parametrize(
    ("grain", "start", "stop"),
    [
        ("hour", datetime(2026, 5, 13, 14), datetime(2026, 5, 13, 15)),
        ("day", datetime(2026, 5, 13), datetime(2026, 5, 14)),
        ("week", datetime(2026, 5, 11), datetime(2026, 5, 18)),
        ("month", datetime(2026, 5, 1), datetime(2026, 6, 1)),
        ("quarter", datetime(2026, 4, 1), datetime(2026, 7, 1)),
        ("year", datetime(2026, 4, 1), datetime(2027, 4, 1)),
    ],
)
def test_a_period_is_cut_in_weeks_and_fiscal_years(grain: Grain, start: datetime, stop: datetime) -> None:
    assert period_at(LONDON, grain, datetime(2026, 5, 13, 14, 35)) == Period(start, stop, grain)


@pytest.mark.parametrize(
    ("year_starts", "grain", "start"),
    [
        ("february", "quarter", datetime(2025, 11, 1)),
        ("february", "year", datetime(2025, 2, 1)),
        ("january", "quarter", datetime(2026, 1, 1)),
        ("december", "year", datetime(2025, 12, 1)),
    ],
)
def test_fiscal_years_may_begin_in_any_month(year_starts: str, grain: Grain, start: datetime) -> None:
    calendar = Calendar(year_starts=year_starts)  # type: ignore[arg-type]  # pydantic reads the text
    assert period_start(calendar, grain, datetime(2026, 1, 31, 23, 59)) == start


@given(calendars, moments, st.sampled_from(GRAINS))
def test_every_moment_lies_in_the_period_it_is_put_in(calendar: Calendar, moment: datetime, grain: Grain) -> None:
    period = period_at(calendar, grain, moment)
    assert period.start <= moment < period.stop


@given(calendars, moments, st.integers(1, 900), st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_periods_of_a_span_meet_without_gap_or_overlap(
    calendar: Calendar, start: datetime, days: int, grain: Grain
) -> None:
    stop = start + timedelta(days=days)
    cut = list(periods(calendar, grain, start, stop))
    assert cut[0].start <= start
    assert cut[-1].stop >= stop
    assert all(before.stop == after.start for before, after in pairwise(cut))


@given(calendars, moments, st.sampled_from(["day", "week", "month", "quarter"]))
def test_kept_periods_end_with_the_open_one_and_are_as_many_as_the_history_says(
    calendar: Calendar, now: datetime, grain: Grain
) -> None:
    cut = kept(calendar, grain, now)
    assert len(cut) == calendar.history[grain]
    assert cut[-1].start <= now < cut[-1].stop


def test_a_period_is_complete_when_it_is_over_and_not_before() -> None:
    week = period_at(LONDON, "week", datetime(2026, 5, 13))
    assert week.complete(datetime(2026, 5, 18))
    assert not week.complete(datetime(2026, 5, 17, 23, 59, 59))


def test_now_is_local_to_the_calendar_on_both_sides_of_a_clock_change() -> None:
    assert local(LONDON, datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == datetime(2026, 3, 29, 0, 59)
    assert local(LONDON, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) == datetime(2026, 3, 29, 2, 0)


@pytest.mark.parametrize("as_of", [date(2016, 6, 1), datetime(2016, 6, 1), datetime(2016, 5, 31, 23, tzinfo=UTC)])
def test_a_closed_data_set_has_its_own_now(as_of: date) -> None:
    assert local(LONDON.model_copy(update={"as_of": as_of}), datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2016, 6, 1)


@pytest.mark.parametrize(
    ("grain", "by", "start"),
    [
        ("week", Duration(1, "year"), datetime(2025, 3, 3)),
        ("week", Duration(2, "week"), datetime(2026, 2, 16)),
        ("month", Duration(1, "year"), datetime(2025, 3, 1)),
        ("month", Duration(1, "quarter"), datetime(2025, 12, 1)),
        ("day", Duration(1, "month"), datetime(2026, 2, 2)),
    ],
)
def test_earlier_is_the_period_that_overlaps_most(grain: Grain, by: Duration, start: datetime) -> None:
    assert earlier(LONDON, period_at(LONDON, grain, datetime(2026, 3, 2)), by).start == start


def test_a_free_span_moves_as_it_is() -> None:
    span = Period(datetime(2026, 3, 31), datetime(2026, 5, 31), None)
    assert earlier(LONDON, span, Duration(1, "month")) == Period(datetime(2026, 2, 28), datetime(2026, 4, 30), None)


def test_keys_are_first_days_and_first_minutes() -> None:
    assert period_at(LONDON, "quarter", datetime(2026, 5, 13)).key == "2026-04-01"
    assert period_at(LONDON, "hour", datetime(2026, 5, 13, 9, 12)).key == "2026-05-13T09:00"
    assert midnight(date(2026, 5, 13)) == datetime(2026, 5, 13)


@pytest.mark.parametrize(
    ("period", "window", "start"),
    [
        (("day", datetime(2026, 2, 28)), Window(Duration(1, "month")), datetime(2026, 1, 29)),
        (("day", datetime(2026, 3, 31)), Window(Duration(1, "month")), datetime(2026, 3, 1)),
        (("week", datetime(2026, 2, 4)), Window(Duration(28, "day")), datetime(2026, 1, 12)),
        (("month", datetime(2026, 2, 1)), Window(Duration(36, "hour")), datetime(2026, 2, 27, 12)),
        (("hour", datetime(2026, 2, 1, 5)), Window(Duration(1, "day")), datetime(2026, 1, 31, 6)),
        (("day", datetime(2026, 2, 3)), Window(since="month"), datetime(2026, 2, 1)),
        (("week", datetime(2026, 3, 31)), Window(since="quarter"), datetime(2026, 4, 1)),
        (("month", datetime(2026, 3, 1)), Window(since="year"), datetime(2025, 4, 1)),
    ],
)
def test_a_window_ends_with_its_period(period: tuple[Grain, datetime], window: Window, start: datetime) -> None:
    calendar = Calendar(year_starts="april")
    found = period_at(calendar, *period)
    assert stretch(calendar, found, window) == Period(start, found.stop, None)


def test_the_largest_grain_that_holds_every_edge() -> None:
    monday, first = datetime(2026, 6, 1), datetime(2026, 4, 1)
    assert common_grain(Calendar(), [monday, datetime(2026, 6, 8)]) == "week"
    assert common_grain(Calendar(), [monday, datetime(2026, 7, 1)]) == "month"
    assert common_grain(Calendar(year_starts="april"), [first]) == "year"
    assert common_grain(Calendar(), [monday, datetime(2026, 6, 3)]) == "day"
    assert common_grain(Calendar(), [datetime(2026, 6, 3, 4)]) == "hour"
