"""A wall screen in a real browser: it shows its scenes, says when it is cut off, and comes back by itself."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from layouts.shell import build
from scorecard.settings import Settings
from tests.browser.witness import Witness
from tests.unit.layouts.boards import HEAD, SmallBoards

WALL = "/wall/depot-north"


class Server:
    """A server that can be switched off and on again at the same address."""

    def __init__(self) -> None:
        fresh = SmallBoards(replace(HEAD, taken=datetime.now(UTC)))
        self.app = build(fresh, Settings(Path("small"), Path("var")), bundled=True).server
        self.port = 0
        self.on()

    def on(self) -> None:
        self._server: BaseWSGIServer = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def off(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.off()


def test_a_wall_shows_its_scenes(server: Server, page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(server.url + WALL)
    expect(page.locator("#scenes")).to_contain_text("Net promoter score")
    expect(page.locator("#place")).to_have_text("Depot North")
    expect(page.locator("#as-of")).to_contain_text("06:00")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1920
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080


@pytest.mark.slow
def test_a_wall_marks_a_lost_connection_within_ten_seconds_and_recovers(
    server: Server, page: Page, witness: Witness
) -> None:
    page.goto(server.url + WALL)
    expect(page.locator("#scenes")).to_contain_text("Net promoter score")
    alert = page.locator("#alert")
    expect(alert).not_to_be_visible()
    server.off()
    try:
        expect(alert).to_be_visible(timeout=10_000)
        expect(alert).to_contain_text("onnection")
        expect(page.locator("#scenes")).to_contain_text("Net promoter score")
    finally:
        server.on()
    expect(alert).not_to_be_visible(timeout=15_000)
    witness.forgive("ERR_")
