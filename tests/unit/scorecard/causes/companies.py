"""A company of one level of departments and one of teams, with figures given by the test."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from scorecard.causes import Ground
from scorecard.compute import index_of, leaf_cells, metric_cells
from scorecard.definition import Definition, Index
from scorecard.measure import Ask, parts
from scorecard.org import TOP, Org
from scorecard.privacy import release
from scorecard.reading import Cells, Table
from scorecard.rollup import Ladder, Spots, roll_up
from scorecard.time import Period

DEFINITION = Definition.model_validate(
    {
        "title": "Acme",
        "organisation": {"levels": ["company", "department", "team"]},
        "sources": {"jobs": {"table": "jobs", "time": "at", "units": {"team": "team"}}},
        "metrics": {
            "jobs": {"source": "jobs", "agg": "count", "label": "Jobs", "target": 10},
            "good": {"source": "jobs", "agg": "sum_boolean", "expr": "good", "label": "Good jobs"},
            "fix": {
                "type": "ratio", "numerator": "good", "denominator": "jobs", "label": "Fixed", "format": "percent",
                "target": 0.9,
                "words": {"default": "{value} went home happy.",
                          "chat": "{value} of chats end well; {target} is what we promised."},
            },
            "wait": {"source": "jobs", "agg": "average", "expr": "wait", "label": "Wait",
                     "feeds": [{"metric": "fix", "effect": "lowers", "lag": "1 week"}]},
            "clients": {"source": "jobs", "agg": "count_distinct", "expr": "client", "label": "Clients"},
            "bad": {"type": "derived", "expr": "jobs * (1 - fix)", "label": "Bad jobs"},
            "load": {"type": "derived", "expr": "jobs / clients", "label": "Jobs a client"},
            "open": {"source": "jobs", "agg": "count", "label": "Open", "non_additive": {"by": ["team"]}},
            "lately": {"type": "cumulative", "metric": "fix", "window": "14 days", "label": "Fixed lately"},
            "followed": {"type": "conversion", "base": {"source": "jobs", "agg": "count"}, "entity": "client",
                         "conversion": {"source": "jobs", "agg": "count", "filter": "good"}, "window": "7 days"},
            "health": {"type": "index", "of": {"fix": 2, "jobs": 1}, "label": "Health", "target": 95},
        },
    }
)  # fmt: skip

Rows = Mapping[tuple[str, str], Sequence[tuple[float, float, float]]]
"""By (department, team), one (jobs, good, wait in all) a period."""


def ground(rows: Rows, minimum: int = 0) -> Ground:
    """The released table of a company whose lowest places have these figures, everything above rolled up."""
    periods = len(next(iter(rows.values())))
    org = Org.of(DEFINITION.organisation.levels, [(TOP, *place) for place in rows])
    places = np.repeat([org.place_of[TOP, *place] for place in rows], periods)
    spots = Spots(places, np.tile(np.arange(periods), len(rows)), periods)
    given = np.array([figures for told in rows.values() for figures in told], dtype=float)
    jobs, good, wait = (roll_up(Ladder.of(org), spots, column, "add") for column in given.T)
    read = {
        "jobs": leaf_cells("count", {"rows": jobs, "count": jobs}),
        "good": leaf_cells("sum_boolean", {"rows": jobs, "count": jobs, "total": good}),
        "wait": leaf_cells("average", {"rows": jobs, "count": jobs, "total": wait}),
        "clients": leaf_cells("count_distinct", {"rows": jobs, "count": np.ceil(jobs / 2)}),
    }
    read["open"] = read["jobs"]
    for name in ("fix", "bad", "load"):
        read[name] = _computed(name, read, jobs.shape)
    read["lately"] = read["followed"] = read["fix"]
    targets = {"fix": np.full(jobs.shape, 0.9), "jobs": np.full(jobs.shape, 10.0), "health": np.full(jobs.shape, 95.0)}
    index = DEFINITION.metrics["health"]
    assert isinstance(index, Index)
    read["health"] = index_of(DEFINITION, index, read, targets)[0]
    start = datetime(2026, 3, 2)
    weeks = tuple(Period(start + timedelta(weeks=i), start + timedelta(weeks=i + 1), "week") for i in range(periods))
    table = Table("week", weeks, np.ones(periods, dtype=np.bool_), org, read, targets)
    released = release(table, minimum)
    return Ground(DEFINITION, released.table, released.withheld)


def _computed(name: str, read: Mapping[str, Cells], shape: tuple[int, ...]) -> Cells:
    ask = Ask(name)
    needed = parts(DEFINITION, ask)
    operands = {word: read[below.metric] for word, below in needed.asks.items()}
    return metric_cells(DEFINITION, ask, needed, operands, (shape[0], shape[1]))
