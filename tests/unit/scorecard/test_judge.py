import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.definition import Direction
from scorecard.judge import STATUSES, Status, Target, better, gaps, status, statuses


@pytest.mark.parametrize(
    ("value", "target", "tolerance", "direction", "expected"),
    [
        (0.88, 0.88, 0.03, "higher_is_better", "met"),
        (0.85, 0.88, 0.03, "higher_is_better", "near"),
        (0.8499, 0.88, 0.03, "higher_is_better", "missed"),
        (0.1 + 0.2, 0.3, 0.0, "lower_is_better", "met"),
        (5.0, 4.0, 1.0, "lower_is_better", "near"),
        (5.1, 4.0, 1.0, "lower_is_better", "missed"),
        (0.9, (0.8, 0.95), 0.0, "in_range", "met"),
        (0.8, (0.8, 0.95), 0.0, "in_range", "met"),
        (0.97, (0.8, 0.95), 0.02, "in_range", "near"),
        (0.7, (0.8, 0.95), 0.02, "in_range", "missed"),
        (5.0, 4.0, 1.0, "none", "unknown"),
        (None, 4.0, 1.0, "higher_is_better", "unknown"),
        (4.0, None, 1.0, "higher_is_better", "unknown"),
        (-3.0, -2.0, 1.0, "higher_is_better", "near"),
    ],
)
def test_status(value: float | None, target: Target, tolerance: float, direction: Direction, expected: Status) -> None:
    assert status(value, target, tolerance, direction) == expected


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1e3))
def test_lower_is_better_is_higher_is_better_mirrored(value: float, target: float, tolerance: float) -> None:
    mirrored = status(-value, -target, tolerance, "lower_is_better")
    assert status(value, target, tolerance, "higher_is_better") == mirrored


def test_missing_is_unknown_in_every_place_and_never_good() -> None:
    values = np.array([[np.nan, 1.0, np.inf]])
    targets = np.array([[1.0, np.nan, 1.0]])
    judged = statuses(values, targets, 0.0, "higher_is_better")
    assert [STATUSES[code] for code in judged[0]] == ["unknown", "unknown", "unknown"]


def test_gaps_are_negative_where_short() -> None:
    values = np.array([1.0, 3.0, np.nan])
    assert gaps(values, np.array([2.0, 2.0, 2.0]), "higher_is_better")[:2].tolist() == [-1.0, 1.0]
    assert gaps(values, np.array([2.0, 2.0, 2.0]), "lower_is_better")[:2].tolist() == [1.0, -1.0]
    band = np.array([[2.0, 2.0, 2.0], [2.5, 2.5, 2.5]])
    assert gaps(values, band, "in_range")[:2].tolist() == [-1.0, -0.5]
    assert np.isnan(gaps(values, band, "in_range")[2])
    assert better("lower_is_better") == -better("higher_is_better")
