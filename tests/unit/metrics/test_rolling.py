"""Distinct counts and percentiles over windows that overlap, against the rows of each window alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import rolling
from metrics.coding import Taken
from metrics.reduce import reduce
from metrics.rows import Coded, Codes
from scorecard.measure import LeafMeasure
from scorecard.org import Org, Unit
from scorecard.time import Period

PATHS = (("all", "B", "w"), ("all", "A", "v"), ("all", "A", "w"), ("all", "B", "u"))
SEGMENTS = (("web",), ("shop",))
SERVED = LeafMeasure("facts", "count_distinct", "who", ("ok",))
P70 = LeafMeasure("facts", "percentile", "x", (), 0.7)
LEAST = LeafMeasure("facts", "min", "x")
TAKEN = {SERVED: Taken(1, {"count": 0}), P70: Taken(0, {"count": None}), LEAST: Taken(0, {"count": None})}
FIRST = date(2026, 1, 5)

Row = tuple[int, int, int, float | None, int, bool]
ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 1), st.integers(0, 29),
        st.none() | st.sampled_from([0.1, -2.0, 7.25, 7.25, 1e9, 3.0]), st.integers(-1, 4), st.booleans(),
    ),
    max_size=40,
)  # fmt: skip
EDGES = st.lists(st.tuples(st.integers(-3, 33), st.integers(-3, 33)), min_size=1, max_size=12)


def coded(rows: list[Row]) -> Coded:
    place, segment, day, x, who, ok = (list(each) for each in zip(*rows, strict=True)) if rows else ([],) * 6
    return Coded(
        size=len(rows),
        paths=Codes(PATHS, np.array(place, dtype=np.intp)),
        segments=Codes(SEGMENTS, np.array(segment, dtype=np.intp)),
        day=np.array([FIRST + timedelta(days=at) for at in day], dtype="datetime64[D]"),
        values=(np.array([np.nan if each is None else each for each in x]), np.array(who, dtype=np.intp)),
        words=(np.array(ok, dtype=np.int32),),
    )


def windows(edges: list[tuple[int, int]]) -> list[Period]:
    """Windows in order: a later one neither begins nor ends before an earlier one; some are empty."""
    days = zip(sorted(one for one, _ in edges), sorted(other for _, other in edges), strict=True)
    moments = [[datetime.combine(FIRST, datetime.min.time()) + timedelta(days=at) for at in pair] for pair in days]
    return [Period(begin, max(begin, end), None) for begin, end in moments]


def of(rows: list[Row], unit: Unit, segment: int, window: Period) -> list[Row]:
    within = [row for row in rows if window.start.date() <= FIRST + timedelta(days=row[2]) < window.stop.date()]
    at = ("company", "team", "worker").index(unit[0])
    return [row for row in within if row[1] == segment and PATHS[row[0]][at] == unit[1]]


def plain(rows: list[Row]) -> dict[str, Any]:
    values = [row[3] for row in rows if row[3] is not None]
    return {
        "served": len({row[4] for row in rows if row[5] and row[4] >= 0}),
        "there": len(values),
        "p70": float(np.percentile(values, 70)) if values else np.nan,
        "least": min(values, default=np.nan),
    }


@pytest.mark.parametrize("together", [1, 1 << 16])
@given(rows=ROWS, edges=EDGES)
def test_every_window_is_as_if_it_were_alone(together: int, rows: list[Row], edges: list[tuple[int, int]]) -> None:
    org, asked = Org.of(("company", "team", "worker"), PATHS), windows(edges)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rolling, "AT_LEAST", together)
        found = reduce(coded(rows), org, asked, TAKEN).parts
    for unit in [("company", "all"), ("team", "A"), ("team", "B"), ("worker", "w"), ("worker", "v")]:
        row = org.row_of[unit]
        for at, (segment, window) in enumerate((s, w) for s in range(len(SEGMENTS)) for w in asked):
            wanted = plain(of(rows, unit, segment, window))
            got = {
                "served": found[SERVED]["count"][row, at],
                "there": found[P70]["count"][row, at],
                "p70": found[P70]["figure"][row, at],
                "least": found[LEAST]["figure"][row, at],
            }
            assert got == pytest.approx(wanted, nan_ok=True, rel=1e-12), (unit, segment, window)


def test_rows_without_segments_have_no_windows_either() -> None:
    none = Coded(0, Codes((), np.zeros(0, np.intp)), Codes((), np.zeros(0, np.intp)), coded([]).day,
                 coded([]).values, coded([]).words)  # fmt: skip
    found = reduce(none, Org.of(("company", "team", "worker"), PATHS), windows([(0, 5), (2, 7)]), TAKEN)
    assert {part.shape[1] for parts in found.parts.values() for part in parts.values()} == {0}
