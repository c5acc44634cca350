"""The parts: what a card, a thread, a table, a banner and a wall say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import orjson
import pytest
from htpy import Element, Fragment

from layouts.parts import bar, card, states, table, text, thread, wall
from layouts.parts import figure as of
from layouts.words import Tongue
from scorecard.faults import Fault
from scorecard.head import Head, Moment
from scorecard.time import Period
from scorecard.view import Column, Figure, Strand, VoiceView
from scorecard.wallview import DisplayView, SceneView

ENGLISH = Tongue("en_US", "USD")
NASTY = "<script>alert('x')</script>\"&"


def figure(**more: Any) -> Figure:
    given: dict[str, Any] = {
        "metric": "first_visit_fix", "label": "First-visit fix", "unit": ("enterprise", "all"),
        "unit_label": "Northlight",
        "format": "percent", "direction": "higher_is_better", "owner": "Field", "stage": None, "outcome": False,
        "words": {}, "description": None, "complete": True, "value": 0.814, "target": 0.88, "status": "missed",
        "variation": "worsening", "assurance": "fails", "change": -0.02, "series": (0.9, 0.834, 0.814),
    }  # fmt: skip
    return Figure(**(given | more))


def strand(parent: str, child: str, **more: Any) -> Strand:
    given: dict[str, Any] = {
        "parent": parent, "child": child, "kind": "influence", "effect": "raises", "lag": None, "why": None,
        "pull": -0.034, "pull_kind": "attributed", "outcome_pull": None, "gold": False,
    }  # fmt: skip
    return Strand(**(given | more))


def seen(element: Element | Fragment | None) -> str:
    """The text of an element, as it is read."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", str(element)))).replace("\u00a0", " ").strip()


class TestCard:
    def test_it_reads_in_order(self) -> None:
        said = seen(card.card(figure(), card.Place("/metric/first_visit_fix"), ENGLISH))
        order = [
            "First-visit fix",
            "81.4",
            "%",
            "Off target, worsening",
            "Cannot meet its target",
            "target 88.0%",
            "down",
            "2.0 pts",
        ]
        places = [said.index(word) for word in order]
        assert places == sorted(places)

    def test_the_whole_card_is_one_link(self) -> None:
        html = str(card.card(figure(), card.Place("/metric/x", "card-0-x", on=True, current=True), ENGLISH))
        assert re.search(r'<a id="card-0-x" class="card status-missed on" href="/metric/x" aria-current="true">', html)
        assert html.count("<a ") == 1
        assert "aria-label" not in html

    def test_it_escapes_what_people_wrote(self) -> None:
        html = str(card.card(figure(label=NASTY), card.Place("javascript:alert(1)", pull=NASTY), ENGLISH))
        assert "<script>" not in html
        assert "javascript:" not in html

    @pytest.mark.parametrize(
        ("more", "value", "status"),
        [
            ({"value": None, "status": "unknown", "change": None}, "no data", "No data"),
            ({"withheld": True, "status": "unknown"}, "withheld: too few answers", "Withheld"),
            ({"failed": "the table is gone", "value": None, "status": "unknown"}, "could not be read", "Not read"),
            (
                {"failed": "it is not kept by region", "apart": True, "value": None, "status": "unknown"},
                "not kept this way",
                "No data",
            ),
        ],
    )
    def test_words_stand_where_there_is_no_figure(self, more: dict[str, Any], value: str, status: str) -> None:
        said = seen(card.card(figure(**more), card.Place("/"), ENGLISH))
        assert value in said
        assert status in said
        assert not re.search(r"81\.4|nan|None|On target|Off target", said)

    def test_a_figure_without_a_target_is_not_called_no_data(self) -> None:
        assert of.words_of(figure(target=None, status="unknown"), ENGLISH).status == "No target"
        assert of.words_of(figure(complete=False, status="unknown"), ENGLISH).status == "Still running"

    def test_it_says_when_it_was_last_seen(self) -> None:
        gone = figure(value=None, status="unknown", change=None, series=(0.8, None, None))
        assert of.words_of(gone, ENGLISH).last_seen == "last seen 2 periods ago"
        assert of.words_of(replace(gone, series=(None, None)), ENGLISH).last_seen == "never seen"

    def test_only_what_tells_something_has_a_mark(self) -> None:
        html = str(card.card(figure(variation="steady", assurance="hit_or_miss"), card.Place("/"), ENGLISH))
        assert 'class="mark"' not in html

    def test_a_second_link_shows_what_feeds_it(self) -> None:
        place = card.Place("/metric/x", "card-0-x", opens=card.Opens("/?path=x", 4))
        html = str(card.card(figure(), place, ENGLISH))
        assert 'aria-expanded="false"' in html
        assert "4 measures feeding First-visit fix" in html
        assert "opens" not in str(card.card(figure(), card.Place("/", opens=card.Opens("/", 0)), ENGLISH))


