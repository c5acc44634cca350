"""The driver beneath the unit a change came through: an estimate, and never anything else."""

import pytest

from scorecard.analysis.estimate import Estimate
from scorecard.analysis.evidence import LinkEvidence
from scorecard.causes import Ground, Why, between, why
from scorecard.causes.estimates import Evidence
from scorecard.causes.wording import sentences
from scorecard.causes.written import as_dict
from scorecard.definition import Definition
from tests.unit.scorecard.causes.companies import DEFINITION, Rows, ground

STILL = [(100.0, 80.0, 200.0)] * 4
# the wait of team d rises by 5 a job, first; what it fixes falls by a fifth, a week later
MOVED = [(100.0, 80.0, 200.0), (100.0, 80.0, 200.0), (100.0, 80.0, 700.0), (100.0, 60.0, 700.0)]
FIELD: Rows = {("care", "a"): STILL, ("care", "b"): STILL, ("field", "c"): STILL, ("field", "d"): MOVED}


def link(child: str, parent: str, slope: float, lag: int, grade: str = "associated") -> Evidence:
    found = Estimate(slope, slope - 0.01, slope + 0.01, 0.001, lag, 9, 20, 180, "panel")
    told = LinkEvidence(child, parent, grade, found, 0.01, "team", None, False, None, (), 1.0)  # type: ignore[arg-type]  # told by the test
    return {(child, parent): told}


def asked(on: Ground, metric: str = "fix", *, evidence: Evidence) -> Why:
    return why(on, between(on, metric, 0, 2, 3), evidence, "week")


def test_the_driver_beneath_the_unit_in_the_first_figures_units() -> None:
    found = asked(ground(FIELD), evidence=link("wait", "fix", -0.02, 1))
    assert [(one.metric, one.unit) for one in found.beneath] == [("wait", ("team", "d"))]
    # a quarter of all jobs, 5 longer a job, at -0.02 each
    assert found.beneath[0].amount == pytest.approx(0.25 * 5 * -0.02)
    said = " ".join(sentences(found))
    assert "−5.00 points of it came through field, mostly d (−5.00 points)." in said
    assert "At d, about −2.50 points goes with Wait, going by the evidence." in said
    assert as_dict(found)["beneath"][0]["unit"] == "team:d"
    assert {step["key"] for step in as_dict(found)["descent"]} == {"department:field", "team:d"}


@pytest.mark.parametrize(
    "evidence",
    [{}, link("wait", "fix", -0.02, 1, "claimed"), link("wait", "fix", 0.02, 1), link("wait", "fix", -0.002, 1)],
)
def test_nothing_is_said_of_what_bears_nothing_out_pulls_the_other_way_or_is_small(evidence: Evidence) -> None:
    found = asked(ground(FIELD), evidence=evidence)
    assert found.beneath == ()
    assert "going by the evidence" not in " ".join(sentences(found))


def test_where_nothing_leads_down_the_figure_itself_has_a_driver() -> None:
    rows: Rows = {("care", "a"): MOVED}
    found = asked(ground(rows), evidence=link("wait", "fix", -0.02, 1))
    assert found.beneath[0].amount == pytest.approx(5 * -0.02)
    assert "goes with Wait, going by the evidence." in " ".join(sentences(found))


def test_the_way_goes_on_beneath_a_driver_its_slopes_multiplied() -> None:
    told = DEFINITION.model_dump(by_alias=True, exclude_unset=True)
    told["metrics"]["clients"]["feeds"] = [{"metric": "wait", "effect": "raises"}]
    on = ground({**FIELD, ("field", "d"): [(100, 80, 200), (100, 80, 200), (120, 96, 840), (120, 72, 840)]})
    both = Ground(Definition.model_validate(told), on.table, on.withheld)
    evidence = {**link("wait", "fix", -0.02, 1), **link("clients", "wait", 0.4, 0)}
    found = asked(both, evidence=evidence)
    assert [one.metric for one in found.beneath] == ["wait", "clients"]
    # the weight of team d is 120 of 420; its wait rose by 5, its clients by 10
    assert found.beneath[0].amount == pytest.approx(120 / 420 * 5 * -0.02)
    assert found.beneath[1].amount == pytest.approx(120 / 420 * 10 * 0.4 * -0.02)
    assert "goes with Wait, mostly by way of Clients (about −2.29 points), going by" in " ".join(sentences(found))


def test_a_formulas_driver_is_exact_and_only_what_is_beneath_it_estimated() -> None:
    found = asked(ground(FIELD), "bad", evidence=link("wait", "fix", -0.02, 1))
    assert [step.key for step in found.descent] == ["fix", "department:field", "team:d"]
    assert [(one.metric, one.unit) for one in found.beneath] == [("wait", ("team", "d"))]
    assert found.beneath[0].amount == pytest.approx(400 * 0.25 * 5 * 0.02)
    assert found.drivers is not None
    assert sum(line.amount for line in found.drivers.parts) == pytest.approx(found.change)


def test_a_distance_to_a_target_has_no_way_down() -> None:
    on = ground(FIELD)
    found = why(on, between(on, "fix", 0, None, 3), link("wait", "fix", -0.02, 1), "week")
    assert found.beneath == ()
