"""Odd databases: other schemas and letters, times counted or written otherwise, views, people, nothing at all."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.proposing import propose
from metrics.warehouse import open_warehouse
from scorecard.definition import Definition, Ratio, Simple
from scorecard.faults import Faulty
from scorecard.interop.notes import Converted
from scorecard.org import TOP
from scorecard.warehouse import Request
from tests.unit.metrics.test_proposing import loaded

START = datetime(2026, 1, 5, 9)
NOW = datetime(2026, 2, 1)


def sqlite(path: Path, tables: dict[str, list[tuple[Any, ...]]]) -> str:
    """A SQLite database of tables written ``name (column type, …)``."""
    connection = sqlite3.connect(path)
    for made, rows in tables.items():
        connection.execute(f"CREATE TABLE {made}")
        for row in rows:
            connection.execute(f"INSERT INTO {made.partition('(')[0]} VALUES ({', '.join('?' * len(row))})", row)
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def values(definition: Definition, folder: Path, now: datetime = NOW) -> dict[str, float | None]:
    with open_warehouse(definition, folder) as warehouse:
        readings = warehouse.read(Request(tuple(definition.metrics), ("company",)), now)
    assert readings.failed == {}
    table = readings.table
    row = table.org.row_of["company", TOP]
    return {name: table.reading(name, row, 0).value for name in definition.metrics}


def told(converted: Converted) -> dict[str, str]:
    return {note.subject: note.reason for note in converted.notes}


def test_a_time_counted_in_seconds_becomes_a_moment(tmp_path: Path) -> None:
    begun = int(START.replace(tzinfo=UTC).timestamp())
    tickets = [
        (
            at,
            begun + 3600 * at,
            begun + 3600 * at + 600 * (at % 3),
            begun + 3600 * at + 60,
            1 + at % 9,
            1 + at % 2,
            at % 4,
        )
        for at in range(60)
    ]
    users = [(at, f"Agent {at}", 1 + at % 2) for at in range(1, 10)]
    url = sqlite(
        tmp_path / "desk.db",
        {
            "tickets (id int, created_at int, resolved_at int, first_response_at int, assignee_id int, group_id int,"
            " reopens int)": tickets,
            "users (id int, name text, group_id int)": users,
            "groups (id int, name text)": [(1, "First line"), (2, "Second line")],
        },
    )
    definition = loaded(tmp_path / "made", propose(url, "Desk", NOW))
    source = definition.sources["tickets"]
    assert source.time == "resolved_at_moment"
    assert source.query is not None
    assert source.units == {"team": "group_id", "worker": "assignee_id"}, "not every small number is a worker"
    roster = definition.organisation.roster
    assert roster is not None
    assert (roster.table, roster.columns, roster.names) == (
        "users",
        {"worker": "id", "team": "group_id"},
        {"worker": "name"},
    )
    assert definition.organisation.labels == {"team": {"1": "First line", "2": "Second line"}}
    found = values(definition, tmp_path)
    assert found["reopens"] == pytest.approx(0.75), "the share of rows that have any"
    assert found["tickets_time_to_resolved"] == pytest.approx(600)
    assert found["tickets_time_to_first_response"] == pytest.approx(60)


def test_milliseconds_and_a_zone_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "events.duckdb"
    last = int(datetime(2026, 1, 31, 23, 30, tzinfo=UTC).timestamp() * 1000)
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE calls (started_at BIGINT, agent_id INTEGER, wait_seconds INTEGER)")
        connection.execute("INSERT INTO calls SELECT ? - i * 3600000, i % 5, i FROM range(50) AS t(i)", [last])
    definition = loaded(tmp_path / "made", propose(f"duckdb:///{path}", "Calls", NOW))
    moved = definition.model_copy(
        update={"calendar": definition.calendar.model_copy(update={"time_zone": "Asia/Tokyo"})}
    )
    with open_warehouse(moved, tmp_path) as warehouse:
        asked = Request(("wait_seconds",), ("company",), "day", datetime(2026, 2, 1), datetime(2026, 2, 2))
        table = warehouse.read(asked, datetime(2026, 3, 1)).table
    assert table.reading("wait_seconds", 0, 0).count == 9, "half past eight in Tokyo, and the eight hours before"


def test_another_schema_other_letters_and_another_language(tmp_path: Path) -> None:
    path = tmp_path / "haus.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute('CREATE SCHEMA "Klinik"')
        connection.execute(
            'CREATE TABLE "Klinik"."Maßnahmen" ("Lfd Nr" INTEGER, "Erledigt am" TIMESTAMP, "Pflegekraft" VARCHAR,'
            ' "Station" VARCHAR, "Patient Nr" VARCHAR, "Dauer in Minuten" INTEGER, "Übergabe vollständig" VARCHAR)'
        )
        connection.execute(
            'CREATE TABLE "Klinik"."Befragung" ("Datum" DATE, "Weiterempfehlung" INTEGER, "Bemerkung" VARCHAR)'
        )
        connection.execute(
            "INSERT INTO \"Klinik\".\"Maßnahmen\" SELECT i, TIMESTAMP '2026-01-20' + INTERVAL (i) HOUR, 'PK' || i % 7,"
            " ['Innere', 'Chirurgie'][1 + i % 2], 'P' || i % 20, i % 30, ['ja', 'nein'][1 + i % 2]"
            " FROM range(100) AS t(i)"
        )
        connection.execute(
            'INSERT INTO "Klinik"."Befragung" SELECT DATE \'2026-01-20\', i % 11,'
            " 'Sehr freundlich, danke an alle' FROM range(44) AS t(i)"
        )
    definition = loaded(tmp_path / "made", propose(f"duckdb:///{path}", "Haus", NOW))
    source = definition.sources["massnahmen"]
    assert (source.table, source.time, source.key) == ("Klinik.Maßnahmen", '"Erledigt am"', ('"Lfd Nr"',))
    assert source.units == {"team": "Station", "worker": "Pflegekraft"}
    assert source.customer == '"Patient Nr"'
    assert definition.metrics["uebergabe_vollstaendig"].label == "Übergabe vollständig"
    assert definition.outcomes == ("weiterempfehlung",)
    assert definition.voices is not None
    assert "bemerkung" not in definition.sources["befragung"].dimensions, "sentences are no dimension"
    found = values(definition, tmp_path)
    assert found["uebergabe_vollstaendig"] == pytest.approx(0.5), "a yes and a no are two words"
    assert found["dauer_in_minuten"] == pytest.approx(60 * sum(at % 30 for at in range(100)) / 100)


def shop(folder: Path) -> str:
    employees = [(at, f"L{at}", 2, "1960-02-18", "2012-05-01") for at in range(1, 10)]
    orders = [
        (at, f"C{at % 7}", 1 + at % 9, ordered, ordered + timedelta(days=20), ordered + timedelta(days=10 + at % 15))
        for at in range(60)
        for ordered in [START - timedelta(days=at)]
    ]
    written = [(*row[:3], *(f"{day:%Y-%m-%d}" for day in row[3:])) for row in orders]
    return sqlite(
        folder / "shop.db",
        {
            "Orders (OrderID int, CustomerID text, EmployeeID int, OrderDate text, RequiredDate text,"
            " ShippedDate text)": written,
            "Employees (EmployeeID int, LastName text, ReportsTo int, BirthDate text, HireDate text)": employees,
            "OrderDetails (OrderID int, Quantity int)": [(1, 2)],
        },
    )


def test_a_promised_time_that_was_kept_is_the_outcome(tmp_path: Path) -> None:
    definition = loaded(tmp_path / "made", propose(shop(tmp_path), "Shop", NOW))
    assert list(definition.sources) == ["orders"], "nobody was born or hired for a customer"
    assert definition.organisation.roster is not None
    assert definition.organisation.roster.columns == {"worker": "EmployeeID", "team": "ReportsTo"}
    assert definition.outcomes == ("orders_on_time",)
    assert isinstance(definition.metrics["orders_on_time"], Ratio)
    found = values(definition, tmp_path)
    assert found["orders_on_time"] == pytest.approx(sum(at % 15 <= 10 for at in range(60)) / 60)
    assert found["orders_time_to_shipped"] == pytest.approx(17 * 86_400)


def test_what_is_due_on_a_day_is_in_time_until_that_day_is_over(tmp_path: Path) -> None:
    rows = [
        (f"2026-01-{day:02} 08:00", f"2026-01-{day + 2:02} 17:30", f"2026-01-{day + 2 - day % 2:02}")
        for day in range(1, 21)
    ]
    url = sqlite(tmp_path / "parcels.db", {"parcels (ordered_at text, delivered_at text, promised_for text)": rows})
    definition = loaded(tmp_path / "made", propose(url, "Parcels", NOW))
    assert values(definition, tmp_path)["parcels_on_time"] == pytest.approx(0.5)


def test_data_that_ended_long_ago_are_taken_as_of_their_end(tmp_path: Path) -> None:
    url = shop(tmp_path)
    last = max(START - timedelta(days=at) + timedelta(days=10 + at % 15) for at in range(60)).date()
    assert "as_of" not in propose(url, "Shop", NOW).sections["calendar"]
    late = propose(url, "Shop", datetime(2030, 1, 1))
    assert late.sections["calendar"]["as_of"] == last + timedelta(days=1)
    assert f"{last}" in " ".join(late.remarks["calendar",])


def test_a_view_of_a_table_is_not_proposed_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "calls.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            'CREATE TABLE "callRecord" ("callId" BIGINT, "startTime" TIMESTAMP, "agentId" INTEGER, "holdSecs" INTEGER,'
            ' "wasTransferred" BOOLEAN, "select" INTEGER)'
        )
        connection.execute(
            "INSERT INTO \"callRecord\" SELECT i, TIMESTAMP '2026-01-01' + INTERVAL (i) MINUTE, i % 7, i % 90,"
            " i % 4 = 0, 1 FROM range(5000) AS t(i)"
        )
        connection.execute('CREATE VIEW "longHolds" AS SELECT * FROM "callRecord" WHERE "holdSecs" > 60')
        connection.execute('CREATE TABLE inbound AS SELECT * FROM "callRecord" WHERE false')
        connection.execute(
            "INSERT INTO inbound SELECT i, TIMESTAMP '2026-01-02' + INTERVAL (i) MINUTE, 3, 7, true, 1"
            " FROM range(50) AS t(i)"
        )
    converted = propose(f"duckdb:///{path}", "Calls", NOW)
    definition = loaded(tmp_path / "made", converted)
    assert set(definition.sources) == {"call_record", "inbound"}, "the same columns alone do not make it the same"
    assert "shows rows of callRecord again" in told(converted)["table longHolds"]
    assert "select" not in " ".join(definition.metrics), "a column that is always 1 tells nothing"
    assert definition.metrics["call_record_was_transferred"].label == "Call record was transferred"


def test_where_there_is_no_verdict_the_number_of_customers_stands_in(tmp_path: Path) -> None:
    rows = [(f"{START + timedelta(days=at):%Y-%m-%d}", at % 5, at * 1.5) for at in range(20)]
    url = sqlite(tmp_path / "shop.db", {"invoices (invoice_date text, customer_id int, total real)": rows})
    converted = propose(url, "Shop", NOW)
    definition = loaded(tmp_path / "made", converted)
    customers = definition.metrics["customers"]
    assert definition.outcomes == ("customers",)
    assert isinstance(customers, Simple)
    assert customers.agg == "count_distinct"
    assert "stands in" in " ".join(converted.remarks["metrics", "customers"])


def test_a_table_that_says_who_did_it_is_named(tmp_path: Path) -> None:
    invoices = [(at, 1 + at % 9, f"{START + timedelta(days=at):%Y-%m-%d}", at * 1.5) for at in range(20)]
    customers = [(at, f"C{at}", 1 + at % 3) for at in range(1, 10)]
    employees = [(at, f"L{at}", 1) for at in range(1, 6)]
    url = sqlite(
        tmp_path / "music.db",
        {
            "Invoice (InvoiceId int, CustomerId int, InvoiceDate text, Total real)": invoices,
            "Customer (CustomerId int, LastName text, SupportRepId int)": customers,
            "Employee (EmployeeId int, LastName text, ReportsTo int)": employees,
        },
    )
    converted = propose(url, "Music", NOW)
    assert "units" not in converted.sections["sources"]["invoice"]
    remarks = " ".join(converted.remarks["sources", "invoice"])
    assert "`Customer` says who did it" in remarks
    assert "joins it by `CustomerId` has its `SupportRepId`" in remarks


def test_many_columns_are_not_all_named(tmp_path: Path) -> None:
    names = [f"f{at}" for at in range(900)]
    rows = [(f"{START + timedelta(hours=at):%Y-%m-%d %H:%M}", *range(900)) for at in range(3)]
    url = sqlite(tmp_path / "wide.db", {f"sensors (measured_at text, {', '.join(f'{n} real' for n in names)})": rows})
    remarks = " ".join(propose(url, "Wide", NOW).remarks["sources", "sensors"])
    assert "and 888 more" in remarks
    assert len(remarks) < 500


def test_why_nothing_can_be_proposed_is_told_table_by_table(tmp_path: Path) -> None:
    url = sqlite(
        tmp_path / "odd.db",
        {
            "products (id int, name text)": [(1, "a")],
            "empty (at text)": [],
            "visits (visit_date text, agent text)": [("31.12.2026", "ann"), ("1.1.2027", "bob")],
        },
    )
    with pytest.raises(Faulty) as error:
        propose(url, "Odd", NOW)
    said = [str(fault) for fault in error.value.faults]
    assert "no table whose rows happened at a time" in said[0]
    reasons = {
        table: next(line for line in said if f"table {table}" in line) for table in ("products", "empty", "visits")
    }
    assert "no time" in reasons["products"]
    assert "empty" in reasons["empty"]
    assert "31.12.2026" in reasons["visits"]
    assert "query" in reasons["visits"]
