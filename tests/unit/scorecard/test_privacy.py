from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scorecard.org import TOP, UNASSIGNED, Org
from scorecard.privacy import release
from scorecard.reading import Cells, Floats, Table
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
