"""Compression: static files once and well, kept in memory; everything else on the fly and fast.

Dash's own ``compress`` squeezes every answer anew, and never with brotli.
"""

from __future__ import annotations

import gzip
import threading
from typing import Literal

import brotli  # type: ignore[import-untyped]  # it ships no types
from flask import Flask, Request, Response, request

Coding = Literal["br", "gzip"]
_TYPES = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml")
_STATIC = ("/assets/", "/_dash-component-suites/")
_SMALLEST = 700
_KEPT_FILES = 200
_OK = 200


def register(server: Flask) -> None:
    """Compress the server's answers for those who take it."""
    kept: dict[tuple[str, str | None, Coding], bytes] = {}
    lock = threading.Lock()

    @server.after_request
    def _squeeze(answer: Response) -> Response:
        coding = _coding(request)
        if not _squeezable(answer):
            return answer
        answer.vary.add("Accept-Encoding")
        if coding is None or request.method == "HEAD":
            return answer
        static = request.path.startswith(_STATIC)
        key = (request.path, answer.headers.get("ETag"), coding)
        body = kept.get(key) if static else None
        if body is None:
            raw = _raw(answer)
            if len(raw) < _SMALLEST:
                return answer
            body = squeezed(raw, coding, static=static)
            with lock:
                if static and len(kept) < _KEPT_FILES:
                    kept[key] = body
        _replace(answer, body, coding, static=static)
        return answer


def squeezed(raw: bytes, coding: Coding, *, static: bool) -> bytes:
    """Compress: as small as it gets for files, as fast as it gets for answers."""
    if coding == "br":
        return bytes(brotli.compress(raw, quality=9 if static else 4))
    return gzip.compress(raw, 9 if static else 5)


def _coding(asked: Request) -> Coding | None:
    best = asked.accept_encodings.best_match(("br", "gzip"))
    return "br" if best == "br" else "gzip" if best == "gzip" else None


def _squeezable(answer: Response) -> bool:
    return (
        answer.status_code == _OK
        and "Content-Encoding" not in answer.headers
        and (answer.mimetype or "").startswith(_TYPES)
    )


def _raw(answer: Response) -> bytes:
    answer.direct_passthrough = False
    return answer.get_data()


def _replace(answer: Response, body: bytes, coding: Coding, *, static: bool) -> None:
    close = getattr(answer.response, "close", None)
    if close is not None:
        close()  # the file whose place the kept bytes take
    answer.direct_passthrough = False
    answer.set_data(body)
    answer.headers["Content-Encoding"] = coding
    etag, weak = answer.get_etag()
    if etag and not weak:
        answer.set_etag(etag if static else f"{etag}-{coding}", weak=static)  # other bytes, another strong tag


def tags_of(etag: str) -> tuple[str, ...]:
    """The strong tags under which the one answer travels: plain, and in each coding."""
    return (etag, f"{etag}-br", f"{etag}-gzip")
