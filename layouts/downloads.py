"""Tables as files to keep: ``/export/<the page's own address>/<table>.csv`` or ``.xlsx``, through the one door."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flask import Flask, Response, request

from layouts.ask import Ask, parse
from layouts.compression import tags_of
from layouts.door import Door, NotYet, address_of
from layouts.problems import later, problem, unknown
from layouts.serial import Unknown
from layouts.tables import NAMES
from layouts.tabular import TYPES, Kind
from scorecard.lens import Busy

ROOT = "/export"
_KINDS: Mapping[str, Kind] = {"csv": "csv", "xlsx": "xlsx"}


def register(server: Flask, door: Door, build: str) -> None:
    """Add the addresses of files."""

    def view(**_decoded: str) -> Response:
        path, query = address_of(request)
        page, _, file = path.removeprefix(ROOT).rpartition("/")
        name, _, ending = file.partition(".")
        ask, kind = parse(page, query), _KINDS.get(ending)
        if kind is None or not isinstance(ask, Ask) or (ask.page, name) not in NAMES:
            return problem(404, "There is no such file.")
        try:
            return _sent(door, ask, name, kind, build)
        except Unknown as missing:
            return unknown(missing.found.what, missing.found.near)
        except NotYet:
            return later("No snapshot has been made yet.")
        except Busy:
            return later("The warehouse is busy.")

    server.add_url_rule(f"{ROOT}/<path:rest>", "export", view)


def _sent(door: Door, ask: Ask, name: str, kind: Kind, build: str) -> Response:
    principal = door.principal_of(request)
    key = (build, door.board(principal).head().generation, principal.key, ask, name, kind)
    etag = hashlib.sha256(repr(key).encode()).hexdigest()[:32]
    if any(request.if_none_match.contains(tag) for tag in tags_of(etag)):
        answer = Response(status=304)
    else:
        file, body = door.file(principal, ask, name, kind)
        answer = Response(body, content_type=TYPES[kind])
        answer.headers["Content-Disposition"] = f'attachment; filename="{file}.{kind}"'
    answer.set_etag(etag)
    return answer
