"""The witness itself: a page that misbehaves is seen, a page that does not is left alone."""

from collections.abc import Callable
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.witness import Witness

Serve = Callable[[WSGIApplication], str]
ICON = '<link rel="icon" href="data:,">'  # else the browser asks for /favicon.ico, and 404 is an error


def page_of(body: str) -> Flask:
    """An application with one page, and a file of its own."""
    application = Flask(__name__)
    application.add_url_rule("/", "page", lambda: f"<!doctype html>{ICON}<title>t</title>{body}")
    application.add_url_rule("/own.txt", "own", lambda: "own")
    return application


def test_a_quiet_page_has_no_faults(page: Page, serve: Serve, witness: Witness) -> None:
    page.goto(serve(page_of("<h1>Quiet</h1><script>fetch('/own.txt').then(() => document.title = 'done')</script>")))
    page.wait_for_function("document.title === 'done'")
    assert page.inner_text("h1") == "Quiet"
    assert witness.faults == []


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("console.error('that went wrong')", "console error: that went wrong"),
        ("nothing.at.all", "page error: nothing is not defined"),
        ("setTimeout(() => { throw new Error('late') })", "page error: late"),
        ("Promise.reject(new Error('alone'))", "page error: alone"),
    ],
)
def test_errors_are_seen(page: Page, serve: Serve, witness: Witness, script: str, fault: str) -> None:
    page.goto(serve(page_of(f"<script>{script}</script>")))
    page.wait_for_timeout(50)
    witness.forgive(fault)


def test_a_missing_file_is_seen(page: Page, serve: Serve, witness: Witness) -> None:
    page.goto(serve(page_of('<img src="/gone.png" alt="">')), wait_until="load")
    witness.forgive("404")


def test_a_request_to_another_server_is_seen(page: Page, serve: Serve, witness: Witness) -> None:
    other = serve(page_of("another"))
    page.goto(serve(page_of(f'<img src="{other}/own.txt" alt="">')), wait_until="load")
    witness.forgive(f"request outside the server: GET {other}/own.txt")


def test_nothing_can_be_forgiven_that_did_not_happen(page: Page, serve: Serve, witness: Witness) -> None:
    page.goto(serve(page_of("<h1>Quiet</h1>")))
    with pytest.raises(AssertionError, match="nothing to forgive"):
        witness.forgive("anything")
