"""The tree an expression or formula is read into: five kinds of frozen nodes, free of any parser and any database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

CastType = Literal["integer", "double", "text", "date", "timestamp"]


class ExpressionError(ValueError):
    """An expression that cannot be accepted; the message says what and, where it can, what was meant."""


@dataclass(frozen=True, slots=True)
class Value:
    """A constant: a number, text, true, false or null."""

    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a source, or a metric (or input) of a formula."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function over arguments; ``and`` and ``or`` take any number of them.

    Operators: ``+ - * / negative = <> < <= > >= and or not in like is_null is_true is_false``;
    ``in`` takes the sought value first. ``between`` is written as two comparisons.
    """

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """``case when … then … else … end``; without ``else`` the rest is null."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Cast:
    """A conversion; what cannot be converted is null."""

    operand: Node
    to: CastType


Node = Value | Column | Call | Case | Cast
"""A parsed expression."""


def columns(node: Node) -> tuple[str, ...]:
    """Every column the tree names, in order, once each."""
    return tuple(dict.fromkeys(part.name for part in walk(node) if isinstance(part, Column)))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything beneath it, depth first."""
    yield node
    for part in parts(node):
        yield from walk(part)


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes right beneath a node."""
    match node:
        case Call():
            return node.arguments
        case Cast():
            return (node.operand,)
        case Case():
            return (*(part for branch in node.branches for part in branch), node.otherwise)
    return ()
