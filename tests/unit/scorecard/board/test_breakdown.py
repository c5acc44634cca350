"""The units beneath one as a table: whole, in order, a page at a time, and never a ranking of people."""

from dataclasses import replace

import numpy as np
import pytest

from scorecard.board.answers import SnapshotBoard
from scorecard.listing import SIZE, Breakdown, Wanted
from scorecard.org import Unit
from scorecard.people.principal import EVERYBODY, Principal
from scorecard.reading import Cells
from scorecard.view import MetricView, NotFound
from tests.samples import snapshot
from tests.unit.scorecard.board.test_answers import FIELD, NORTH, board, newest, with_counts


def asked(over: SnapshotBoard, wanted: Wanted, metric: str = "fix", unit: Unit | None = None) -> Breakdown:
    found = over.breakdown(metric, newest(over), unit, wanted)
    assert isinstance(found, Breakdown), found
    return found


def labels(found: Breakdown) -> list[str]:
    return [row.figure.unit_label for row in found.rows]


def valued(values: dict[tuple[str, ...], float]) -> SnapshotBoard:
    """The sample company with other values of ``fix`` in the newest complete week."""
    before = snapshot()
    week = before.tables["week"]
    cells = week.cells["fix"]
    value = cells.value.copy()
    for path, new in values.items():
        value[week.org.place_of[path], int(np.flatnonzero(week.complete)[-1])] = new
    changed = Cells(value, cells.numerator, cells.denominator, cells.count)
    return board(
        taken=replace(before, tables={**before.tables, "week": replace(week, cells={**week.cells, "fix": changed})})
    )


TEAMS = valued(
    {("all", "field", "north"): 0.5, ("all", "field", "south"): 0.9, ("all", "network", "east"): float("nan")}
)


def test_the_next_level_down_stands_first_and_any_lower_one_can_be_asked() -> None:
    found = asked(board(), Wanted())
    assert (found.level, found.levels, found.total) == ("department", ("department", "team", "worker"), 2)
    teams = asked(board(), Wanted("team"))
    assert sorted(labels(teams)) == ["Depot North", "east", "south"]
    assert {row.within for row in teams.rows} == {("field",), ("network",)}
    assert asked(board(), Wanted("worker"), unit=FIELD).total == 3
    assert {row.within for row in asked(board(), Wanted("worker"), unit=FIELD).rows} == {("Depot North",), ("south",)}


@pytest.mark.parametrize("unit", [None, FIELD, NORTH])
@pytest.mark.parametrize("over", [board(), TEAMS])
def test_a_metric_itself_carries_the_first_page_and_never_a_whole_level(over: SnapshotBoard, unit: Unit | None) -> None:
    view, first = over.metric("fix", newest(over), unit), asked(over, Wanted(), unit=unit)
    assert isinstance(view, MetricView)
    assert view.units == tuple(row.figure for row in first.rows) != ()
    assert first.wanted.size == SIZE


def test_a_worker_in_two_teams_has_a_line_in_each() -> None:
    lines = [(row.figure.unit_label, row.within) for row in asked(board(), Wanted("worker")).rows]
    assert lines.count(("bob", ("field", "Depot North"))) == lines.count(("bob", ("network", "east"))) == 1
    assert len(lines) == 4


def test_lines_stand_worst_first_and_without_a_value_last_whichever_way() -> None:
    assert labels(asked(TEAMS, Wanted("team"))) == ["Depot North", "south", "east"]
    assert labels(asked(TEAMS, Wanted("team", "value"))) == ["Depot North", "south", "east"]
    assert labels(asked(TEAMS, Wanted("team", "value", descending=True))) == ["south", "Depot North", "east"]
    assert labels(asked(TEAMS, Wanted("team", "name", descending=True))) == ["south", "east", "Depot North"]
    for order in ("target", "change", "status"):
        assert sorted(labels(asked(TEAMS, Wanted("team", order)))) == ["Depot North", "east", "south"]


def test_lines_are_found_by_their_own_name_or_that_of_the_unit_they_are_in() -> None:
    assert labels(asked(TEAMS, Wanted("team", find="DEPOT"))) == ["Depot North"]
    assert labels(asked(TEAMS, Wanted("worker", find="depot"))) == ["Ann Archer", "bob"]
    found = asked(TEAMS, Wanted("team", status="missed"))
    assert (labels(found), found.total, found.found) == (["Depot North"], 3, 1)
    assert found.statuses == {"missed": 1, "met": 1, "near": 0, "unknown": 1}
    assert asked(TEAMS, Wanted("team", find="nobody")).rows == ()


def test_pages_hold_every_line_once() -> None:
    pages = [asked(TEAMS, Wanted("worker", part=at, size=3)) for at in (1, 2)]
    assert [len(page.rows) for page in pages] == [3, 1]
    assert {page.parts for page in pages} == {2}
    together = [row.figure.unit_label + str(row.within) for page in pages for row in page.rows]
    assert sorted(together) == sorted({*together})
    assert len(asked(TEAMS, Wanted("worker", size=None)).rows) == 4
    assert isinstance(TEAMS.breakdown("fix", newest(TEAMS), None, Wanted("worker", part=3, size=3)), NotFound)


@pytest.mark.parametrize(
    "wanted",
    [Wanted("worker", order="value"), Wanted("worker", order="status"), Wanted("worker", status="missed"),
     Wanted("worker", order="change", descending=True), Wanted("enterprise"), Wanted("none"), Wanted("team", part=2)],
)  # fmt: skip
def test_people_are_never_put_in_order_of_merit_and_nothing_is_guessed(wanted: Wanted) -> None:
    over = board()
    assert isinstance(over.breakdown("fix", newest(over), None, wanted), NotFound)


def test_people_stand_by_name_and_nothing_counts_how_they_do() -> None:
    found = asked(board(), Wanted(), unit=NORTH)
    assert (found.level, found.people, labels(found), found.statuses) == ("worker", True, ["Ann Archer", "bob"], {})


def test_who_may_see_no_people_has_no_such_level() -> None:
    over = board(Principal("lead", "lead", people=False))
    assert asked(over, Wanted()).levels == ("department", "team")
    assert isinstance(over.breakdown("fix", newest(over), None, Wanted("worker")), NotFound)
    assert asked(over, Wanted(), unit=NORTH).rows == ()
    scoped = board(Principal("lead", "lead", scope=NORTH, people=True))
    assert labels(asked(scoped, Wanted())) == ["Ann Archer", "bob"]
    assert isinstance(scoped.breakdown("fix", newest(scoped), FIELD, Wanted()), NotFound)


def test_what_is_withheld_has_no_value_no_place_by_value_and_no_count() -> None:
    few = board(EVERYBODY, with_counts("fix", {("all", "field", "north"): 3.0}))
    found = asked(few, Wanted("team", "value"))
    hidden = [row.figure for row in found.rows if row.figure.withheld]
    assert hidden
    assert all(figure.value is None and figure.count == 0 and figure.status == "unknown" for figure in hidden)
    assert [row.figure.withheld for row in found.rows] == sorted(row.figure.withheld for row in found.rows)


def test_every_metric_stands_where_one_stands() -> None:
    over = board()
    found = over.measures(newest(over), NORTH)
    assert not isinstance(found, NotFound)
    assert [figure.metric for figure in found] == [*over.definition.metrics]
    assert isinstance(over.measures(newest(over), ("team", "none")), NotFound)
