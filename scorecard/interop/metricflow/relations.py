"""What the rows of a semantic model are read from: its table, or a query that computes and joins what a source cannot.

A ``query:`` is in the warehouse's own SQL, as theirs is: what this format's expressions cannot say is computed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from scorecard.expression import ExpressionError, parse

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Join:
    """A table whose rows are told apart by a key that other rows name."""

    entity: str
    table: str
    key: str
    """The key's SQL there."""
    elements: Mapping[str, str]
    """The SQL of its categories, by name."""


@dataclass
class Relation:
    """A table, the columns computed from it, and the columns of others joined to it so far."""

    table: str
    computed: dict[str, str] = field(default_factory=dict)
    """SQL by the column it is computed as."""
    joined: dict[str, tuple[Join, str, str]] = field(default_factory=dict)
    """By column: the other table, its element, and the column of this one that names its key."""

    def words(self) -> dict[str, str]:
        """``table``, or a ``query`` where the table alone is not enough."""
        computed = _select(["*", *(f"{sql} AS {name}" for name, sql in self.computed.items())], self.table)
        if not self.joined:
            return {"query": computed} if self.computed else {"table": self.table}
        base = f"({computed})" if self.computed else self.table
        sides = [self._side(table, f"joined_{at + 1}") for at, table in enumerate(self.tables())]
        return {"query": _select([f"{_ROWS}.*", *self.joined], " ".join([f"{base} AS {_ROWS}", *sides]))}

    def tables(self) -> list[str]:
        """The tables that are joined."""
        return list(dict.fromkeys(join.table for join, _, _ in self.joined.values()))

    def _side(self, table: str, alias: str) -> str:
        """One joined table: its key and the elements that are wanted of it."""
        wanted = {name: (join, element) for name, (join, element, _) in self.joined.items() if join.table == table}
        join, key = next((join, key) for join, _, key in self.joined.values() if join.table == table)
        elements = [f"{join.elements[element]} AS {name}" for name, (join, element) in wanted.items()]
        inner = _select([f"{join.key} AS {alias}_key", *elements], table)
        return f"LEFT JOIN ({inner}) AS {alias} ON {_ROWS}.{key} = {alias}.{alias}_key"


_ROWS = "rows_of_it"


def _select(columns: Iterable[str], relation: str) -> str:
    """A query as a text of the YAML: the warehouse runs it in a session that only reads."""
    return f"SELECT {', '.join(columns)} FROM {relation}"  # noqa: S608 - their own SQL, as any `query:` of the YAML


def is_bare(sql: str) -> bool:
    """Whether it is a column by its plain name."""
    return bool(_BARE.fullmatch(sql))


def is_expressible(sql: str) -> bool:
    """Whether this format's own expressions can say it."""
    try:
        parse(sql)
    except ExpressionError:
        return is_bare(sql)
    return True


def is_computable(sql: str) -> bool:
    """Whether it can stand in a query: one expression of SQL, without a template and without a query of its own."""
    if "{" in sql or ";" in sql:
        return False
    try:
        made = sqlglot.parse_one(f"SELECT {sql}")
    except SqlglotError:
        return False
    plain = isinstance(made, exp.Select) and len(made.expressions) == 1 and set(_parts(made)) == {"expressions"}
    return plain and not any(isinstance(node, exp.AggFunc | exp.Star) for node in made.walk())


def _parts(made: exp.Expression) -> Iterable[str]:
    return (name for name, value in made.args.items() if value)
