"""The API: the same answers, their shapes as its own document says them, and nothing sent twice."""

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from tests.unit.layouts.boards import SmallBoards

PLACES = {
    "/api/v1/board": "ThreadAnswer",
    "/api/v1/board?unit=team:Depot%20North&path=nps,first_visit_fix&period=2026-10-12": "ThreadAnswer",
    "/api/v1/metric/van_stock": "MetricAnswer",
    "/api/v1/metric/broken?unit=team:Depot%20North&grain=day": "MetricAnswer",
    "/api/v1/metric/van_stock/units": "UnitsAnswer",
    "/api/v1/metric/van_stock/units?by=team&sort=-value&status=missed&find=north": "UnitsAnswer",
    "/api/v1/measures": "MeasuresAnswer",
    "/api/v1/measures?unit=team:Depot%20North": "MeasuresAnswer",
    "/api/v1/unit/team/Depot%20North": "UnitAnswer",
    "/api/v1/unit/team/S%C3%BCd%2FWest%20%26%20Co%3F": "UnitAnswer",
    "/api/v1/display/depot-north": "WallBoard",
    "/api/v1/why/van_stock": "WhyAnswer",
    "/api/v1/why/nps?unit=department:field&from=2026-10-05&to=2026-10-19&grain=week": "WhyAnswer",
    "/api/v1/why/nps?from=target": "WhyAnswer",
    "/api/v1/evidence": "EvidenceAnswer",
    "/api/v1/displays": "ScreensAnswer",
}


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_has_the_shape_its_document_says(client: FlaskClient, place: str) -> None:
    document = orjson.loads(client.get("/api/v1/openapi.json").data)
    answer = client.get(place)
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    schema: dict[str, Any] = {
        "$ref": f"#/components/schemas/{PLACES[place]}",
        "components": document["components"],
    }
    Draft202012Validator(schema).validate(orjson.loads(answer.data))


def test_the_document_tells_every_key_of_why_and_of_the_evidence(client: FlaskClient) -> None:
    shapes = orjson.loads(client.get("/api/v1/openapi.json").data)["components"]["schemas"]
    for place, shape, one in (
        ("/api/v1/why/nps", "WhyData", lambda data: data),
        ("/api/v1/evidence", "LinkData", lambda data: data[0]),
    ):
        told = one(orjson.loads(client.get(place).data)["data"])
        assert [*shapes[shape]["properties"]] == [*told]
        assert sorted(shapes[shape]["required"]) == sorted(told)
        assert shapes[shape]["additionalProperties"] is False
    assert shapes["WhyAnswer"]["properties"]["data"] == {"$ref": "#/components/schemas/WhyData"}
    assert "estimated" in str(shapes["WhyEstimate"])


def test_the_document_names_every_route_there_is(client: FlaskClient) -> None:
    document = orjson.loads(client.get("/api/v1/openapi.json").data)
    assert document["openapi"].startswith("3.1")
    assert [*document["paths"]] == [
        "/api/v1/board", "/api/v1/metric/{metric}", "/api/v1/metric/{metric}/units",
        "/api/v1/metric/{metric}/statements", "/api/v1/measures",
        "/api/v1/unit/{level}/{unit}", "/api/v1/why/{metric}", "/api/v1/evidence", "/api/v1/display/{display}",
        "/api/v1/displays",
    ]  # fmt: skip
    rules = {rule.rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith("/api/v1")}
    assert {rule.split("/")[3] for rule in rules} == {
        "board",
        "metric",
        "measures",
        "unit",
        "why",
        "evidence",
        "display",
        "displays",
        "openapi.json",
    }


def test_missing_is_null_and_dates_are_iso(client: FlaskClient) -> None:
    broken = orjson.loads(client.get("/api/v1/metric/broken").data)
    assert broken["data"]["figure"]["value"] is None
    assert broken["data"]["figure"]["failed"] == "the source calls could not be read"
    assert broken["as_of"] == "2026-11-18T06:00:00"
    assert broken["moment"]["period"]["start"] == "2026-11-09T00:00:00"
    changes = orjson.loads(client.get("/api/v1/metric/van_stock").data)["data"]["changes"]
    assert changes[0]["from"] == "2026-10-26"


