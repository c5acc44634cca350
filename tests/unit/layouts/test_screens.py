"""Screens as values: what they say, where their links lead, what they never do."""

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import orjson
import pytest
from flask import Request
from markupsafe import Markup

from layouts.answers import Answers
from layouts.ask import Ask, parse
from layouts.door import Door
from layouts.screens import pages
from layouts.screens.frame import as_of_line
from layouts.screens.places import MOST, owner_names, where
from layouts.screens.sheet import Body, Chart, Sheet
from layouts.words import Tongue
from scorecard.head import Moment
from scorecard.people.principal import EVERYBODY, WALL, Principal
from scorecard.view import NotFound
from tests.unit.layouts.boards import GOLDEN, HEAD, NORTH, ODD, TOP, WORKER, SmallBoard, SmallBoards

BOARD = SmallBoard(EVERYBODY, HEAD)
MOMENT = BOARD.moment()
ASKS = (
    Ask(),
    Ask(unit=NORTH, grain="day", path=("nps", "handoffs")),
    Ask("metric", "van_stock"),
    Ask("metric", "nps", unit=ODD),
    Ask("unit", unit=NORTH),
    Ask("unit", unit=ODD, grain="day"),
    Ask("unit", unit=WORKER),
    Ask("measures"),
)


def body(ask: Ask, board: SmallBoard = BOARD) -> Body:
    moment = board.moment(ask.grain, ask.period)
    assert isinstance(moment, Moment)
    return pages.page(board, ask, moment, "light")


def html(ask: Ask, board: SmallBoard = BOARD) -> str:
    return "".join(block if isinstance(block, Markup) else block.paint() for block in body(ask, board).blocks)


def painted(ask: Ask, boards: SmallBoards | None = None) -> str:
    return Door(boards or SmallBoards(), Answers()).page(EVERYBODY, ask, "light").paint()


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.address)
def test_every_link_of_a_page_leads_to_a_page_that_is_there(ask: Ask) -> None:
    door = Door(SmallBoards(), Answers())
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)', painted(ask))}
    assert links
    for link in links:
        if link.startswith("/export/"):
            continue  # files: tests/http/test_downloads.py opens them
        path, _, query = link.partition("?")
        found = parse(path, query)
        assert isinstance(found, Ask), link
        assert door.page(EVERYBODY, found, "light").status == 200, link


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.address)
def test_a_page_has_one_heading_one_main_and_a_title(ask: Ask) -> None:
    page = painted(ask)
    assert page.count("<h1") == page.count("<main") == page.count("<header") == 1
    assert re.search(r'data-title="[^"]{8,}"', page)
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.address)
def test_dash_shows_what_the_server_painted(ask: Ask) -> None:
    sheet = Door(SmallBoards(), Answers()).page(EVERYBODY, ask, "light")
    top, main, foot = sheet.components()
    assert str(foot.html) in sheet.paint()
    assert str(top.html) in sheet.paint()
    shown = [block for block in main.children if block.to_plotly_json()["type"] == "Markup"]
    painted_blocks = [block for block in sheet.body.blocks if isinstance(block, Markup)]
    assert [block.html for block in shown] == [str(block) for block in painted_blocks]


def test_what_comes_from_data_is_text() -> None:
    evil = "<img src=x onerror=alert(1)>"
    boards = SmallBoards(replace(HEAD, title=evil, promise=evil))
    assert "<img" not in painted(Ask(), boards)
    assert "&lt;img" in painted(Ask(), boards)
    assert "<b>" not in "".join(map(str, pages.not_found(NotFound("there is no <b>", "<b>")).blocks))


def test_the_golden_strand_is_the_board_s_and_not_the_page_s() -> None:
    cards = re.findall(r'id="card-\d-(\w+)" class="card([^"]*)"', html(Ask()))
    assert len(cards) == 6
    assert [metric for metric, css in cards if " on" in css] == list(GOLDEN)
    other = html(Ask(path=("retention",)))
    assert "What feeds customer retention" in other


def test_how_well_the_pulls_are_known_is_said() -> None:
    assert "estimated from evidence" in html(Ask())


def test_stages_open_the_thread_down_to_their_worst_measure() -> None:
    assert 'href="/?path=nps,first_visit_fix"' in html(Ask())


def test_a_unit_shows_its_line_of_sight_and_a_worker_nobody_beneath() -> None:
    team = html(Ask("unit", unit=NORTH))
    assert "of visits fix it the first time" in team
    assert "Ada Okafor" in team
    worker = html(Ask("unit", unit=WORKER))
    assert "What I do" in worker
    assert "Down to" not in worker


def test_a_wall_may_not_ask_for_a_person_and_hears_only_that_there_is_none() -> None:
    found = body(Ask("unit", unit=WORKER), SmallBoard(WALL, HEAD))
    assert found.status == 404
    assert body(Ask("unit", unit=("team", "none"))).title == found.title


def test_many_units_beneath_wait_behind_one_word() -> None:
    view = BOARD.unit(NORTH, MOMENT)
    many = replace(view, beneath=tuple(((("worker", f"w-{at}")), f"Worker {at}") for at in range(MOST + 1)))
    assert "<details>" in str(where(many, Ask().of_unit))
    assert "<details>" not in str(where(view, Ask().of_unit))


