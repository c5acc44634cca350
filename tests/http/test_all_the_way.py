"""From YAML and a warehouse to a page: refreshed by the command, served by gunicorn, asked by many at once."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import orjson
import pytest

from tests import company

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of two workers that serve the window cleaners."""
    folder = tmp_path_factory.mktemp("company")
    config = company.make(folder)
    scorecard = config / "scorecard.yaml"
    closed = f"grain: week\n  as_of: {company.UNTIL.isoformat()}"  # its facts end in May, whenever this runs
    scorecard.write_text(scorecard.read_text().replace("grain: week", closed, 1))
    environ = {**os.environ, "GOLDEN_THREAD_CONFIG": str(config), "GOLDEN_THREAD_VAR": str(folder / "var"),
               "PYTHONPATH": str(ROOT)}  # fmt: skip
    subprocess.run([sys.executable, "-m", "scorecard", "refresh", str(config)], env=environ, cwd=folder, check=True,
                   capture_output=True)  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "app:server", "--chdir", str(ROOT), "--bind", f"127.0.0.1:{port}",
         "--workers", "2", "--worker-class", "gthread", "--threads", "8", "--preload", "--no-control-socket"],
        env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server did not start"
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not answer")


def get(port: int, place: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", place, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body, found = answer.read(), dict(answer.getheaders())
    connection.close()
    return answer.status, body, found


def test_the_very_first_requests_may_come_all_at_once(port: int) -> None:
    places = ["/", "/metric/clean", "/unit/crew/Alder", "/measures", "/api/v1/board", "/_dash-layout"] * 10
    with ThreadPoolExecutor(30) as many:
        answers = [*many.map(lambda place: get(port, place)[0], places)]
    assert answers == [200] * len(places)


def test_the_page_tells_the_company_s_story(port: int) -> None:
    html = get(port, "/")[1].decode()
    assert "Would recommend us" in html
    assert "You see the sky." in html
    assert "Streak-free" in html


def test_ids_travel_encoded_and_conditional_requests_are_short(port: int) -> None:
    assert get(port, "/unit/crew/Al%64er")[0] == 200
    assert get(port, "/unit/crew/Alder%2F")[0] == 404
    status, body, headers = get(port, "/api/v1/unit/crew/Alder")
    assert (status, orjson.loads(body)["data"]["label"]) == (200, "Alder")
    assert get(port, "/api/v1/unit/crew/Alder", If_None_Match=headers["ETag"])[:2] == (304, b"")


def test_the_server_is_ready_and_answers_to_its_own_name_only(port: int) -> None:
    assert orjson.loads(get(port, "/readyz")[1])["ready"]
    assert get(port, "/", Host="evil.example")[0] == 421
    assert get(port, "/wall/yard")[0] == 200
    assert orjson.loads(get(port, "/api/v1/display/yard")[1])["place"] == "Alder"
