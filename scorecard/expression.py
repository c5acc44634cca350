"""Expressions and formulas of the YAML: text in, a small frozen tree of our own out.

sqlglot serves as a parser only. What it reads is held to a list of nodes, operators and functions and copied into
the tree of :mod:`scorecard.syntax`; whatever is not on the list is refused by name. Nothing of the text itself ever
reaches a database: :mod:`metrics.expressions` builds SQL anew from the tree, and :mod:`scorecard.formula` computes
it over arrays.

The meaning is one on every engine: ``/`` divides as real numbers and by zero gives no value, text compares by case,
``least`` and ``greatest`` pass over missing arguments, a ``cast`` of what cannot be converted gives no value,
``round`` and ``cast(… as integer)`` round halves away from zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from scorecard.faults import did_you_mean
from scorecard.parsing import in_words, parsed, present
from scorecard.syntax import Call, Case, Cast, CastType, Column, ExpressionError, Node, Value, columns

__all__ = ["ExpressionError", "columns", "parse", "parse_formula"]

MAX_LENGTH = 4_000
MAX_DEPTH = 64
MAX_NUMBER = 1e18
MAX_TEXT = 1_000
_MANY = 16


@dataclass(frozen=True, slots=True)
class _Grammar:
    """What one kind of text may hold: functions with the fewest and most arguments, and whether it knows text."""

    functions: Mapping[str, tuple[int, int]]
    text: bool
    noun: str


_EXPRESSION = _Grammar(
    {
        "coalesce": (1, _MANY), "nullif": (2, 2), "abs": (1, 1), "round": (1, 2), "least": (1, _MANY),
        "greatest": (1, _MANY), "lower": (1, 1), "upper": (1, 1), "trim": (1, 1), "length": (1, 1),
        "seconds_between": (2, 2), "days_between": (2, 2), "hour": (1, 1), "weekday": (1, 1),
    },
    text=True,
    noun="an expression",
)  # fmt: skip
_FORMULA = _Grammar(
    {
        "coalesce": (1, _MANY), "nullif": (2, 2), "abs": (1, 1), "least": (1, _MANY), "greatest": (1, _MANY),
        "ln": (1, 1), "exp": (1, 1), "sqrt": (1, 1),
    },
    text=False,
    noun="a formula",
)  # fmt: skip


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Read an expression over a source's columns.

    Raises :class:`ExpressionError` for whatever is not on the list, and nothing else.
    """
    return _read(text, _EXPRESSION)


@lru_cache(maxsize=1024)
def parse_formula(text: str) -> Node:
    """Read the formula of a derived metric: arithmetic over metric ids and inputs.

    An id with a hyphen is written in double quotes. Raises :class:`ExpressionError`, and nothing else.
    """
    return _read(text, _FORMULA)


def _read(text: str, grammar: _Grammar) -> Node:
    if not text.strip():
        raise ExpressionError(f"{grammar.noun} is empty")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"{grammar.noun} is longer than {MAX_LENGTH:,} characters")
    if any(ord(char) < ord(" ") and char not in "\t\r\n" for char in text):
        raise ExpressionError(f"{grammar.noun} holds a control character")
    try:
        return _Walker(grammar).node(parsed(text), 0)
    except RecursionError as error:
        raise ExpressionError("nested too deeply") from error


