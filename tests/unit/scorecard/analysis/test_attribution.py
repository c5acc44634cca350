"""Carrying a change down level by level, and what cannot be split."""

from __future__ import annotations

import numpy as np
import pytest

from scorecard.analysis.attribution import Attribution, Hindrance, Part, carry, leave_one_out
from scorecard.analysis.mix import Rate, split_rate, split_sum
from scorecard.analysis.products import split_product


def revenue() -> dict[str, Attribution]:
    """Revenue = orders × value, orders = web + phone, web = visits × conversion: each in its own units."""
    orders = split_sum(np.array([600.0, 400.0]), np.array([900.0, 350.0]), ("web", "phone"))
    web = split_product(np.array([6000.0, 0.1]), np.array([10000.0, 0.09]), ("visits", "conversion"))
    top = split_product(np.array([1000.0, 80.0]), np.array([1250.0, 76.0]), ("orders", "value"))
    return {"revenue": top, "orders": orders, "web": web}


def test_every_level_adds_to_the_one_above() -> None:
    tree = carry("revenue", revenue())
    assert (tree.key, tree.method, tree.whole) == ("revenue", "lmdi", pytest.approx(15000))
    orders = tree.parts[0]
    assert [part.key for part in orders.parts] == ["web", "phone"]
    # A web order counts for as much as any other: 300 of the 250 orders gained.
    assert orders.parts[0].whole == pytest.approx(orders.whole * 300 / 250)
    assert [leaf.key for leaf in tree.leaves()] == ["visits", "conversion", "phone", "value"]
    assert sum(leaf.whole for leaf in tree.leaves()) == pytest.approx(tree.whole, rel=1e-12)
    for node in (tree, orders, orders.parts[0]):
        assert abs(node.residual) <= 1e-9 * abs(node.whole)


def test_the_way_ends_where_parts_cancel() -> None:
    splits = {
        "revenue": split_product(np.array([1000.0, 80.0]), np.array([1000.0, 76.0]), ("orders", "value")),
        "orders": split_sum(np.array([600.0, 400.0]), np.array([700.0, 300.0]), ("web", "phone")),
    }
    orders = carry("revenue", splits).parts[0]
    assert orders.hindrance == Hindrance("parts_cancel", ("web", "phone"))
    assert not orders.parts


def test_what_did_not_change_carries_nothing() -> None:
    steady = split_sum(np.array([1.0, 2.0]), np.array([1.0, 2.0]), ("a", "b"))
    tree = carry("x", {"x": steady})
    assert [part.whole for part in tree.parts] == [0.0, 0.0]


def test_the_way_ends_at_what_cannot_be_split() -> None:
    splits = revenue() | {"orders": Attribution("shapley", 1.0, 2.0, (), Hindrance("undefined_between", ("web",)))}
    assert carry("revenue", splits).parts[0].hindrance == Hindrance("undefined_between", ("web",))


def test_a_metric_made_of_itself_is_refused() -> None:
    turn = split_sum(np.array([1.0]), np.array([2.0]), ("b",))
    back = split_sum(np.array([1.0]), np.array([2.0]), ("a",))
    with pytest.raises(ValueError, match="a < b < a"):
        carry("a", {"a": turn, "b": back})


def test_an_outcome_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="no value"):
        carry("a", {"a": split_sum(np.array([np.nan]), np.array([2.0]), ("b",))})


def test_rate_and_mix_of_a_unit_are_carried_as_one() -> None:
    split = split_rate(
        Rate(np.array([70.0, 60.0]), np.array([100.0, 100.0])),
        Rate(np.array([80.0, 50.0]), np.array([100.0, 80.0])),
        ("north", "south"),
    )
    tree = carry("fix", {"fix": split})
    assert [part.key for part in tree.parts] == ["north", "south"]
    assert tree.parts[0].whole == pytest.approx(split.by_key()["north"])


def test_a_distinct_count_shows_leave_one_out_and_says_it_does_not_add() -> None:
    before = {"a": {1, 2, 3}, "b": {3, 4}}
    after = {"a": {1, 2, 3, 5}, "b": {5, 6}}

    def distinct(without: str | None) -> tuple[float, float]:
        kept = [key for key in before if key != without]
        return (
            float(len(set().union(*(before[key] for key in kept)))),
            float(len(set().union(*(after[key] for key in kept)))),
        )

    split = leave_one_out(("a", "b"), distinct)
    assert split.whole == 1.0
    assert split.parts == (Part("a", "without", 1.0), Part("b", "without", 0.0))
    assert split.hindrance == Hindrance("not_additive")
    assert not split.adds_up


def test_leave_one_out_leaves_out_what_has_no_value_without_a_unit() -> None:
    ends: dict[str | None, tuple[float | None, float | None]] = {None: (3.0, 4.0), "a": (np.nan, None), "b": (1.0, 1.5)}
    assert leave_one_out(("a", "b"), ends.__getitem__).parts == (Part("b", "without", 0.5),)
    assert leave_one_out(("a",), lambda _: (None, 1.0)).hindrance == Hindrance("no_value_before")


def test_parts_that_leave_something_over_do_not_add_up() -> None:
    split = Attribution("sum", 1.0, 2.0, (Part("a", "change", 0.9),))
    assert split.residual == pytest.approx(0.1)
    assert not split.adds_up
