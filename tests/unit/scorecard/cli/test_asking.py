"""``query`` as other programs rely on it: header, rows, figures with every digit, and what it refuses in words."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from scorecard.cli import cli
from scorecard.faults import Faulty

DATA = """
CREATE TABLE jobs (moment TIMESTAMP, team TEXT, worker TEXT, kind TEXT, hours DOUBLE, ok BOOLEAN);
INSERT INTO jobs VALUES
    ('2026-01-05 10:00:00', 'n', 'ann', 'x', 0.1, true), ('2026-01-06 10:00:00', 'n', 'ann', 'y, "z"', 0.2, false),
    ('2026-01-20 10:00:00', 's', 'bob', NULL, NULL, false)
"""
HEADER = "metric,level,unit,period,value,numerator,denominator,count,complete"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    connection = sqlite3.connect(tmp_path / "facts.sqlite")
    connection.executescript(DATA)
    connection.close()
    words = {
        "title": "Jobs",
        "calendar": {"as_of": "2026-01-22"},
        "warehouse": {"url": f"sqlite:///{tmp_path / 'facts.sqlite'}"},
        "organisation": {"levels": ["company", "team", "worker"]},
        "sources": {
            "jobs": {
                "table": "jobs",
                "time": "moment",
                "units": {"team": "team", "worker": "worker"},
                "dimensions": {"kind": "kind"},
            }
        },
        "metrics": {
            "jobs": {"source": "jobs", "agg": "count"},
            "good": {"source": "jobs", "agg": "count", "filter": "ok"},
            "hours": {"source": "jobs", "agg": "sum", "expr": "hours"},
            "mean": {"source": "jobs", "agg": "average", "expr": "hours", "level": "team"},
        },
    }
    (tmp_path / "scorecard.yaml").write_text(yaml.safe_dump(words))
    return tmp_path


def ask(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["query", *words, "--config", str(folder)])


def rows(folder: Path, *words: str) -> list[list[str]]:
    done = ask(folder, *words, "--format", "csv")
    assert done.exit_code == 0, done.stderr
    return list(csv.reader(io.StringIO(done.stdout)))


def test_without_a_grain_there_is_one_row_for_the_whole_span_with_every_digit(folder: Path) -> None:
    assert ask(folder, "jobs", "hours", "mean", "--format", "csv").stdout.splitlines() == [
        HEADER,
        "jobs,company,all,2026-01-05,3.0,,,3,true",
        "hours,company,all,2026-01-05,0.30000000000000004,,,2,true",
        "mean,company,all,2026-01-05,0.15000000000000002,0.30000000000000004,2.0,2,true",
    ]


def test_every_period_between_has_a_row_and_no_value_is_empty(folder: Path) -> None:
    found = rows(folder, "jobs", "--level", "team", "--grain", "week", "--to", "2026-01-26")
    assert [row[2:5] + row[7:] for row in found[1:]] == [
        ["n", "2026-01-05", "2.0", "2", "true"],
        ["n", "2026-01-12", "", "0", "true"],
        ["n", "2026-01-19", "", "0", "false"],
        ["s", "2026-01-05", "", "0", "true"],
        ["s", "2026-01-12", "", "0", "true"],
        ["s", "2026-01-19", "1.0", "1", "false"],
    ]


def test_a_unit_whose_rows_all_fail_the_filter_has_a_zero(folder: Path) -> None:
    found = rows(folder, "good", "--level", "worker")
    assert [row[2:5] for row in found[1:]] == [["ann", "2026-01-05", "1.0"], ["bob", "2026-01-05", "0.0"]]


def test_a_split_has_its_columns_after_the_unit_once_each(folder: Path) -> None:
    found = rows(folder, "hours", "--level", "worker", "--by", "kind", "--by", "kind")
    assert found[0] == ["metric", "level", "unit", "kind", *HEADER.split(",")[3:]]
    assert [row[2:6] for row in found[1:]] == [
        ["ann", "x", "2026-01-05", "0.1"],
        ["ann", 'y, "z"', "2026-01-05", "0.2"],
    ]


def test_a_level_above_the_units_is_of_what_is_beneath_them(folder: Path) -> None:
    found = rows(folder, "jobs", "--level", "company", "--unit", "team:n", "--unit", "worker:nobody")
    assert [row[1:5] for row in found[1:]] == [["company", "all", "2026-01-05", "2.0"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--from", "2026-01-06"), "2.0"),
        (("--from", "2026-01-05T10:30", "--to", "2026-01-20"), "1.0"),
        (("--to", "2026-01-06"), "1.0"),
        (("--where", "hours > 0.15 and kind like 'y%'"), "1.0"),
        (("--unit", "company:all"), "3.0"),
        (("--from", "2030-01-01", "--to", "2030-02-01"), ""),
    ],
)
def test_a_span_and_a_condition_keep_rows(folder: Path, words: tuple[str, ...], found: str) -> None:
    (row,) = rows(folder, "jobs", *words)[1:]
    assert row[4] == found


def test_json_holds_the_same_with_nulls(folder: Path) -> None:
    (row,) = json.loads(ask(folder, "mean", "--format", "json", "--to", "2026-01-06").stdout)
    assert row == {
        "metric": "mean", "level": "company", "unit": "all", "period": "2026-01-05", "value": 0.1, "numerator": 0.1,
        "denominator": 1.0, "count": 1, "complete": True,
    }  # fmt: skip


def test_a_table_is_as_wide_as_its_figures(folder: Path) -> None:
    told = ask(folder, "mean", "--by", "kind", "--grain", "week").stdout
    assert "2026-01-05" in told
    assert 'y, "z"' in told
    assert "…" not in told


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("nothing",), "there is no metric 'nothing'"),
        ((), "Missing argument"),
        (("jobs", "--level", "squad"), "there is no level 'squad'"),
        (("jobs", "--unit", "n"), "a unit is written 'level:id'"),
        (("jobs", "--unit", "company:other"), "the one unit of level 'company' is 'company:all'"),
        (("jobs", "--by", "colour"), "there is no dimension 'colour'; known are kind"),
        (("jobs", "--grain", "decade"), "'decade' is not one of"),
        (("jobs", "--from", "yesterday"), "a date is written 2026-03-01"),
        (("jobs", "--from", "2026-01-01T00:00Z"), "a date is written 2026-03-01"),
        (("jobs", "--from", "9999-12-31", "--grain", "year"), "a date lies in the years 1000 to 8999"),
        (("jobs", "--from", "2026-01-06", "--to", "2026-01-06"), "--from is not before --to"),
        (("jobs", "--format", "xml"), "'xml' is not one of"),
    ],
)
def test_wrong_usage_is_2(folder: Path, words: tuple[str, ...], reason: str) -> None:
    done = ask(folder, *words)
    assert (done.exit_code, reason in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("words", ["hours >", "houres > 1", "(select 1) > 0", "hours; drop table jobs"])
def test_a_condition_that_cannot_be_is_told_once(folder: Path, words: str) -> None:
    done = ask(folder, "jobs", "--where", words, "--format", "csv")
    assert (done.exit_code, done.stdout) == (1, HEADER + "\n")
    assert done.stderr.count("the condition asked for") == 1


def test_what_cannot_be_answered_is_said_beside_the_answer(folder: Path) -> None:
    done = ask(folder, "mean", "--unit", "worker:zed", "--format", "csv")
    assert done.exit_code == 0
    assert "mean: not shown below level 'team'" in done.stderr
    assert "nothing is known of 'worker:zed' at that time" in done.stderr


def test_a_moment_at_the_end_of_all_time_is_told(folder: Path) -> None:
    connection = sqlite3.connect(folder / "facts.sqlite")
    connection.execute("INSERT INTO jobs (moment) VALUES ('9999-12-31 00:00:00')")
    connection.commit()
    connection.close()
    for grain in ((), ("--grain", "year")):
        done = ask(folder, "jobs", *grain)
        assert isinstance(done.exception, Faulty)
        assert "past the end of the calendar" in str(done.exception)
    assert rows(folder, "jobs", "--to", "2026-02-01")[1][4] == "3.0"
