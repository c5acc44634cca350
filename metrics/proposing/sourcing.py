"""A table of facts as a source of the YAML, and what a person should look at beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from metrics.engines import Engine
from metrics.proposing.guesses import LEVELS, FactsSeen
from metrics.proposing.looking import Seen, relation
from metrics.proposing.measures import ideas
from metrics.proposing.naming import name_of
from scorecard.interop.writing import column_text

_MOST_NAMED = 12


def source_words(engine: Engine, found: FactsSeen) -> dict[str, Any]:
    """The source as the YAML says it; one whose time is a count of seconds is a query that makes it a moment."""
    parts: dict[str, Any] = {
        "units": {role: column_text(found.units[role].name) for role in LEVELS if role in found.units},
        "dimensions": {name_of(column.name): column_text(column.name) for column in found.dimensions},
        "case": found.case and column_text(found.case.name),
        "customer": found.customer and column_text(found.customer.name),
        "key": found.key and column_text(found.key.name),
    }
    words = {"table": found.table.name, "time": column_text(found.time.name)}
    if found.time.epoch:
        named = f"{name_of(found.time.name)}_moment"
        words = {"query": _counted(engine, found, named), "time": named}
    return words | {key: value for key, value in parts.items() if value}


def _counted(engine: Engine, found: FactsSeen, named: str) -> str:
    """Every column of a table, and beside them its count of seconds since 1970 as a moment."""
    column: sa.ColumnClause[Any] = sa.column(found.time.name)
    seconds = column if found.time.epoch == 1 else sa.cast(column, sa.Double) / float(found.time.epoch or 1)
    moment = engine.dialect.since_1970(seconds)
    asked = sa.select(sa.literal_column("*"), moment.label(named)).select_from(relation(found.table.name))
    written = asked.compile(engine.sqlalchemy, compile_kwargs={"literal_binds": True})
    return " ".join(str(written).split())


def source_remarks(found: FactsSeen, name: str, known: tuple[str, str, str] | None) -> tuple[str, ...]:
    """What was guessed of a source, and what was left; ``known`` is the table, by its key, that says who did it."""
    told = [f"`{found.time.name}` is taken for the moment a row belongs to{_instead(found.other_times)}"]
    if not found.units and known:
        table, key, unit = known
        told.append(f"`{table}` says who did it: a `query:` that joins it by `{key}` has its `{unit}` for `units`.")
    elif not found.units:
        told.append("No column says who did it: add `units` if one does.")
    measured = {idea.name for idea in ideas(found, name)}
    if unused := [column for column in found.measured if column.name not in measured]:
        told.append(f"Not used yet: {_listed(unused)}.")
    if found.key is None:
        told.append("No column was found that makes a row one row: add `key` if one does.")
    return tuple(told)


def _instead(others: tuple[Seen, ...]) -> str:
    return f"; it could also be {_listed(others)}." if others else "."


def _listed(columns: Iterable[Seen]) -> str:
    names = [f"`{column.name}`" for column in columns]
    left = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {left:,} more" if left > 0 else "")