class TestThread:
    addresses = thread.Addresses(lambda f: f"/metric/{f.metric}", lambda path: "/?path=" + ",".join(path), lambda _: 2)

    def columns(self, count: int, selected: str = "m0") -> list[Column]:
        top = figure(metric="nps", label="Net promoter score", format="score", value=38.2, target=45)
        feeding = tuple(figure(metric=f"m{i}", label=f"Measure {i}") for i in range(count))
        strands = tuple(strand("nps", f.metric, pull=-3.4, gold=f.metric == "m0") for f in feeding)
        return [Column(None, (top,), (), "nps"), Column(top, feeding, strands, selected)]

    def test_strands_join_cards_that_are_there(self) -> None:
        html = str(thread.drill_down(self.columns(3), self.addresses, ENGLISH))
        strands = json.loads(unescape(re.search(r'data-strands="([^"]*)"', html)[1]))  # type: ignore[index]
        ids = set(re.findall(r'id="(card-\d-[a-z0-9_]+)"', html))
        assert len(strands) == 3
        assert {end for each in strands for end in (each["from"], each["to"])} <= ids
        assert [each["pull"] for each in strands] == ["\u22123.4\u00a0pts", "", ""]
        assert {each["grade"] for each in strands} == {""}
        assert html.count(' on"') == 2

    def test_six_stand_open_and_the_rest_is_one_click_away(self) -> None:
        html = str(thread.drill_down(self.columns(9), self.addresses, ENGLISH))
        assert "3 more, pulling less" in html
        assert "more, pulling less" not in str(thread.drill_down(self.columns(6), self.addresses, ENGLISH))

    def test_the_chosen_card_is_never_folded_away(self) -> None:
        html = str(thread.drill_down(self.columns(9, selected="m8"), self.addresses, ENGLISH))
        assert html.index("card-1-m8") < html.index("pulling less")

    def test_an_address_opens_the_path_up_to_the_card(self) -> None:
        assert 'href="/?path=nps,m2"' in str(thread.drill_down(self.columns(3), self.addresses, ENGLISH))

    def test_a_pull_says_how_well_it_is_known(self) -> None:
        parent = figure(format="score")
        assert thread.pull_words(strand("a", "b", pull=-3.4, pull_kind="estimated"), parent, ENGLISH).startswith(
            "about"
        )
        assert thread.pull_words(strand("a", "b", pull=None, pull_kind="claimed"), parent, ENGLISH) == ""

    def test_a_pull_too_small_to_write_says_so_and_has_no_tag(self) -> None:
        top = figure(metric="nps", format="score")
        tiny = strand("nps", "m0", pull=-0.02, pull_kind="estimated", gold=True)
        assert thread.pull_words(tiny, top, ENGLISH) == "less than 0.1\u00a0pts"
        columns = [Column(None, (top,), (), "nps"), Column(top, (figure(metric="m0"),), (tiny,), "m0")]
        drawn = unescape(str(thread.drill_down(columns, self.addresses, ENGLISH)))
        assert '"grade":"","pull":""' in drawn
        assert "less than 0.1\u00a0pts of" in drawn


def test_a_table_is_a_table() -> None:
    html = str(
        table.table(
            "Units",
            [table.Header("Unit"), table.Header("Value", numeric=True, href="?sort=value", sorted="descending")],
            [[NASTY, "1"], ["Crew 2", "2"]],
        )
    )  # fmt: skip
    assert html.count('<th scope="row">') == 2
    assert html.count('<th scope="col"') == 2
    assert 'aria-sort="descending"' in html
    assert "<script>" not in html


