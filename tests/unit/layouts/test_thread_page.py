"""The thread page as a value: three answers, the map and its folds, the journey's order, the control row, the tour."""

import re
from dataclasses import replace
from html import unescape

import orjson
import pytest
from markupsafe import Markup

from layouts.ask import Ask
from layouts.parts.promise import Answer, answers
from layouts.parts.story import Leads, story_answers
from layouts.parts.tour import STEPS, tour
from layouts.parts.wholemap import OPEN, OUTCOMES, Ground, whole_map
from layouts.screens import pages
from layouts.screens.controls import MOST_BENEATH, controls
from layouts.words import Tongue
from scorecard.head import Moment
from scorecard.people.principal import EVERYBODY
from scorecard.places import PlaceView
from scorecard.view import Figure, Story, Whole
from tests.unit.layouts.boards import HEAD, NORTH, TOP, SmallBoard
from tests.unit.layouts.test_parts import figure, seen, strand

BOARD = SmallBoard(EVERYBODY, HEAD)
TONGUE = Tongue()
NOWHERE = Leads(None, None, None, None)


def html(ask: Ask, board: SmallBoard = BOARD) -> str:
    moment = board.moment(ask.grain, ask.period)
    assert isinstance(moment, Moment)
    body = pages.page(board, ask, moment, "light")
    return "".join(block for block in body.blocks if isinstance(block, Markup))


