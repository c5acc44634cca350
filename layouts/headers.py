"""Headers on every answer, errors included."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, request

_STATIC = ("/assets/", "/_dash-component-suites/", "/_favicon.ico", "/favicon.ico")


def policy(script_hashes: Sequence[str]) -> str:
    """The content security policy; ``script_hashes`` are those of the framework's own inline scripts."""
    script = " ".join(("'self'", *script_hashes))
    rules = (
        "default-src 'self'",
        f"script-src {script}",
        "style-src 'self' 'unsafe-inline'",  # charts set styles on their elements
        "img-src 'self' data:",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
    )
    return "; ".join(rules)


def register(server: Flask, script_hashes: Sequence[str]) -> None:
    """Put the headers on every answer of the server."""
    always = {
        "Content-Security-Policy": policy(script_hashes),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }

    @server.after_request
    def _dress(answer: Response) -> Response:
        answer.headers.update(always)
        if not (request.path.startswith(_STATIC) and answer.status_code < 400):  # noqa: PLR2004 - the errors
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer
