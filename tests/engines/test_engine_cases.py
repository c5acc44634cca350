"""The cases of ``tests/cases`` on every server there is; their check queries are answered by SQLite."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from metrics.warehouse import open_warehouse
from scorecard.definition import Definition
from tests.cases.test_cases import FILES, assert_equal, assert_told, prepare, request_of
from tests.engines.engines import Database


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_case(file: Path, database: Database, tmp_path: Path) -> None:
    words = yaml.safe_load(file.read_text())
    answers = prepare(words, "sqlite", tmp_path / "answers")
    database.fill(words["data"])
    definition = Definition.model_validate({**words["definition"], "warehouse": {"url": database.url}})
    with open_warehouse(definition, tmp_path) as warehouse:
        for read in words["reads"]:
            readings = warehouse.read(request_of(read["request"]), words.get("now", datetime(2030, 1, 1)))
            assert_told([str(fault) for fault in readings.faults], read.get("faults", []))
            for metric, part in read.get("failed", {}).items():
                assert part in readings.failed[metric]
            assert set(readings.failed) == set(read.get("failed", {}))
            for check in read["checks"]:
                table = readings.segments[tuple(check.get("segment", ()))]
                assert_equal(table, check, answers[check["query"]])
