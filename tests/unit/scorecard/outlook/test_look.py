"""What lies ahead of a company whose weeks are known: landings, needs of the leaves, problems passed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from scorecard.analysis.estimate import Estimate
from scorecard.analysis.evidence import LinkEvidence
from scorecard.definition import Definition, Grain
from scorecard.org import TOP, Org
from scorecard.outlook import Outlook, look
from scorecard.outlook.written import Ahead, as_dict, sentences
from scorecard.reading import Cells, Table
from scorecard.time import kept

TEAMS = 12
NOW = datetime(2026, 11, 18, 6)
YAML = {
    "title": "Acme",
    "calendar": {"history": {"week": 60, "quarter": 4}},
    "organisation": {"levels": ["company", "team", "worker"], "people": "worker"},
    "sources": {"jobs": {"table": "jobs", "time": "at", "units": {"worker": "who"}}},
    "metrics": {
        "fix": {
            "type": "ratio", "source": "jobs", "label": "Fixed", "format": "percent", "outcome": True,
            "level": "worker",
            "numerator": {"agg": "count", "filter": "fixed"}, "denominator": {"agg": "count"}, "target": 0.82,
        },
        "stock": {
            "type": "ratio", "source": "jobs", "label": "Counted", "format": "percent", "feeds": ["fix"],
            "numerator": {"agg": "count", "filter": "counted"}, "denominator": {"agg": "count"}, "target": 0.9,
        },
    },
}  # fmt: skip


def company() -> Definition:
    return Definition.model_validate(YAML)


def org() -> Org:
    return Org.of(("company", "team", "worker"), [(TOP, f"t{i}", f"w{i}") for i in range(TEAMS)])


def shares(rng: np.random.Generator, level: float, periods: int) -> Cells:
    """200 jobs a team and week of which a share of ``level`` went well; rolled up to the company."""
    here = org()
    size = np.full((here.rows, periods), 200.0)
    top = rng.binomial(200, level, size=size.shape).astype(np.float64)
    for team in range(TEAMS):
        row = here.row_of["team", f"t{team}"]
        top[row + 1] = top[row]
    rows = [here.row_of["team", f"t{team}"] for team in range(TEAMS)]
    top[0], size[0] = top[rows].sum(axis=0), size[rows].sum(axis=0)
    return Cells(top / size, top, size, size)


def tables(definition: Definition, **levels: float) -> dict[Grain, Table]:
    """Weeks, and quarters whose newest is the sum of its weeks so far."""
    rng, here = np.random.default_rng(8), org()
    weeks, quarters = (kept(definition.calendar, grain, NOW) for grain in ("week", "quarter"))
    by_week = {name: shares(rng, level, len(weeks)) for name, level in levels.items()}
    inside = np.array([period.start >= quarters[-1].start for period in weeks])

    def quarter(cells: Cells) -> Cells:
        top, size = (
            np.repeat(part[:, inside].sum(axis=1)[:, None], len(quarters), 1)
            for part in (cells.numerator, cells.denominator)
        )
        return Cells(top / size, top, size, size)

    def made(grain: Grain, cells: Mapping[str, Cells]) -> Table:
        periods = weeks if grain == "week" else quarters
        targets = {name: np.full((here.rows, len(periods)), definition.metrics[name].target) for name in cells}
        complete = np.array([period.complete(NOW) for period in periods])
        return Table(grain, periods, complete, here, cells, targets)

    return {
        "week": made("week", by_week),
        "quarter": made("quarter", {name: quarter(one) for name, one in by_week.items()}),
    }


def evidence(slope: float) -> tuple[LinkEvidence, ...]:
    found = Estimate(slope, slope - 0.1, slope + 0.1, 0.001, 0, TEAMS, 59, 700, "panel")
    return (LinkEvidence("stock", "fix", "replicated", found, 0.001, "team", None, False, None, ("significant",)),)


def seen(slope: float = 0.5, **levels: float) -> Outlook:
    definition = company()
    return look(definition, tables(definition, **levels), evidence(slope), NOW)


class TestLandings:
    def test_a_running_quarter_is_foretold_from_the_stable_weeks(self) -> None:
        found = {(one.metric, one.unit): one for one in seen(fix=0.80, stock=0.80).landings}
        fix = found["fix", ("company", TOP)]
        assert (fix.span, fix.until, fix.grain, fix.left) == ("quarter", datetime(2027, 1, 1), "week", 6)
        assert fix.target == 0.82
        assert fix.chance < 0.05  # 2,400 jobs a week at 80 % do not come to 82 % by chance
        assert fix.usual == pytest.approx(0.8, abs=0.01)
        assert fix.needed is not None
        assert fix.needed > 0.82
        assert fix.points >= 12

    def test_everybody_has_a_landing_but_people(self) -> None:
        units = {one.unit for one in seen(fix=0.80, stock=0.80).landings}
        assert ("team", "t3") in units
        assert not any(level == "worker" for level, _ in units)

    def test_what_cannot_fail_lands(self) -> None:
        found = next(one for one in seen(fix=0.9, stock=0.8).landings if one.unit == ("company", TOP))
        assert found.chance > 0.99

    def test_silence_where_the_process_is_not_stable(self) -> None:
        definition = company()
        read = tables(definition, fix=0.8, stock=0.8)
        cells = read["week"].cells["fix"]
        top = cells.numerator.copy()
        top[:, -4:] *= 0.7
        moved = Cells(top / cells.denominator, top, cells.denominator, cells.count)
        restless = replace(read["week"], cells={**read["week"].cells, "fix": moved})
        found = look(definition, {**read, "week": restless}, (), NOW).landings
        assert not any(one.metric == "fix" for one in found)

    def test_silence_where_no_longer_span_is_kept(self) -> None:
        definition = company()
        read = tables(definition, fix=0.8, stock=0.8)
        assert look(definition, {"week": read["week"]}, (), NOW).landings == ()

    def test_what_is_withheld_is_not_foretold(self) -> None:
        definition = company()
        read = tables(definition, fix=0.8, stock=0.8)
        few = {
            grain: replace(
                table,
                cells={
                    name: replace(one, count=np.where(one.count < 2000, 3.0, one.count))
                    for name, one in table.cells.items()
                },
            )
            for grain, table in read.items()
        }
        assert {one.unit for one in look(definition, few, (), NOW).landings} <= {("company", TOP)}


class TestNeeds:
    def test_the_gap_over_the_slope_against_the_limits(self) -> None:
        (needs,) = seen(slope=0.5, fix=0.80, stock=0.80).needs
        (leaf,) = needs.leaves
        assert (needs.outcome, needs.target, leaf.metric, leaf.estimated) == ("fix", 0.82, "stock", True)
        assert leaf.centre is not None
        assert leaf.level == pytest.approx(leaf.centre + (0.82 - needs.centre) / 0.5)
        assert leaf.answer == "different_process"  # 84 %, where the company's weeks never leave 77 to 83
        assert leaf.upper is not None
        assert needs.at_best == pytest.approx(needs.centre + 0.5 * (leaf.upper - leaf.centre))

    def test_within_the_limits_where_the_slope_is_steep(self) -> None:
        (needs,) = seen(slope=4.0, fix=0.80, stock=0.80).needs
        assert needs.leaves[0].answer == "within_limits"

    def test_nothing_is_solved_for_what_is_there_or_unknown(self) -> None:
        assert seen(fix=0.9, stock=0.8).needs == ()
        definition = company()
        assert look(definition, tables(definition, fix=0.8, stock=0.8), (), NOW).needs == ()


class TestExported:
    def test_a_team_that_wins_at_the_cost_of_the_customer_is_found_and_others_are_not(self) -> None:
        definition = company()
        read = tables(definition, fix=0.8, stock=0.8)
        row, week = org().row_of["team", "t5"], read["week"]
        better, worse = (week.cells[name].value.copy() for name in ("stock", "fix"))
        better[row, -14:] += 0.15
        worse[row, -14:] -= 0.15
        cells = {"stock": replace(week.cells["stock"], value=better), "fix": replace(week.cells["fix"], value=worse)}
        (found,) = look(definition, {**read, "week": replace(week, cells=cells)}, (), NOW).exported
        assert (found.unit, found.metric, found.feeds, found.units) == (("team", "t5"), "stock", "fix", TEAMS)
        assert found.own > 0.1 > -0.1 > found.downstream
        assert 0 < found.p <= found.q <= 0.05

    def test_chance_alone_passes_nothing_on(self) -> None:
        assert seen(fix=0.8, stock=0.8).exported == ()


def test_in_words_and_as_json() -> None:
    found = seen(fix=0.80, stock=0.80)
    landing = next(one for one in found.landings if (one.metric, one.unit) == ("fix", ("company", TOP)))
    said = as_dict(Ahead(landing, found.needs[0]))
    assert said["landing"]["until"] == "2027-01-01T00:00:00"
    assert said["landing"]["unit"] == "company:all"
    assert said["needs"]["leaves"][0]["metric"] == "stock"
    told = list(sentences(company(), Ahead(landing, found.needs[0])))
    assert told[0].startswith("Chance of 82.0 % for the quarter that ends 2027-01-01: ")
    assert told[-1].startswith("No single measure beneath Fixed brings it to 82.0 %")
    assert as_dict(Ahead()) == {"landing": None, "needs": None}
