from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from scorecard.board.answers import SnapshotBoard
from scorecard.board.generation import Generation
from scorecard.faults import Fault
from scorecard.head import Moment
from scorecard.people.principal import EVERYBODY, WALL, Principal
from scorecard.reading import Cells
from scorecard.snapshot import Snapshot
from scorecard.view import MetricView, NotFound, ThreadView, UnitView
from scorecard.wallview import DisplayView
from tests.samples import COMPANY, TAKEN, snapshot

NORTH, FIELD, ANN = ("team", "north"), ("department", "field"), ("worker", "ann")


def board(principal: Principal = EVERYBODY, taken: Snapshot | None = None, hours: float = 0) -> SnapshotBoard:
    now = TAKEN + timedelta(hours=hours)
    return SnapshotBoard(Generation(taken or snapshot()), principal, now, timedelta(hours=26))


def newest(over: SnapshotBoard) -> Moment:
    moment = over.moment()
    assert isinstance(moment, Moment)
    return moment


def with_counts(metric: str, counts: dict[tuple[str, ...], float]) -> Snapshot:
    """The sample snapshot, with other counts behind one metric at some places."""
    before = snapshot()
    week = before.tables["week"]
    cells = week.cells[metric]
    count = cells.count.copy()
    for path, many in counts.items():
        count[week.org.place_of[path]] = many
    changed = Cells(cells.value, cells.numerator, cells.denominator, count)
    return replace(before, tables={**before.tables, "week": replace(week, cells={**week.cells, metric: changed})})


def test_pages_open_on_the_newest_complete_period_of_the_calendars_grain() -> None:
    moment = newest(board())
    assert (moment.grain, moment.period.key, moment.complete) == ("week", "2026-05-04", True)
    running = board().moment("week", "2026-05-11")
    assert isinstance(running, Moment)
    assert not running.complete


def test_a_running_period_is_shown_and_never_judged() -> None:
    over = board()
    running = over.moment("week", "2026-05-11")
    assert isinstance(running, Moment)
    for moment, judged in ((newest(over), True), (running, False)):
        page = over.metric("fix", moment)
        assert isinstance(page, MetricView)
        assert page.figure.value is not None
        assert (page.figure.status != "unknown") is judged


def test_time_travel_shows_only_what_was_known_of_that_period() -> None:
    over = board()
    then = over.moment("week", "2026-03-02")
    assert isinstance(then, Moment)
    page = over.metric("fix", then)
    assert isinstance(page, MetricView)
    assert len(page.figure.series) == len(page.periods) == then.position + 1


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        (lambda over, at: over.metric("fixx", at), "fix"),
        (lambda over, at: over.unit(("team", "nort"), at), "team:north"),
        (lambda over, at: over.unit(("tea", "north"), at), None),
        (lambda over, at: over.thread(at, None, ("nps", "fixx")), "fix"),
        (lambda over, at: over.moment("weak"), "week"),
        (lambda over, at: over.moment("week", "2026-05-05"), "2026-05-04"),
        (lambda over, at: over.display("nort"), "north"),
    ],
)
def test_what_is_not_there_is_said_with_what_may_have_been_meant(asked, near: str | None) -> None:  # type: ignore[no-untyped-def]  # lambdas
    over = board()
    found = asked(over, newest(over))
    assert isinstance(found, NotFound)
    assert found.near == near


def test_the_drill_down_opens_along_the_golden_strand_by_itself() -> None:
    over = board()
    page = over.thread(newest(over))
    assert isinstance(page, ThreadView)
    assert page.path == ("nps", "fix", "stock")
    assert [column.selected for column in page.columns] == ["nps", "fix", "stock"]
    assert [[figure.metric for figure in column.figures] for column in page.columns] == [
        ["nps"],
        ["fix", "wait"],
        ["stock"],
    ]
    assert [strand.child for column in page.columns for strand in column.strands if strand.gold] == ["fix", "stock"]
    assert page.story.root is not None
    assert page.story.root.metric == "stock"
    assert page.story.change is not None
    assert page.story.change.id == "count-first"


def test_the_drill_down_opens_where_it_is_asked_to() -> None:
    over = board()
    page = over.thread(newest(over), None, ("nps", "wait"))
    assert isinstance(page, ThreadView)
    assert [column.selected for column in page.columns] == ["nps", "wait"]


def test_the_thread_of_a_unit_is_of_its_own_figures() -> None:
    over = board()
    at, org = newest(over), over.generation.org
    page = over.thread(at, NORTH)
    assert isinstance(page, ThreadView)
    row = org.row_of[NORTH]
    assert (
        page.columns[0].figures[0].value == over.generation.snapshot.tables["week"].cells["nps"].value[row, at.position]
    )
    assert page.unit_label == "Depot North"


def test_a_figure_about_too_few_is_withheld_wherever_it_is_asked_for() -> None:
    over = board(taken=with_counts("fix", {("all", "field", "south"): 3.0, ("all", "field", "south", "cat"): 3.0}))
    at = newest(over)
    asked = over.metric("fix", at, ("team", "south"))
    above = over.metric("fix", at, FIELD)
    assert isinstance(asked, MetricView)
    assert isinstance(above, MetricView)
    assert asked.figure.withheld
    assert (asked.figure.value, asked.figure.numerator, asked.figure.denominator, asked.figure.count) == (
        None,
        None,
        None,
        0,
    )
    assert asked.figure.status == "unknown"
    assert {found.unit[1]: found.withheld for found in above.units} == {"south": True, "north": True}


