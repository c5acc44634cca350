import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scorecard import site
from scorecard.cli import causing, cli
from scorecard.faults import Faulty
from scorecard.refresh import Work, refresh
from tests import company

NOW = datetime(2026, 5, 13, 5, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOLDEN_THREAD_VAR", str(tmp_path / "var"))
    monkeypatch.setattr(causing, "clock", lambda: NOW)
    return company.make(tmp_path)


def taken(config: Path) -> None:
    refresh(Work(config, config.parent / "var" / "snapshots" / config.name, site.warehouse(), {}), NOW)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=True)


def told(*arguments: str) -> Any:
    found = run(*arguments, "--format", "json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


@pytest.mark.parametrize("snapshot", [True, False])
def test_why_is_answered_from_the_snapshot_or_without_one_from_the_warehouse(config: Path, snapshot: bool) -> None:
    if snapshot:
        taken(config)
    found = told("why", "clean", "--config", str(config))
    assert (found["metric"], found["unit"], found["grain"]) == ("clean", "company:all", "week")
    assert (found["from"]["period"], found["to"]["period"]) == ("2026-04-27", "2026-05-04")
    assert found["change"] == found["to"]["value"] - found["from"]["value"]
    assert math.isclose(math.fsum(part["amount"] for part in found["parts"]), found["change"], abs_tol=1e-12)
    assert {part["key"] for part in found["parts"]} <= {"crew:Alder", "crew:Birch"}
    assert {part["key"] for part in found["drivers"]} == {"numerator", "denominator"}
    assert found["sentences"][0].startswith("Streak-free of Clear View")


def test_the_two_periods_are_named_by_a_day_in_them(config: Path) -> None:
    found = told(
        "why", "clean", "--config", str(config), "--from", "2026-04-15", "--to", "2026-04-29", "--unit", "crew:Alder"
    )
    assert (found["from"]["period"], found["to"]["period"]) == ("2026-04-13", "2026-04-27")
    assert found["unit"] == "crew:Alder"


def test_actual_against_target(config: Path) -> None:
    found = told("why", "clean", "--config", str(config), "--from", "target")
    assert found["from"] == {
        "period": None, "target": True, "value": 0.9, "numerator": None, "denominator": None, "count": 0,
        "complete": True,
    }  # fmt: skip
    assert math.isclose(math.fsum(part["amount"] for part in found["parts"]), found["to"]["value"] - 0.9, abs_tol=1e-12)


def test_text_says_it_in_sentences_first(config: Path) -> None:
    found = run("why", "clean", "--config", str(config))
    assert found.exit_code == 0, found.output
    assert found.stdout.splitlines()[0].startswith("Streak-free of Clear View")
    assert "Over units" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["claen"], "there is no metric 'claen'"),
        (["clean", "--unit", "crew:Aldr"], "there is no unit 'crew:Aldr'"),
        (["clean", "--unit", "Alder"], "a unit is written 'level:id'"),
        (["clean", "--from", "2026-05-04", "--to", "2026-04-27"], "is not before --to"),
        (["clean", "--from", "someday"], "a date is written"),
    ],
)
def test_a_question_that_makes_no_sense_is_wrong_usage(config: Path, arguments: list[str], said: str) -> None:
    found = run("why", *arguments, "--config", str(config))
    assert found.exit_code == 2
    assert said in found.output


def test_evidence_lists_every_claim_with_what_is_missing(config: Path) -> None:
    taken(config)
    (link,) = told("evidence", str(config))
    assert (link["child"], link["parent"], link["claimed"], link["grade"]) == (
        "clean",
        "recommend",
        "raises",
        "claimed",
    )
    assert link["effect"] is None
    assert link["reasons"] == ["there are too few data"]
    assert "more periods" in link["missing"]
    assert "missing:" in run("evidence", str(config)).stdout.replace("\n", " ")


def test_evidence_of_no_scorecard_tells_its_faults(tmp_path: Path) -> None:
    found = run("evidence", str(tmp_path / "nowhere"))
    assert found.exit_code == 1
    assert "there is no such folder" in str(found.exception)


def test_evidence_without_a_snapshot_says_how_to_get_one(config: Path) -> None:
    found = run("evidence", str(config))
    assert found.exit_code == 1
    assert isinstance(found.exception, Faulty)
    assert "golden-thread refresh" in str(found.exception.faults[0])
