"""Arrays made of rows: exact sums in any order, ranks that keep the order of numbers, marks counted side by side."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.coding import Taken
from metrics.exact import Ranked, folds
from metrics.reduce import reduce
from metrics.rows import Coded, Codes
from scorecard.measure import LeafMeasure
from scorecard.org import Org
from scorecard.time import Period

NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda x: 0.0 if abs(x) < 1e-9 else x)
PERIODS = tuple(Period(datetime(2026, 1, day), datetime(2026, 1, day + 1), "day") for day in (5, 6, 7))
PATHS = (("all", "B", "w"), ("all", "A", "v"), ("all", "A", "w"))
TOTAL, COUNT = LeafMeasure("facts", "sum", "x"), LeafMeasure("facts", "count", None, ("ok",))
SERVED, MEDIAN = LeafMeasure("facts", "count_distinct", "who"), LeafMeasure("facts", "median", "x")
LEAST = LeafMeasure("facts", "min", "x", ("ok",))
TAKEN = {
    TOTAL: Taken(0, {"count": None}),
    COUNT: Taken(-1, {"count": 0}),
    SERVED: Taken(1, {"count": None}),
    MEDIAN: Taken(0, {"count": None}),
    LEAST: Taken(0, {"count": 0}),
}


@given(st.lists(NUMBERS, max_size=200))
def test_folds_add_up_exactly(numbers: list[float]) -> None:
    values = np.array(numbers)
    found = folds(values, max(len(values), 1))
    exact = sum(map(Fraction, numbers), Fraction(0))
    assert sum((Fraction(float(np.add.reduce(fold))) for fold in found), Fraction(0)) == exact
    assert sum((Fraction(float(sum(reversed(fold.tolist())))) for fold in found), Fraction(0)) == exact


def test_whole_numbers_are_one_fold() -> None:
    assert len(folds(np.array([1.0, -7.0, 1e9]), 100)) == 1
    assert len(folds(np.array([12.34, 0.05]), 100)) == 2


@pytest.mark.parametrize(
    "numbers", [[3, 1, 2], [-0.5, 12.25, 12.2], [12.34, 0.01, -3.0], [1 / 3, np.pi, -1e-9], [1e300, -1e300, 0.1], []]
)
def test_ranks_keep_order_and_lead_back(numbers: list[float]) -> None:
    values = np.array(numbers, dtype=np.float64)
    ranked = Ranked.of(values)
    assert np.array_equal(ranked.values(ranked.rank), values)
    order = np.argsort(values)
    assert all(low < high for low, high in pairwise(ranked.rank[order].tolist()))
    assert ranked.rank.max(initial=0) < ranked.spread or not len(values)


def rows(order: list[int]) -> Coded:
    """Seven rows, in some order, of three places; the last is of a day that is not asked for."""
    path = np.array([0, 1, 2, 2, 1, 0, 0], dtype=np.intp)[order]
    day = np.array(["2026-01-05", "2026-01-05", "2026-01-05", "2026-01-05", "2026-01-07", "2026-01-07", "2026-01-09"])
    x = np.array([0.1, 0.2, 0.3, np.nan, 1e16, 7.0, 9.0])[order]
    who = np.array([4, 5, 4, -1, 5, 5, 9], dtype=np.intp)[order]
    return Coded(
        size=len(order),
        paths=Codes(PATHS, path),
        segments=Codes(((),), np.zeros(len(order), dtype=np.intp)),
        day=day.astype("datetime64[D]")[order],
        values=(x, who),
        words=(np.array([1, 1, 0, 1, 1, 0, 1], dtype=np.int32)[order],),
    )


def test_every_place_and_whole_is_reduced() -> None:
    org = Org.of(("company", "team", "worker"), {*PATHS, ("all", "C")})
    found = reduce(rows([0, 1, 2, 3, 4, 5, 6]), org, PERIODS, TAKEN)
    parts, row = found.parts, org.row_of
    assert org.wholes == (("worker", "w"),)

    def at(leaf: LeafMeasure, part: str, level: str, unit: str) -> list[float]:
        return parts[leaf][part][row[level, unit]].tolist()

    assert at(TOTAL, "rows", "company", "all") == [4, 0, 2]
    assert at(TOTAL, "count", "team", "A") == [2, 0, 1]
    assert at(TOTAL, "total", "team", "A") == [0.5, 0, 1e16]
    assert at(TOTAL, "total", "worker", "w") == [pytest.approx(0.4), 0, 7]
    assert at(COUNT, "count", "company", "all") == [3, 0, 1]
    assert at(COUNT, "count", "worker", "w") == [2, 0, 0]
    assert at(SERVED, "count", "company", "all") == [2, 0, 1]
    assert at(SERVED, "count", "worker", "w") == [1, 0, 1]
    np.testing.assert_allclose(at(MEDIAN, "figure", "company", "all"), [0.2, np.nan, (1e16 + 7) / 2], rtol=1e-15)
    assert np.array_equal(at(LEAST, "figure", "company", "all"), [0.1, np.nan, 1e16], equal_nan=True)
    assert np.array_equal(at(LEAST, "figure", "team", "C"), [np.nan] * 3, equal_nan=True)


def test_the_order_of_rows_and_other_periods_change_nothing() -> None:
    org = Org.of(("company", "team", "worker"), PATHS)
    one = reduce(rows([0, 1, 2, 3, 4, 5, 6]), org, PERIODS, TAKEN)
    other = reduce(rows([6, 3, 5, 1, 4, 0, 2]), org, PERIODS, TAKEN)
    alone = reduce(rows([6, 3, 5, 1, 4, 0, 2]), org, PERIODS[2:], TAKEN)
    for leaf, parts in one.parts.items():
        for name, values in parts.items():
            assert values.tobytes() == other.parts[leaf][name].tobytes(), (leaf, name)
            assert values[:, 2:].tobytes() == alone.parts[leaf][name].tobytes(), (leaf, name)


def test_no_rows_are_nothing() -> None:
    org = Org.of(("company", "team", "worker"), PATHS)
    found = reduce(rows([]), org, PERIODS, TAKEN)
    assert not found.parts[TOTAL]["rows"].any()
    assert np.isnan(found.parts[MEDIAN]["figure"]).all()
    assert np.isnan(found.parts[LEAST]["figure"]).all()


def test_no_rows_have_no_segments_either() -> None:
    none = rows([])
    split = Coded(**{name: getattr(none, name) for name in ("size", "paths", "day", "values", "words")},
                  segments=Codes((), np.zeros(0, dtype=np.intp)))  # fmt: skip
    found = reduce(split, Org.of(("company", "team", "worker"), PATHS), PERIODS, TAKEN)
    assert {part.shape[1] for parts in found.parts.values() for part in parts.values()} == {0}
