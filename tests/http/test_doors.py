"""Who is let in, and what every answer carries."""

import pytest
from flask.testing import FlaskClient

from tests.http.conftest import Served

HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options")
PLACES = {
    "/": 200, "/metric/nps": 200, "/unit/team/Depot%20North": 200, "/measures": 200, "/nowhere": 404, "/metric/x": 404,
    "/assets/tokens.css": 200, "/assets/../shell.py": 404, "/assets/none.css": 404,
    "/favicon.ico": 200, "/_dash-layout": 200,
    "/_reload-hash": 404, "/_dash-component-suites/dash/none.js": 404, "/_alive_x": 404, "/_mcp": 404,
    "/api/v1/board": 200, "/api/v1/metric/none": 404, "/api/v1": 404, "/healthz": 200, "/readyz": 200, "/metrics": 200,
    "/wall/depot-north": 200, "/wall/none": 404, "/metric//nps": 404, "/unit/team/%2e%2e": 404, "/%00": 404,
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_every_address_answers_as_it_should_with_its_headers(client: FlaskClient, place: str) -> None:
    answer = client.get(place, buffered=True)
    assert answer.status_code == PLACES[place]
    assert all(name in answer.headers for name in HEADERS)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'sha256-" in policy
    if not place.startswith(("/assets", "/_dash-component", "/favicon.ico")) or answer.status_code != 200:
        assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("place", ["/", "/api/v1/board", "/healthz", "/assets/tokens.css", "/wall/depot-north"])
def test_pages_are_only_read(client: FlaskClient, method: str, place: str) -> None:
    answer = client.open(place, method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost:x", "[::1]evil"]
)
@pytest.mark.parametrize("place", ["/", "/assets/tokens.css", "/api/v1/board", "/healthz", "/_dash-layout"])
def test_other_hosts_are_refused_everywhere(client: FlaskClient, host: str, place: str) -> None:
    assert client.get(place, headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8050", "127.0.0.1:1", "[::1]:8050", "[::1]"])
def test_this_machine_s_own_names_are_let_in(served: Served, host: str) -> None:
    client = served(hosts=("127.0.0.1", "localhost", "::1"))
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_bound_to_every_address_it_answers_to_every_name(served: Served) -> None:
    assert served(hosts=("*",)).get("/healthz", headers={"Host": "depot.example:8050"}).status_code == 200


def test_a_request_without_a_host_is_odd(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": ""}).status_code == 400


def test_own_data_is_served_to_this_machine_only(served: Served) -> None:
    client = served(bundled=False)
    assert client.get("/").status_code == 200
    for peer in ("10.0.0.7", "192.168.1.1", "2001:db8::1", "odd"):
        assert client.get("/", environ_base={"REMOTE_ADDR": peer}).status_code == 403
    assert served(bundled=True).get("/", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 200


def test_own_data_goes_elsewhere_only_where_the_house_is_opened_on_purpose(served: Served) -> None:
    peer = {"REMOTE_ADDR": "10.0.0.7"}
    shut = served(bundled=False, hosts=("scorecard.example",))
    assert shut.get("/", headers={"Host": "scorecard.example"}, environ_base=peer).status_code == 403
    client = served(bundled=False, hosts=("scorecard.example",), open_house=True)
    answer = client.get("/", headers={"Host": "scorecard.example"}, environ_base=peer)
    assert answer.status_code == 200


def test_the_sql_is_shown_on_request_and_never_where_anybody_may_come_in(served: Served) -> None:
    inside, outside = served(bundled=False), served(bundled=False, open_house=True)
    page, asked, api = "/metric/nps", "/metric/nps?show=sql", "/api/v1/metric/nps/statements"
    assert "SELECT" not in inside.get(page).text
    assert 'href="/metric/nps?show=sql"' in inside.get(page).text
    shown = inside.get(asked).text
    assert "SELECT &#39;&lt;/pre&gt;&lt;b&gt;&#39; AS nasty" in shown
    assert "One additive statement over" in shown
    assert "1 more like it" in shown
    (told,) = inside.get(api).get_json()["data"]
    assert told["sql"] == ["SELECT '</pre><b>' AS nasty"]
    assert inside.get("/api/v1/metric/none/statements").status_code == 404
    for place in (page, asked):
        assert "SELECT" not in (html := outside.get(place).text)
        assert "show-sql" not in html
        assert "SQL" not in html
    hidden, unknown = outside.get(api), outside.get("/api/v1/nothing")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.get_json().get("near") is None


def test_files_are_kept_a_year_and_compressed_once(client: FlaskClient) -> None:
    plain = client.get("/assets/base.css", buffered=True)
    assert "max-age=31536000" in plain.headers["Cache-Control"]
    first = client.get("/assets/base.css", buffered=True, headers={"Accept-Encoding": "br, gzip"})
    again = client.get("/assets/base.css", buffered=True, headers={"Accept-Encoding": "gzip, br;q=0.9"})
    assert (first.headers["Content-Encoding"], again.headers["Content-Encoding"]) == ("br", "gzip")
    assert len(first.data) < len(plain.data) / 2
    assert first.headers["Vary"] == "Accept-Encoding"
    known = client.get(
        "/assets/base.css",
        buffered=True,
        headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]},
    )
    assert known.status_code == 304


def test_no_answer_names_what_made_it_fail(served: Served, boards: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    client = served()
    monkeypatch.setattr(boards, "for_", broken)
    for place in ("/", "/api/v1/board", "/readyz", "/wall/depot-north"):
        answer = client.get(place)
        assert answer.status_code == 500
        assert "SELECT" not in answer.text
        assert "eference" in answer.text
        assert "Content-Security-Policy" in answer.headers
