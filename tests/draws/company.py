"""Random companies: a tree of units, a roster with moves, gaps and overlaps, sources of facts, metrics and a question.

A draw is made of its number alone, so that one that shows a difference can be made again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, get_args
from zoneinfo import ZoneInfo

from scorecard.definition.company import Month, Weekday
from tests.draws.kinds import goals
from tests.draws.metrics import Ground, metrics_of
from tests.draws.words import CONDITIONS

ZONES = ("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
BEGINS = (datetime(2026, 3, 1), datetime(2026, 10, 15), datetime(2027, 12, 20), datetime(2028, 2, 20))
"""Around both changes of the clocks, a turn of the year and a leap day."""
DAYS = 45
AS_OF = datetime(2028, 6, 1)
LEVELS = ("all", "division", "department", "team", "worker", "desk")
STAMPS = ("TIMESTAMP", "TIMESTAMPTZ", "DATE", "TEXT")
Row = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """A source of facts: what its time column is, which levels it carries, its key, and its rows.

    A row's ``moment`` is what is written, its ``local`` the local time that means.
    """

    stamp: str
    carries: tuple[str, ...]
    key: tuple[str, ...]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Company:
    """A company and a question: everything a test needs to know of a draw."""

    calendar: Mapping[str, Any]
    levels: tuple[str, ...]
    placed: tuple[str, ...]
    """The levels the roster knows; none without a roster."""
    members: Sequence[Row]
    sources: Mapping[str, Source]
    metrics: Mapping[str, Mapping[str, Any]]
    request: Mapping[str, Any]
    goals: Sequence[Row] = ()
    """The rows of the table of targets."""


def draw(number: int) -> Company:
    """The company of a number."""
    dice = Random(number)  # noqa: S311 - it draws examples, not secrets
    zone = ZoneInfo(dice.choice(ZONES))
    begin = dice.choice(BEGINS)
    levels = LEVELS[: dice.randint(2, 6)]
    units = {level: [dice.choice(_NAMES) for _ in range(dice.randint(1, 5))] for level in levels[1:]}
    parents = [{level: dice.choice(units[level]) for level in levels[1:]} for _ in range(8)]
    placed = tuple(level for level in levels[1:] if dice.random() < 0.8) if dice.random() < 0.85 else ()
    members = [_member(dice, placed, units, parents, begin) for _ in range(dice.randint(0, 10))] if placed else []
    request = _request(dice, levels, units, begin)
    stamps = [stamp for stamp in STAMPS if stamp != "DATE" or request["grain"] != "hour"]
    names = ("facts", "extra")[: dice.choice((1, 2, 2))]
    sources = {name: _source(dice, levels, units, _When(begin, zone, dice.choice(stamps))) for name in names}
    calendar = {
        "time_zone": zone.key,
        "week_starts": dice.choice(get_args(Weekday)),
        "year_starts": dice.choice(get_args(Month)),
        "as_of": AS_OF.isoformat(),
    }
    ground = Ground(names, units, begin, all(source.stamp != "DATE" for source in sources.values()))
    metrics = metrics_of(dice, ground)
    rows = goals(dice, metrics, units, begin)
    return Company(calendar, levels, placed, members, sources, metrics, request, rows)


_NAMES = ("a", "A", "b", "north", "North ", "Zürich", "O'Brien", "7", "日本", "x:y")
_EMPTY = ("", " ", None)


def _unit(dice: Random, known: Sequence[str]) -> str | None:
    return dice.choice(_EMPTY) if dice.random() < 0.1 else dice.choice([*known, "stranger"][: len(known) + 1])


def _member(dice: Random, placed: Sequence[str], units: Any, parents: Sequence[Row], begin: datetime) -> Row:
    """A membership: mostly of the tree, sometimes across it; a day or an hour at which it begins and ends, or none."""
    tree = dice.choice(parents)
    row: Row = {level: tree[level] if dice.random() < 0.7 else _unit(dice, units[level]) for level in placed}
    for edge in ("since", "until"):
        moment = begin + timedelta(
            hours=dice.randint(0, DAYS * 24) if dice.random() < 0.3 else 24 * dice.randint(0, DAYS)
        )
        row[edge] = None if dice.random() < 0.35 else moment
    return row


@dataclass(frozen=True)
class _When:
    """When a source's rows happen, and what its time column is."""

    begin: datetime
    zone: ZoneInfo
    stamp: str


def _source(dice: Random, levels: Sequence[str], units: Any, when: _When) -> Source:
    carries = tuple(level for level in levels[1:] if dice.random() < 0.5) or (levels[-1],)
    rows = [_fact(dice, carries, units, when) for _ in range(dice.choice((0, 3, 20, 40, 80, 120)))]
    key = dice.choice(((), ("id",), ("id", "line")))
    if key and rows:
        rows += [_again(dice, dice.choice(rows), when) for _ in range(dice.randint(0, 12))]
    return Source(when.stamp, carries, key, rows)


def _fact(dice: Random, carries: Sequence[str], units: Any, when: _When) -> Row:
    moment, local = _moment(dice, when)
    return {
        "moment": moment,
        "local": local,
        **{level: _unit(dice, units[level]) for level in carries},
        "id": dice.choice((None, *range(40))),
        "line": dice.choice((None, "a", "A", "b")),
        "ok": dice.choice((True, True, False, None)),
        "amount": dice.choice((None, *(n / 4 for n in range(-20, 21)))),
        "number": dice.choice((None, *range(-3, 12))),
        "customer": dice.choice((None, "a", "A", "b", "B ", "", "ä", "Abel")),
        "channel": dice.choice(("web", "phone", "Web", None)),
    }


