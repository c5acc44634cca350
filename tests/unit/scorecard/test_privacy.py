from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scorecard.definition import Definition
from scorecard.org import TOP, UNASSIGNED, Org
from scorecard.privacy import release, release_parts
from scorecard.reading import Cells, Floats, Late, Table
from tests.samples import table

MINIMUM = 5
ORG = Org.of(
    ("enterprise", "team", "worker"),
    [(TOP, team, f"{team}{at}") for team in "abc" for at in range(4)] + [(TOP, "a", "b1")],
)
LEAVES = [row for row, path in enumerate(ORG.paths) if len(path) == 3]
counts = arrays(np.float64, (len(LEAVES), 3), elements=st.integers(0, 12).map(float))


def counted(leaves: Floats) -> Table:
    """A table whose figures are their own counts, rolled up."""
    count = np.zeros((ORG.rows, leaves.shape[1]))
    count[LEAVES] = leaves
    for row in range(len(ORG.paths) - 1, 0, -1):
        count[ORG.parents[row]] += count[row]
    for at, unit in enumerate(ORG.wholes, start=len(ORG.paths)):
        count[at] = count[list(ORG.places[unit])].sum(axis=0)
    whole = table()
    periods, complete = whole.periods[:3], whole.complete[:3]
    cells = Cells(count.copy(), count.copy(), count.copy(), count)
    return Table("week", periods, complete, ORG, {"m": cells}, {})


@given(counts)
def test_no_figure_about_too_few_is_shown_in_any_part(leaves: Floats) -> None:
    before = counted(leaves)
    released = release(before, MINIMUM)
    cells, small = released.table.cells["m"], (before.cells["m"].count > 0) & (before.cells["m"].count < MINIMUM)
    for part in (cells.value, cells.numerator, cells.denominator):
        assert np.isnan(part[small]).all()
    assert (cells.count[small] == 0).all()
    assert released.withheld["m"][small].all()


@given(counts)
def test_no_withheld_figure_can_be_worked_out_from_those_shown(leaves: Floats) -> None:
    """Every sum (parent of children, whole of places) is an equation; none may settle what is withheld."""
    before = counted(leaves)
    withheld, count = release(before, MINIMUM).withheld["m"], before.cells["m"].count
    sums = np.zeros((0, ORG.rows))
    for whole, parts in [
        *((row, [at for at, parent in enumerate(ORG.parents) if parent == row]) for row in range(len(ORG.paths))),
        *((ORG.row_of[unit], list(ORG.places[unit])) for unit in ORG.wholes),
    ]:
        if parts:
            equation = np.zeros((1, ORG.rows))
            equation[0, parts], equation[0, whole] = 1, -1
            sums = np.vstack([sums, equation])
    for period in range(count.shape[1]):
        unknown = np.flatnonzero(withheld[:, period] & (count[:, period] > 0))
        system = sums[:, unknown]
        rank = np.linalg.matrix_rank(system) if system.size else 0
        for at in range(len(unknown)):
            alone = np.eye(len(unknown))[at]
            assert np.linalg.matrix_rank(np.vstack([system, alone])) > rank


@given(counts)
def test_what_may_be_shown_is_shown_as_it_is(leaves: Floats) -> None:
    before = counted(leaves)
    released = release(before, MINIMUM)
    shown = ~released.withheld["m"]
    assert np.array_equal(released.table.cells["m"].value[shown], before.cells["m"].value[shown])


def test_nothing_is_withheld_where_everything_is_large_or_empty() -> None:
    whole = table(count=5.0)
    released = release(whole, MINIMUM)
    assert not any(mask.any() for mask in released.withheld.values())
    empty = replace(whole, cells={name: replace(cells, count=cells.count * 0) for name, cells in whole.cells.items()})
    assert not any(mask.any() for mask in release(empty, MINIMUM).withheld.values())