_BINARY: Mapping[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/",
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_CHAINS: Mapping[type[exp.Expr], str] = {exp.And: "and", exp.Or: "or"}
_CASTS: Mapping[str, CastType] = {
    "INT": "integer", "BIGINT": "integer", "DOUBLE": "double", "FLOAT": "double",
    "TEXT": "text", "VARCHAR": "text", "DATE": "date", "TIMESTAMP": "timestamp",
}  # fmt: skip


class _Walker:
    """Copies sqlglot's tree into our own, node by node; what it does not know it refuses."""

    def __init__(self, grammar: _Grammar) -> None:
        self._grammar = grammar
        self._kinds: Mapping[type[exp.Expr], Callable[..., Node]] = {
            exp.Literal: self._literal,
            exp.Boolean: self._constant,
            exp.Null: self._constant,
            exp.Column: self._column,
            exp.Neg: self._negative,
            exp.Not: self._not,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Like: self._like,
            exp.Is: self._is,
            exp.Case: self._case,
            exp.Cast: self._cast,
            exp.Anonymous: self._function,
            **dict.fromkeys(_BINARY, self._binary),
            **dict.fromkeys(_CHAINS, self._chain),
        }

    def node(self, found: object, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise ExpressionError(f"nested more than {MAX_DEPTH} deep")
        while isinstance(found, exp.Paren):
            self._only(found, "this")
            found = found.this
        kind = self._kinds.get(type(found))  # type: ignore[arg-type]  # a type that is no key finds nothing
        if kind is None:
            raise ExpressionError(f"{in_words(type(found).__name__)} is not allowed in {self._grammar.noun}")
        return kind(found, depth + 1)

    def _only(self, found: exp.Expr, *names: str) -> None:
        """Refuse a node that carries more than we read: what is overlooked would change the meaning."""
        for name in sorted(present(found) - {*names}):
            raise ExpressionError(f"{in_words(name)} is not allowed in {self._grammar.noun}")

    def _literal(self, found: exp.Literal, _: int) -> Node:
        text = str(found.this)
        if found.is_string:
            return self._text(text)
        try:
            number: int | float = int(text) if text.isdecimal() else float(text)
        except ValueError as error:
            raise ExpressionError(f"{text[:40]!r} is not a number") from error
        if not math.isfinite(number) or abs(number) > MAX_NUMBER:
            raise ExpressionError(f"the number {text[:40]} is out of range: at most {MAX_NUMBER:.0e}")
        return Value(number)

    def _text(self, text: str) -> Node:
        if not self._grammar.text:
            raise ExpressionError(f"text has no place in {self._grammar.noun}: {text[:40]!r}")
        if len(text) > MAX_TEXT:
            raise ExpressionError(f"a text is longer than {MAX_TEXT:,} characters")
        return Value(text)

    def _constant(self, found: exp.Boolean | exp.Null, _: int) -> Node:
        return Value(bool(found.this) if isinstance(found, exp.Boolean) else None)

    def _column(self, found: exp.Column, _: int) -> Node:
        name = found.this
        if not isinstance(name, exp.Identifier):
            raise ExpressionError(f"{in_words(type(name).__name__)} is not allowed in {self._grammar.noun}")
        if present(found) != {"this"}:
            raise ExpressionError(f"write {name.this!r} alone, without a table's name before it")
        return Column(str(name.this))

    def _negative(self, found: exp.Neg, depth: int) -> Node:
        operand = self.node(found.this, depth)
        if isinstance(operand, Value) and type(operand.value) in (int, float):
            return Value(-operand.value)  # type: ignore[operator]  # a number, as the line above says
        return Call("negative", (operand,))

    def _not(self, found: exp.Not, depth: int) -> Node:
        return Call("not", (self.node(found.this, depth),))

    def _binary(self, found: exp.Expr, depth: int) -> Node:
        self._only(found, "this", "expression")
        return Call(_BINARY[type(found)], (self.node(found.this, depth), self.node(found.expression, depth)))

    def _chain(self, found: exp.Expr, depth: int) -> Node:
        kind, links = type(found), []
        rest: exp.Expr = found
        while isinstance(rest, kind):
            self._only(rest, "this", "expression")
            links.append(rest.expression)
            rest = rest.this
        return Call(_CHAINS[kind], tuple(self.node(link, depth) for link in (rest, *reversed(links))))

    def _in(self, found: exp.In, depth: int) -> Node:
        if found.args.get("query"):
            raise ExpressionError(f"a subquery is not allowed in {self._grammar.noun}")
        self._only(found, "this", "expressions")
        if not found.expressions:
            raise ExpressionError("'in' needs a list in brackets: in ('a', 'b')")
        return Call("in", tuple(self.node(part, depth) for part in (found.this, *found.expressions)))

    def _between(self, found: exp.Between, depth: int) -> Node:
        self._only(found, "this", "low", "high")
        value, low, high = (self.node(found.args[part], depth) for part in ("this", "low", "high"))
        return Call("and", (Call(">=", (value, low)), Call("<=", (value, high))))

    def _like(self, found: exp.Like, depth: int) -> Node:
        if not self._grammar.text:
            raise ExpressionError(f"'like' is not allowed in {self._grammar.noun}")
        self._only(found, "this", "expression", "negate")
        like = Call("like", (self.node(found.this, depth), self.node(found.expression, depth)))
        return Call("not", (like,)) if found.args.get("negate") else like

    def _is(self, found: exp.Is, depth: int) -> Node:
        self._only(found, "this", "expression")
        operand, wanted = self.node(found.this, depth), found.expression
        if isinstance(wanted, exp.Null):
            return Call("is_null", (operand,))
        if isinstance(wanted, exp.Boolean):
            return Call("is_true" if wanted.this else "is_false", (operand,))
        raise ExpressionError("after 'is' comes null, true or false")

    def _case(self, found: exp.Case, depth: int) -> Node:
        self._only(found, "this", "ifs", "default")
        subject = self.node(found.this, depth) if found.this else None
        branches = []
        for branch in found.args["ifs"]:
            self._only(branch, "this", "true")
            when = self.node(branch.this, depth)
            then = self.node(branch.args["true"], depth)
            branches.append((when if subject is None else Call("=", (subject, when)), then))
        default = found.args.get("default")
        return Case(tuple(branches), self.node(default, depth) if default else Value(None))

    def _cast(self, found: exp.Cast, depth: int) -> Node:
        if not self._grammar.text:
            raise ExpressionError(f"'cast' is not allowed in {self._grammar.noun}")
        self._only(found, "this", "to")
        wanted = found.args["to"]
        name = getattr(wanted.this, "value", "") if isinstance(wanted, exp.DataType) else ""
        if name not in _CASTS or present(wanted) != {"this"}:
            raise ExpressionError("a cast is to one of integer, double, text, date, timestamp")
        return Cast(self.node(found.this, depth), _CASTS[name])

    def _function(self, found: exp.Anonymous, depth: int) -> Node:
        self._only(found, "this", "expressions")
        name = str(found.this).lower()
        if name not in self._grammar.functions:
            known = self._grammar.functions
            raise ExpressionError(f"there is no function {str(found.this)[:40]!r} here" + did_you_mean(name, known))
        fewest, most = self._grammar.functions[name]
        if not fewest <= len(found.expressions) <= most:
            number = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise ExpressionError(f"'{name}' takes {number} arguments, not {len(found.expressions)}")
        arguments = tuple(self.node(part, depth) for part in found.expressions)
        if name == "round":
            _check_digits(arguments)
        return Call(name, arguments)


def _check_digits(arguments: tuple[Node, ...]) -> None:
    digits = arguments[1].value if len(arguments) > 1 and isinstance(arguments[1], Value) else None
    if len(arguments) > 1 and not (type(digits) is int and 0 <= digits <= 12):  # noqa: PLR2004 - a double holds no more
        raise ExpressionError("'round' takes a whole number of digits from 0 to 12, written out")
