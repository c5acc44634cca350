"""The guard: the first thing every request meets, registered before Dash makes its own routes. Default deny.

It lets through only what some part of the site answers: known addresses, their methods, a listed host, a body of
the size and shape that the page's own callbacks send. Everything else gets a plain refusal, never a 500.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import orjson
from flask import Flask, Request, Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from layouts.callbacks import Wire
from layouts.problems import problem

CALLBACK = "/_dash-update-component"
MAX_BODY = 16_384
MAX_HEADER_HOST = 255
ANY_HOST = "*"
"""Among the hosts: whatever name it is called by, because it was bound to every address on purpose."""

READS = ("GET", "HEAD")
_FIXED = ("/_dash-layout", "/_dash-dependencies", "/_favicon.ico", "/healthz", "/readyz", "/metrics")
_BENEATH = ("/_dash-component-suites/", "/assets/")
_PAGE_LOAD = re.compile(rb"(endId=[A-Za-z0-9~._-]{1,200})?")
"""The one thing Dash's renderer says in a callback's query: which page load it belongs to. No jobs, no cache keys."""

_DASH = "/_"
"""How Dash's own addresses begin; those not listed above do not exist here."""


@dataclass(frozen=True, slots=True)
class House:
    """Whom the server answers: the host names it goes by, and whether only this machine may come in."""

    hosts: tuple[str, ...]
    loopback_only: bool


class _Port(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    id: str = Field(max_length=100)
    property: str = Field(max_length=100)


class _Value(_Port):
    value: Any = None


class _Body(BaseModel):
    """What Dash's renderer sends for a callback with one output."""

    model_config = ConfigDict(extra="forbid", strict=True)
    output: str = Field(max_length=200)
    outputs: _Port
    inputs: list[_Value] = Field(max_length=16)
    state: list[_Value] = Field(default=[], max_length=16)
    changedPropIds: list[str] = Field(max_length=16)  # noqa: N815 - the renderer's name for it
    parsedChangedPropsIds: list[str] = Field(default=[], max_length=16)  # noqa: N815 - as above


def own_name(house: House) -> str:
    """A Host header that the house answers to."""
    name = next((host for host in house.hosts if host != ANY_HOST), "localhost")
    return f"[{name}]" if ":" in name else name


def register(server: Flask, house: House, wires: Sequence[Wire]) -> None:
    """Set the guard before the server."""
    wired = {wire.output_id: wire for wire in wires}

    @server.before_request
    def _guard() -> Response | None:
        return refusal(request, house, wired)


def refusal(asked: Request, house: House, wired: Mapping[str, Wire]) -> Response | None:
    """Why a request is refused, or ``None``."""
    return _host(asked, house) or _method(asked) or _body(asked) or _shape(asked, wired)


def _host(asked: Request, house: House) -> Response | None:
    host = asked.environ.get("HTTP_HOST", "")
    if not host or len(host) > MAX_HEADER_HOST:
        return problem(400, "The request names no host.")
    if host_name(host) not in house.hosts and ANY_HOST not in house.hosts:
        return problem(421, "This server does not answer to that host name.")
    if house.loopback_only and not _is_loopback(asked.environ.get("REMOTE_ADDR", "")):
        return problem(403, "Without access control, own data is served to this machine only.")
    return None


def host_name(host: str) -> str:
    """A Host header's name without its port, in small letters; empty where it is odd."""
    name, closed, rest = host[1:].partition("]") if host.startswith("[") else host.partition(":")
    port = rest.removeprefix(":") if host.startswith("[") and closed else rest
    return name.lower() if not port or (port.isdigit() and port.isascii()) else ""


def _is_loopback(peer: str) -> bool:
    """Whether a peer is this machine; a Unix socket's peer has no address and is always here."""
    try:
        return not peer or ip_address(peer).is_loopback
    except ValueError:
        return False


def _method(asked: Request) -> Response | None:
    if asked.path == CALLBACK:
        return None if asked.method == "POST" else _allow("POST")
    if asked.path.startswith(_DASH) and not asked.path.startswith(_BENEATH) and asked.path not in _FIXED:
        return problem(404, "There is nothing here.")
    return None if asked.method in READS else _allow("GET, HEAD")


def _allow(methods: str) -> Response:
    answer = problem(405, "This address does not take that method.")
    answer.headers["Allow"] = methods
    return answer


def _body(asked: Request) -> Response | None:
    if asked.path != CALLBACK:
        return problem(413, "This address takes no body.") if _has_body(asked) else None
    if not _PAGE_LOAD.fullmatch(asked.query_string):
        return problem(400, "This address does not take that query.")
    if asked.mimetype != "application/json":
        return problem(415, "The body is JSON.")
    if asked.content_length is None:
        return problem(411, "The body's length is not said.")
    if asked.content_length > MAX_BODY:
        return problem(413, f"The body is longer than {MAX_BODY} bytes.")
    return None


def _has_body(asked: Request) -> bool:
    return bool(asked.content_length) or "HTTP_TRANSFER_ENCODING" in asked.environ


def _shape(asked: Request, wired: Mapping[str, Wire]) -> Response | None:
    """Hold a callback's body against the callbacks there are: ids, properties, counts, values."""
    if asked.path != CALLBACK:
        return None
    try:
        body = _Body.model_validate(orjson.loads(asked.get_data()))
    except (ValidationError, orjson.JSONDecodeError):
        return problem(400, "The body is not what a page of this site sends.")
    wire = wired.get(body.output)
    return None if wire and _fits(body, wire) else problem(400, "There is no such callback.")


def _fits(body: _Body, wire: Wire) -> bool:
    ports = [(each.id, each.property) for each in body.inputs]
    changed = {*body.changedPropIds, *body.parsedChangedPropsIds}
    return (
        (body.outputs.id, body.outputs.property) == wire.output
        and ports == list(wire.inputs)
        and not body.state
        and changed <= {f"{id_}.{name}" for id_, name in wire.inputs}
        and all(wire.takes(each.value) for each in body.inputs)
    )
