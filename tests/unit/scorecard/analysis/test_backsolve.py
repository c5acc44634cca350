import pytest

from scorecard.analysis.backsolve import Effect, Leaf, Need, back_solve, total_effects

# nps <- 40 x fix <- 0.5 x stock; nps <- -2 x wait <- -8 x stock
TREE = [
    Effect("fix", "nps", 40),
    Effect("wait", "nps", -2),
    Effect("stock", "fix", 0.5),
    Effect("stock", "wait", -8),
    Effect("calls", "backlog", 3),
]


def test_effects_multiply_along_paths_and_add_over_them() -> None:
    assert total_effects("nps", TREE) == {"nps": 1, "fix": 40, "wait": -2, "stock": 36}


def test_what_each_leaf_must_do_alone() -> None:
    leaves = {
        "stock": Leaf(0.7, 0.6, 0.8),
        "wait": Leaf(5.0, 4.0, 6.0),
        "calls": Leaf(9.0, 8.0, 10.0),
        "young": Leaf(None, None, None),
    }
    needs = back_solve(3.0, "nps", [*TREE, Effect("young", "nps", 1)], leaves)
    assert [need.answer for need in needs] == ["within_limits", "different_process", "no_effect", "unknown"]
    assert needs[0].change == pytest.approx(3 / 36)
    assert needs[0].level == pytest.approx(0.7 + 3 / 36)
    assert needs[1].level == pytest.approx(3.5)
    assert needs[1].sentence == "needs a different process, not more effort"
    assert needs[2] == Need("calls", 0.0, None, None, "no_effect")
    assert needs[3] == Need("young", 1.0, 3.0, None, "unknown")


def test_each_change_closes_the_gap() -> None:
    for need in back_solve(-2.5, "nps", TREE, {"stock": Leaf(0, -1, 1), "wait": Leaf(0, -1, 1)}):
        assert need.change is not None
        assert need.change * need.effect == pytest.approx(-2.5)


def test_a_level_on_the_limit_is_within_it() -> None:
    (need,) = back_solve(2.0, "nps", [Effect("a", "nps", 2)], {"a": Leaf(1.0, 0.0, 2.0)})
    assert need.answer == "within_limits"


def test_nothing_to_close_asks_nothing() -> None:
    (need,) = back_solve(0.0, "nps", TREE, {"stock": Leaf(0.7, 0.6, 0.8)})
    assert (need.change, need.answer) == (0.0, "within_limits")


def test_a_circle_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"run in a circle: (a → b → a|b → a → b)"):
        total_effects("nps", [Effect("a", "b", 1), Effect("b", "a", 1), Effect("a", "nps", 1)])
