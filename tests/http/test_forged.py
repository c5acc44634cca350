"""Bodies that no page of this site sends: every one is refused in plain words, none is an error."""

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

URL = "/_dash-update-component"


def good(**changes: Any) -> dict[str, Any]:
    ports = [
        {"id": "address", "property": "pathname", "value": "/"},
        {"id": "address", "property": "search", "value": ""},
    ]
    body = {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": ports,
        "changedPropIds": ["address.pathname"],
        "parsedChangedPropsIds": ["address.pathname"],
    }
    return {**body, **changes}


def inputs(*values: Any) -> list[dict[str, Any]]:
    return [
        {"id": "address", "property": name, "value": value}
        for name, value in zip(("pathname", "search"), values, strict=True)
    ]


FORGED: dict[str, Any] = {
    "nothing": {},
    "a list": [],
    "a list of bodies": [good()],
    "a number": 1,
    "null": None,
    "a string": "page.children",
    "no output": {key: value for key, value in good().items() if key != "output"},
    "output a number": good(output=1),
    "output a list": good(output=["page.children"]),
    "another output": good(output="address.href"),
    "an empty output": good(output=""),
    "many outputs": good(output="..page.children...address.href.."),
    "a pattern": good(output='{"index":["ALL"],"type":"x"}.children'),
    "prototype": good(output="__proto__.children"),
    "no outputs": good(outputs=None),
    "outputs a list": good(outputs=[{"id": "page", "property": "children"}]),
    "another output's property": good(outputs={"id": "page", "property": "style"}),
    "outputs nested": good(outputs={"id": {"type": "x"}, "property": "children"}),
    "no inputs": good(inputs=[]),
    "inputs null": good(inputs=None),
    "inputs a dict": good(inputs={"0": inputs("/", "")[0]}),
    "one input": good(inputs=inputs("/", "")[:1]),
    "too many inputs": good(inputs=inputs("/", "") * 9),
    "inputs swapped": good(inputs=inputs("/", "")[::-1]),
    "inputs nested": good(inputs=[inputs("/", "")]),
    "input of another id": good(inputs=[{"id": "x", "property": "pathname", "value": "/"}, inputs("/", "")[1]]),
    "input without property": good(inputs=[{"id": "address", "value": "/"}, inputs("/", "")[1]]),
    "input with more": good(inputs=[{**inputs("/", "")[0], "secret": 1}, inputs("/", "")[1]]),
    "path a number": good(inputs=inputs(1, "")),
    "path a list": good(inputs=inputs(["/"], "")),
    "path a dict": good(inputs=inputs({"a": {"b": []}}, "")),
    "path true": good(inputs=inputs(True, "")),
    "path endless": good(inputs=inputs("/" + "a" * 5_000, "")),
    "search a dict": good(inputs=inputs("/", {"unit": "x"})),
    "state of nobody": good(state=[{"id": "page", "property": "children", "value": 1}]),
    "changed a dict": good(changedPropIds={"address.pathname": 1}),
    "changed numbers": good(changedPropIds=[1]),
    "changed another": good(changedPropIds=["page.children"]),
    "a key more": good(cancelJob=["1"]),
    "a background job": good(cacheKey="x"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_body_is_refused(client: FlaskClient, name: str) -> None:
    answer = client.post(URL, data=orjson.dumps(FORGED[name]), content_type="application/json")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


RAW = {
    "empty": b"",
    "not JSON": b"{",
    "not UTF-8": b'{"output": "\xff"}',
    "NaN": b'{"output": NaN}',
    "deep": b"[" * 5_000 + b"]" * 5_000,
    "two roots": orjson.dumps(good()) * 2,
    "zero bytes": b"\x00" * 40,
}


@pytest.mark.parametrize("name", RAW)
def test_a_broken_body_is_refused(client: FlaskClient, name: str) -> None:
    answer = client.post(URL, data=RAW[name], content_type="application/json")
    assert answer.status_code == (400 if RAW[name] else 411)


def test_a_page_s_own_body_is_answered(client: FlaskClient) -> None:
    answer = client.post(URL, json=good())
    assert answer.status_code == 200
    assert "Net promoter score" in answer.text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/metric/none", "/wall/depot-north", "//evil", "/unit/worker/%00", "\ud800"]
)
def test_the_router_takes_no_path_a_page_does_not_have(client: FlaskClient, path: str) -> None:
    body = orjson.dumps(good(inputs=inputs("/x", ""))).replace(b"/x", path.encode("utf-8", "surrogatepass"))
    answer = client.post(URL, data=body, content_type="application/json")
    assert answer.status_code in {200, 400}
    assert "Not found" in answer.text or answer.status_code == 400


def test_an_address_that_is_not_known_yet_changes_nothing(client: FlaskClient) -> None:
    assert client.post(URL, json=good(inputs=inputs(None, None))).status_code == 204


@pytest.mark.parametrize("query", ["cacheKey=x", "endId=" + "a" * 300, "endId=a&job=1", "endId=<script>", "x"])
def test_only_the_page_load_s_own_id_may_stand_in_the_query(client: FlaskClient, query: str) -> None:
    assert client.post(f"{URL}?{query}", json=good()).status_code == 400
    assert client.post(f"{URL}?endId=ab~12", json=good()).status_code == 200


def test_bodies_are_bounded_typed_and_measured(client: FlaskClient) -> None:
    assert client.post(URL, data=b" " * 20_000, content_type="application/json").status_code == 413
    assert client.post(URL, data=orjson.dumps(good()), content_type="text/plain").status_code == 415
    assert client.post(URL, data=orjson.dumps(good())).status_code == 415
    chunked = client.post(URL, content_type="application/json", headers={"Transfer-Encoding": "chunked"})
    assert chunked.status_code in {400, 411}
    assert client.get("/", data=b"x").status_code == 413


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_callbacks_are_posted(client: FlaskClient, method: str) -> None:
    answer = client.open(URL, method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