def _again(dice: Random, row: Row, when: _When) -> Row:
    """A row of the same key: the same again, or with another time or amount."""
    changed = dict(row)
    if dice.random() < 0.6:
        changed["moment"], changed["local"] = _moment(dice, when)
    if dice.random() < 0.5:
        changed["amount"] = dice.choice((None, 1.25, 100.0))
    return changed


def _moment(dice: Random, when: _When) -> tuple[str | None, datetime | None]:
    """What is written for a moment, and the local time it is: an instant, a local time, a day or a text."""
    if dice.random() < 0.05:
        return None, None
    naive = when.begin + timedelta(minutes=15 * dice.randint(0, DAYS * 96), seconds=dice.choice((0, 0, 59)))
    instant = naive.replace(tzinfo=UTC)
    local = instant.astimezone(when.zone).replace(tzinfo=None)
    match when.stamp:
        case "DATE":
            return naive.date().isoformat(), datetime(naive.year, naive.month, naive.day)
        case "TIMESTAMP":
            return naive.isoformat(" "), naive
        case "TIMESTAMPTZ":
            return instant.isoformat(" "), local
    offset = dice.choice((0, -5, 14))
    written = (instant + timedelta(hours=offset)).replace(tzinfo=None).isoformat("T")
    texts: list[tuple[str, datetime | None]] = [
        (f"{written}{offset:+03}:00" if offset else f"{written}Z", local),
        (naive.isoformat(" "), naive),
        (naive.date().isoformat(), datetime(naive.year, naive.month, naive.day)),
        (dice.choice(("soon", "", "2026-02-30", "12")), None),
    ]
    return dice.choices(texts, (5, 3, 1, 1))[0]


def _request(dice: Random, levels: Sequence[str], units: Any, begin: datetime) -> Row:
    grain = dice.choice((None, "day", "week", "week", "month", "quarter", "year", "hour"))
    start = stop = None
    if grain == "hour" or dice.random() < 0.4:
        start = begin + timedelta(days=dice.randint(0, DAYS))
        stop = start + timedelta(days=2 if grain == "hour" else dice.randint(1, DAYS))
    if grain != "hour" and dice.random() < 0.2:
        start = None
    level = dice.choice((levels[0], *levels))
    beneath = [other for other in levels[1:] for _ in units[other]]
    asked = [dice.choice(beneath) for _ in range(dice.choice((0, 0, 0, 1, 2)))]
    return {
        "level": level,
        "units": tuple((other, dice.choice([*units[other], "Unassigned"])) for other in asked),
        "grain": grain,
        "start": start,
        "stop": stop,
        "by": tuple(dice.sample(("channel", "who", "good", "size"), dice.choice((0, 0, 0, 0, 1, 2)))),
        "where": dice.choice([*CONDITIONS]) if dice.random() < 0.3 else None,
    }


DIMENSIONS = {"channel": "channel", "who": "upper(customer)", "good": "amount > 0", "size": "number"}


def definition(company: Company, url: str) -> dict[str, Any]:
    """The company as its YAML holds it."""
    organisation: dict[str, Any] = {"levels": list(company.levels)}
    if company.placed:
        organisation["roster"] = {
            "table": "staff",
            "columns": {level: f"in_{level}" for level in company.placed},
            "valid_from": "since",
            "valid_to": "until",
        }
    return {
        "title": "A draw",
        "calendar": dict(company.calendar),
        "warehouse": {"url": url},
        "organisation": organisation,
        "sources": {
            name: {
                "table": name,
                "time": "moment",
                "units": {level: f"in_{level}" for level in source.carries},
                "dimensions": DIMENSIONS,
                **({"key": list(source.key)} if source.key else {}),
            }
            for name, source in company.sources.items()
        },
        "metrics": json.loads(json.dumps(company.metrics, default=str)),
    }


def statements(company: Company) -> str:
    """The company's tables as SQL, parted by semicolons."""
    made = []
    if company.placed:
        columns = {**{f"in_{level}": "TEXT" for level in company.placed}, "since": "TIMESTAMP", "until": "TIMESTAMP"}
        rows = [[*(row[level] for level in company.placed), row["since"], row["until"]] for row in company.members]
        made.append(_table("staff", columns, rows))
    for name, source in company.sources.items():
        columns = {"moment": source.stamp, **{f"in_{level}": "TEXT" for level in source.carries}, **_COLUMNS}
        rows = [[row["moment"], *(row[each] for each in (*source.carries, *_COLUMNS))] for row in source.rows]
        made.append(_table(name, columns, rows))
    made.append(_table("goals", _GOALS, [[row[column] for column in _GOALS] for row in company.goals]))
    return ";\n".join(made)


_COLUMNS = {
    "id": "INTEGER", "line": "TEXT", "ok": "BOOLEAN", "amount": "DOUBLE", "number": "INTEGER", "customer": "TEXT",
    "channel": "TEXT",
}  # fmt: skip


_GOALS = {"metric": "TEXT", "level": "TEXT", "unit": "TEXT", "since": "TIMESTAMP", "goal": "DOUBLE"}


def _table(name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> str:
    made = f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})"
    values = ",\n".join(f"({', '.join(map(_literal, row))})" for row in rows)
    return f"{made};\nINSERT INTO {name} VALUES {values}" if rows else made


def _literal(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
    return "'" + str(value).replace("'", "''") + "'"
