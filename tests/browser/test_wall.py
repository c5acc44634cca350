"""A wall screen in a real browser: cut off, restarted, renewed, left alone for weeks, it never lies of its age."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, CDPSession, Page, Route, expect
from werkzeug.serving import BaseWSGIServer, make_server

from layouts import shell
from scorecard.people.principal import Principal
from scorecard.settings import Settings
from scorecard.view import NotFound
from scorecard.wallview import DisplayView
from tests.browser.witness import Witness
from tests.unit.layouts.boards import HEAD, SmallBoard, SmallBoards

WALL = "/wall/depot-north"
NPS = "Net promoter score"


class Server:
    """A server that can be switched off and on again at the same address, in another version too."""

    def __init__(self) -> None:
        self.boards = SmallBoards(replace(HEAD, taken=datetime.now(UTC)))
        self.app = self.version()
        self.port = 0
        self.running = False
        self.on()

    def version(self) -> Flask:
        return shell.build(self.boards, Settings(Path("small"), Path("var")), bundled=True).server

    def on(self) -> None:
        self._server: BaseWSGIServer = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.running = True

    def off(self) -> None:
        if self.running:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self.running = False

    @property
    def wall(self) -> str:
        return f"http://127.0.0.1:{self.port}{WALL}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.off()


@pytest.fixture
def wall(server: Server, page: Page) -> Page:
    """The wall, open, its shell kept for a day without a network, with a clock that a test moves."""
    page.clock.install()
    page.goto(server.wall)
    expect(page.locator("#scenes")).to_contain_text(NPS)
    page.wait_for_function(
        "caches.open('golden-thread-wall').then((c) => c.keys())"
        ".then((k) => k.some((r) => r.url.includes('wall.js')) && k.some((r) => r.url.endsWith('/wall/depot-north')))"
    )
    return page


def until(wall: Page, come: Callable[[], bool], seconds: float = 60) -> None:
    """Let the wall's time go on until something has come; each step waits a little for the network too."""
    for _ in range(int(seconds * 2)):
        if come():
            return
        wall.clock.run_for(500)
        wall.wait_for_timeout(20)
    raise AssertionError(f"did not come in {seconds} s: {wall.locator('body').get_attribute('data-state')}")


def state(wall: Page) -> str | None:
    return wall.locator("body").get_attribute("data-state")


def test_a_wall_shows_its_scenes_in_turn_and_says_what_it_is(server: Server, wall: Page) -> None:
    expect(wall.locator("#place")).to_have_text("Depot North")
    expect(wall.locator("#as-of")).to_contain_text("06:00")
    expect(wall.locator("#clock")).to_have_text(wall.evaluate("new Date().toLocaleTimeString('en-GB').slice(0, 5)"))
    expect(wall.locator("#dots i")).to_have_count(6)
    expect(wall.locator(".scene.number")).to_be_visible()
    wall.clock.run_for(20_100)
    expect(wall.locator(".scene.thread")).to_be_visible()
    expect(wall.locator("#dots i.on")).to_have_count(1)
    assert not wall.locator("a, button, input, [tabindex]").count()


@pytest.mark.slow
def test_a_lost_connection_is_said_within_ten_seconds_and_no_longer_once_it_is_back(
    server: Server, page: Page, witness: Witness
) -> None:
    page.goto(server.wall)
    expect(page.locator("#scenes")).to_contain_text(NPS)
    alert = page.locator("#alert")
    expect(alert).not_to_be_visible()
    server.off()
    expect(alert).to_contain_text("No connection", timeout=10_000)
    expect(page.locator("#scenes")).to_contain_text(NPS)
    server.on()
    expect(alert).not_to_be_visible(timeout=15_000)
    page.close()
    witness.forgive("ERR_")


def test_ten_minutes_of_darkness_and_a_restart(server: Server, wall: Page, witness: Witness) -> None:
    opened: list[str] = []
    wall.on("framenavigated", lambda frame: opened.append(frame.url))
    server.off()
    wall.clock.run_for(600_000)
    expect(wall.locator("#alert")).to_have_text("No connection for 10 min.")
    expect(wall.locator("#scenes")).not_to_be_empty()
    assert wall.locator("#scenes").is_visible()
    server.on()
    until(wall, lambda: state(wall) == "ok")
    expect(wall.locator("#alert")).not_to_be_visible()
    assert opened == []
    wall.close()
    witness.forgive("ERR_")


