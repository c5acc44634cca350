"""The language of expressions: what it takes, what it refuses, and that it fails in one way only."""

from __future__ import annotations

import pytest

from scorecard.expression import ExpressionError, columns, parse, parse_formula
from scorecard.syntax import Call, Case, Cast, Column, Node, Value

A, B, C = Column("a"), Column("b"), Column("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ('"my column"', Column("my column")),
        ("comment", Column("comment")),
        ("12", Value(12)),
        ("-1.5", Value(-1.5)),
        ("'it''s'", Value("it's")),
        ("null", Value(None)),
        ("a + b * c", Call("+", (A, Call("*", (B, C))))),
        ("(a + b) * c", Call("*", (Call("+", (A, B)), C))),
        ("a - b - c", Call("-", (Call("-", (A, B)), C))),
        ("a / b", Call("/", (A, B))),
        ("-a", Call("negative", (A,))),
        ("a <> 1", Call("<>", (A, Value(1)))),
        ("a != 1", Call("<>", (A, Value(1)))),
        ("a and b or not c", Call("or", (Call("and", (A, B)), Call("not", (C,))))),
        ("a and b and c", Call("and", (A, B, C))),
        ("a between 1 and 2", Call("and", (Call(">=", (A, Value(1))), Call("<=", (A, Value(2)))))),
        ("a in (1, 2)", Call("in", (A, Value(1), Value(2)))),
        ("a not in ('x')", Call("not", (Call("in", (A, Value("x"))),))),
        ("a like 'x%'", Call("like", (A, Value("x%")))),
        ("a not like 'x%'", Call("not", (Call("like", (A, Value("x%"))),))),
        ("a is null", Call("is_null", (A,))),
        ("a is not null", Call("not", (Call("is_null", (A,)),))),
        ("a is true", Call("is_true", (A,))),
        ("a is not false", Call("not", (Call("is_false", (A,)),))),
        ("case when a then 1 else 2 end", Case(((A, Value(1)),), Value(2))),
        ("case a when 1 then b end", Case(((Call("=", (A, Value(1))), B),), Value(None))),
        ("cast(a as integer)", Cast(A, "integer")),
        ("cast(a as double)", Cast(A, "double")),
        ("date '2026-01-31'", Cast(Value("2026-01-31"), "date")),
        ("coalesce(a, b, 0)", Call("coalesce", (A, B, Value(0)))),
        ("ROUND(a, 2)", Call("round", (A, Value(2)))),
        ("seconds_between(a, b)", Call("seconds_between", (A, B))),
        ("weekday(a)", Call("weekday", (A,))),
        ("a -- a remark", A),
    ],
)
def test_reads(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("a; drop table b", "nothing after it"),
        ("a union select 1", "nothing after it"),
        ("drop table a", "alias|near"),
        ("select 1", "near 'select'"),
        ("(select 1)", "subquery"),
        ("a in (select b from c)", "subquery"),
        ("exists (select 1)", "subquery"),
        ("a from b", "without 'from'"),
        ("a, b", "one expression is expected"),
        ("a as b", "alias"),
        ("*", "'\\*'"),
        ("t.a", "without a table's name"),
        ("read_csv('/etc/passwd')", "there is no function 'read_csv'"),
        ("roun(a)", "did you mean 'round'"),
        ("load_extension('x')", "there is no function"),
        ("sum(a)", "there is no function 'sum'"),
        ("coalesce(distinct a)", "'distinct'"),
        ("nullif(a, b) filter (where c)", "'filter'"),
        ("lower(a) over ()", "window"),
        ("coalesce(a, b) over ()", "window"),
        ("round(a, b)", "whole number of digits"),
        ("nullif(a)", "takes 2 arguments, not 1"),
        ("a || b", r"'\|\|'"),
        ("a % b", "'%'"),
        ("a ilike 'x'", "ilike"),
        ("a like 'x' escape '!'", "escape"),
        ("a like any ('x')", "'any'"),
        ("cast(a as varchar(3))", "a cast is to one of"),
        ("cast(a as integer[])", "a cast is to one of"),
        ("interval '1 day'", "interval"),
        (":a", "parameter"),
        ("?", "parameter"),
        ("@a", "parameter"),
        ("a[1]", "'bracket'"),
        ("1e999", "out of range"),
        ("9" * 300, "out of range"),
        ("'a", "quote or bracket"),
        ("a and", "near 'and'"),
        ("(" * 40 + "a" + ")" * 40, "brackets nested"),
        ("not " * 300 + "a", "nested"),
        ("a" + " + a" * 400, "nested"),
        ("a" + " or a" * 2000, "longer than"),
        ("a," * 600 + "a", "longer than"),
        ("a\x00", "control character"),
        ("'" + "x" * 1001 + "'", "a text is longer"),
    ],
)
def test_refuses(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        parse(text)


def test_long_lists_of_conditions_are_fine() -> None:
    tree = parse(" or ".join(f"a = {number}" for number in range(150)))
    assert isinstance(tree, Call)
    assert len(tree.arguments) == 150


def test_columns_in_order_once_each() -> None:
    assert columns(parse("case when b > a then coalesce(c, a) else cast(b as text) end")) == ("b", "a", "c")


def test_formula_reads_metrics() -> None:
    assert parse_formula("100 * answered / nullif(offered, 0)") == Call(
        "/", (Call("*", (Value(100), Column("answered"))), Call("nullif", (Column("offered"), Value(0))))
    )
    assert parse_formula('ln("first-visit")') == Call("ln", (Column("first-visit"),))


@pytest.mark.parametrize("text", ["lower(a)", "cast(a as integer)", "a like b", "a = 'x'", "hour(a)", "round(a)"])
def test_formula_refuses_what_is_no_arithmetic(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_formula(text)
