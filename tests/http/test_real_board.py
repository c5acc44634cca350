"""The pages and the API over the real board: every link leads somewhere, every shape is as documented."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path

import orjson
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from layouts.shell import build
from scorecard.board.answers import SnapshotBoard
from scorecard.board.generation import Generation
from scorecard.causes import Why
from scorecard.causes.written import as_dict
from scorecard.head import Span
from scorecard.people.principal import EVERYBODY, Principal
from scorecard.settings import Settings
from tests.samples import TAKEN, snapshot

MOST = 400
"""How many pages are followed: the sample has fewer places than that, times its periods many more."""


@dataclass
class SampleBoards:
    """The sample company's one snapshot."""

    generation: Generation = field(default_factory=lambda: Generation(snapshot()))

    def for_(self, principal: Principal) -> SnapshotBoard:
        return SnapshotBoard(self.generation, principal, TAKEN + timedelta(hours=2), timedelta(hours=26))


@pytest.fixture(scope="module")
def sample() -> FlaskClient:
    return build(SampleBoards(), Settings(Path("small"), Path("var")), bundled=True).server.test_client()


def links(html: str) -> Iterator[str]:
    for href in re.findall(r'<a [^>]*?href="(/[^"]*)"', html):
        yield unescape(href).partition("#")[0]


def test_every_link_of_every_page_leads_to_a_page(sample: FlaskClient) -> None:
    seen, waiting = {"/"}, ["/", "/?view=map", "/?grain=month", "/?period=2026-02-09"]
    asked: list[str] = []
    later: list[str] = []  # the same pages at other times, or with their tables in another order: many more of those
    while (waiting or later) and len(asked) < MOST:
        place = (waiting or later).pop(0)
        asked.append(place)
        answer = sample.get(place)
        assert answer.status_code == 200, place
        if place.startswith("/export/"):
            assert answer.headers["Content-Disposition"].startswith("attachment; "), place
            continue
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        assert not re.search(r">\s*(nan|inf|None|null)\s*<", main), place
        for link in links(answer.text):
            if link not in seen:
                seen.add(link)
                (later if re.search(r"[?&](sort|by|period|stage)=", link) else waiting).append(link)
    assert len(seen) > 40
    assert {"/unit/worker/ann", "/metric/stock", "/measures"} <= seen


@pytest.mark.parametrize(
    ("place", "shape"),
    [
        ("/board", "ThreadAnswer"), ("/board?unit=team:north&path=nps,fix,stock", "ThreadAnswer"),
        ("/metric/fix", "MetricAnswer"), ("/metric/stock?unit=team:north&grain=month", "MetricAnswer"),
        ("/unit/enterprise/all", "UnitAnswer"),
        ("/metric/fix/units?by=worker&find=ann", "UnitsAnswer"), ("/metric/wait/units?sort=-value", "UnitsAnswer"),
        ("/measures?unit=team:north", "MeasuresAnswer"),
        ("/unit/worker/ann", "UnitAnswer"), ("/display/north", "WallBoard"),
    ],
)  # fmt: skip
def test_answers_have_the_documented_shape(sample: FlaskClient, place: str, shape: str) -> None:
    document = orjson.loads(sample.get("/api/v1/openapi.json").data)
    answer = orjson.loads(sample.get("/api/v1" + place).data)
    Draft202012Validator({"$ref": f"#/components/schemas/{shape}", "components": document["components"]}).validate(
        answer
    )


@pytest.mark.parametrize("since", [None, "target", "2026-04-08"])
def test_why_is_the_command_s_own_answer(sample: FlaskClient, since: str | None) -> None:
    board = SampleBoards().for_(EVERYBODY)
    place = f"/api/v1/why/fix?unit=team:north&to=2026-05-07{f'&from={since}' if since else ''}"
    found = board.why("fix", Span("week", since, "2026-05-07"), ("team", "north"))
    assert isinstance(found, Why)
    said = orjson.loads(sample.get(place).data)["data"]
    assert said == {**as_dict(found), "landing": None, "needs": None}
    assert said["to"]["period"] == "2026-05-04"
    assert said["from"]["period"] == {None: "2026-04-27", "target": None, "2026-04-08": "2026-04-06"}[since]
    assert not any(part["key"].startswith("worker:") and part["amount"] is None for part in said["parts"])