def test_a_few_rows_that_name_nobody_are_withheld_and_hide_nobody_else() -> None:
    paths = [(TOP, "field", "north"), (TOP, "field", "south"), (TOP, UNASSIGNED, UNASSIGNED)]
    org = Org.of(("enterprise", "department", "team"), paths)
    count = np.zeros((org.rows, 1))
    for path, many in {
        (TOP,): 43,
        (TOP, "field"): 40,
        (TOP, UNASSIGNED): 3,
        paths[0]: 20,
        paths[1]: 20,
        paths[2]: 3,
    }.items():
        count[org.place_of[path]] = many
    count[org.rows - len(org.wholes) :] = 3
    whole = table()
    before = Table("week", whole.periods[:1], whole.complete[:1], org, {"m": Cells(count, count, count, count)}, {})
    hidden = {org.paths[row] for row in np.flatnonzero(release(before, MINIMUM).withheld["m"][: len(org.paths), 0])}
    assert hidden == {(TOP, UNASSIGNED), (TOP, UNASSIGNED, UNASSIGNED)}


def split(parts: Floats) -> dict[str, Table]:
    """A table a value, of counts (values, leaves, periods)."""
    return {f"v{at}": counted(leaves) for at, leaves in enumerate(parts)}


parts_of = arrays(np.float64, (3, len(LEAVES), 2), elements=st.integers(0, 12).map(float))


@given(parts_of)
def test_no_part_about_too_few_is_shown_nor_can_be_worked_out(parts: Floats) -> None:
    """Known are the whole's released figures and the parts shown; no small part may follow from them."""
    tables = split(np.repeat(parts, 2, axis=2)[:, :, :3])
    whole = counted(np.repeat(parts, 2, axis=2)[:, :, :3].sum(axis=0))
    of_whole = release(whole, MINIMUM).withheld["m"]
    released = release_parts(tables, {"m": of_whole}, MINIMUM)
    count = np.stack([table.cells["m"].count for table in tables.values()])
    masks = np.stack([found.withheld["m"] for found in released.values()])
    few = (count > 0) & (count < MINIMUM)
    assert masks[few].all()
    for found in released.values():
        assert np.isnan(found.table.cells["m"].value[found.withheld["m"]]).all()
    for period in range(count.shape[2]):
        unknown = np.argwhere(np.concatenate([of_whole[None, :, period], masks[:, :, period]]))
        position = {(int(block), int(row)): at for at, (block, row) in enumerate(unknown)}
        equations = [
            [((block, row), -1), *(((block, part), 1) for part in members)]
            for block in range(len(tables) + 1)
            for row, members in _families()
        ] + [[((0, row), -1), *(((at + 1, row), 1) for at in range(len(tables)))] for row in range(ORG.rows)]
        system = np.zeros((len(equations), len(unknown)))
        for line, equation in enumerate(equations):
            for cell, sign in equation:
                if cell in position:
                    system[line, position[cell]] = sign
        free = np.abs(_null_space(system)).max(axis=1, initial=0) > 1e-9
        small = [at for (block, row), at in position.items() if block and few[block - 1, row, period]]
        assert free[small].all()


def _families() -> list[tuple[int, list[int]]]:
    beneath = [(row, [at for at, parent in enumerate(ORG.parents) if parent == row]) for row in range(len(ORG.paths))]
    return [(row, parts) for row, parts in beneath if parts] + [
        (ORG.row_of[unit], list(ORG.places[unit])) for unit in ORG.wholes
    ]


def _null_space(system: Floats) -> Floats:
    if not system.shape[1]:
        return np.zeros((0, 0))
    _, values, right = np.linalg.svd(system)
    rank = int((values > 1e-9).sum())
    return np.asarray(right[rank:].T)


def test_a_rare_value_does_not_hide_the_others() -> None:
    leaves = np.zeros((4, len(LEAVES), 3))
    leaves[:2], leaves[2:, 0] = 10, 3
    masks = [found.withheld["m"] for found in release_parts(split(leaves), _open(), MINIMUM).values()]
    assert not masks[0].any()
    assert not masks[1].any()
    assert masks[2].all()
    assert masks[3].all()


