"""The cases of ``tests/cases`` on every server there is, in every shape of the work it takes; their check queries are
answered by SQLite."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from metrics.dialects import DIALECTS
from metrics.shapes import Work
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
    for work in ("rows", "statements"):
        if work == "statements" or DIALECTS[definition_backend(definition)].hands_out:
            hold(definition, work, words, answers, tmp_path)


def definition_backend(definition: Definition) -> str:
    return sa.make_url(definition.warehouse.url).get_backend_name()


def hold(
    definition: Definition, work: Work, words: Mapping[str, Any], answers: Mapping[str, Any], folder: Path
) -> None:
    with open_warehouse(definition, folder, work) as warehouse:
        for read in words["reads"]:
            readings = warehouse.read(request_of(read["request"]), words.get("now", datetime(2030, 1, 1)))
            assert_told([str(fault) for fault in readings.faults], read.get("faults", []))
            for metric, part in read.get("failed", {}).items():
                assert part in readings.failed[metric]
            assert set(readings.failed) == set(read.get("failed", {}))
            for check in read["checks"]:
                table = readings.segments[tuple(check.get("segment", ()))]
                assert_equal(table, check, answers[check["query"]])
