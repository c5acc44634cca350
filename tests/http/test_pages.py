"""Pages as the server paints them: readable without a script, one document for each asker."""

import re

import pytest
from flask.testing import FlaskClient

from scorecard.people.principal import INSIDER, WALL
from tests.http.conftest import Served
from tests.unit.layouts.boards import FAULT, SmallBoards


def test_the_thread_is_painted_before_any_script(client: FlaskClient) -> None:
    html = client.get("/").text
    assert html.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert html.index("data-first-paint") < html.index('id="react-entry-point"')
    for words in ("Net promoter score", "Off target", "Connected when we said", "Depot North", "Get connected",
                  "estimated from evidence", "Data as of Wed 18 Nov 2026, 06:00"):  # fmt: skip
        assert words in html
    assert re.search(r"<title>What our customers feel, and why, Northlight Broadband</title>", html)


def test_the_shell_itself_holds_no_data(client: FlaskClient) -> None:
    for place in ("/_dash-layout", "/_dash-dependencies"):
        assert "Northlight" not in client.get(place).text
        assert "nps" not in client.get(place).text


def test_cards_lead_to_pages_of_the_same_place_and_time(client: FlaskClient) -> None:
    html = client.get("/?unit=department:field&period=2026-10-12").text
    assert 'href="/metric/nps?unit=department:field&amp;period=2026-10-12"' in html
    assert 'href="/?unit=team:Depot%20North&amp;period=2026-10-12"' in html


def test_the_drill_down_follows_the_address(client: FlaskClient) -> None:
    html = client.get("/?path=retention,handoffs").text
    assert "What feeds customer retention" in html
    assert "What feeds net promoter score" not in html


def test_a_metric_s_page_holds_its_numbers_as_a_table(client: FlaskClient) -> None:
    html = client.get("/metric/van_stock").text
    assert "How will it affect my customer?" in html
    assert html.count("<tr>") > 13
    assert "Week 46, 9–15 Nov 2026" in html
    assert "counted over visits" in html


def test_a_failed_source_says_so_and_is_no_zero(client: FlaskClient) -> None:
    html = client.get("/metric/broken").text
    assert "the source calls could not be read" in html
    assert "There is no figure to draw: its source could not be read." in html
    assert "/export/metric/broken/periods" not in html


def test_a_withheld_figure_is_not_in_the_page_at_all(client: FlaskClient) -> None:
    main = client.get("/unit/worker/w-8").text.partition("<main")[2].partition("</main>")[0]
    assert main.count("Withheld") == 4
    assert not re.search(r'class="value"', main)


def test_a_withheld_figure_has_no_chart_and_says_why(client: FlaskClient) -> None:
    html = client.get("/metric/van_stock?unit=worker:w-8").text
    assert "about too few people or answers to be shown" in html
    assert "There is no figure to draw yet" not in html
    assert "data-png" not in html


def test_people_are_never_ranked(client: FlaskClient) -> None:
    html = client.get("/metric/van_stock?unit=team:Depot%20North").text
    assert "By worker" in html
    assert "furthest from its target first" not in html
    assert "furthest from its target first" in client.get("/metric/van_stock").text


@pytest.mark.parametrize("bad", ["nan", "inf", "None", "null", "undefined", "&lt;span"])
@pytest.mark.parametrize("place", ["/", "/metric/van_stock", "/metric/broken", "/unit/worker/w-8", "/measures"])
def test_nothing_missing_is_written_as_a_value(client: FlaskClient, place: str, bad: str) -> None:
    main = client.get(place).text.partition("<main")[2].partition("</main>")[0]
    shown = re.sub(r"<[^>]*>", " ", main)
    assert not re.search(rf"\b{re.escape(bad)}\b", shown)


def test_an_unknown_thing_is_not_found_and_says_what_may_have_been_meant(client: FlaskClient) -> None:
    answer = client.get("/metric/npz")
    assert answer.status_code == 404
    assert "Did you mean nps?" in answer.text
    odd = client.get("/metric/<script>alert(1)</script>")
    assert odd.status_code == 404
    assert "<script>alert" not in odd.text


