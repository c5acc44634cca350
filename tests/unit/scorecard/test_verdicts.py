from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from scorecard.definition import Definition
from scorecard.reading import Cells, Floats, Table
from scorecard.verdicts import judge_changes, moved
from tests.samples import COMPANY, table

WEEKS = 60
CHANGE = {"id": "count-first", "from": "2025-11-03", "moves": {"metric": "stock", "by": 0.1, "within": "8 weeks"}}


def company(*changes: Mapping[str, object]) -> Definition:
    written = COMPANY.model_dump(mode="json", by_alias=True, exclude_unset=True)
    calendar = {**written["calendar"], "history": {"week": WEEKS}}
    return Definition.model_validate({**written, "calendar": calendar, "changes": list(changes)})


def figures(definition: Definition, jump: Mapping[str, Mapping[str, float]]) -> Table:
    """Noise everywhere; from the change on, metrics jump by so much in rows whose path names a unit."""
    made, rng = table(definition), np.random.default_rng(3)
    since = np.array([period.key >= "2025-11-03" for period in made.periods])
    cells = {}
    for name, old in made.cells.items():
        value: Floats = 0.8 + 0.02 * rng.standard_normal(old.value.shape)
        for unit, size in jump.get(name, {}).items():
            rows = [row for row in range(made.org.rows) if _named(made, row, unit)]
            value[np.ix_(rows, np.flatnonzero(since))] += size
        cells[name] = Cells(value, value * 50, np.full_like(value, 50.0), np.full_like(value, 50.0))
    return replace(made, cells=cells)


def _named(made: Table, row: int, unit: str) -> bool:
    return unit in (made.org.paths[row] if row < len(made.org.paths) else (made.org.unit_of(row)[1],))


def test_a_change_that_worked_is_called_so_and_the_links_above_it_hear_of_it() -> None:
    about = company({**CHANGE, "units": ["department:field"]})
    found = judge_changes(about, figures(about, {"stock": {"field": 0.2}, "fix": {"field": 0.15}}))
    assert [(one.metric, one.meant, one.effect.verdict) for one in found] == [
        ("stock", True, "worked"), ("fix", False, "worked"),
    ]  # fmt: skip
    size = found[0].effect.size
    assert size is not None
    assert size.low < 0.2 < size.high
    assert found[0].since == "2025-11-03"
    (record,) = moved(found)["stock", "fix"]
    assert (record.change, record.child, record.parent) == ("count-first", 1, 1)


def test_a_change_that_did_nothing_is_not_called_anything_and_nothing_above_is_looked_at() -> None:
    about = company({**CHANGE, "units": ["department:field"]})
    found = judge_changes(about, figures(about, {"fix": {"field": 0.3}}))
    assert [(one.metric, one.effect.verdict) for one in found] == [("stock", "no_visible_effect")]
    assert moved(found) == {}


def test_units_the_change_did_not_reach_are_its_controls() -> None:
    about = company({**CHANGE, "units": ["team:north"]})
    everywhere = judge_changes(about, figures(about, {"stock": {"all": 0.2}}))
    assert everywhere[0].effect.verdict == "no_visible_effect"
    assert everywhere[0].effect.controls == 2
    assert judge_changes(about, figures(about, {"stock": {"north": 0.2}}))[0].effect.verdict == "worked"


def test_two_changes_at_once_cannot_be_told_apart() -> None:
    other = {"id": "new-shelves", "from": "2025-11-17", "units": ["team:north"]}
    about = company({**CHANGE, "units": ["department:field"]}, other)
    (found,) = judge_changes(about, figures(about, {"stock": {"field": 0.2}}))
    assert found.effect.verdict == "cannot_tell"
    assert "another change" in found.effect.missing[0]


@pytest.mark.parametrize("day", ["2020-01-06", "2031-01-06"])
def test_a_change_outside_what_is_kept_cannot_be_told(day: str) -> None:
    about = company({**CHANGE, "from": day})
    (found,) = judge_changes(about, figures(about, {}))
    assert (found.effect.verdict, found.since) == ("cannot_tell", None)
    assert found.effect.missing


def test_several_units_are_taken_together() -> None:
    about = company({**CHANGE, "units": ["team:north", "team:east"]})
    (found, *_) = judge_changes(about, figures(about, {"stock": {"north": 0.2, "east": 0.2}}))
    assert found.units == ("team:north", "team:east")
    assert found.effect.verdict == "worked"
    assert found.effect.controls == 1


@pytest.mark.parametrize(
    ("written", "scale"),
    [
        ({"type": "ratio", "numerator": "good", "denominator": "all"}, 1.0),
        ({"type": "cumulative", "metric": "share", "window": "28 days"}, 1.0),
        ({"type": "cumulative", "metric": "score", "window": "28 days"}, 100.0),
        (
            {"type": "conversion", "entity": "job", "window": "7 days",
             "base": {"source": "jobs", "agg": "count_distinct", "expr": "job"},
             "conversion": {"source": "jobs", "agg": "count"}},
            1.0,
        ),
    ],
)  # fmt: skip
def test_a_quotient_of_several_units_is_sum_over_sum(written: Mapping[str, object], scale: float) -> None:
    """A large team that stays calm and a tiny one that does not: the mean of the two would jump, the whole does not."""
    metrics = {
        "good": {"source": "jobs", "agg": "count"},
        "all": {"source": "jobs", "agg": "count"},
        "share": {"type": "ratio", "numerator": "good", "denominator": "all"},
        "score": {"type": "nps", "source": "jobs", "expr": "answer"},
        "stock": {"direction": "higher_is_better", **written},
    }
    change = {**CHANGE, "units": ["team:north", "team:east"]}
    base = COMPANY.model_dump(mode="json", by_alias=True, exclude_unset=True)
    own = {key: base[key] for key in ("title", "organisation")}
    calendar = {**base["calendar"], "history": {"week": WEEKS}}
    sources = {"jobs": {"table": "jobs", "time": "at", "units": {"team": "team"}}}
    about = Definition.model_validate(
        {**own, "calendar": calendar, "sources": sources, "metrics": metrics, "changes": [change]}
    )
    made = figures(company(change), {"stock": {"east": 0.5}})
    value = scale * made.cells["stock"].value
    size = np.full_like(value, 5.0)
    size[[row for row in range(made.org.rows) if _named(made, row, "north")]] = 5_000.0
    large = replace(made, cells={"stock": Cells(value, value * size / scale, size, size)}, targets={})
    (found, *_) = judge_changes(about, large)
    assert found.effect.verdict == "no_visible_effect"
    even = replace(large, cells={"stock": Cells(value, value / scale, np.ones_like(size), size)})
    (found, *_) = judge_changes(about, even)
    assert found.effect.verdict == "worked"
    assert found.effect.size is not None
    assert found.effect.size.value == pytest.approx(0.25 * scale, rel=0.2)
