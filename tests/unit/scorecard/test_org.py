from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scorecard.org import TOP, UNASSIGNED, Org

LEVELS = ("enterprise", "department", "team", "worker")
ids = st.sampled_from(["a", "b", "c", UNASSIGNED])
leaves = st.lists(st.tuples(st.just(TOP), ids, ids, ids).flatmap(lambda p: st.integers(1, 4).map(lambda n: p[:n])))


def example() -> Org:
    paths = [
        (TOP, "field", "north", "ann"),
        (TOP, "field", "north", "bob"),
        (TOP, "field", "south", "ann"),
        (TOP, "network", "north", "bob"),
        (TOP, UNASSIGNED, UNASSIGNED, UNASSIGNED),
    ]
    return Org.of(LEVELS, paths, {("worker", "ann"): "Ann Archer"})


@given(leaves)
def test_places_stand_depth_first_with_each_parent_before_its_children(found: list[tuple[str, ...]]) -> None:
    org = Org.of(LEVELS, found)
    assert org.paths[0] == (TOP,)
    for before, after in pairwise(org.paths):
        assert len(after) <= len(before) + 1
        assert after[:-1] == before[: len(after) - 1]


@given(leaves)
def test_everything_beneath_a_place_is_one_slice(found: list[tuple[str, ...]]) -> None:
    org = Org.of(LEVELS, found)
    for row, path in enumerate(org.paths):
        beneath = [at for at, other in enumerate(org.paths) if other[: len(path)] == path]
        assert beneath == list(range(row, org.ends[row]))


@given(leaves)
def test_every_row_has_a_unit_and_every_unit_one_row_of_its_own(found: list[tuple[str, ...]]) -> None:
    org = Org.of(LEVELS, found)
    assert {org.unit_of(row) for row in range(org.rows)} == set(org.row_of)
    assert all(org.unit_of(row) == unit for unit, row in org.row_of.items())


def test_a_unit_with_several_memberships_has_a_row_for_its_whole() -> None:
    org = example()
    assert org.wholes == (("team", "north"), ("worker", "ann"), ("worker", "bob"))
    assert org.row_of["worker", "ann"] == len(org.paths) + 1
    assert org.row_of["team", "south"] < len(org.paths)


def test_children_of_a_unit_are_those_of_all_its_places() -> None:
    org = example()
    names = [org.paths[row] for row in org.children(("team", "north"))]
    assert names == [(TOP, "field", "north", "ann"), (TOP, "field", "north", "bob"), (TOP, "network", "north", "bob")]
    assert org.children(("team", "nowhere")) == []


def test_units_beneath_another_are_found_at_any_level() -> None:
    org = example()
    assert [org.unit_of(row)[1] for row in org.under(("department", "field"), "worker")] == ["ann", "bob", "ann"]
    assert [org.unit_of(row)[1] for row in org.under(("team", "south"), "team")] == ["south"]


def test_the_unassigned_stand_last_and_are_named_as_the_company_says() -> None:
    org = example()
    assert org.units("department") == [("department", "field"), ("department", "network"), ("department", UNASSIGNED)]
    assert org.label(("worker", "ann")) == "Ann Archer"
    assert org.label(("team", "north")) == "north"
    assert org.ancestors(("worker", "ann")) == [("enterprise", TOP), ("department", "field"), ("team", "north")]