def test_before_the_first_picture_every_page_says_so_and_looks_again(boards: SmallBoards, client: FlaskClient) -> None:
    boards.head = None
    for place in ("/", "/metric/nps", "/wall/depot-north"):
        answer = client.get(place)
        assert answer.status_code == 503
        assert "first picture" in answer.text
        assert 'http-equiv="refresh"' in answer.text


def test_banners_tell_of_open_doors_old_figures_and_faults(boards: SmallBoards, client: FlaskClient) -> None:
    assert 'class="banner' not in client.get("/").text
    boards.become(open_house=True, stale=True, age=200_000.0, faults=(FAULT,))
    for place in ("/", "/metric/nps", "/unit/team/Depot%20North", "/measures", "/nowhere"):
        html = client.get(place).text
        assert "Anybody who can reach this address" in html
        assert "2 days old" in html
        assert "config/field.yaml:20:9" in html


def test_notes_on_the_figures_stand_quietly_at_the_foot(boards: SmallBoards, client: FlaskClient) -> None:
    boards.become(notes=(FAULT,))
    html = client.get("/").text
    assert 'class="banner' not in html
    assert "1 note on these figures" in html.partition("<footer")[2]


def test_what_is_kept_of_a_page_never_outlives_its_picture(boards: SmallBoards, client: FlaskClient) -> None:
    assert "taken 2 hours ago" in client.get("/").text
    boards.become(age=11_000.0)
    assert "taken 3 hours ago" in client.get("/").text
    boards.become(generation="g2", title="Southlight")
    assert "Southlight" in client.get("/").text


def test_the_server_decides_who_asks(boards: SmallBoards, client: FlaskClient) -> None:
    client.get("/?unit=worker:w-7", headers={"X-Principal": "wall", "Cookie": "role=wall"})
    assert {*boards.asked} == {INSIDER}
    boards.asked.clear()
    client.get("/wall/depot-north")
    client.get("/api/v1/display/depot-north")
    assert {*boards.asked} == {WALL}


def test_switches_in_the_environment_change_nothing(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEBUG", "UI", "HOT_RELOAD", "MCP_ENABLED", "SERVE_DEV_BUNDLES", "COMPRESS", "PROPS_CHECK"):
        monkeypatch.setenv(f"DASH_{name}", "true")
    monkeypatch.setenv("DASH_SUPPRESS_CALLBACK_EXCEPTIONS", "false")
    monkeypatch.setenv("DASH_REQUESTS_PATHNAME_PREFIX", "/elsewhere/")
    html = served().get("/").text
    assert '"ui":false' in html.replace(" ", "")
    assert "hot_reload" not in html
    assert "/elsewhere/" not in html
    assert '"suppress_callback_exceptions":true' in html.replace(" ", "")


HELD = "/?only=region:North%20%26%20%3CEast%3E"


def test_a_page_held_to_one_value_says_so_and_its_links_keep_it(client: FlaskClient) -> None:
    html = client.get(HELD).text
    assert "Only region North &amp; &lt;East&gt;. " in html
    assert 'href="/metric/nps?only=region:North%20%26%20%3CEast%3E"' in html
    assert '<option value="region:North &amp; &lt;East&gt;" selected>' in html
    form = html.partition('id="choose-only"')[0].rpartition("<form")[2]
    assert 'type="hidden" name="only"' not in form
    assert "Show everything, as of now" in html


def test_what_no_slice_has_is_not_found_and_a_busy_warehouse_asks_for_patience(client: FlaskClient) -> None:
    assert client.get("/?only=region:Nowhere").status_code == 404
    busy = client.get("/?only=region:busy")
    assert busy.status_code == 503
    assert "busy just now" in busy.text
    assert 'http-equiv="refresh"' in busy.text
    answer = client.get("/api/v1/board?only=region:busy")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert client.get("/api/v1/board?only=region:Nowhere").status_code == 404


def test_an_earlier_picture_is_offered_and_marked(client: FlaskClient) -> None:
    html = client.get("/metric/nps").text
    assert 'href="/metric/nps?as_of=20261117T060200000000Z"' in html
    assert "Show everything, as of now" not in html
    assert "as the picture of" in client.get("/metric/nps?as_of=20261117T060200000000Z").text.lower()
