"""Distinct counts and percentiles at every level, held against sets and lists of each place and whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import leveled
from metrics.climb import Climb
from metrics.exact import Ranked
from metrics.leveled import Leveled
from scorecard.org import Org, Unit

PATHS = tuple(("all", team, worker) for team in "ABC" for worker in "vwx")
ORG = Org.of(("company", "team", "worker"), PATHS)
WIDTH = 3
ROWS = st.lists(st.tuples(st.integers(0, len(PATHS)), st.integers(0, WIDTH - 1), st.integers(0, 6)), max_size=60)
"""Rows as the position of their path (one too many enters nothing), a column, and what is seen."""


def under(unit: Unit, rows: list[tuple[int, int, int]], column: int) -> list[int]:
    level, id_ = unit
    at = ORG.levels.index(level)
    return [seen for place, here, seen in rows if place < len(PATHS) and here == column and PATHS[place][at] == id_]


def laid(rows: list[tuple[int, int, int]]) -> tuple[Leveled, np.ndarray, np.ndarray]:
    """Rows as cells and what is seen, over the paths that occur."""
    some = sorted({place for place, _, _ in rows if place < len(PATHS)})
    at = {place: position for position, place in enumerate(some)}
    climb = Climb(ORG, np.array([ORG.place_of[PATHS[place]] for place in some], dtype=np.intp))
    behind = len(some) * WIDTH
    cell = [at[place] * WIDTH + column if place < len(PATHS) else behind for place, column, _ in rows]
    return Leveled(climb, WIDTH), np.array(cell, dtype=np.intp), np.array([seen for _, _, seen in rows], dtype=np.intp)


@given(ROWS)
def test_a_thing_counts_once_in_every_place_and_whole(rows: list[tuple[int, int, int]]) -> None:
    work, cell, thing = laid(rows)
    found = work.distinct(cell, thing, 7)
    for unit, row in ORG.row_of.items():
        assert found[row].tolist() == [len({*under(unit, rows, column)}) for column in range(WIDTH)]


@pytest.mark.parametrize("counted", [0, 1 << 20], ids=["sorted", "counted"])
@given(ROWS, st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]))
def test_a_percentile_is_that_of_the_values_of_every_place_and_whole(
    counted: int, rows: list[tuple[int, int, int]], share: float
) -> None:
    work, cell, seen = laid(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leveled, "COUNTED", counted)
        found = work.percentile(cell, Ranked.of(seen * 0.5 - 1), share)
    for unit, row in ORG.row_of.items():
        for column in range(WIDTH):
            values = [value * 0.5 - 1 for value in under(unit, rows, column)]
            expected = np.quantile(values, share) if values else np.nan
            np.testing.assert_allclose(found[row, column], expected, rtol=1e-12)