def test_a_reload_without_a_network_shows_the_last_good_picture_and_how_long_nobody_confirmed_it(
    server: Server, wall: Page, witness: Witness
) -> None:
    server.off()
    wall.clock.run_for(3_660_000)
    wall.reload()
    expect(wall.locator("#scenes")).to_contain_text(NPS)
    expect(wall.locator("#alert")).to_have_text("No connection for 1 h.")
    assert wall.evaluate("getComputedStyle(document.querySelector('.hero')).display") == "flex", (
        "the styles are kept too"
    )
    server.on()
    until(wall, lambda: state(wall) == "ok")
    wall.close()
    witness.forgive("ERR_")


def test_a_new_version_is_loaded_after_a_healthy_beat_and_never_while_offline(
    server: Server, wall: Page, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    wall.on("framenavigated", lambda frame: opened.append(frame.url))
    server.off()
    monkeypatch.setattr(shell, "_build_name", lambda: "ab1234")
    server.app = server.version()
    wall.clock.run_for(120_000)
    assert opened == []
    server.on()
    until(wall, lambda: wall.locator("body").get_attribute("data-build") == "ab1234")
    until(wall, lambda: state(wall) == "ok")
    assert opened == [server.wall]
    wall.clock.run_for(120_000)
    assert opened == [server.wall]
    wall.close()
    witness.forgive("ERR_")


def test_two_versions_that_take_turns_do_not_make_it_reload_for_ever(wall: Page) -> None:
    opened: list[str] = []
    wall.on("framenavigated", lambda frame: opened.append(frame.url))
    asked: list[str] = []
    wall.on("request", lambda request: asked.append(request.url) if request.url.endswith(WALL) else None)

    def another(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "Golden-Thread-Build": "beef"})

    wall.route("**/api/v1/display/**", another)
    until(wall, lambda: bool(asked))
    for _ in range(80):
        wall.clock.run_for(500)
        wall.wait_for_timeout(5)
    assert opened == []
    assert len(asked) <= 2


@pytest.mark.parametrize(
    ("hours", "shown", "said"),
    [(25, True, ""), (27, True, "Figures are 27 h old: no new data."), (49, True, "Figures are 2 days old"),
     (51, False, "No current figures. The last are from Wed 06:00.")],
)  # fmt: skip
def test_a_daily_refresh_blanks_no_wall_and_figures_too_old_are_hidden(
    server: Server, page: Page, hours: int, shown: bool, said: str
) -> None:
    server.boards.become(taken=datetime.now(UTC) - timedelta(hours=hours))
    page.goto(server.wall)
    expect(page.locator("#place")).to_have_text("Depot North")
    expect(page.locator("#scenes")).to_be_visible(visible=shown)
    expect(page.locator("#alert")).to_contain_text(said)


def test_a_closed_data_set_is_never_old_but_must_be_confirmed(server: Server, wall: Page, witness: Witness) -> None:
    server.boards.become(closed=True, taken=datetime.now(UTC) - timedelta(days=400), generation="g2")
    until(wall, lambda: "Data as of 18 Nov 2026" in wall.locator("#as-of").inner_text())
    assert state(wall) == "ok"
    server.off()
    wall.clock.fast_forward("23:59:00")
    expect(wall.locator("#alert")).to_contain_text("No connection for 23 h.")
    assert wall.locator("#scenes").is_visible()
    wall.clock.fast_forward("00:02:00")
    expect(wall.locator("#alert")).to_contain_text("No current figures.")
    expect(wall.locator("#scenes")).not_to_be_visible()
    server.on()
    until(wall, lambda: state(wall) == "ok")
    expect(wall.locator("#scenes")).to_be_visible()
    wall.close()
    witness.forgive("ERR_")


