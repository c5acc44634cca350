"""The parts add to the whole, whatever the figures: every kind of split, to 1e-9 of the largest figure."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scorecard.analysis.attribution import TOLERANCE, Attribution, Floats, Node, carry
from scorecard.analysis.mix import Rate, reversal, split_nps, split_rate, split_sum
from scorecard.analysis.products import split_product, split_products
from scorecard.analysis.shapley import crossed, shapley

POSITIVE = st.floats(1e-6, 1e9)
ANY = st.one_of(st.just(0.0), st.floats(-1e6, 1e6, allow_subnormal=False))
COUNT = st.one_of(st.just(np.nan), st.integers(0, 10_000).map(float))


def pair(shape: tuple[int, ...], values: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[Floats, Floats]]:
    return st.tuples(arrays(np.float64, shape, elements=values), arrays(np.float64, shape, elements=values))


def names(count: int) -> list[str]:
    return [f"k{i}" for i in range(count)]


def holds(split: Attribution) -> bool:
    return split.adds_up if split.hindrance is None else not split.parts


@given(pair((4, 3), POSITIVE))
def test_lmdi_adds_up(ends: tuple[Floats, Floats]) -> None:
    split = split_products(*ends, names(4), names(3), (1, 1, -1))
    assert split.method == "lmdi"
    assert split.adds_up


@given(pair((3, 3), ANY))
def test_products_with_zero_and_negative_terms_add_up(ends: tuple[Floats, Floats]) -> None:
    assert split_products(*ends, names(3), names(3)).adds_up


@given(pair((3,), POSITIVE))
def test_a_product_backwards_has_the_opposite_parts(ends: tuple[Floats, Floats]) -> None:
    there, back = split_product(*ends, names(3)), split_product(*ends[::-1], names(3))
    scale = max(abs(part.value) for part in there.parts)
    for part, opposite in zip(there.parts, back.parts, strict=True):
        assert abs(part.value + opposite.value) <= TOLERANCE * scale


@given(pair((5,), ANY))
def test_shapley_adds_up_for_any_formula(ends: tuple[Floats, Floats]) -> None:
    split = shapley(*ends, names(5), lambda v: float(v[0] * v[1] - max(v[2], v[3]) + abs(v[4])))
    assert split.adds_up


@given(pair((3, 2), ANY))
def test_a_formula_crossed_with_units_adds_up_or_says_why_not(ends: tuple[Floats, Floats]) -> None:
    assert holds(crossed(*ends, names(3), names(2), lambda v: float(v[0] / v[1])))


@given(pair((6,), COUNT), pair((6,), COUNT))
def test_rates_add_up_with_arrivals_and_departures(made: tuple[Floats, Floats], seen: tuple[Floats, Floats]) -> None:
    split = split_rate(Rate(made[0], seen[0]), Rate(made[1], seen[1]), names(6))
    assert holds(split)
    if reversal(split) == "parts_up_whole_down":
        assert split.whole is not None
        assert split.whole < 0 < min(part.value for part in split.parts if part.kind == "rate")


@given(pair((4, 3), st.integers(0, 500).map(float)))
def test_nps_adds_up(ends: tuple[Floats, Floats]) -> None:
    assert holds(split_nps(*ends, names(4)))


@given(pair((6,), st.one_of(st.just(np.nan), ANY)))
def test_sums_add_up(ends: tuple[Floats, Floats]) -> None:
    assert holds(split_sum(*ends, names(6)))


@given(pair((2,), POSITIVE), pair((3,), COUNT))
def test_what_is_carried_down_adds_up_at_every_level(
    ends: tuple[Floats, Floats], counts: tuple[Floats, Floats]
) -> None:
    tree = carry("top", {"top": split_product(*ends, ("k", "m")), "k": split_sum(*counts, names(3))})
    assert all(abs(node.residual) <= TOLERANCE * size(node) for node in (tree, *tree.parts))


def size(node: Node) -> float:
    return max(abs(node.whole), sum(abs(part.whole) for part in node.parts))
