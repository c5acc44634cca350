from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.sheet import Sheet, masked

ROWS, PERIODS = 5, 4
SEED = np.random.default_rng(3)


def laid(*, hide: bool) -> tuple[Sheet, Any]:
    """A sheet with gaps, with a period that has no column, and the array it stands for."""
    where = np.array([[0, -1, 1, 2, -1], [2, 1, 0, -1, -1], [-1] * ROWS, [0, 1, 2, 3, 4]], dtype=np.int32)
    columns = [np.array([1.5, 2.5, 3.5]), np.array([4, 5, 6]), None, np.array([7.0, np.nan, 9.0, 10.0, 11.0])]
    blank = np.array([np.nan, 0.0, np.nan, 0.0, np.nan])
    dense = np.repeat(blank[:, None], PERIODS, axis=1)
    for period, (column, places) in enumerate(zip(columns, where, strict=True)):
        for row, at in enumerate(places.tolist()):
            if column is not None and at >= 0:
                dense[row, period] = column[at]
    sheet, mask = Sheet(columns, where, blank), SEED.random((ROWS, PERIODS)) < 0.4
    return (masked(sheet, mask, -1.0), np.where(mask, -1.0, dense)) if hide else (sheet, dense)


def index(many: int) -> st.SearchStrategy[Any]:
    at = st.integers(-many, many - 1)
    return st.one_of(
        at,
        st.lists(at, max_size=6),
        st.lists(at, min_size=1, max_size=6).map(np.array),
        st.lists(st.booleans(), min_size=many, max_size=many).map(np.array),
        st.slices(many),
    )


def is_list(each: Any) -> bool:
    return not isinstance(each, int | slice)


@given(st.booleans(), index(ROWS), index(PERIODS))
def test_it_is_read_as_the_array_it_stands_for(hide: bool, row: Any, period: Any) -> None:
    sheet, dense = laid(hide=hide)
    if is_list(row) and is_list(period):
        row, period = np.ix_(np.arange(ROWS)[np.array(row, ndmin=1, dtype=int)], np.arange(PERIODS)[[0, 2]])
    empty = [np.array(each, dtype=int) if isinstance(each, list) else each for each in (row, period)]
    wanted = dense[empty[0], empty[1]]
    got = sheet[row, period]
    assert np.shape(got) == np.shape(wanted)
    assert np.array_equal(got, wanted, equal_nan=True)


@given(st.booleans(), index(ROWS))
def test_a_row_alone_is_all_its_periods(hide: bool, row: Any) -> None:
    sheet, dense = laid(hide=hide)
    row = np.array(row, dtype=int) if isinstance(row, list) else row
    assert np.array_equal(sheet[row], dense[row], equal_nan=True)


@pytest.mark.parametrize("hide", [False, True])
def test_pairs_and_the_whole(hide: bool) -> None:
    sheet, dense = laid(hide=hide)
    assert np.array_equal(np.asarray(sheet), dense, equal_nan=True)
    assert sheet.shape == dense.shape
    assert np.array_equal(sheet[[0, 3, 3], [1, 0, 3]], dense[[0, 3, 3], [1, 0, 3]], equal_nan=True)
    assert np.array_equal(sheet[2, (0, 1)], dense[2, (0, 1)], equal_nan=True)


def test_positions_stay_whole_numbers_and_hidden_ones_are_none() -> None:
    sheet = Sheet([np.array([3, 4], dtype=np.int8)], np.array([[0, 1, -1]], dtype=np.int32), np.full(3, -1, np.int8))
    hidden = masked(sheet, np.array([[False], [True], [False]]), -1)
    assert (hidden[:, 0].dtype, hidden[:, 0].tolist()) == (np.dtype(np.int8), [3, -1, -1])
    assert [int(hidden[row, 0]) for row in range(3)] == [3, -1, -1]