def test_values_too_rare_even_together_take_the_next_with_them() -> None:
    leaves = np.zeros((3, len(LEAVES), 3))
    leaves[0], leaves[1], leaves[2, 0] = 10, 8, 3
    masks = [found.withheld["m"] for found in release_parts(split(leaves), _open(), MINIMUM).values()]
    assert not masks[0][0].any()
    assert masks[1].all()
    assert masks[2].all()


def _open() -> dict[str, np.ndarray]:
    return {"m": np.zeros((ORG.rows, 3), dtype=np.bool_)}


def test_parts_of_enough_everywhere_are_all_shown() -> None:
    leaves = np.full((2, len(LEAVES), 3), 10.0)
    leaves[1, 3] = 0
    released = release_parts(split(leaves), _open(), MINIMUM)
    assert not any(found.withheld["m"].any() for found in released.values())


ROLLING = Definition.model_validate(
    {
        "metrics": {
            "two_weeks": {"type": "cumulative", "metric": "m", "window": "2 weeks"},
            "quarter": {"type": "cumulative", "metric": "m", "grain_to_date": "quarter"},
            "kept": {"type": "index", "of": {"m": 1}},
            "m": {"source": "s", "agg": "count", "target": 9},
        }
    }
)


def accumulated(leaves: Floats) -> Table:
    """The counted table with what a window of two weeks and a quarter to date make of it, and an index."""
    before = counted(leaves)
    count = before.cells["m"].count
    two_weeks, quarter = count + np.c_[count[:, :1] * 0, count[:, :-1]], np.cumsum(count, axis=1)
    cells = {name: Cells(each, each, each, each) for name, each in (("two_weeks", two_weeks), ("quarter", quarter))}
    kept = Cells(np.minimum(count / 9, 1), count, count, count)
    worst = {"kept": np.where(count < 9, 0, -1).astype(np.int8)}
    return replace(before, cells={**cells, "kept": kept, **before.cells}, worst=worst)


@given(counts)
def test_no_window_gives_away_what_came_in_or_dropped_out(leaves: Floats) -> None:
    released = release(accumulated(leaves), MINIMUM, ROLLING)
    hidden, cells = released.withheld["m"], released.table.cells
    for name in ("two_weeks", "quarter"):
        rose = np.diff(cells[name].value, axis=1)
        assert np.isnan(rose[hidden[:, 1:]]).all()  # what came in
    dropped = hidden[:, :1] & (cells["two_weeks"].count[:, 2:] > 0)
    assert not dropped.any()
    assert list(released.table.cells) == list(accumulated(leaves).cells)


@given(counts)
def test_an_index_is_withheld_with_its_parts_and_so_is_its_worst(leaves: Floats) -> None:
    released = release(accumulated(leaves), MINIMUM, ROLLING)
    hidden = released.withheld["m"]
    assert np.isnan(released.table.cells["kept"].value[hidden]).all()
    assert (released.table.worst["kept"][hidden] == -1).all()
    parts = release_parts({"a": accumulated(leaves), "b": accumulated(leaves)}, released.withheld, MINIMUM, ROLLING)
    for part in parts.values():
        assert (part.table.worst["kept"][part.withheld["kept"]] == -1).all()


def test_a_metric_is_released_when_it_is_asked_for_and_with_it_only_what_it_is_made_of() -> None:
    looked: list[str] = []
    before = counted(np.full((len(LEAVES), 3), 4.0))
    cells = Late(("m", "two_weeks", "quarter"), lambda name: (looked.append(name), before.cells["m"])[1])
    released = release(replace(before, cells=cells), MINIMUM, ROLLING)
    assert looked == []
    assert "quarter" in released.table.cells
    assert np.isnan(released.table.cells["two_weeks"].value[LEAVES]).all()
    assert set(looked) == {"m", "two_weeks"}
