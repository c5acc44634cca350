"""How figures of every type combine over units, and an index's change over its parts."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from scorecard.causes import Ground, between, why
from scorecard.causes.ground import Nature, nature, scale
from scorecard.causes.made import made
from scorecard.definition import Definition
from scorecard.org import TOP, Org
from scorecard.reading import Cells, Table
from scorecard.time import Period

COUNT = {"source": "jobs", "agg": "count"}
PEOPLE = {"source": "jobs", "agg": "count_distinct", "expr": "person"}
SOLD = {"type": "conversion", "conversion": COUNT, "entity": "client", "window": "7 days"}
DEFINITION = Definition.model_validate(
    {
        "organisation": {"levels": ["company", "team"]},
        "metrics": {
            "open": {**COUNT, "non_additive": {"by": ["team"]}},
            "people": PEOPLE,
            "nps": {"type": "nps", "source": "jobs", "expr": "score"},
            "open_28": {"type": "cumulative", "metric": "jobs", "window": "28 days"},
            "jobs": {**COUNT, "target": 10},
            "late": {**COUNT, "filter": "late", "direction": "lower_is_better", "target": 2},
            "band": {**COUNT, "direction": "in_range", "target": {"low": 1, "high": 2}},
            "people_28": {"type": "cumulative", "metric": "people", "window": "28 days"},
            "nps_year": {"type": "cumulative", "metric": "nps", "grain_to_date": "year"},
            "each": {"type": "ratio", "numerator": "open_28", "denominator": "jobs"},
            "sold": {**SOLD, "base": COUNT},
            "sold_to": {**SOLD, "base": PEOPLE},
            "kept": {"type": "index", "of": {"jobs": 3, "late": 1, "band": 1}},
        },
    }
)


@pytest.mark.parametrize(
    ("metric", "wanted"),
    [
        ("open", "sum"), ("people", "whole"), ("open_28", "sum"), ("people_28", "whole"), ("nps_year", "rate"),
        ("each", "rate"), ("sold", "rate"), ("sold_to", "whole"), ("kept", "formula"),
    ],
)  # fmt: skip
def test_how_figures_combine_over_units(metric: str, wanted: Nature) -> None:
    assert nature(DEFINITION, metric) == wanted


def test_a_rolling_score_is_out_of_a_hundred_as_the_score_is() -> None:
    assert [scale(DEFINITION, name) for name in ("nps_year", "nps", "each")] == [100.0, 100.0, 1.0]


def ground(jobs: list[float], late: list[float], band: list[float]) -> Ground:
    """A company of one row over two weeks."""
    org = Org.of(DEFINITION.organisation.levels, [(TOP,)])
    first = datetime(2026, 3, 2)
    weeks = tuple(Period(first + timedelta(weeks=at), first + timedelta(weeks=at + 1), "week") for at in (0, 1))
    cells = {
        name: Cells(*(np.array([values], dtype=float) for _ in range(4)))
        for name, values in (("jobs", jobs), ("late", late), ("band", band))
    }
    targets = {
        "jobs": np.array([[10.0, 20.0]]),
        "late": np.full((1, 2), 2.0),
        "band": np.array([[[1.0, 1]], [[2.0, 2]]]),
    }
    table = Table("week", weeks, np.array([True, True]), org, cells, targets)
    on = Ground(DEFINITION, table, {})
    kept = np.array([[made(on, "kept", 0, at, {}) for at in (0, 1)]], dtype=float)
    return replace(on, table=replace(table, cells={**cells, "kept": Cells(kept, kept, kept, np.full((1, 2), 9.0))}))


def test_an_index_splits_exactly_over_its_parts_targets_and_all() -> None:
    on = ground([5, 12], [4, 1], [2, 4])
    found = why(on, between(on, "kept", 0, 0, 1), {}, "week")
    assert found.before.value == pytest.approx(100 * (3 * 0.5 + 0.5 + 1) / 5)
    assert found.drivers is not None
    assert {line.key: line.amount for line in found.drivers.parts} == pytest.approx(
        {"jobs": 6, "late": 10, "band": -10}
    )
    assert found.drivers.residual == pytest.approx(0.0, abs=1e-12)


def test_an_index_without_a_part_is_not_split_and_says_which() -> None:
    on = ground([5, 12], [4, np.nan], [2, 4])
    assert made(on, "kept", 0, 1, {}) is None
    assert made(on, "kept", 0, 0, {"late": 2, "jobs": 10}) == 100
    found = why(on, between(on, "kept", 0, 0, 1), {}, "week")
    assert found.drivers is not None
    assert found.drivers.stopped == "no_value_after"
