"""One form for every error answer: a title, a sentence, a reference; never SQL, paths or secrets (RFC 9457)."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus

import orjson
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

LOG = logging.getLogger("golden_thread")
MIME = "application/problem+json"


def problem(status: int, detail: str, reference: str | None = None) -> Response:
    """An error as ``application/problem+json``."""
    body: dict[str, object] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body["detail"] = detail
    if reference:
        body["reference"] = reference
    return Response(orjson.dumps(body), status, content_type=MIME)


def unknown(what: str, near: str | None) -> Response:
    """There is no such thing, or it is not the asker's to see: both sound the same."""
    meant = f" Did you mean {near}?" if near else ""
    return problem(404, f"{what[:1].upper()}{what[1:]}.{meant}")


def later(said: str) -> Response:
    """It cannot be answered just now; the same question may be put again."""
    answer = problem(503, said)
    answer.headers["Retry-After"] = "10"
    return answer


def reference_of(error: BaseException) -> str:
    """Log an error with everything it knows, and return the reference people may be told instead."""
    reference = secrets.token_hex(4)
    LOG.error("reference %s", reference, exc_info=error)
    return reference


def register(server: Flask) -> None:
    """Let nothing leave the server but :func:`problem`, whatever is raised."""
    server.register_error_handler(HTTPException, _refused)
    server.register_error_handler(Exception, _failed)


def _refused(error: HTTPException) -> Response:
    if error.code is None:
        return _failed(error)
    answer = problem(error.code, error.description or HTTPStatus(error.code).phrase)
    for name, value in error.get_headers():
        if name in {"Allow", "Location", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _failed(error: Exception) -> Response:
    return problem(500, "Something went wrong here. The reference finds it in the log.", reference_of(error))
