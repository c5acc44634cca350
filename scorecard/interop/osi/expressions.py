"""Aggregates written in SQL, read as measures: one aggregate, or one over another; nothing else has a counterpart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from scorecard.expression import ExpressionError, parse
from scorecard.interop.osi.datasets import Fields


class ForeignError(ValueError):
    """An expression without a counterpart; the message says why."""


_PLAIN: Mapping[type[exp.Expr], str] = {
    exp.Sum: "sum", exp.Avg: "average", exp.Min: "min", exp.Max: "max", exp.Median: "median", exp.Count: "count",
}  # fmt: skip


def measured(text: str, datasets: Mapping[str, Fields]) -> dict[str, Any]:
    """The words of a simple or ratio metric. Raises :class:`ForeignError`."""
    try:
        found = sqlglot.parse_one(f"SELECT {text}").expressions
    except (SqlglotError, RecursionError) as error:
        raise ForeignError("its expression cannot be read as SQL") from error
    if len(found) != 1:
        raise ForeignError("its expression is more than one")
    node = _bare(found[0])
    if isinstance(node, exp.Div):
        over, under = _bare(node.this), _bare(node.expression)
        if isinstance(under, exp.Nullif) and under.expression.sql() == "0":
            under = _bare(under.this)
        return {"type": "ratio", "numerator": _measure(over, datasets), "denominator": _measure(under, datasets)}
    return _measure(node, datasets)


def _bare(node: exp.Expr) -> exp.Expr:
    """An expression without brackets and without a cast to a real number, which division is here anyway."""
    while isinstance(node, exp.Paren) or (isinstance(node, exp.Cast) and node.to.this in exp.DataType.FLOAT_TYPES):
        node = node.this
    return node


def _measure(node: exp.Expr, datasets: Mapping[str, Fields]) -> dict[str, Any]:
    agg, value = _aggregate(node)
    condition = None
    if isinstance(value, exp.Case) and not value.this and not value.args.get("default") and len(value.args["ifs"]) == 1:
        condition, value = value.args["ifs"][0].this, value.args["ifs"][0].args["true"]
    source = _dataset([part for part in (value, condition) if part is not None], datasets)
    words: dict[str, Any] = {"source": source, "agg": agg[0]}
    if not (agg[0] == "count" and (value is None or isinstance(value, exp.Literal | exp.Star))):
        words["expr"] = _written(value, datasets[source])
    if condition is not None:
        words["filter"] = _written(condition, datasets[source])
    return words | ({"percentile": agg[1]} if agg[1] is not None else {})


def _aggregate(node: exp.Expr) -> tuple[tuple[str, float | None], Any]:
    """Which aggregate it is, its share where it is a percentile, and what is aggregated."""
    if isinstance(node, exp.WithinGroup) and isinstance(node.this, exp.PercentileCont):
        ordered = node.expression.expressions[0]
        value = ordered.this if isinstance(ordered, exp.Ordered) else ordered
        share = float(node.this.this.sql())
        return (("median", None) if share == 0.5 else ("percentile", share)), value  # noqa: PLR2004 - the middle
    name = _PLAIN.get(type(node))
    if name is None:
        raise ForeignError("only an aggregate, or one divided by another, has a counterpart")
    if isinstance(node.this, exp.Distinct):
        if name != "count" or len(node.this.expressions) != 1:
            raise ForeignError("only a count of one expression can be distinct here")
        return ("count_distinct", None), node.this.expressions[0]
    return (name, None), node.this


def _dataset(parts: list[exp.Expr], datasets: Mapping[str, Fields]) -> str:
    named = {column.table for part in parts for column in part.find_all(exp.Column) if column.table}
    if not named and len(datasets) == 1:
        named = set(datasets)
    if len(named) != 1 or not named <= datasets.keys():
        raise ForeignError("an aggregate is over the rows of one dataset, and names it")
    return named.pop()


def _written(node: exp.Expr, fields: Fields) -> str:
    """An expression of theirs in this format, fields replaced by what they stand for."""

    def column(part: exp.Expr) -> exp.Expr:
        if not isinstance(part, exp.Column):
            return part
        text = fields.texts.get(part.name)
        if text is None or not part.table:
            return exp.column(part.this)
        replaced = sqlglot.parse_one(f"SELECT {text}").expressions[0]
        return replaced if isinstance(replaced, exp.Column) else exp.paren(replaced)

    text = node.copy().transform(column).sql()
    try:
        parse(text)
    except ExpressionError as error:
        raise ForeignError(f"'{text[:60]}' cannot be written here ({error})") from error
    return text
