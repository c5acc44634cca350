"""Shapley over any formula: golden numbers, the plain definition over all orders, and honest refusals."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest

from scorecard.analysis.attribution import Floats, Hindrance
from scorecard.analysis.shapley import crossed, shapley


def product(values: Floats) -> float:
    return float(np.prod(values))


def odd_formula(values: Floats) -> float:
    a, b, c, d = values
    return float(max(a, b) * c - (d if a > 2 else c) ** 2)


def by_definition(before: Floats, after: Floats) -> Floats:
    parts = np.zeros(len(before))
    for order in permutations(range(len(before))):
        values = before.copy()
        for i in order:
            was = odd_formula(values)
            values[i] = after[i]
            parts[i] += odd_formula(values) - was
    return parts / math.factorial(len(before))


def test_golden() -> None:
    split = shapley(np.array([1000, 0.05, 80]), np.array([1200, 0.045, 88]), ("n", "r", "v"), product)
    assert [part.value for part in split.parts] == pytest.approx([797.333, -462.667, 417.333], abs=5e-4)
    assert (split.method, split.before, split.after) == ("shapley", 4000, 4752)
    assert split.adds_up


def test_equals_the_average_over_all_orders() -> None:
    before, after = np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.5, -1.0, 2.0, 6.0])
    split = shapley(before, after, "abcd", odd_formula)
    assert [part.value for part in split.parts] == pytest.approx(by_definition(before, after).tolist())


def test_inputs_that_did_not_change_cost_nothing_and_get_nothing() -> None:
    calls = []

    def counted(values: Floats) -> float:
        calls.append(values)
        return float(np.nansum(values[:8]) * values[8])

    before = np.append(np.full(8, np.nan), 2.0)
    before[0] = 5.0
    after = before.copy()
    after[[0, 8]] = 6.0, 3.0
    split = shapley(before, after, "abcdefghi", counted)
    assert split.method == "shapley"
    assert len(calls) == 2 + 4
    assert split.by_key() == {"a": 2.5, "i": 5.5} | dict.fromkeys("bcdefgh", 0.0)


def test_beyond_eight_inputs_the_error_is_stated_and_holds() -> None:
    generator = np.random.default_rng(4)
    before, after = generator.uniform(1, 2, 10), generator.uniform(1, 2, 10)
    split = shapley(before, after, "abcdefghij", lambda v: float(v[:5].prod() + v[5:].prod()), seed=3)
    assert split.method == "sampled_shapley"
    assert split.adds_up
    # By linearity the truth is two exact splits of five inputs each.
    exact = [
        part.value
        for half in (slice(0, 5), slice(5, 10))
        for part in shapley(before[half], after[half], "abcde", product).parts
    ]
    off = [abs(part.value - truth) / part.error for part, truth in zip(split.parts, exact, strict=True)]
    assert max(off) < 2
    assert max(part.error for part in split.parts) < 0.05 * max(abs(value) for value in exact)
    again = shapley(before, after, "abcdefghij", lambda v: float(v[:5].prod() + v[5:].prod()), seed=3)
    assert again == split


def test_a_formula_undefined_on_the_way_cannot_be_split_and_says_where() -> None:
    split = shapley(np.array([1.0, 2.0]), np.array([2.0, 1.0]), ("a", "b"), lambda v: 1 / (float(v[0]) - float(v[1])))
    assert split.whole == 2.0
    assert split.hindrance is not None
    assert split.hindrance.obstacle == "undefined_between"
    assert split.hindrance.keys in {("a",), ("b",)}
    assert not split.parts
    assert not split.adds_up


@pytest.mark.parametrize(
    ("before", "after", "obstacle"), [(0.0, 2.0, "no_value_before"), (2.0, np.nan, "no_value_after")]
)
def test_an_end_without_a_value_is_named(before: float, after: float, obstacle: str) -> None:
    split = shapley(np.array([before]), np.array([after]), ("a",), lambda v: 1 / float(v[0]))
    assert split.hindrance is not None
    assert split.hindrance.obstacle == obstacle
    assert split.whole is None


def test_crossed_goes_to_the_units_that_moved_each_input() -> None:
    before = np.array([[80.0, 100.0], [60.0, 100.0], [np.nan, np.nan]])
    after = np.array([[90.0, 100.0], [60.0, 150.0], [20.0, 50.0]])
    split = crossed(before, after, ("a", "b", "c"), ("fixed", "visits"), lambda v: float(v[0] / v[1]))
    whole = shapley(np.array([140.0, 200.0]), np.array([170.0, 300.0]), ("f", "v"), lambda v: float(v[0] / v[1]))
    cells = {(part.key, part.unit): part.value for part in split.parts}
    assert cells["fixed", "a"] == pytest.approx(whole.parts[0].value / 3)
    assert cells["visits", "a"] == 0.0
    assert cells["visits", "c"] == pytest.approx(whole.parts[1].value / 2)
    assert sum(split.by_unit().values()) == pytest.approx(split.whole)
    assert split.adds_up


def test_crossed_keeps_one_line_where_units_cancel_out() -> None:
    split = crossed(
        np.array([[1.0, 2.0], [2.0, 2.0]]), np.array([[2.0, 2.0], [1.0, 3.0]]), ("a", "b"), ("x", "y"), product
    )
    assert [(part.unit, part.value) for part in split.parts if part.key == "x"] == [(None, 0.0)]
    assert split.adds_up


def test_crossed_passes_a_hindrance_on() -> None:
    split = crossed(np.full((1, 1), np.nan), np.ones((1, 1)), ("a",), ("x",), product)
    assert split.hindrance == Hindrance("no_value_before")


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="must both be"):
        shapley(np.ones(2), np.ones(3), "ab", product)
    with pytest.raises(ValueError, match="must be"):
        crossed(np.ones((1, 2)), np.ones((2, 2)), "a", "xy", product)