def test_a_log_in_page_of_a_proxy_is_a_lost_connection_and_the_server_s_own_no_is_a_no(
    server: Server, wall: Page, witness: Witness
) -> None:
    wall.route("**/api/v1/display/**", lambda route: route.fulfill(status=200, body="<h1>Sign in</h1>"))
    until(wall, lambda: state(wall) == "offline")
    wall.unroute("**/api/v1/display/**")
    wall.route("**/api/v1/display/**", lambda route: route.fulfill(status=404, body="nowhere"))
    until(wall, lambda: state(wall) == "offline", 5)
    assert wall.locator("#scenes").is_visible()
    wall.unroute("**/api/v1/display/**")
    until(wall, lambda: state(wall) == "ok")
    refused = {"Golden-Thread-Build": wall.locator("body").get_attribute("data-build") or ""}
    wall.route("**/api/v1/display/**", lambda route: route.fulfill(status=404, headers=refused, body="{}"))
    until(wall, lambda: state(wall) == "gone")
    assert wall.evaluate("localStorage.getItem('golden-thread-wall:depot-north')") is None
    wall.close()
    witness.forgive("404")


def test_the_server_knows_the_screen_by_its_beats(server: Server, wall: Page) -> None:
    until(wall, lambda: any(one.beat.state == "ok" for one in server.boards.presence.seen()))
    (seen,) = server.boards.presence.seen()
    assert (seen.beat.width, seen.beat.height) == (1280, 800)
    assert seen.beat.build == wall.locator("body").get_attribute("data-build")
    wall.reload()
    expect(wall.locator("#scenes")).to_contain_text(NPS)
    assert [one.beat.screen for one in server.boards.presence.seen()] == [seen.beat.screen]


class BriskBoard(SmallBoard):
    """A display whose faces turn five times a second."""

    def display(self, display: str) -> DisplayView | NotFound:
        found = super().display(display)
        return found if isinstance(found, NotFound) else replace(found, rotate=0.2)


class Restless(SmallBoards):
    """Another picture for everybody who asks."""

    pictures = 0

    def for_(self, principal: Principal) -> BriskBoard:
        self.pictures += 1
        return BriskBoard(principal, replace(self.head or HEAD, generation=f"g{self.pictures}"), seen=self.screens)


def live(devtools: CDPSession) -> tuple[int, int, int]:
    """What a page holds once all that is forgotten is collected: objects of its script, nodes, bytes of heap."""
    devtools.send("HeapProfiler.collectGarbage")
    everything = devtools.send("Runtime.evaluate", {"expression": "Object.prototype", "objectGroup": "count"})
    prototype = {"prototypeObjectId": everything["result"]["objectId"], "objectGroup": "count"}
    found = devtools.send("Runtime.queryObjects", prototype)["objects"]["objectId"]
    length = {"objectId": found, "functionDeclaration": "function () { return this.length; }", "returnByValue": True}
    objects = devtools.send("Runtime.callFunctionOn", length)["result"]["value"]
    devtools.send("Runtime.releaseObjectGroup", {"objectGroup": "count"})
    devtools.send("HeapProfiler.collectGarbage")
    heap = devtools.send("Runtime.getHeapUsage")["usedSize"]
    return objects, devtools.send("Memory.getDOMCounters")["nodes"], heap


def test_two_hundred_refreshes_leave_nothing_behind(server: Server, new_context: Callable[..., BrowserContext]) -> None:
    restless = Restless(server.boards.head)
    server.off()
    server.app = shell.build(restless, Settings(Path("small"), Path("var")), bundled=True).server
    server.on()

    def hurried(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('data-poll="3"', 'data-poll="0.01"'))

    page = new_context(service_workers="block").new_page()
    page.route(server.wall, hurried)
    page.goto(server.wall)
    expect(page.locator("#scenes")).to_contain_text(NPS)
    page.reload()  # with a picture at hand its faces turn from the start
    devtools = page.context.new_cdp_session(page)

    def after(refreshes: int) -> tuple[int, int, int]:
        """The least of several readings: a face has fewer nodes than another, and an answer may be on its way."""
        wanted = restless.pictures + refreshes
        while restless.pictures < wanted:
            page.wait_for_timeout(50)
        readings = []
        for _ in range(8):
            readings.append(live(devtools))
            page.wait_for_timeout(100)
        objects, nodes, heap = zip(*readings, strict=True)
        return min(objects), min(nodes), min(heap)

    for face in ("number", "thread", "today", "voice", "story", "leaderless"):  # what is drawn first is compiled then
        page.locator(f".scene.{face}").wait_for()
    (objects, nodes, heap), (more_objects, more_nodes, more_heap) = after(50), after(200)
    assert more_objects - objects < 100, "one object kept a refresh would be two hundred"
    assert more_nodes - nodes < 100, "so would one node"
    assert more_heap - heap < 200 * 1024, "an answer's text is four times that"
