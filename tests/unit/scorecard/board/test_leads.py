"""What a lead takes from a unit's page: one thing, chosen for a reason, and the people by name."""

from dataclasses import replace

import numpy as np

from scorecard.board.answers import SnapshotBoard
from scorecard.judge import VARIATIONS
from scorecard.lead import LeadView
from scorecard.people.principal import EVERYBODY, Principal
from scorecard.snapshot import Snapshot
from scorecard.view import NotFound
from tests.samples import snapshot
from tests.unit.scorecard.board.test_answers import ANN, FIELD, NORTH, board, newest, with_counts


def lead(over: SnapshotBoard, unit: tuple[str, str] = NORTH) -> LeadView:
    found = over.lead(unit, newest(over))
    assert isinstance(found, LeadView)
    return found


def signalled(variation: str, *metrics: str) -> Snapshot:
    """The sample snapshot in which only some metrics say that they have changed."""
    before = snapshot()
    code = {True: VARIATIONS.index(variation), False: VARIATIONS.index("steady")}
    week = {
        name: replace(said, variation=np.full_like(said.variation, code[name in metrics]))
        for name, said in before.signals["week"].items()
    }
    return replace(before, signals={**before.signals, "week": week})


def valued(taken: Snapshot, **values: float) -> Snapshot:
    """A snapshot with one value of a metric everywhere and always."""
    week = taken.tables["week"]
    cells = {
        name: replace(each, value=np.full_like(each.value, values[name])) if name in values else each
        for name, each in week.cells.items()
    }
    return replace(taken, tables={**taken.tables, "week": replace(week, cells=cells)})


def test_a_real_signal_for_the_worse_is_raised_before_any_pull() -> None:
    found = lead(board(taken=signalled("worsening", "wait"))).huddle
    assert found is not None
    assert (found.figure.metric, found.reason) == ("wait", "worsening")


def test_without_a_signal_the_hardest_pull_is_raised_with_what_it_pulls_on() -> None:
    found = lead(board(taken=signalled("steady"))).huddle
    assert found is not None
    assert (found.reason, found.figure.metric) == ("pull", "stock")
    assert found.strand is not None
    assert found.parent is not None
    assert (found.strand.child, found.parent.metric) == ("stock", "fix")
    assert found.change is not None
    assert found.change.id == "count-first"


def test_where_all_is_well_good_news_is_told_or_nothing() -> None:
    fine = {"nps": 50.0, "fix": 0.95, "stock": 0.99, "wait": 2.0}
    found = lead(board(taken=valued(signalled("improving", "fix"), **fine))).huddle
    assert found is not None
    assert (found.figure.metric, found.reason, found.strand) == ("fix", "improving", None)
    assert lead(board(taken=valued(signalled("steady"), **fine))).huddle is None


def test_the_unit_beneath_that_falls_shortest_is_named_and_never_a_person() -> None:
    above = lead(board(taken=signalled("steady")), FIELD).huddle
    assert above is not None
    assert above.worst is not None
    assert above.worst.unit[0] == "team"
    team = lead(board(taken=signalled("steady"))).huddle
    assert team is not None
    assert team.worst is None


def test_people_stand_by_name_with_nothing_of_what_is_withheld() -> None:
    few = lead(board(EVERYBODY, with_counts("fix", {("all", "field", "north", "ann"): 3.0})))
    assert [person.label for person in few.people] == ["Ann Archer", "bob"]
    hidden = [figure for person in few.people for figure in person.figures if figure.withheld]
    assert hidden
    assert all(figure.value is None for figure in hidden)


def test_who_may_see_no_people_is_told_of_none() -> None:
    assert lead(board(Principal("lead", "lead", people=False))).people == ()
    assert lead(board(), FIELD).people == ()
    scoped = board(Principal("lead", "lead", scope=NORTH, people=False))
    assert isinstance(scoped.lead(ANN, newest(scoped)), NotFound)
