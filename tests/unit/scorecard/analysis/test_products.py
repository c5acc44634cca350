"""LMDI and its fall-back, against the golden numbers and against the published formula."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scorecard.analysis.attribution import Hindrance
from scorecard.analysis.products import split_product, split_products

BEFORE, AFTER = np.array([1000, 0.05, 80]), np.array([1200, 0.045, 88])
DRIVERS = ("visits", "rate", "value")


def test_golden_lmdi() -> None:
    split = split_product(BEFORE, AFTER, DRIVERS)
    assert split.method == "lmdi"
    assert split.whole == pytest.approx(752)
    assert [part.value for part in split.parts] == pytest.approx([795.872, -459.921, 416.049], abs=5e-4)
    assert split.adds_up


def test_a_ratio_has_a_divisor_with_the_opposite_part() -> None:
    split = split_product(np.array([90.0, 100.0]), np.array([90.0, 120.0]), ("fixed", "visits"), (1, -1))
    assert (split.before, split.after) == (pytest.approx(0.9), pytest.approx(0.75))
    assert split.by_key() == {"fixed": 0.0, "visits": pytest.approx(-0.15)}


def test_sum_of_products_follows_the_formula_term_by_term() -> None:
    before, after = np.array([[10.0, 2.0], [5.0, 4.0]]), np.array([[12.0, 1.5], [9.0, 4.0]])
    split = split_products(before, after, ("north", "south"), ("volume", "price"))

    def weight(a: float, b: float) -> float:
        return (a - b) / (math.log(a) - math.log(b))

    north = weight(18, 20)
    assert split.parts[0].value == pytest.approx(north * math.log(12 / 10))
    assert split.parts[1].value == pytest.approx(north * math.log(1.5 / 2))
    assert split.by_unit() == {"north": pytest.approx(-2.0), "south": pytest.approx(16.0)}
    assert split.by_key()["price"] == pytest.approx(north * math.log(1.5 / 2))
    assert split.adds_up


@pytest.mark.parametrize("step", [0.0, 1e-15, 1e-9, 1e-3, 1e6])
def test_nearly_equal_and_far_values_both_add_up(step: float) -> None:
    split = split_product(np.array([3.0, 7.0]), np.array([3.0 * (1 + step), 7.0]), ("a", "b"))
    assert split.parts[0].value == pytest.approx(21.0 * step, rel=1e-9, abs=1e-14)
    assert split.adds_up


@pytest.mark.parametrize("value", [0.0, -2.0])
def test_zero_and_negative_terms_go_to_shapley(value: float) -> None:
    split = split_product(np.array([value, 4.0]), np.array([3.0, 6.0]), ("a", "b"))
    assert split.method == "shapley"
    assert split.by_key() == {"a": pytest.approx((3 - value) * 5), "b": pytest.approx(2 * (3 + value) / 2)}
    assert split.adds_up


def test_a_divisor_of_zero_and_a_missing_term_are_named() -> None:
    split = split_products(
        np.array([[1.0, 0.0], [1.0, 2.0], [np.nan, 1.0]]), np.ones((3, 2)), ("a", "b", "c"), ("n", "d"), (1, -1)
    )
    assert split.hindrance == Hindrance("missing_part", ("a", "c"))
    assert not split.parts
    assert split.whole is None
    assert not split.adds_up


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="must be"):
        split_product(np.ones(2), np.ones(3), ("a", "b"))