def test_what_is_withheld_is_flagged_and_not_sent(client: FlaskClient) -> None:
    figures = [line["figure"] for line in orjson.loads(client.get("/api/v1/unit/worker/w-8").data)["data"]["measures"]]
    assert all(figure["withheld"] and figure["value"] is None for figure in figures)
    assert not any(value for figure in figures for value in figure["series"])


def test_nothing_is_sent_twice(boards: SmallBoards, client: FlaskClient) -> None:
    first = client.get("/api/v1/board")
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    again = client.get("/api/v1/board", headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    squeezed = client.get("/api/v1/board", headers={"Accept-Encoding": "br"})
    assert squeezed.headers["ETag"] not in {etag, ""}
    known = client.get("/api/v1/board", headers={"If-None-Match": squeezed.headers["ETag"], "Accept-Encoding": "br"})
    assert known.status_code == 304
    assert client.get("/api/v1/board?grain=day", headers={"If-None-Match": etag}).status_code == 200
    boards.become(generation="g9")
    assert client.get("/api/v1/board", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    "place",
    ["/api/v1/board?x=1", "/api/v1/board/", "/api/v1/board/x", "/api/v1/metric/", "/api/v1/metric/none",
     "/api/v1/unit/team/none", "/api/v1/display/none", "/api/v1/measures/x", "/api/v1/unit/team/Depot%20North/units",
     "/api/v1/metric/van_stock/units?by=worker&sort=-value", "/api/v1/metric/van_stock/units?by=worker&status=missed",
     "/api/v1/metric/van_stock/units?by=enterprise", "/api/v1/metric/van_stock/units?part=7",
     "/api/v1/metric/van_stock/units?part=1", "/api/v1/metric/van_stock/units?sort=size", "/api/v1/wall/depot-north",
     "/api/v1/board?grain=month", "/api/v1/board?period=1999-01-04", "/api/v1//board", "/api/v2/board"],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_in_plain_words(client: FlaskClient, place: str) -> None:
    answer = client.get(place)
    assert answer.status_code == 404
    if place.startswith("/api/v1/") and answer.content_type.startswith("application"):
        problem = orjson.loads(answer.data)
        assert answer.content_type == "application/problem+json"
        assert problem["status"] == 404
        assert problem["detail"].endswith((".", "?"))


@pytest.mark.parametrize(
    "place",
    ["/api/v1/why/none", "/api/v1/why/nps?from=yesterday", "/api/v1/why/nps?to=target",
     "/api/v1/why/nps?period=2026-10-05",
     "/api/v1/why/nps?unit=worker:w-7x", "/api/v1/why/nps?grain=month", "/api/v1/evidence?unit=team:x", "/why/nps",
     "/api/v1/evidence/nps", "/api/v1/why/nps?to=1999-01-04", "/evidence"],
)  # fmt: skip
def test_odd_questions_why_are_not_found(client: FlaskClient, place: str) -> None:
    assert client.get(place).status_code == 404


def test_before_the_first_snapshot_the_api_asks_for_patience(boards: SmallBoards, client: FlaskClient) -> None:
    boards.head = None
    answer = client.get("/api/v1/board")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_a_wall_never_sees_a_person(client: FlaskClient) -> None:
    assert "Ada Okafor" in client.get("/api/v1/unit/team/Depot%20North").text
    assert "Ada" not in client.get("/api/v1/display/depot-north").text


def test_a_wall_learns_of_a_new_build(client: FlaskClient) -> None:
    page = client.get("/wall/depot-north").text
    build = client.get("/api/v1/display/depot-north").headers["Golden-Thread-Build"]
    assert f'data-build="{build}"' in page
    assert "%" not in page.partition("<body")[2].partition(">")[0]