def test_evidence_lists_every_influence_once(sample: FlaskClient) -> None:
    said = orjson.loads(sample.get("/api/v1/evidence").data)["data"]
    assert [(link["child"], link["parent"]) for link in said] == [("fix", "nps"), ("stock", "fix"), ("wait", "nps")]
    assert {link["grade"] for link in said} == {"claimed"}


def test_pages_say_what_the_api_says(sample: FlaskClient) -> None:
    board = orjson.loads(sample.get("/api/v1/board").data)["data"]
    gold = [figure["metric"] for figure in board["gold"]["figures"]]
    html = sample.get("/").text
    on = re.findall(r'id="card-\d-(\w+)" class="card[^"]* on"', html)
    assert on == gold
    assert board["story"]["outcome"]["label"] in html.partition('class="answers"')[2].partition("</section>")[0]


def test_the_whole_map_holds_every_measure_of_the_answer(sample: FlaskClient) -> None:
    whole = orjson.loads(sample.get("/api/v1/board?view=map").data)["data"]["whole"]
    assert orjson.loads(sample.get("/api/v1/board").data)["data"]["whole"] is None
    html = sample.get("/?view=map").text
    assert sorted(re.findall(r'id="node-(\w+)"', html)) == sorted(figure["metric"] for figure in whole["figures"])
    strands = orjson.loads(unescape(re.findall(r'data-strands="([^"]*)"', html)[0]))
    assert {(one["from"], one["to"]) for one in strands} == {
        (f"node-{strand['parent']}", f"node-{strand['child']}") for strand in whole["strands"]
    }


@pytest.mark.parametrize(("words", "found"), [("ann", "/?unit=worker:ann"), ("NORTH", "/?unit=team:north")])
def test_a_unit_is_found_by_its_name(sample: FlaskClient, words: str, found: str) -> None:
    html = sample.get(f"/?seek={words}").text
    assert found in re.findall(r'class="ways".*?</ul>', html, re.DOTALL)[0]
    assert sample.get("/?seek=" + "x" * 61).status_code == 404
    assert "No unit" in sample.get("/?seek=nowhere").text


def test_a_worker_s_page_ranks_nobody_and_a_wall_names_nobody(sample: FlaskClient) -> None:
    table = sample.get("/metric/fix?unit=team:north").text.partition("By worker")[2]
    names = re.findall(r"<th scope=\"row\"><a[^>]*>([^<]*)</a>", table)[:2]
    assert names == sorted(names)
    assert "Ann Archer" in "".join(names)
    assert "Ann" not in sample.get("/api/v1/display/north").text


def test_a_measure_is_said_in_another_department_s_words(sample: FlaskClient) -> None:
    assert "of visits fix it the first time." in sample.get("/metric/fix").text
    said = sample.get("/metric/fix?words=retention").text
    assert "stay calm." in said
    assert 'aria-current="true">retention' in said.lower()
    for odd in ("default", "nobody", "%00", "retention&words=retention"):
        assert sample.get(f"/metric/fix?words={odd}").status_code == 404
    assert sample.get("/metric/wait?words=retention").status_code == 404


def test_a_measure_says_what_it_is_and_how_to_see_its_statement_but_no_sql(sample: FlaskClient) -> None:
    text = sample.get("/metric/fix").text.partition("How it is computed")[2]
    assert 'href="/metric/fix?show=sql"' in text
    assert not re.search(r"\bSELECT\b|\bFROM\b", text)
