"""Hand-offs: counted by hand, placed by the roster, told of nobody in particular."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scorecard import handoffs as handing
from scorecard.board.answers import SnapshotBoard
from scorecard.board.generation import Generation
from scorecard.definition.customer import Cases
from scorecard.faults import Fault, Faulty
from scorecard.handoffs import Event, HandOff, HandOffs, counted, hand_offs
from scorecard.people.principal import EVERYBODY
from scorecard.time import Period
from scorecard.view import Moment, NotFound
from scorecard.warehouse import Members, Membership
from tests.samples import TAKEN, snapshot

WEEK = Period(datetime(2026, 5, 4), datetime(2026, 5, 11), "week")
LEVELS = ("department", "team")
ALWAYS = (datetime(1, 1, 1), datetime(9999, 12, 31))


def event(case: str, day: float, department: str | None, team: str | None = None) -> Event:
    return Event(case, datetime(2026, 5, 4) + timedelta(days=day), (department, team))


def test_a_case_that_changes_hands_is_counted_where_and_when_it_arrives() -> None:
    log = [
        event("a", -1, "sales", "shop"), event("a", 0, "field", "north"), event("a", 1, "field", "south"),
        event("b", 1, "sales", "shop"), event("b", 2, None), event("b", 3, "sales", "shop"),
        event("c", 2, "sales", "shop"), event("c", 3, "field", "north"), event("c", 8, "sales", "shop"),
    ]  # fmt: skip
    assert counted(log, LEVELS, WEEK) == [
        HandOff("department", "sales", "field", 2),
        HandOff("team", "shop", "north", 2),
        HandOff("team", "north", "south", 1),
    ]


def test_what_a_machine_does_in_between_hands_nothing_on_and_hides_nothing() -> None:
    log = [event("a", 0, "sales"), event("a", 1, None), event("a", 2, "field")]
    assert counted(log, LEVELS[:1], WEEK) == [HandOff("department", "sales", "field", 1)]
    assert counted([], LEVELS, WEEK) == []


class Log:
    """A warehouse that has only a log of cases, the newest row first as every warehouse answers."""

    def __init__(self, rows: list[Mapping[str, object]] | None) -> None:
        self.kept = rows

    def rows(self, source: str, columns: Mapping[str, str], limit: int) -> list[Mapping[str, object]]:
        if self.kept is None:
            raise Faulty([Fault("no such table")])
        assert (source, limit) == ("visits", handing.ROWS_READ)
        assert columns["case"] == "job"
        return list(reversed(self.kept))


def company(
    rows: list[Mapping[str, object]] | None, members: tuple[Membership, ...], period: Period = WEEK
) -> HandOffs:
    definition = snapshot().definition
    source = definition.sources["visits"].model_copy(update={"case": "job"})
    logged = definition.model_copy(
        update={"cases": Cases(source="visits", activity="what"), "sources": {**definition.sources, "visits": source}}
    )
    return hand_offs(Log(rows), logged, Members(members), period)  # type: ignore[arg-type]  # all that is asked of it


def row(case: str, day: float, worker: str | None) -> Mapping[str, object]:
    return {"at": datetime(2026, 5, 4) + timedelta(days=day), "case": case, "unit worker": worker}


def test_the_roster_says_where_somebody_was_at_the_time() -> None:
    moved = datetime(2026, 5, 6)
    members = (
        Membership(("field", "North", "ann"), ALWAYS[0], moved),
        Membership(("field", "South", "ann"), moved, ALWAYS[1]),
        Membership(("care", "Desk", "bo"), *ALWAYS),
    )
    found = company([row("1", 0, "bo"), row("1", 1, "ann"), row("2", 1, "bo"), row("2", 3, "ann")], members)
    assert found.period == "2026-05-04"
    assert {(each.level, each.source, each.target, each.count) for each in found.found} == {
        ("department", "care", "field", 2), ("team", "Desk", "North", 1), ("team", "Desk", "South", 1),
    }  # fmt: skip
    came, went = found.about(("team", "Desk"))
    assert (came, len(went)) == ((), 2)


def test_strangers_empty_cases_and_a_log_that_is_gone_give_nothing() -> None:
    rows = [row("1", 0, "who"), row("1", 1, None), {"at": None, "case": "1", "unit worker": "who"}]
    assert company(rows, ()).found == ()
    assert company(None, ()).found == ()
    assert hand_offs(Log([]), snapshot().definition, Members(), WEEK) == HandOffs()  # type: ignore[arg-type]  # all that is asked of it


def test_a_log_that_does_not_reach_back_is_not_counted_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing, "ROWS_READ", 2)
    short = [row("1", 0, "ann"), row("1", 1, "bo")]
    assert company(short, ()) == HandOffs()
    assert company([row("1", -8, "ann"), row("1", 1, "bo")], ()).period == "2026-05-04"


def handed(*counts: int) -> SnapshotBoard:
    """The sample company after a week in which Archers' team got so many cases from others."""
    taken = snapshot()
    newest = Generation(taken).moment("week")
    assert newest is not None
    teams = [id_ for level, id_ in taken.org.row_of if level == "team"]
    found = [HandOff("team", f"other {at}", teams[0], count) for at, count in enumerate(counts)]
    kept = HandOffs("week", newest.period.key, tuple(found))
    return SnapshotBoard(Generation(replace(taken, handoffs=kept)), EVERYBODY, TAKEN, timedelta(hours=26))


def test_a_unit_s_page_names_the_most_frequent_and_never_a_few() -> None:
    board = handed(40, 30, 20, 12, 11, 10, 4)
    moment = board.moment()
    assert isinstance(moment, Moment)
    team = next(unit for unit in board.generation.org.row_of if unit[0] == "team")
    view = board.unit(team, moment)
    assert not isinstance(view, NotFound)
    assert view.handoffs is not None
    assert [one.count for one in view.handoffs.came] == [40, 30, 20, 12, 11]
    assert (view.handoffs.came_besides, view.handoffs.went, view.handoffs.went_besides) == (2, (), 0)
    earlier = board.moment("week", moment.periods[0].key)
    assert isinstance(earlier, Moment)
    other = board.unit(team, earlier)
    assert not isinstance(other, NotFound)
    assert other.handoffs is None
    top = board.unit((board.generation.org.levels[0], "all"), moment)
    assert not isinstance(top, NotFound)
    assert top.handoffs is None
