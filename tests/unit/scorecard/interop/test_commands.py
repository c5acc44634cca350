"""The commands ``init``, ``import`` and ``export``, run as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from scorecard.cli import cli
from scorecard.faults import Faulty
from scorecard.loader import load

METRICFLOW = """\
semantic_models:
  - name: visits
    model: ref('visits')
    defaults: {agg_time_dimension: finished_at}
    entities: [{name: engineer, type: foreign, expr: engineer_id}]
    dimensions: [{name: finished_at, type: time, type_params: {time_granularity: day}}]
    measures: [{name: made, agg: count, expr: 1, config: {meta: {tier: gold}}}]
"""


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_init_writes_an_example_without_fault_or_warning(tmp_path: Path) -> None:
    folder = tmp_path / "my-shop"
    result = run("init", folder)
    assert f"wrote {folder / 'scorecard.yaml'}" in result.stderr
    loaded = load(folder, {})
    assert loaded.faults == ()
    assert loaded.checked().title == "My shop"
    assert run("check", folder).exit_code == 0


@pytest.mark.parametrize("command", [("init",), ("import", "metricflow", "x.yml", "--out")])
def test_nothing_is_overwritten(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Faulty) as raised:
        run(*command, tmp_path)
    assert "nothing is overwritten" in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(Faulty, match="there is a file of this name"):
        run(*command, tmp_path / "notes.txt")


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert run("init", tmp_path).exit_code == 0


def test_import_prints_yaml_and_names_what_is_lost(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text(METRICFLOW, encoding="utf-8")
    result = run("import", "metricflow", tmp_path / "x.yml")
    assert yaml.safe_load(result.stdout)["metrics"]["made"]["agg"] == "count"
    note = "semantic model visits, measure made: 'config' has no counterpart"
    assert f"no counterpart: {note}\n" in result.stderr
    assert f"# - {note}\n" in result.stdout


def test_import_writes_a_folder_that_check_accepts(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text(METRICFLOW, encoding="utf-8")
    assert run("import", "metricflow", tmp_path / "x.yml", "--out", tmp_path / "made").exit_code == 0
    assert run("check", tmp_path / "made").exit_code == 0


@pytest.mark.parametrize("style", ["yaml", "json"])
def test_export_and_import_back(tmp_path: Path, style: str) -> None:
    run("init", tmp_path / "made")
    exported = run("export", "osi", tmp_path / "made", "--format", style)
    assert "osi: warehouse.url: is left out" in exported.stderr
    made = json.loads(exported.stdout) if style == "json" else yaml.safe_load(exported.stdout)
    assert made["version"] == "0.2.0.dev0"
    (tmp_path / f"model.{style}").write_text(exported.stdout, encoding="utf-8")
    assert run("import", "osi", tmp_path / f"model.{style}", "--out", tmp_path / "back").exit_code == 0
    again, before = (load(tmp_path / name, {}).checked() for name in ("back", "made"))
    assert (again.metrics, again.sources, again.journey) == (before.metrics, before.sources, before.journey)


def test_an_unknown_format_is_wrong_usage(tmp_path: Path) -> None:
    assert run("import", "cube", tmp_path).exit_code == 2