def test_a_chart_has_words_and_its_numbers_beside_it() -> None:
    chart = next(block for block in body(Ask("metric", "nps")).blocks if isinstance(block, Chart))
    assert "over 12 periods" in chart.said
    assert 'role="img"' in chart.paint()
    assert "Show the numbers" in html(Ask("metric", "nps"))
    assert not [block for block in body(Ask("metric", "broken")).blocks if isinstance(block, Chart)]


def test_what_stands_beneath_a_chart_is_the_same_from_server_and_dash() -> None:
    chart = next(block for block in body(Ask("metric", "van_stock")).blocks if isinstance(block, Chart))
    assert chart.notes is not None
    sheet = Door(SmallBoards(), Answers()).page(EVERYBODY, Ask("metric", "van_stock"), "light")
    assert str(chart.notes) in sheet.paint()
    assert orjson.dumps(str(chart.notes)) in orjson.dumps(
        [part.to_plotly_json() for part in sheet.components()], default=lambda part: part.to_plotly_json()
    )
    assert "Worked: +9.6 pts" in chart.notes.replace("\u00a0", " ")


def test_the_first_sentences_say_a_change_once() -> None:
    page = html(Ask())
    assert page.lower().count("count the van before the first job") == 1
    assert "5 signals among 33 measures; about 1.9 expected by chance." in page


def test_an_age_is_said_but_not_of_a_closed_data_set() -> None:
    tongue = Tongue()
    assert as_of_line(HEAD, tongue) == "Data as of Wed 18 Nov 2026, 06:00, taken 2 hours ago"
    assert as_of_line(replace(HEAD, closed=True), tongue) == "Data as of Wed 18 Nov 2026, 06:00"
    assert "-" not in as_of_line(replace(HEAD, age=-50.0), tongue)


def test_owners_have_names() -> None:
    owners = owner_names(BOARD)
    assert owners("field") == "Field service"
    assert owners("night_desk") == "Night desk"
    assert owners(None) is None
    assert "Field service" in html(Ask("metric", "van_stock"))


def test_a_measure_s_sentence_never_shows_its_places() -> None:
    for unit in (NORTH, ("worker", "w-8")):
        assert "{" not in html(Ask("unit", unit=unit))


def test_the_bar_names_the_periods_and_marks_the_one_shown() -> None:
    page = painted(Ask(period="2026-10-12"))
    assert '<option value="2026-10-12" selected>' in page
    assert "so far</option>" in page
    assert '<option value="" selected>' in painted(Ask())
    assert 'name="path" value="nps,handoffs"' in painted(Ask(path=("nps", "handoffs")))


def test_a_page_that_breaks_says_so_with_a_reference_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(SmallBoards):
        def for_(self, _principal: Principal) -> SmallBoard | None:
            raise RuntimeError("the password is 12345")

    asked = SimpleNamespace(cookies={}, path="/")
    sheet: Sheet = Door(Broken(), Answers()).visit(cast("Request", asked), "/", "")
    assert sheet.status == 500
    assert "12345" not in sheet.paint()
    reference = re.search(r"Reference ([0-9a-f]{8})", sheet.paint())
    assert reference
    assert reference[1] in caplog.text


def test_a_page_is_made_once_for_all_who_ask() -> None:
    boards = SmallBoards()
    door = Door(boards, Answers())
    assert door.page(EVERYBODY, Ask(), "light").body is door.page(EVERYBODY, Ask(), "light").body
    assert door.page(EVERYBODY, Ask(), "light").body is not door.page(EVERYBODY, Ask(), "dark").body
    assert door.page(EVERYBODY, Ask(unit=TOP), "light").body is not door.page(EVERYBODY, Ask(), "light").body
    scoped = Principal("lead", "lead", NORTH)
    assert door.page(scoped, Ask(), "light").body is not door.page(EVERYBODY, Ask(), "light").body


def test_a_lead_s_page_raises_one_thing_with_its_reason_and_its_proof() -> None:
    page = html(Ask("unit", unit=NORTH))
    raised = page.partition('one-thing status-missed"')[2].partition("</section>")[0]
    for words in (
        "Van stock counted daily",
        "Off target",
        "getting worse, and that is no chance",
        "Its shortfall moves right part on the van by about −13.6",
        "Proof that it can be moved",
    ):
        assert words in raised
    assert "Furthest short: " in html(Ask("unit", unit=("department", "field")))
    assert "Nothing stands out from chance" in html(Ask("unit", unit=ODD))


def test_people_of_a_team_stand_by_name_and_stay_off_paper_unless_the_floor_may_see_them() -> None:
    page = html(Ask("unit", unit=NORTH))
    people = page.partition('class="panel people unprinted"')[2]
    assert people.index("Ada Okafor") < people.index("Bo Lindqvist")
    assert people.partition("Bo Lindqvist")[2].count("withheld") == 2
    assert "People of the team" not in html(Ask("unit", unit=WORKER))
    assert "People of the team" not in html(Ask("unit", unit=NORTH), SmallBoard(WALL, HEAD))
    assert "huddle" not in html(Ask("unit", unit=WORKER))
