"""A real Chromium for the tests in this folder, and a witness that lets no page misbehave unseen."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
from playwright.sync_api import BrowserContext
from werkzeug.serving import make_server

from tests.browser.chromium import ARGUMENTS
from tests.browser.standing import TOUR_SEEN
from tests.browser.witness import Witness
from tests.conftest import BROWSER

HERE = Path(__file__).parent


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what asks for a page in this folder, so that no test can forget to."""
    if item.path.is_relative_to(HERE) and "browser_name" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def base_url() -> None:
    """None: tests name whole addresses. Stands before pytest-playwright's own, which pytest 9 warns about."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], pytestconfig: pytest.Config) -> dict[str, Any]:
    """The machine's own Chromium, drawing the same pixels everywhere."""
    return {
        **browser_type_launch_args,
        "executable_path": pytestconfig.stash[BROWSER],
        "args": list(ARGUMENTS),
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """One place, one language, one size and nothing that moves; a test may ask `new_context` for others."""
    return {
        **browser_context_args,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "reduced_motion": "reduce",
        "viewport": {"width": 1280, "height": 800},
    }


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Fails the test at its end if a page had an error, or asked for something outside its server."""
    witness = Witness()
    yield witness
    assert not witness.faults, "\n".join(witness.faults)


@pytest.fixture
def new_context(witness: Witness, new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """As pytest-playwright's own, which `context` and `page` come from too, under the eyes of the witness."""

    def watched(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.add_init_script(TOUR_SEEN)
        witness.watch(context)
        return context

    return watched


@pytest.fixture
def serve() -> Iterator[Callable[[WSGIApplication], str]]:
    """Serves an application on a free loopback port until the test ends; gives its address, without a slash."""
    servers = []

    def start(application: WSGIApplication) -> str:
        server = make_server("127.0.0.1", 0, application, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()
