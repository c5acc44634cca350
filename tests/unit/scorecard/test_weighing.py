from dataclasses import replace

import numpy as np

from scorecard.analysis.evidence import CaseData, RecordedChange
from scorecard.definition import Definition
from scorecard.org import TOP, UNASSIGNED, Org
from scorecard.reading import Cells, Table
from scorecard.weighing import influences, weigh_links
from tests.samples import COMPANY, table

TEAMS = 12
WEEKS = 40


def company(**link: str) -> Definition:
    written = COMPANY.model_dump(mode="json", by_alias=True, exclude_unset=True)
    written["calendar"]["history"] = {"week": WEEKS}
    written["metrics"]["stock"]["feeds"] = [{"metric": "fix", **link}]
    return Definition.model_validate(written)


def figures(definition: Definition, names: list[str], strength: float = 1.0) -> Table:
    """Every team's `fix` follows its own `stock` of the week before, but for noise."""
    made, rng = table(definition), np.random.default_rng(4)
    org = Org.of(definition.organisation.levels, [(TOP, "field", name, f"w {name}") for name in names])
    shape = (org.rows, len(made.periods))
    stock = rng.standard_normal(shape)
    fix = 0.3 * rng.standard_normal(shape)
    fix[:, 1:] += strength * stock[:, :-1]
    size = np.full(shape, 50.0)
    cells = {"stock": Cells(stock, stock * 50, size, size), "fix": Cells(fix, fix * 50, size, size)}
    return replace(made, org=org, cells=cells, targets={})


def teams(count: int = TEAMS) -> list[str]:
    return [f"t{i}" for i in range(count)]


def test_the_finest_level_both_metrics_share_is_searched_for_the_lag() -> None:
    about = company()
    (found,) = weigh_links(about, figures(about, teams()))
    assert (found.child, found.parent, found.level, found.grade) == ("stock", "fix", "worker", "associated")
    assert found.estimate is not None
    assert found.estimate.lag == 1
    assert found.estimate.low < 1.0 < found.estimate.high


def test_a_lag_that_is_claimed_is_the_only_one_tried() -> None:
    about = company(lag="3 weeks")
    (found,) = weigh_links(about, figures(about, teams()))
    assert found.estimate is not None
    assert (found.estimate.lag, found.grade) == (3, "claimed")


def test_rows_that_name_no_unit_are_no_unit() -> None:
    about = company()
    (found,) = weigh_links(about, figures(about, [*teams(8), UNASSIGNED]))
    assert found.estimate is not None
    assert found.estimate.units == 9  # the worker beneath is one; the team that is none is not
    made = figures(about, [*teams(7), UNASSIGNED])
    rows = [row for row in range(made.org.rows) if made.org.level_of(row) == "worker"]
    for cells in made.cells.values():
        cells.value[rows] = np.nan
    (short,) = weigh_links(about, made)
    assert short.level in {"department", "enterprise"}  # seven teams are too few, and the eighth is none


def test_cases_and_changes_reach_their_link() -> None:
    about = company()
    rng, unit = np.random.default_rng(1), np.repeat(np.arange(20), 20)
    measure = rng.standard_normal(400)
    cases = CaseData(2 * measure + rng.standard_normal(400), measure, unit)
    moved = {("stock", "fix"): (RecordedChange("count-first", 1, 1),)}
    (found,) = weigh_links(about, figures(about, teams()), moved, {("stock", "fix"): cases})
    assert found.grade == "moved"
    assert found.case is not None
    assert found.case.slope > 1.5


def test_only_claims_are_weighed() -> None:
    assert [(link.metric, link.feeds) for link in influences(COMPANY)] == [
        ("fix", "nps"),
        ("stock", "fix"),
        ("wait", "nps"),
    ]
