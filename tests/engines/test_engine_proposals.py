"""A first scorecard proposed from each engine: names, kinds, and a time that is only a count of seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from metrics.proposing import propose
from metrics.warehouse import open_warehouse
from scorecard.interop.writing import document
from scorecard.loader import load
from scorecard.warehouse import Request
from tests.engines.engines import Database
from tests.engines.test_engine_limits import TYPES

FIRST = int(datetime(2026, 1, 31, 15, 0, tzinfo=UTC).timestamp())


def test_seconds_since_1970_are_moments_on_every_engine(database: Database, tmp_path: Path) -> None:
    rows = ", ".join(f"({at}, {FIRST + 3600 * at}, 'ann', {at % 2})" for at in range(-3, 4))
    database.fill(
        "CREATE TABLE tickets (ticket_id INTEGER, closed_at BIGINT, agent_id TEXT, repeated INTEGER);"
        f"INSERT INTO tickets VALUES {rows}"
    )
    converted = propose(database.url, "Desk", datetime(2026, 2, 2))
    sections = {**converted.sections, "warehouse": {"url": database.url}}
    sections["calendar"] = {**sections["calendar"], "time_zone": "Europe/London"}
    (tmp_path / "scorecard.yaml").write_text(
        document(type(converted)(sections, converted.remarks, converted.notes)), encoding="utf-8"
    )
    definition = load(tmp_path, {}).checked()
    assert definition.sources["tickets"].query is not None
    assert definition.sources["tickets"].units == {"worker": "agent_id"}
    with open_warehouse(definition, tmp_path) as warehouse:
        assert warehouse.check() == []
        asked = Request(("repeated",), ("worker",), "hour", datetime(2026, 1, 31, 15), datetime(2026, 1, 31, 17))
        table = warehouse.read(asked, datetime(2026, 3, 1)).table
    row = table.org.row_of["worker", "ann"]
    assert [table.reading("repeated", row, at).value for at in (0, 1)] == [0.0, 1.0]


def test_types_of_its_own_do_not_hide_a_table(database: Database) -> None:
    database.fill_as_is(TYPES[sa.make_url(database.url).get_backend_name()])
    converted = propose(database.url, "Types", datetime(2026, 2, 2))
    assert not [note for note in converted.notes if note.subject == "table t"]
    assert list(converted.sections["sources"]) == ["t"]
