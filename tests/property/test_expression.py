"""Whatever text comes in, an expression is read or refused in one way; what is read builds and runs."""

from __future__ import annotations

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.dialects import DIALECTS
from metrics.expressions import Scope, build
from metrics.typed import column
from scorecard.expression import ExpressionError, columns, parse, parse_formula
from scorecard.syntax import Column, walk

WORDS = [
    "a", "b", '"c d"', "1", "2.5", "'x'", "''", "null", "true", "(", ")", ",", "+", "-", "*", "/", "=", "<>", "<", ">=",
    "and", "or", "not", "is", "in", "between", "like", "case", "when", "then", "else", "end", "cast", "as", "integer",
    "coalesce", "round", "lower", "seconds_between", "select", "from", "where", "union", ";", "--", "/*", "*/", "::",
    "over", "partition", "by", "exists", "drop", "table", "read_csv", "pragma", "attach", "interval", "date", ".", "[",
    "]", "{", "}", "?", ":x", "$1", "@", "%", "||", "\\", "'", '"', "`", "escape", "any", "filter", "distinct",
    "lambda", "->", "=>", "e'", "x'", "0x1f", "1e9", "999999999999999999999", "limit", "with", "values",
    "array", "struct", "if",
]  # fmt: skip
texts = st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
SCOPE = Scope({"a": column("a", "number"), "b": column("b", "text"), "c d": column("c d", "timestamp")}, "UTC", "t")

numbers = st.recursive(
    st.sampled_from(["a", "1", "2.5", "null"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda of: f"({of[0]} {of[1]} {of[2]})"),
        st.tuples(inner, inner).map(lambda of: f"coalesce({of[0]}, {of[1]})"),
        st.tuples(inner, inner, inner).map(lambda of: f"case when {of[0]} > {of[1]} then {of[2]} end"),
        inner.map(lambda of: f"round({of}, 2)"),
        st.tuples(inner, inner).map(lambda of: f"least({of[0]}, {of[1]})"),
    ),
    max_leaves=8,
)


@settings(max_examples=400)
@given(texts)
def test_text_is_read_or_refused_in_one_way(text: str) -> None:
    for read in (parse, parse_formula):
        try:
            tree = read(text)
        except ExpressionError:
            continue
        assert {*columns(tree)} == {part.name for part in walk(tree) if isinstance(part, Column)}


@settings(max_examples=200)
@given(texts)
def test_what_is_read_builds_or_is_refused(text: str) -> None:
    try:
        typed = build(parse(text), SCOPE)
    except ExpressionError:
        return
    for name in (name for name, dialect in DIALECTS.items() if dialect.embedded):
        sql = str(sa.select(typed.element).compile(dialect=sa.create_engine(f"{name}://").dialect))
        assert ";" not in sql.replace("';'", "")
        assert sql.upper().count("SELECT") == 1


@settings(max_examples=100)
@given(numbers)
def test_every_sum_of_numbers_builds(text: str) -> None:
    assert build(parse(text), SCOPE).kind in ("number", "integer", "any")
