"""Rolling up places and wholes: every row counted once, extremes of extremes, nothing from nothing."""

from __future__ import annotations

import numpy as np

from scorecard.org import TOP, Org
from scorecard.rollup import Ladder, Spots, depths, roll_up

ORG = Org.of(
    ("company", "team", "worker"), [(TOP, "n", "ann"), (TOP, "n", "bob"), (TOP, "s", "ann"), (TOP, "s"), (TOP, "w")]
)
LADDER = Ladder.of(ORG)
LEAVES = [(TOP, "n", "ann"), (TOP, "n", "bob"), (TOP, "s", "ann"), (TOP, "s", "ann"), (TOP, "w")]
SPOTS = Spots(np.array([ORG.place_of[leaf] for leaf in LEAVES]), np.array([0, 0, 0, 1, 1]), 3)
VALUES = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


def at(array: np.ndarray, *unit: str) -> list[float]:
    return array[ORG.row_of[unit]].tolist() if len(unit) == 2 else array[ORG.place_of[unit]].tolist()


def test_sums_reach_every_place_and_whole() -> None:
    found = roll_up(LADDER, SPOTS, VALUES, "add")
    assert found.shape == (ORG.rows, 3)
    assert at(found, "company", TOP) == [7, 24, 0]
    assert at(found, "team", "n") == [3, 0, 0]
    assert at(found, "team", "w") == [0, 16, 0]
    assert at(found, TOP, "s", "ann") == [4, 8, 0]
    assert at(found, "worker", "ann") == [5, 8, 0]


def test_extremes_pass_over_what_is_missing() -> None:
    values = np.array([1.0, np.nan, 4.0, 8.0, np.nan])
    least, greatest = (roll_up(LADDER, SPOTS, values, how) for how in ("least", "greatest"))
    np.testing.assert_equal(at(least, "company", TOP), [1, 8, np.nan])
    np.testing.assert_equal(at(greatest, "company", TOP), [4, 8, np.nan])
    np.testing.assert_equal(at(greatest, "worker", "ann"), [4, 8, np.nan])
    np.testing.assert_equal(at(least, "team", "w"), [np.nan] * 3)


def test_several_groups_of_one_place_are_one() -> None:
    spots = Spots(np.array([3, 3]), np.array([0, 0]), 1)
    assert roll_up(LADDER, spots, np.array([1.0, 2.0]), "add")[3].tolist() == [3]


def test_without_groups_there_is_nothing() -> None:
    none = Spots(np.array([], dtype=np.intp), np.array([], dtype=np.intp), 2)
    assert not roll_up(LADDER, none, np.array([]), "add").any()
    assert np.isnan(roll_up(LADDER, none, np.array([]), "least")).all()


def test_depths_of_places_and_wholes() -> None:
    assert depths(ORG).tolist() == [1, 2, 3, 3, 2, 3, 2, 3]
