"""Expressions, formulas and measures as standard SQL, with the same meaning; what has none there is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from scorecard.interop.osi.format import InexpressibleError
from scorecard.syntax import Call, Case, Cast, Column, Node, Value

Columns = Callable[[str], str]
"""How a column is written."""

_INFIX = {"+", "-", "*", "=", "<>", "<", "<=", ">", ">=", "like"}
_CHAINS = {"and", "or"}
_SUFFIX = {"is_null": "IS NULL", "is_true": "IS TRUE", "is_false": "IS FALSE"}
_SAME = {"coalesce", "nullif", "abs", "round", "least", "greatest", "lower", "upper", "trim", "ln", "exp", "sqrt"}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TYPES = {
    "integer": "INTEGER",
    "double": "DOUBLE PRECISION",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}


_RESERVED = frozenset(
    ("all", "and", "any", "as", "at", "between", "by", "case", "cast", "check", "column", "create", "cross",
     "current", "date", "default", "distinct", "else", "end", "except", "exists", "false", "fetch", "for", "from",
     "full", "grant", "group", "having", "in", "inner", "into", "is", "join", "leading", "left", "like", "limit",
     "natural", "not", "null", "offset", "on", "or", "order", "outer", "over", "partition", "primary", "references",
     "right", "row", "rows", "select", "set", "start", "table", "then", "time", "timestamp", "to", "true", "union",
     "unique", "user", "using", "value", "values", "when", "where", "window", "with", "year")
)  # fmt: skip
"""Words of the SQL standard that columns and tables bear too."""


def identifier(name: str) -> str:
    """A name as standard SQL writes it: quoted where it is reserved or not plain."""
    bare = _PLAIN.fullmatch(name) and name.lower() not in _RESERVED
    return name if bare else '"' + name.replace('"', '""') + '"'


def sql(node: Node, columns: Columns = identifier) -> str:
    """A tree as SQL, every operation in brackets. Raises :class:`InexpressibleError`."""
    match node:
        case Value():
            return _value(node.value)
        case Column():
            return columns(node.name)
        case Cast():
            return f"CAST({sql(node.operand, columns)} AS {_TYPES[node.to]})"
        case Case():
            branches = " ".join(f"WHEN {sql(when, columns)} THEN {sql(then, columns)}" for when, then in node.branches)
            return f"CASE {branches} ELSE {sql(node.otherwise, columns)} END"
        case Call():
            return _call(node.name, [sql(part, columns) for part in node.arguments])


def _value(value: bool | float | str | None) -> str:
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "TRUE", False: "FALSE"}[value]
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def _call(name: str, parts: list[str]) -> str:
    if name == "/":
        return f"(CAST({parts[0]} AS DOUBLE PRECISION) / NULLIF({parts[1]}, 0))"
    if name in _INFIX | _CHAINS:
        return "(" + f" {name.upper()} ".join(parts) + ")"
    if name in _SUFFIX:
        return f"({parts[0]} {_SUFFIX[name]})"
    if name in ("not", "negative"):
        return f"({'NOT' if name == 'not' else '-'} {parts[0]})"
    if name == "in":
        return f"({parts[0]} IN ({', '.join(parts[1:])}))"
    if name in _SAME:
        return f"{name.upper()}({', '.join(parts)})"
    if name == "length":
        return f"CHAR_LENGTH({parts[0]})"
    if name == "hour":
        return f"EXTRACT(HOUR FROM {parts[0]})"
    raise InexpressibleError(f"'{name}' has no counterpart in standard SQL")


def kept(filters: Iterable[str], value: str) -> str:
    """A value where all filters hold, else none."""
    held = [f for f in filters if f]
    return f"CASE WHEN {' AND '.join(held)} THEN {value} END" if held else value


def aggregate(agg: str, value: str, percentile: float | None, filters: Iterable[str]) -> str:
    """An aggregate over the rows that pass the filters."""
    of = kept(filters, value)
    match agg:
        case "count_distinct":
            return f"COUNT(DISTINCT {of})"
        case "sum_boolean":
            return f"COUNT({kept([*filters, value], '1')})"
        case "median" | "percentile":
            return f"PERCENTILE_CONT({0.5 if agg == 'median' else percentile!r}) WITHIN GROUP (ORDER BY {of})"
    return f"{'AVG' if agg == 'average' else agg.upper()}({of})"


def quotient(over: str, under: str) -> str:
    """A share that is without value where there is nothing to share."""
    return f"CAST({over} AS DOUBLE PRECISION) / NULLIF({under}, 0)"


def promoters(value: str, filters: Iterable[str]) -> str:
    """A net promoter score: promoters (9, 10) less detractors (0 to 6), of a hundred answers from 0 to 10."""
    held = list(filters)
    high, low, of = (
        f"COUNT({kept([*held, f'{value} BETWEEN {a} AND {b}'], '1')})" for a, b in ((9, 10), (0, 6), (0, 10))
    )
    return f"100.0 * ({high} - {low}) / NULLIF({of}, 0)"
