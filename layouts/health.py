"""How the server itself is: ``/healthz`` (the process), ``/readyz`` (a snapshot and its age), ``/metrics``."""

from __future__ import annotations

import time
from collections.abc import Iterable

import orjson
from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from scorecard.board import Boards
from scorecard.people.principal import EVERYBODY

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_KINDS = ("assets", "api", "metric", "unit", "measures", "displays", "wall", "healthz", "readyz", "metrics")


def register(server: Flask, boards: Boards) -> None:
    """Add the health routes and count every request; one registry an application, never the process-wide one."""
    registry = CollectorRegistry()
    registry.register(_Snapshot(boards))
    requests = Counter("golden_thread_requests", "Requests answered", ("kind", "status"), registry=registry)
    seconds = Histogram(
        "golden_thread_request_seconds", "Time to answer", ("kind",), buckets=_BUCKETS, registry=registry
    )

    @server.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @server.after_request
    def _count(answer: Response) -> Response:
        kind = _kind(request.path)
        requests.labels(kind, answer.status_code).inc()
        seconds.labels(kind).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        return answer

    server.add_url_rule("/healthz", "healthz", lambda: Response("ok\n", content_type="text/plain"))
    server.add_url_rule("/readyz", "readyz", lambda: _ready(boards))
    server.add_url_rule(
        "/metrics", "metrics", lambda: Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    )


def _ready(boards: Boards) -> Response:
    board = boards.for_(EVERYBODY)
    if board is None:
        return Response(orjson.dumps({"ready": False}), 503, content_type="application/json")
    head = board.head()
    state = {
        "ready": True,
        "generation": head.generation,
        "age_seconds": round(head.age, 1),
        "stale": head.stale,
        "as_of": head.as_of,
        "faults": len(head.faults),
    }
    return Response(orjson.dumps(state), content_type="application/json")


def _kind(path: str) -> str:
    """What sort of address this is: a handful of names, however many addresses there are."""
    first = path.strip("/").partition("/")[0]
    if path == "/":
        return "thread"
    if path == "/_dash-update-component":
        return "callback"
    return first if first in _KINDS else "framework" if first.startswith("_") else "other"


class _Snapshot(Collector):
    """The snapshot's age and whether there is one, asked at the moment of the scrape."""

    def __init__(self, boards: Boards) -> None:
        self._boards = boards

    def collect(self) -> Iterable[GaugeMetricFamily]:
        board = self._boards.for_(EVERYBODY)
        yield GaugeMetricFamily("golden_thread_ready", "Whether a snapshot is loaded", value=float(board is not None))
        if board is not None:
            yield GaugeMetricFamily("golden_thread_snapshot_age_seconds", "The snapshot's age", value=board.head().age)
