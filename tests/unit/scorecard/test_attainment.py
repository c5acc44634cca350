"""How much of a target is attained, in every direction and around zero; and the part of an index that is its worst."""

from __future__ import annotations

import numpy as np
import pytest

from scorecard.attainment import NONE, attainment, index_cells, worst_name
from scorecard.definition import Direction

NO = np.nan


@pytest.mark.parametrize(
    ("direction", "value", "target", "wanted"),
    [
        ("higher_is_better", 0.6, 0.8, 0.75),
        ("higher_is_better", 0.9, 0.8, 1),
        ("higher_is_better", -5, 10, 0),
        ("higher_is_better", 0, 0, 1),
        ("higher_is_better", -1, 0, 0),
        ("higher_is_better", -4, -2, 0.5),
        ("higher_is_better", -1, -2, 1),
        ("lower_is_better", 40, 20, 0.5),
        ("lower_is_better", 10, 20, 1),
        ("lower_is_better", -3, 0, 1),
        ("lower_is_better", 0, 0, 1),
        ("lower_is_better", 1, 0, 0),
        ("lower_is_better", -1, -2, 0.5),
        ("lower_is_better", 1, -2, 0),
        ("higher_is_better", NO, 1, NO),
        ("lower_is_better", 1, NO, NO),
        ("none", 1, 1, NO),
    ],
)
def test_attainment(direction: Direction, value: float, target: float, wanted: float) -> None:
    found = attainment(np.array([[value]], float), np.array([[target]], float), direction)
    np.testing.assert_allclose(found, [[wanted]])


@pytest.mark.parametrize(("value", "wanted"), [(0.4, 0.5), (0.8, 1), (0.9, 1), (1, 1), (4, 0.25), (NO, NO)])
def test_a_band_falls_off_outside(value: float, wanted: float) -> None:
    band = np.array([[[0.8]], [[1.0]]])
    np.testing.assert_allclose(attainment(np.array([[value]]), band, "in_range"), [[wanted]])


def test_an_index_carries_its_worst_part() -> None:
    first, second = np.array([[1.0, 0.5, 0.2, NO, 1]]), np.array([[1.0, 0.5, 0.9, 0.1, 0.3]])
    counts = [np.array([[9.0, 9, 9, 0, 9]]), np.array([[5.0, 5, 20, 5, 0]])]
    cells, worst = index_cells((1, 3), (first, second), counts)
    np.testing.assert_allclose(cells.value, [[100, 50, 72.5, NO, 47.5]])
    assert worst.tolist() == [[NONE, 1, 0, 0, 1]]
    assert cells.count.tolist() == [[5, 5, 9, 0, 0]]
    assert [worst_name({"a": 1, "b": 3}, at) for at in (NONE, 0, 1)] == [None, "a", "b"]
