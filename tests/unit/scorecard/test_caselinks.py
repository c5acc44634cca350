from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import pytest

from scorecard.analysis import cases
from scorecard.analysis.estimate import Estimate
from scorecard.caselinks import CaseFigure, case_figure, case_links
from scorecard.definition import Definition
from scorecard.faults import Fault, Faulty
from scorecard.org import TOP, Org
from scorecard.time import Period

START = datetime(2026, 1, 5)
WEEKS = tuple(Period(START + timedelta(weeks=i), START + timedelta(weeks=i + 1), "week") for i in range(20))
LEVELS = ("company", "team", "worker")


def company(lag: str | None = None) -> Definition:
    feeds = [{"metric": "nps", "effect": "raises", **({"lag": lag} if lag else {})}]
    return Definition.model_validate(
        {
            "organisation": {"levels": LEVELS},
            "sources": {
                "visits": {"table": "v", "time": "at", "case": "job", "units": {"worker": "who"}, "key": "id"},
                "answers": {"table": "a", "time": "at", "case": "job"},
                "checks": {"table": "c", "time": "at"},
            },
            "metrics": {
                "fix": {"type": "ratio", "source": "visits", "numerator": {"agg": "count", "filter": "fixed"},
                        "denominator": {"agg": "count", "filter": "done"}, "feeds": feeds},
                "nps": {"type": "nps", "source": "answers", "expr": "score", "filter": "score is not null",
                        "outcome": True},
                "speed": {"source": "visits", "agg": "average", "expr": "minutes", "feeds": ["nps"]},
                "spread": {"source": "visits", "agg": "median", "expr": "minutes", "feeds": ["nps"]},
                "checked": {"source": "checks", "agg": "average", "expr": "ok", "feeds": ["nps"]},
            },
        }
    )  # fmt: skip


class Rows:
    """A warehouse of rows in memory: of its questions only ``rows`` is ever asked here."""

    def __init__(self, tables: Mapping[str, list[dict[str, object]] | Fault]) -> None:
        self.tables = tables

    def rows(self, source: str, columns: Mapping[str, str], limit: int) -> list[Mapping[str, object]]:
        told = self.tables[source]
        if isinstance(told, Fault):
            raise Faulty([told])
        return [{name: row.get(words) for name, words in columns.items()} for row in told[:limit]]


def visits_and_answers(strength: float, leadership: float = 0.0) -> Rows:
    """Every job has a visit and, a week later, an answer; good teams do both better, whatever the visit did."""
    rng, visits, answers = np.random.default_rng(5), [], []
    for job in range(3000):
        worker = job % 30
        good = leadership * (worker % 3)
        at = START + timedelta(days=int(rng.integers(0, 120)))
        fixed = bool(rng.random() < 0.5 + 0.15 * good)
        score = int(np.clip(rng.normal(7.5 + strength * fixed + good, 1.5), 0, 10))
        visits.append(
            {"at": at, "job": job, "who": f"w{worker}", "id": job, "fixed": fixed, "done": True, "minutes": 30}
        )
        answers.append({"at": at + timedelta(days=7), "job": str(job), "score": score, "score is not null": True})
    visits += visits[:50]  # delivered twice
    return Rows({"visits": visits, "answers": answers})


ORG = Org.of(LEVELS, [(TOP, f"t{w % 3}", f"w{w}") for w in range(30)])


def fit(rows: Rows, about: Definition) -> Estimate:
    data = case_links(rows, about, ORG, WEEKS)["fix", "nps"]  # type: ignore[arg-type]  # only rows are asked for
    found = cases.regress(data.outcome, data.measure, data.unit)
    assert isinstance(found, Estimate)
    return found


def test_a_link_within_cases_is_found_although_one_source_writes_cases_as_numbers() -> None:
    found = fit(visits_and_answers(1.5), company())
    assert found.p < 0.001
    assert found.slope > 20
    assert found.observations == 3000


def test_well_led_teams_that_do_both_are_no_link() -> None:
    assert fit(visits_and_answers(0.0, leadership=1.0), company()).p > 0.05


def test_the_lag_is_the_claimed_one_or_what_usually_lies_between() -> None:
    rows = visits_and_answers(1.5)
    asked = [case_links(rows, about, ORG, WEEKS)["fix", "nps"] for about in (company(), company("2 weeks"))]  # type: ignore[arg-type]  # as above
    assert [data.lag for data in asked] == [1, 2]
    assert [data.reach for data in asked] == [1.0, 1.0]


def test_an_answer_before_its_visit_is_no_outcome_of_it() -> None:
    rows = visits_and_answers(1.5)
    early = [{**row, "at": START - timedelta(days=1)} for row in rows.tables["answers"] if isinstance(row, dict)]
    assert ("fix", "nps") not in case_links(Rows({**rows.tables, "answers": early}), company(), ORG, WEEKS)  # type: ignore[arg-type]  # as above


def test_a_source_that_cannot_be_read_leaves_its_links_to_their_units() -> None:
    rows = Rows({"visits": Fault("gone"), "answers": []})
    assert case_links(rows, company(), ORG, WEEKS) == {}  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("fix", CaseFigure("visits", "fixed", "done", flag=True)),
        ("nps", CaseFigure("answers", "score", "score is not null", nps=True)),
        ("speed", CaseFigure("visits", "minutes", None)),
        ("spread", None),
        ("checked", None),
    ],
)
def test_which_metrics_read_as_one_value_a_row(metric: str, expected: CaseFigure | None) -> None:
    assert case_figure(company(), metric) == expected