def read(ask: Ask) -> str:
    """A page's text, as it is read."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html(ask)))).replace("\u00a0", " ").strip()


def row(ask: Ask, board: SmallBoard = BOARD) -> str:
    return str(controls(board, ask, board.head(), TONGUE))


class TestAnswers:
    def test_a_reader_learns_promise_verdict_place_and_owner(self) -> None:
        page = read(Ask())
        order = [
            "What we promise our customers",
            str(HEAD.promise),
            "Is it kept? Not kept",
            "Where does it break most?",
            "van stock counted daily is",
            "Who has it in hand? Field service",
            "count the van before the first job",
        ]
        places = [page.index(words) for words in order]
        assert places == sorted(places)

    def test_never_more_than_three_sentences_of_what_moved_and_why(self) -> None:
        shown = html(Ask()).partition('class="answers"')[2].partition("</section>")[0]
        said = re.findall(r"</p><p>(.*?)</p>", shown)
        assert len(said) == 3
        assert all(len(re.findall(r"[.!?](?=\s+[A-Z])", sentence)) <= 1 for sentence in said)

    def test_without_an_outcome_nothing_is_said(self) -> None:
        assert story_answers(Story(None, None, None, None, None), (), NOWHERE, TONGUE) == []
        assert answers([]) is None

    def test_without_a_root_it_says_that_it_does_not_know(self) -> None:
        outcome = figure(outcome=True, status="near")
        told = story_answers(Story(outcome, None, None, None, None), (), NOWHERE, TONGUE)
        assert [one.answer for one in told] == ["Nearly kept", "Not known"]

    @pytest.mark.parametrize(
        ("status", "word"),
        [("met", "Kept"), ("missed", "Not kept"), ("unknown", "Not known yet"), ("near", "Nearly kept")],
    )
    def test_the_verdict_is_the_outcome_s(self, status: str, word: str) -> None:
        told = story_answers(Story(figure(status=status), None, None, None, None), (), NOWHERE, TONGUE)
        assert told[0].answer == word

    def test_what_people_wrote_is_text(self) -> None:
        evil = "<script>alert(1)</script>"
        shown = str(answers([Answer(evil, evil, evil, "javascript:alert(1)")]))
        assert "<script>" not in shown
        assert "javascript:" not in shown


class TestJourney:
    def test_a_chosen_step_comes_first_and_leads_back(self) -> None:
        chosen = html(Ask(stage="get_connected", path=("retention",)))
        assert re.search(r'id="step-get_connected"[^>]*href="/"[^>]*aria-current="step"', chosen)
        assert "1 more, at other steps or pulling less" in chosen
        assert "at other steps" not in html(Ask())

    def test_customers_are_heard_at_the_step_they_speak_of(self) -> None:
        assert "Second time they came without the part." in html(Ask(stage="get_connected"))
        assert "Second time they came" not in html(Ask(stage="order")).partition('class="thread"')[0]
        assert "get_connected" not in read(Ask(stage="get_connected"))

    def test_a_step_that_is_not_there_is_not_found(self) -> None:
        moment = BOARD.moment()
        assert isinstance(moment, Moment)
        assert pages.page(BOARD, Ask(stage="nowhere"), moment, "light").status == 404


class TestMap:
    def ground(self, *live: str) -> Ground:
        return Ground((), (OUTCOMES, "Team"), lambda f: OUTCOMES if f.outcome else "Team", frozenset(live), self.href)

    @staticmethod
    def href(of: Figure) -> str:
        return f"/metric/{of.metric}"

    def whole(self, count: int) -> Whole:
        top = figure(metric="top", label="The outcome", outcome=True)
        rest = [figure(metric=f"m{at}", label=f"Measure {at}") for at in range(count - 1)]
        return Whole((top, *rest), tuple(strand("top", each.metric, gold=each.metric == "m9") for each in rest))

    def test_thirty_stand_open(self) -> None:
        shown = str(whole_map(self.whole(OPEN), self.ground(), TONGUE))
        assert "<details" not in shown
        assert len(re.findall(r'id="node-', shown)) == OPEN

    def test_of_more_the_live_strands_stay_and_the_rest_folds_into_a_count(self) -> None:
        shown = str(whole_map(self.whole(250), self.ground("m249", "m248"), TONGUE))
        opened, folded = shown.split("<details", 1)
        assert "220 more, pulling less" in folded
        assert {"node-top", "node-m248"} <= set(re.findall(r'id="(node-\w+)"', opened))
        assert len(re.findall(r'id="node-', shown)) == 250

    def test_every_strand_is_drawn_and_the_gold_one_outlines_its_ends(self) -> None:
        shown = str(whole_map(self.whole(12), self.ground("top", "m9"), TONGUE))
        strands = orjson.loads(unescape(re.findall(r'data-strands="([^"]*)"', shown)[0]))
        assert len(strands) == 11
        assert [one["to"] for one in strands if one["gold"]] == ["node-m9"]
        assert re.findall(r'id="node-(\w+)" class="[^"]* on"', shown) == ["top", "m9"]

    def test_words_stand_where_there_is_no_figure(self) -> None:
        gone = (
            figure(withheld=True, status="unknown"),
            figure(metric="x", failed="gone", value=None, status="unknown"),
        )
        said = seen(whole_map(Whole(gone, ()), self.ground(), TONGUE))
        assert "withheld: too few answers" in said
        assert "could not be read" in said
        assert not re.search(r"81\.4|nan|None", said)

    def test_the_page_lays_it_along_the_journey(self) -> None:
        page = html(Ask(view="map"))
        assert re.findall(r'id="step-(\w+)"', page) == ["order", "get_connected"]
        assert "At every step" in page
        assert 'class="columns"' not in page


class TestControls:
    def test_the_place_has_its_way_up_and_the_ways_down(self) -> None:
        shown = row(Ask(unit=NORTH, period="2026-10-12", path=("nps",), view="map"))
        assert re.search(r'<a href="/\?period=2026-10-12&amp;view=map">Northlight</a>', shown)
        assert "Ada Okafor" in shown

    def test_a_page_of_five_thousand_units_names_the_first_and_finds_the_rest(self) -> None:
        class Wide(SmallBoard):
            def place(self, unit: tuple[str, str]) -> PlaceView:  # noqa: ARG002 - the port's own
                beneath = tuple((("team", f"t{at}"), f"Team {at}") for at in range(5_000))
                return PlaceView(TOP, "Northlight", "Enterprise", (), beneath)

        shown = row(Ask(), Wide(EVERYBODY, HEAD))
        assert shown.count("<li><a ") == MOST_BENEATH
        assert "4880 more: find them by name." in shown
        assert len(shown) < 40_000

    def test_a_search_keeps_what_is_asked_and_shows_what_it_found(self) -> None:
        shown = row(Ask("metric", "nps", period="2026-10-12", seek="north"))
        assert 'action="/metric/nps"' in shown
        assert '<input type="hidden" name="period" value="2026-10-12">' in shown
        assert "/metric/nps?unit=team:Depot%20North&amp;period=2026-10-12" in shown
        evil = row(Ask(seek="<script>"))
        assert "<script>" not in evil
        assert "No unit" in evil

    def test_a_step_in_time_stops_at_either_end(self) -> None:
        assert 'id="step-after"' in row(Ask())
        newest = BOARD.moment().periods[-1].key  # type: ignore[union-attr]  # there are some
        assert 'id="step-after"' not in row(Ask(period=newest))
        assert 'id="step-before"' not in row(Ask(period="2026-08-24"))


class TestTour:
    def test_it_has_four_steps_each_beside_something_of_the_page(self) -> None:
        page = html(Ask()) + row(Ask())
        assert len(STEPS) == 4
        for beside, heading, _ in STEPS:
            assert heading in unescape(str(tour()))
            assert any(part.strip().split()[0].split(".")[1] in page for part in beside.split(","))

    def test_it_is_shut_until_a_script_opens_it_and_on_no_other_page(self) -> None:
        assert '<dialog id="tour" aria-labelledby="tour-0">' in html(Ask())
        assert "tour" not in html(Ask("measures"))


def test_what_opened_is_said() -> None:
    moment = BOARD.moment()
    assert isinstance(moment, Moment)
    says = pages.page(BOARD, Ask(path=("retention",)), moment, "light").says
    assert says == "Opened Customer retention: 2 measures feed it, first Hand-offs per case and Calls answered."
    assert "Is it kept? Not kept." in pages.page(BOARD, Ask(), moment, "light").says


def test_the_page_without_a_promise_bears_its_own_name() -> None:
    board = SmallBoard(EVERYBODY, replace(HEAD, promise=None))
    assert "<h1>What our customers feel, and why</h1>" in html(Ask(), board)
