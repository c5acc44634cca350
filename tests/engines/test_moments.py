"""The expression for a day there is agrees with the calendar; no server is needed for this."""

import re
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from metrics.dialects.moments import DATE, NUMBER


@given(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32))
@example(2000, 2, 29)
@example(1900, 2, 29)
@example(2028, 2, 29)
@example(2026, 2, 29)
@example(4, 2, 29)
def test_a_day_is_read_where_there_is_one(year: int, month: int, day: int) -> None:
    try:
        exists = bool(date(year, month, day))
    except ValueError:
        exists = False
    for text in (f"{year:04}-{month:02}-{day:02}", f"{year:04}-{month}-{day}"):
        assert (re.fullmatch(DATE, text) is not None) == exists


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**200), 10**200))
def test_a_number_is_read_as_python_writes_it(number: float) -> None:
    assert re.search(NUMBER.replace("[[:space:]]", r"\s"), f" {number!r} ")
