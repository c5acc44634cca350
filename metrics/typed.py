"""Elements with what they hold: the one place where kinds meet, so that no engine decides what a comparison means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from metrics import portable
from metrics.portable import Element, Kind
from scorecard.expression import ExpressionError

NUMERIC: frozenset[Kind] = frozenset({"integer", "decimal", "number"})
TEMPORAL: frozenset[Kind] = frozenset({"date", "timestamp", "instant"})
_TYPES: Mapping[Kind, sa.types.TypeEngine[Any]] = {
    "integer": sa.BigInteger(),
    "decimal": sa.Numeric(),
    "number": sa.Double(),
    "boolean": sa.Boolean(),
    "text": sa.String(),
    "date": sa.Date(),
    "timestamp": sa.DateTime(),
    "instant": sa.DateTime(timezone=True),
}
PLAIN: Mapping[Kind, str] = {
    "integer": "a number", "decimal": "a number", "number": "a number", "boolean": "a yes/no", "text": "text",
    "date": "a date", "timestamp": "a time", "instant": "a time", "any": "a value", "other": "a value of a kind"
    " that cannot be computed with",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """An element and what it holds."""

    element: Element
    kind: Kind


def column(name: str, kind: Kind) -> Typed:
    """A column of a relation; what is no finite number in it is null."""
    element: Element = sa.column(name, _TYPES.get(kind, sa.types.NullType()))
    return Typed(guarded(element, kind), kind)


def guarded(element: Element, kind: Kind) -> Element:
    """Take NaN and infinities for null."""
    return portable.Finite(element) if kind == "number" else element


def number(operand: Typed, what: str = "a number is expected") -> Element:
    """The operand as a number. Raises :class:`ExpressionError` for text and times."""
    match operand.kind:
        case "integer" | "decimal" | "number":
            return operand.element
        case "boolean":
            return sa.case((operand.element, 1), (sa.not_(operand.element), 0))
        case "any":
            return portable.Convert(operand.element, "double")
    raise ExpressionError(f"{what}, not {PLAIN[operand.kind]}")


def condition(operand: Typed) -> Element:
    """The operand as true, false or null. Raises :class:`ExpressionError` for text and times."""
    if operand.kind in NUMERIC:
        return operand.element != 0
    if operand.kind in ("boolean", "any"):
        return operand.element
    raise ExpressionError(f"a condition is expected, not {PLAIN[operand.kind]}")


def local_time(operand: Typed, zone: str) -> Element:
    """The operand as a naive local time. Raises :class:`ExpressionError` for numbers and conditions."""
    match operand.kind:
        case "timestamp":
            return operand.element
        case "date":
            return portable.Midnight(operand.element)
        case "instant":
            return portable.LocalTime(operand.element, zone)
        case "text" | "any":
            return portable.ReadTime(operand.element, zone)
    raise ExpressionError(f"a date or time is expected, not {PLAIN[operand.kind]}")


def text(operand: Typed, zone: str) -> Element:
    """The operand as text: whole numbers without decimals, times as local ISO text."""
    match operand.kind:
        case "text":
            return operand.element
        case "integer":
            return sa.cast(operand.element, sa.String)
        case "decimal" | "number":
            return portable.NumberText(operand.element)
        case "boolean":
            return sa.case((operand.element, "true"), (sa.not_(operand.element), "false"))
        case "date":
            return portable.Convert(operand.element, "text")
        case "timestamp" | "instant":
            return portable.Convert(local_time(operand, zone), "text")
        case "any":
            return portable.Convert(operand.element, "text")
    raise ExpressionError(f"text is expected, not {PLAIN[operand.kind]}")


def alike(operands: Sequence[Typed], zone: str) -> tuple[Kind, list[Element]]:
    """Bring operands to one kind. Raises :class:`ExpressionError` where they have none in common."""
    kinds: set[Kind] = {operand.kind for operand in operands} - {"any"}
    if not kinds:
        return "any", [operand.element for operand in operands]
    if len(kinds) == 1 and kinds != {"other"}:
        kind = next(iter(kinds))
        return kind, [operand.element for operand in operands]
    if kinds <= NUMERIC | {"boolean"}:
        return "number", [portable.real(number(operand)) for operand in operands]
    if kinds & TEMPORAL and kinds <= TEMPORAL | {"text"}:
        return "timestamp", [local_time(operand, zone) for operand in operands]
    first, second, *_ = sorted(kinds, key=PLAIN.__getitem__)
    raise ExpressionError(f"{PLAIN[first]} and {PLAIN[second]} cannot be compared; cast one of them")
