"""Small companies, tables and snapshots, made by hand, that tests of meaning and sight stand on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np

from scorecard.customer.voices import Voice
from scorecard.definition import Definition, Grain
from scorecard.org import TOP, Org
from scorecard.reading import Cells, Floats, Table
from scorecard.signalling import signals
from scorecard.snapshot import Snapshot
from scorecard.time import kept, local

TAKEN = datetime(2026, 5, 13, 6, 0, tzinfo=UTC)

COMPANY = Definition.model_validate(
    {
        "title": "Northlight",
        "promise": "Connected when we said.",
        "calendar": {"time_zone": "Europe/London", "history": {"week": 14, "month": 4}},
        "organisation": {"levels": ["enterprise", "department", "team", "worker"], "people": "worker"},
        "sources": {"visits": {"table": "visits", "time": "at", "units": {"worker": "who"}}},
        "metrics": {
            "nps": {
                "type": "nps", "source": "visits", "expr": "score", "label": "Recommend us", "outcome": True,
                "target": 40, "tolerance": 5, "owner": "retention", "level": "worker", "stage": "use",
            },
            "fix": {
                "type": "ratio", "source": "visits", "label": "First-visit fix", "format": "percent",
                "numerator": {"agg": "count", "filter": "fixed"}, "denominator": {"agg": "count"},
                "target": 0.88, "tolerance": 0.03, "owner": "field", "stage": "connect",
                "feeds": [{"metric": "nps", "why": "A second visit is a second day off work."}],
                "words": {"default": "{value} of visits fix it the first time.", "retention": "{value} stay calm."},
            },
            "stock": {
                "type": "ratio", "source": "visits", "label": "Van stock counted", "format": "percent",
                "numerator": {"agg": "count", "filter": "counted"}, "denominator": {"agg": "count"},
                "target": 0.98, "tolerance": 0.02, "owner": "field", "feeds": ["fix"], "stage": "connect",
            },
            "wait": {
                "source": "visits", "agg": "average", "expr": "wait", "label": "Days to visit",
                "direction": "lower_is_better", "target": 3, "tolerance": 0.5, "owner": "field", "feeds": ["nps"],
            },
        },
        "journey": [
            {"id": "connect", "customer": "Someone comes when they said.", "owner": "field",
             "moment_of_truth": {"label": "Installation day", "weight": 3}},
            {"id": "use", "customer": "It stays that way."},
        ],
        "voices": {"source": "visits", "text": "words", "themes": {"late": ["late", "no show"]}},
        "changes": [{"id": "count-first", "label": "Count first", "from": "2026-03-02",
                     "moves": {"metric": "stock", "by": 0.1, "within": "8 weeks"}}],
        "displays": [{"id": "north", "unit": "team:north", "scenes": ["number", "thread", "today", "voice"]}],
    }
)  # fmt: skip

LEAVES = [
    (TOP, "field", "north", "ann"),
    (TOP, "field", "north", "bob"),
    (TOP, "field", "south", "cat"),
    (TOP, "network", "east", "bob"),
]

VALUES: Mapping[str, float] = {"nps": 31.0, "fix": 0.81, "stock": 0.79, "wait": 2.6}


def organisation(definition: Definition = COMPANY) -> Org:
    """Four workers in three teams; bob is in two."""
    labels = {("worker", "ann"): "Ann Archer", ("team", "north"): "Depot North"}
    return Org.of(definition.organisation.levels, LEAVES, labels)


def table(definition: Definition = COMPANY, grain: Grain = "week", count: float = 20.0) -> Table:
    """A table with a figure in every cell: the metric's value, wobbling a little by row and period."""
    org, periods = organisation(definition), kept(definition.calendar, grain, local(definition.calendar, TAKEN))
    shape = (org.rows, len(periods))
    wobble = np.sin(np.arange(np.prod(shape)).reshape(shape)) / 100

    def cells(metric: str) -> Cells:
        value: Floats = VALUES[metric] * (1 + wobble)
        return Cells(value, value * count, np.full(shape, count), np.full(shape, count))

    now = local(definition.calendar, TAKEN)
    return Table(
        grain=grain,
        periods=periods,
        complete=np.array([period.complete(now) for period in periods]),
        org=org,
        cells={metric: cells(metric) for metric in definition.metrics},
        targets={
            metric: np.full(shape, about.target)
            for metric, about in definition.metrics.items()
            if isinstance(about.target, int | float)
        },
    )


def snapshot(definition: Definition = COMPANY, at: datetime = TAKEN) -> Snapshot:
    """A snapshot of the sample company."""
    said = datetime(2026, 5, 12, 17, 30)
    tables = {grain: table(definition, grain) for grain in definition.calendar.history}
    return Snapshot(
        id=at.strftime("%Y%m%dT%H%M%S%fZ"),
        taken=at,
        as_of=local(definition.calendar, at),
        hash="0" * 64,
        definition=definition,
        tables=tables,
        failed={},
        voices=(
            Voice(
                said, "Second time they came without the part. Late again.", 2.0, "chat", "connect", {"worker": "ann"}
            ),
            Voice(said, "He had the part.", 10.0, "survey", "connect", {"worker": "cat"}),
        ),
        signals={grain: signals(definition, found) for grain, found in tables.items()},
    )
