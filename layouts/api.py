"""The same answers as JSON, under ``/api/v1``, with strong ETags and a document that says what there is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from flask import Flask, Response, request
from pydantic import TypeAdapter

from layouts.ask import Ask, parse
from layouts.compression import tags_of
from layouts.door import Answer, Door, NotYet, address_of
from layouts.parts.wall import BEAT_HEADER, BUILD_HEADER, WallBoard
from layouts.problems import later, unknown
from layouts.serial import (
    STATEMENTS,
    UNITS,
    EvidenceAnswer,
    MeasuresAnswer,
    MetricAnswer,
    ScreensAnswer,
    StatementsAnswer,
    ThreadAnswer,
    UnitAnswer,
    UnitsAnswer,
    Unknown,
    WhyAnswer,
)
from scorecard.lens import Busy
from scorecard.presence import beat_of

ROOT = "/api/v1"
_ASKS = {
    "unit": "the unit asked about, as level:id; the top where it is missing",
    "grain": "hour, day, week, month, quarter or year; the calendar's own where it is missing",
    "period": "the period's first day; the newest complete one where it is missing",
    "by": "the level of the lines; the next one down where it is missing",
    "sort": "name, value, target, status or change, with - before it from the other end; people only by name",
    "find": "words in a unit's name, or in that of the one it belongs to",
    "status": "met, near, missed or unknown; not among people",
    "part": "the page of the table, from 2 on",
    "from": "the earlier end: any day of its period, or 'target'; the period before 'to' where it is missing",
    "to": "the later end: any day of its period; the newest complete one where it is missing",
    "path": "metrics along which the thread is drilled down, by comma, outcome first",
    "only": "one value of a dimension, as dimension:value: only the rows that hold it, read from the warehouse",
    "as_of": "the id of an earlier picture that is still kept; the newest where it is missing",
    "view": "map: every measure and link as well",
}
_PARTS = {"metric": "a metric's id", "level": "a level's name", "unit": "a unit's id", "display": "a display's id"}


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the API; ``page`` is the site's own address that asks the same."""

    path: str
    page: str
    summary: str
    parts: tuple[str, ...]
    asks: tuple[str, ...]
    shape: type


ROUTES = (
    Route("/board", "/", "The thread: story, journey, columns, golden strand", (),
          ("unit", "grain", "period", "path", "view", "only", "as_of"), ThreadAnswer),
    Route("/metric/{metric}", "/metric/{metric}", "A metric: figure, drivers, units beneath", ("metric",),
          ("unit", "grain", "period", "only", "as_of"), MetricAnswer),
    Route("/metric/{metric}/units", "/metric/{metric}", "A metric in the units beneath: a page of its table",
          ("metric",), ("unit", "grain", "period", "by", "sort", "find", "status", "part", "only", "as_of"),
          UnitsAnswer),
    Route("/metric/{metric}/statements", "/metric/{metric}",
          "What the warehouse is asked for a metric; for those who may see it, else there is no such address",
          ("metric",), ("as_of",), StatementsAnswer),
    Route("/measures", "/measures", "Every metric where one stands", (),
          ("unit", "grain", "period", "only", "as_of"), MeasuresAnswer),
    Route("/unit/{level}/{unit}", "/unit/{level}/{unit}", "A unit: its measures and how they reach the customer",
          ("level", "unit"), ("grain", "period", "only", "as_of"), UnitAnswer),
    Route("/why/{metric}", "/why/{metric}", "Why a metric moved between two periods, split exactly; and estimates",
          ("metric",), ("unit", "grain", "from", "to", "only", "as_of"), WhyAnswer),
    Route("/evidence", "/evidence", "How far the data bear out each link of the thread", (), (), EvidenceAnswer),
    Route("/display/{display}", "/wall/{display}", "A wall screen: its scenes, worded and ready to show",
          ("display",), (), WallBoard),
    Route("/displays", "/displays", "Every wall screen: seen when, which version, how old its data are, dark or fine",
          (), (), ScreensAnswer),
)  # fmt: skip


def register(server: Flask, door: Door) -> None:
    """Add the API's routes."""
    server.add_url_rule(f"{ROOT}/openapi.json", "api-document", _document)
    for first, deep in {route.path.split("/")[1]: route.path.count("/") > 1 for route in ROUTES}.items():
        server.add_url_rule(f"{ROOT}/{first}" + ("/<path:rest>" if deep else ""), f"api-{first}", _view(door))


def _view(door: Door) -> Callable[..., Response]:
    def view(**_decoded: str) -> Response:
        answer = _answered(door)
        answer.headers[BUILD_HEADER] = door.build  # on refusals too: a wall believes only what this server says
        return answer

    return view


def _answered(door: Door) -> Response:
    path, query = address_of(request)
    address, part = _page_address(path)
    ask = parse(address, query)
    try:
        found = door.data(door.principal_of(request), ask, part)
    except Unknown as missing:
        return unknown(missing.found.what, missing.found.near)
    except NotYet:
        return later("No snapshot has been made yet.")
    except Busy:
        return later("The warehouse is busy.")
    if isinstance(ask, Ask) and ask.page == "wall" and (beat := beat_of(ask.id, request.headers.get(BEAT_HEADER, ""))):
        door.boards.presence.note(beat)
    return _sent(found, door.build)


def _page_address(path: str) -> tuple[str, str]:
    """The site's address that asks the same as an address of the API, and the part of that page it is."""
    asked = path.removeprefix(ROOT)
    if asked == "/board":
        return "/", ""
    part = asked.rpartition("/")[2]
    if asked.startswith("/metric/") and asked.count("/") > 2 and part in (UNITS, STATEMENTS):  # noqa: PLR2004 - /metric/id/part
        return asked.removesuffix(f"/{part}"), part
    return (asked.replace("/display/", "/wall/", 1) if asked.startswith("/display/") else asked), ""


def _sent(found: Answer, build: str) -> Response:
    etag = hashlib.sha256(repr((build, found.key)).encode()).hexdigest()[:32]
    if any(request.if_none_match.contains(tag) for tag in tags_of(etag)):
        answer = Response(status=304)
    else:
        answer = Response(found.body, content_type="application/json")
    answer.set_etag(etag)
    return answer


def _document() -> Response:
    return Response(_document_bytes(), content_type="application/json")


@cache
def _document_bytes() -> bytes:
    return orjson.dumps(document())


def document() -> dict[str, Any]:
    """The API as OpenAPI 3.1, made from the routes and the answers' own types."""
    schemas: dict[str, Any] = {}
    paths = {ROOT + route.path: {"get": _operation(route, schemas)} for route in ROUTES}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Golden Thread", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    name = route.shape.__name__
    shape = TypeAdapter(route.shape).json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas.update(shape.pop("$defs", {}))
    schemas[name] = shape
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    refusals = {
        "304": "not changed",
        "400": "an odd request",
        "404": "no such thing",
        "503": "no snapshot yet, or the warehouse is busy",
    }
    return {
        "summary": route.summary,
        "parameters": [_parameter(part, "path", _PARTS[part]) for part in route.parts]
        + [_parameter(ask, "query", _ASKS[ask]) for ask in route.asks],
        "responses": {"200": {"description": route.summary, "content": content}}
        | {status: {"description": said} for status, said in refusals.items()},
    }


def _parameter(name: str, where: str, said: str) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "description": said, "schema": {"type": "string"}}
