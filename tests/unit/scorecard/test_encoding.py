"""Blocks hold figures in the fewest bytes that lose nothing; which those are follows from a block's own figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.blocks import Laid
from scorecard.encoding import blocks
from scorecard.forms import Form, forms
from scorecard.reading import Table
from tests.samples import COMPANY, table

PARTS = ("value", "numerator", "denominator", "count")
FORMS: Mapping[str, Form] = forms(COMPANY)
NUMBERS = st.floats(allow_infinity=False) | st.integers(-(2**25), 2**25).map(float) | st.just(np.nan)
COUNTS = st.integers(0, 100) | st.integers(2**31 - 2, 2**40)


def with_wait(value: float, count: int, at: tuple[int, int] = (3, 2)) -> Table:
    """The sample's table with one figure of its own."""
    made = table()
    cells = {
        metric: replace(one, **{part: getattr(one, part).copy() for part in PARTS})
        for metric, one in made.cells.items()
    }
    cells["wait"].value[at], cells["wait"].count[at] = value, count
    return replace(made, cells=cells)


@given(NUMBERS, COUNTS)
def test_every_figure_comes_back_to_the_last_bit(value: float, count: int) -> None:
    written = with_wait(value, count)
    read = Laid(tuple(blocks(written, FORMS)), written.org, FORMS)
    for metric, cells in written.cells.items():
        for part in PARTS:
            assert np.array_equal(getattr(read[metric], part), getattr(cells, part), equal_nan=True)


@pytest.mark.parametrize(
    ("value", "count", "kinds"),
    [(3.0, 20, ("float", "int32")), (0.1, 20, ("double", "int32")), (3.0, 2**31, ("float", "int64"))],
)
def test_numbers_are_as_wide_as_the_widest_of_their_block(value: float, count: int, kinds: tuple[str, str]) -> None:
    plain = with_wait(2.0, 20)
    plain.cells["wait"].value[:] = 2.0
    changed = replace(plain, cells={**plain.cells, "wait": with_wait(value, count).cells["wait"]})
    changed.cells["wait"].value[:] = 2.0
    changed.cells["wait"].value[3, 2] = value
    before, after = tuple(blocks(plain, FORMS)), tuple(blocks(changed, FORMS))
    found = [str(after[2].columns.schema.field(name).type) for name in ("wait", "wait:count")]
    assert tuple(found) == kinds
    assert [block.digest == other.digest for block, other in zip(before, after, strict=True)].count(False) == 1
