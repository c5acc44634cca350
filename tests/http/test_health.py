import orjson
from flask.testing import FlaskClient

from tests.unit.layouts.boards import SmallBoards


def test_the_process_is_well_whatever_the_data_is(boards: SmallBoards, client: FlaskClient) -> None:
    boards.head = None
    assert client.get("/healthz").text == "ok\n"


def test_ready_once_a_snapshot_is_loaded(boards: SmallBoards, client: FlaskClient) -> None:
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert orjson.loads(ready.data) == {
        "ready": True, "generation": "g1", "age_seconds": 7200.0, "stale": False, "as_of": "2026-11-18T06:00:00",
        "faults": 0,
    }  # fmt: skip
    boards.head = None
    answer = client.get("/readyz")
    assert (answer.status_code, orjson.loads(answer.data)) == (503, {"ready": False})


def test_prometheus_can_read_requests_latency_and_age(boards: SmallBoards, client: FlaskClient) -> None:
    before = _metrics(client).get('golden_thread_requests_total{kind="metric",status="404"}', 0.0)
    client.get("/metric/none")
    after = _metrics(client)
    assert after['golden_thread_requests_total{kind="metric",status="404"}'] == before + 1
    assert after["golden_thread_snapshot_age_seconds"] == 7200.0
    assert after["golden_thread_ready"] == 1.0
    assert any(name.startswith('golden_thread_request_seconds_bucket{kind="metric"') for name in after)
    boards.head = None
    assert _metrics(client)["golden_thread_ready"] == 0.0


def test_refused_requests_are_counted_and_no_address_becomes_a_label(client: FlaskClient) -> None:
    for at in range(5):
        client.get(f"/never-{at}", headers={"Host": "evil.example"})
    metrics = _metrics(client)
    assert metrics['golden_thread_requests_total{kind="other",status="421"}'] >= 5
    assert not any("never-" in name for name in metrics)


def _metrics(client: FlaskClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}
