from datetime import datetime

import pytest

from scorecard.definition import Definition
from scorecard.reach import Earlier, Since, ToDate, reaches, rests_on
from scorecard.time import Period, period_at

METRICS = {
    "n": {"source": "visits", "agg": "count"},
    "goals": {"source": "plans", "agg": "sum", "expr": "goal"},
    "share": {"type": "ratio", "numerator": {"source": "visits", "agg": "count"}, "denominator": "goals"},
    "before": {"type": "derived", "expr": "n - was", "inputs": {"was": {"metric": "n", "offset": "1 year"}}},
    "rolling": {"type": "cumulative", "metric": "n", "window": "28 days"},
    "to_date": {"type": "cumulative", "metric": "n", "grain_to_date": "quarter"},
    "twice": {"type": "derived", "expr": "rolling - was",
              "inputs": {"was": {"metric": "rolling", "offset": "1 week"}}},
    "follows": {"type": "conversion", "entity": "who", "window": "7 days",
                "base": {"source": "visits", "agg": "count"}, "conversion": {"source": "calls", "agg": "count"}},
    "aimed": {"source": "calls", "agg": "count", "target": {"metric": "n", "offset": "2 weeks", "times": 2}},
    "whole": {"type": "index", "of": {"aimed": 1}},
}  # fmt: skip
ABOUT = Definition.model_validate(
    {
        "calendar": {"time_zone": "UTC"},
        "organisation": {"levels": ["company", "worker"]},
        "sources": {
            name: {"table": name, "time": "at", "units": {"worker": "who"}} for name in ("visits", "plans", "calls")
        },
        "metrics": METRICS,
    }
)
WEEK = period_at(ABOUT.calendar, "week", datetime(2026, 5, 13))


def day(month: int, at: int, year: int = 2026) -> datetime:
    return datetime(year, month, at)


def stretches(metric: str, period: Period = WEEK) -> dict[str, set[tuple[datetime, datetime]]]:
    found: dict[str, set[tuple[datetime, datetime]]] = {}
    for reach in reaches(ABOUT, metric):
        found.setdefault(reach.source, set()).add(reach.stretch(ABOUT.calendar, period))
    return found


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("n", {"visits": {(day(5, 11), day(5, 18))}}),
        ("share", {"visits": {(day(5, 11), day(5, 18))}, "plans": {(day(5, 11), day(5, 18))}}),
        ("before", {"visits": {(day(5, 11), day(5, 18)), (day(5, 12, 2025), day(5, 19, 2025))}}),
        ("rolling", {"visits": {(day(4, 19), day(5, 18))}}),
        ("to_date", {"visits": {(day(4, 1), day(5, 18))}}),
        ("follows", {"visits": {(day(5, 11), day(5, 25))}, "calls": {(day(5, 11), day(5, 25))}}),
        ("aimed", {"calls": {(day(5, 11), day(5, 18))}, "visits": {(day(4, 27), day(5, 4))}}),
    ],
)
def test_what_a_figure_rests_on(metric: str, expected: dict[str, set[tuple[datetime, datetime]]]) -> None:
    found = stretches(metric)
    assert found.keys() == expected.keys()
    for source, wanted in expected.items():
        reached = sorted(found[source])
        assert len(reached) == len(wanted)
        for (start, stop), (first, last) in zip(reached, sorted(wanted), strict=True):
            assert start <= first
            assert stop >= last
            assert (first - start).days < 8  # never less than is read, and not much more


def test_moves_are_taken_one_after_the_other() -> None:
    ((moved, plain),) = [sorted(reaches(ABOUT, "twice"), key=lambda reach: -len(reach.moves))]
    assert [type(move) for move in moved.moves] == [Earlier, Since]
    assert [type(move) for move in plain.moves] == [Since]
    start, stop = moved.stretch(ABOUT.calendar, WEEK)
    assert start <= day(4, 12)
    assert day(5, 11) <= stop <= day(5, 18)


def test_an_index_rests_on_the_targets_of_its_parts() -> None:
    assert stretches("whole").keys() == {"calls", "visits"}
    assert rests_on(ABOUT, "whole") == ("whole", "aimed", "n")
    assert any(type(move) is ToDate for reach in reaches(ABOUT, "to_date") for move in reach.moves)