def test_a_list_of_choices_is_a_form_that_works_without_scripts() -> None:
    html = str(
        bar.ask_form(
            "/", [bar.Choice("grain", "Grain", [("week", "Weeks"), ("day", "Days")], "day")], [("unit", "team:A")]
        )
    )
    assert 'method="get"' in html
    assert '<option value="day" selected>' in html
    assert '<input type="hidden" name="unit" value="team:A">' in html
    assert "<button" in html


def head(**more: Any) -> Head:
    given: dict[str, Any] = {
        "title": "Northlight", "promise": None, "locale": "en_GB", "currency": "GBP", "time_zone": "UTC",
        "fiscal_from": 1,
        "as_of": datetime(2026, 11, 21, 21, 45), "taken": datetime(2026, 11, 21, 21, 45, tzinfo=UTC), "age": 10_800.0,
        "closed": False, "stale": False, "generation": "g", "faults": (), "notes": (), "open_house": False,
        "grains": ("week",), "levels": ("enterprise", "team"),
    }  # fmt: skip
    return Head(**(given | more))


class TestBanners:
    def test_a_quiet_head_has_none(self) -> None:
        assert states.head_banners(head(), ENGLISH) == []

    def test_each_trouble_has_one(self) -> None:
        banners = states.head_banners(head(open_house=True, stale=True, faults=(Fault(NASTY),)), ENGLISH)
        said = [seen(banner) for banner in banners]
        assert "Anybody who can reach this address" in said[0]
        assert 'role="alert"' in str(banners[0])
        assert "3 hours old" in said[1]
        assert NASTY in said[2]
        assert "<script>" not in str(banners[2])


def test_a_quote_says_where_it_came_from() -> None:
    voice = VoiceView(NASTY, 2.0, "chat", None, datetime(2026, 11, 14, 10, 0), ())
    said = text.quote(voice, ENGLISH)
    assert seen(said).endswith("chat, score 2, 14 Nov 2026, 10:00")
    assert "<script>" not in str(said)


class TestWall:
    def board(self) -> wall.WallBoard:
        period = Period(datetime(2026, 11, 16), datetime(2026, 11, 23), "week")
        moment = Moment("week", period, 0, (period,), complete=False)
        scenes = (
            SceneView("number", (figure(), figure(value=None, status="unknown", change=None, series=()))),
            SceneView("today", (figure(withheld=True, status="unknown"),)),
            SceneView("thread", (figure(), figure(label="Net promoter score")), ()),
            SceneView(
                "voice",
                (),
                voices=(VoiceView("Late again", 1.0, "chat", "get_help", datetime(2026, 1, 1), (), "Get help"),),
            ),
        )
        display = DisplayView("depot", "Depot", ("team", "North"), "Depot North", 55, 8, 20, scenes, moment)
        return wall.wall_board(head(), display)

    def test_its_json_holds_words_and_no_withheld_figure(self) -> None:
        board = json.loads(orjson.dumps(self.board()))
        number, today, steps, voice = board["scenes"]
        assert (number["figures"][0]["text"], number["figures"][0]["unit"]) == ("81.4", "%")
        assert number["figures"][1]["known"] is False
        assert "81.4" not in json.dumps(today)
        assert today["title"] == "Depot North, Week 47, 16–22 Nov 2026, so far"
        assert number["sentence"] == ""
        assert steps["sentence"] == "First-visit fix is where net promoter score begins."
        assert voice["quotes"] == [{"text": "Late again", "by": "chat, Get help, score 1"}]
        assert board["as_of"] == "Sat 21:45"

    def test_its_page_holds_no_figure(self) -> None:
        frame = wall.WallFrame(
            NASTY, "/api/v1/display/depot", "b1", ["/assets/wall/wall.css"], ["/assets/wall/wall.js"]
        )
        html = str(wall.wall_page(frame))
        assert html.lower().count("<!doctype html>") == 1
        assert "<script>" not in html
        assert 'data-address="/api/v1/display/depot"' in html
