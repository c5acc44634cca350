"""The thread as a graph: links of every origin, both ways, and what follows from them."""

import pytest

from scorecard.definition import Definition, Duration
from scorecard.tree import Tree, TreeLink


def tree(**metrics: dict[str, object]) -> Tree:
    plain = {"source": "s", "agg": "count"}
    typed = {name: (metric if "type" in metric else plain | metric) for name, metric in metrics.items()}
    return Tree.of(Definition.model_validate({"metrics": typed}))


DIAMOND = {
    "top": {"outcome": True},
    "left": {"feeds": ["top"]},
    "right": {"feeds": ["top"]},
    "low": {"feeds": ["left", "right"]},
    "aside": {},
}


def test_links_are_known_from_both_ends():
    found = tree(**DIAMOND)
    assert [link.feeds for link in found.feeds("low")] == ["left", "right"]
    assert [link.metric for link in found.fed_by("top")] == ["left", "right"]
    assert (found.feeds("top"), found.fed_by("aside"), found.feeds("nobody")) == ((), (), ())
    assert found.outcomes == ("top",)


def test_what_lies_above_and_beneath():
    found = tree(**DIAMOND)
    assert found.above("low") == {"left", "right", "top"}
    assert found.beneath("top") == {"left", "right", "low"}
    assert found.above("aside") == frozenset()


def test_ways_up_come_shortest_first_and_a_thread_is_the_shortest_to_each_outcome():
    found = tree(**DIAMOND, other={"outcome": True}, short={"feeds": ["low", "top", "other"]})
    assert list(found.paths_up("low")) == [("low", "left", "top"), ("low", "right", "top")]
    assert next(found.paths_up("short")) == ("short", "top")
    assert len(list(found.paths_up("short"))) == 4
    assert found.thread("short") == (("short", "top"), ("short", "other"))
    assert found.thread("top") == (("top",),)
    assert list(found.paths_up("aside")) == []
    assert found.thread("aside") == ()


def test_ways_up_of_a_dense_thread_are_not_all_walked_to_get_the_first():
    layers = {
        f"m{layer}_{at}": {"feeds": [f"m{layer + 1}_{to}" for to in range(8)]} for layer in range(5) for at in range(8)
    }
    top = {f"m5_{at}": {"outcome": at == 0} for at in range(8)}
    found = tree(**layers, **top)
    assert len(next(found.paths_up("m0_0"))) == 6
    assert sum(1 for _ in found.paths_up("m3_0")) == 8


def test_order_puts_everything_after_what_feeds_it():
    found = tree(**DIAMOND)
    assert found.order == ("low", "aside", "left", "right", "top")
    assert dict(found.depths) == {"top": 0, "left": 1, "right": 1, "low": 2, "aside": 0}
    assert found.depth("low") == 2


def test_depth_is_the_longest_way_so_that_every_link_climbs():
    found = tree(**DIAMOND, jump={"feeds": ["top", "low"]})
    assert found.depth("jump") == 3


@pytest.mark.parametrize(
    ("written", "lower", "upper", "effect"),
    [
        (None, "higher_is_better", "higher_is_better", "raises"),
        (None, "lower_is_better", "lower_is_better", "raises"),
        (None, "higher_is_better", "lower_is_better", "lowers"),
        (None, "lower_is_better", "higher_is_better", "lowers"),
        (None, "none", "higher_is_better", None),
        (None, "higher_is_better", "in_range", None),
        ("lowers", "higher_is_better", "higher_is_better", "lowers"),
        ("raises", "none", "none", "raises"),
    ],
)
def test_an_effect_is_as_written_or_told_from_both_directions(written, lower, upper, effect):
    link = {"metric": "top", "effect": written}
    found = tree(top={"direction": upper}, low={"direction": lower, "feeds": [link]})
    assert found.feeds("low")[0].effect == effect


def test_a_link_keeps_its_lag_its_reason_and_its_kind():
    link = {"metric": "top", "lag": "2 weeks", "why": "It takes a bill.", "kind": "guardrail"}
    assert tree(top={}, low={"feeds": [link]}).links == (
        TreeLink("low", "top", "guardrail", "raises", Duration(2, "week"), "It takes a bill."),
    )


def test_metrics_made_of_others_are_linked_to_their_parts():
    found = tree(
        a={}, b={}, c={"direction": "lower_is_better"},
        share={"type": "ratio", "numerator": "a", "denominator": "b"},
        mixed={"type": "ratio", "source": "s", "numerator": {"agg": "count"}, "denominator": "b"},
        sum_={"type": "derived", "expr": "a - last + a", "inputs": {"last": {"metric": "c", "offset": "1 year"}}},
        rolling={"type": "cumulative", "metric": "a", "window": "28 days"},
        whole={"type": "index", "of": {"a": 1, "c": 2}},
    )  # fmt: skip
    assert {(link.metric, link.feeds, link.effect) for link in found.links} == {
        ("a", "share", "raises"), ("b", "share", "lowers"), ("b", "mixed", "lowers"), ("a", "sum_", "raises"),
        ("c", "sum_", "lowers"), ("a", "rolling", "raises"), ("a", "whole", "raises"), ("c", "whole", "lowers"),
    }  # fmt: skip
    assert {link.kind for link in found.links} == {"identity"}


def test_a_part_that_also_feeds_its_whole_is_one_identity_with_what_was_written():
    found = tree(
        a={"feeds": [{"metric": "share", "why": "W."}]},
        b={},
        share={"type": "ratio", "numerator": "a", "denominator": "b"},
    )
    assert found.feeds("a") == (TreeLink("a", "share", "identity", "raises", None, "W."),)


def test_links_to_nowhere_and_formulas_that_cannot_be_read_break_nothing():
    found = tree(a={"feeds": ["gone"]}, bad={"type": "derived", "expr": "a +", "inputs": {"x": {"metric": "a"}}})
    assert found.links == (TreeLink("a", "bad", "identity", "raises"),)


def test_cycles_are_found_once_each_and_everything_still_ends():
    found = tree(
        a={"feeds": ["b"]}, b={"feeds": ["c"]}, c={"feeds": ["a", "top"]}, top={"outcome": True},
        self={"feeds": ["self"]}, below={"feeds": ["a"]}, other={"feeds": ["top"]},
    )  # fmt: skip
    assert found.cycles() == (("a", "b", "c", "a"), ("self", "self"))
    assert found.order[:2] == ("below", "other")
    assert sorted(found.order) == sorted(found.metrics)
    assert set(found.depths) == set(found.metrics)
    assert found.thread("a") == (("a", "b", "c", "top"),)
    assert list(found.paths_up("a")) == [("a", "b", "c", "top")]
    assert tree(**DIAMOND).cycles() == ()