def test_a_wall_never_shows_a_person() -> None:
    over = board(WALL)
    at = newest(over)
    assert isinstance(over.unit(ANN, at), NotFound)
    team = over.unit(NORTH, at)
    page = over.metric("fix", at, NORTH)
    assert isinstance(team, UnitView)
    assert isinstance(page, MetricView)
    assert team.beneath == ()
    assert page.units == ()


def test_a_lead_sees_the_own_team_and_does_not_learn_of_others() -> None:
    over = board(Principal("lee", "team_lead", NORTH, people=True))
    at = newest(over)
    assert isinstance(over.unit(NORTH, at), UnitView)
    assert isinstance(over.unit(ANN, at), UnitView)
    strange, other = over.unit(("team", "nowhere"), at), over.unit(("team", "south"), at)
    assert isinstance(other, NotFound)
    assert isinstance(strange, NotFound)
    assert other.what.replace("south", "nowhere") == strange.what
    page = over.thread(at)
    assert isinstance(page, ThreadView)
    assert page.unit == NORTH


def test_people_stand_by_name_and_units_by_how_short_they_are() -> None:
    over = board()
    team, department = over.metric("fix", newest(over), NORTH), over.metric("stock", newest(over))
    assert isinstance(team, MetricView)
    assert isinstance(department, MetricView)
    assert [found.unit_label for found in team.units] == ["Ann Archer", "bob"]
    gaps = [found.gap for found in department.units]
    assert gaps == sorted(gap for gap in gaps if gap is not None)


def test_a_unit_sees_its_own_departments_measures_first_each_with_its_way_to_the_customer() -> None:
    over = board()
    page = over.unit(NORTH, newest(over))
    assert isinstance(page, UnitView)
    assert [sight.figure.metric for sight in page.measures] == ["stock", "fix", "wait", "nps"]
    assert page.measures[0].labels == ("Van stock counted", "First-visit fix", "Recommend us")
    assert [unit for unit, _ in page.above] == [("enterprise", "all"), FIELD]
    assert [voice.text for voice in page.voices] == ["Second time they came without the part. Late again."]
    assert page.voices[0].themes == ("late",)


def test_a_display_shows_no_more_than_can_be_read_and_leads_from_the_floor_to_the_customer() -> None:
    wall = board(WALL).display("north")
    assert isinstance(wall, DisplayView)
    number, strand, today, voice = wall.scenes
    assert [figure.metric for figure in number.figures] == ["nps"]
    assert [figure.metric for figure in strand.figures] == ["stock", "fix", "nps"]
    assert len(today.figures) <= 6
    assert len(voice.voices) == 1
    assert (wall.label, wall.metres, wall.rotate) == ("Depot North", 8.0, 20.0)


def test_a_failed_metric_is_there_with_its_reason_and_others_are_as_before() -> None:
    before = snapshot()
    tables = {
        grain: replace(table, cells={name: cells for name, cells in table.cells.items() if name != "wait"})
        for grain, table in before.tables.items()
    }
    over = board(taken=replace(before, tables=tables, failed={"wait": "the column 'wait' is gone"}))
    page = over.thread(newest(over), None, ("nps",))
    assert isinstance(page, ThreadView)
    fed_by = {figure.metric: figure for figure in page.columns[1].figures}
    assert fed_by["wait"].failed == "the column 'wait' is gone"
    assert fed_by["wait"].status == "unknown"
    assert fed_by["fix"].value is not None


def test_the_head_says_how_old_the_picture_is_and_what_went_wrong() -> None:
    fresh, old = board().head(), board(hours=30).head()
    assert (fresh.age, fresh.stale) == (0.0, False)
    assert (old.age, old.stale) == (30 * 3600.0, True)
    assert board(hours=-2).head().age == 0.0
    closed = COMPANY.model_copy(update={"calendar": COMPANY.calendar.model_copy(update={"as_of": TAKEN})})
    assert not board(taken=snapshot(closed), hours=900).head().stale
    told = replace(board(), since=(Fault("the warehouse does not answer"),)).head()
    assert [fault.message for fault in told.faults] == ["the warehouse does not answer"]


def test_no_infinity_or_nan_reaches_an_answer() -> None:
    before = snapshot()
    week = before.tables["week"]
    spoilt = Cells(
        *(np.full(week.cells["fix"].value.shape, bad) for bad in (np.inf, np.nan, -np.inf)), week.cells["fix"].count
    )  # type: ignore[call-arg, misc]  # four parts
    taken = replace(before, tables={**before.tables, "week": replace(week, cells={**week.cells, "fix": spoilt})})
    over = board(taken=taken)
    page = over.metric("fix", newest(over))
    assert isinstance(page, MetricView)
    figure = page.figure
    assert (figure.value, figure.numerator, figure.denominator, figure.gap, figure.change) == (None,) * 5
    assert figure.status == "unknown"
    assert set(figure.series) == {None}
