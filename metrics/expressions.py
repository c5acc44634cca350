"""Expressions: from the parsed tree to SQLAlchemy elements, with a check of kinds before anything runs.

Every element carries its :data:`~metrics.portable.Kind`. Numbers are computed as doubles, comparisons are between
like kinds, moments meet as local times: so that an expression means the same on every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from metrics import portable
from metrics.portable import Element, Kind
from metrics.typed import PLAIN, TEMPORAL, Typed, alike, condition, local_time, number, text
from scorecard.expression import ExpressionError, parse
from scorecard.faults import did_you_mean
from scorecard.syntax import Call, Case, Cast, Column, Node, Value


@dataclass(frozen=True, slots=True)
class Scope:
    """The columns an expression may name, the zone local times are in, and how errors name the whole."""

    columns: Mapping[str, Typed]
    zone: str
    owner: str

    def column(self, name: str) -> Typed:
        """The column of a name, by its exact writing or else regardless of case.

        Raises :class:`ExpressionError` where there is none.
        """
        if name in self.columns:
            return self.columns[name]
        alike = [column for column in self.columns if column.lower() == name.lower()]
        if len(alike) != 1:
            raise ExpressionError(f"there is no column {name!r} in {self.owner}" + did_you_mean(name, self.columns))
        return self.columns[alike[0]]

    def read(self, text: str) -> Typed:
        """A column's name, or an expression over columns. Raises :class:`ExpressionError`."""
        return self.columns[text] if text in self.columns else build(parse(text), self)

    def condition(self, text: str) -> Element:
        """An expression that is true or not. Raises :class:`ExpressionError`."""
        return condition(self.read(text))


def build(node: Node, scope: Scope) -> Typed:
    """Build a parsed expression over a scope's columns. Raises :class:`ExpressionError`."""
    match node:
        case Value():
            return _value(node.value)
        case Column():
            return scope.column(node.name)
        case Cast():
            return _cast(build(node.operand, scope), node.to, scope)
        case Case():
            return _case(node, scope)
        case Call():
            return _CALLS[node.name]([build(argument, scope) for argument in node.arguments], node, scope)


def _value(value: bool | float | str | None) -> Typed:
    match value:
        case None:
            return Typed(sa.null(), "any")
        case bool():
            return Typed(sa.true() if value else sa.false(), "boolean")
        case int():
            return Typed(sa.literal(value, sa.BigInteger), "integer")
        case float():
            return Typed(sa.literal(value, sa.Double), "number")
    return Typed(sa.literal(value, sa.String), "text")


def _cast(operand: Typed, to: str, scope: Scope) -> Typed:
    match to:
        case "text":
            return Typed(text(operand, scope.zone), "text")
        case "date":
            return Typed(portable.Day(local_time(operand, scope.zone)), "date")
        case "timestamp":
            return Typed(local_time(operand, scope.zone), "timestamp")
    value = portable.Finite(portable.Convert(operand.element, "double")) if operand.kind == "text" else number(operand)
    if to == "double":
        return Typed(portable.real(value), "number")
    whole = value if operand.kind == "integer" else portable.Convert(portable.Round(value, 0), "integer")
    return Typed(whole, "integer")


def _case(node: Case, scope: Scope) -> Typed:
    whens = [condition(build(when, scope)) for when, _ in node.branches]
    kind, thens = alike(
        [build(then, scope) for then in (*(then for _, then in node.branches), node.otherwise)], scope.zone
    )
    return Typed(sa.case(*zip(whens, thens[:-1], strict=True), else_=thens[-1]), kind)


_Builder = Callable[[list[Typed], Call, Scope], Typed]


def _arithmetic(operands: list[Typed], call: Call, _: Scope) -> Typed:
    if any(operand.kind in TEMPORAL for operand in operands):
        raise ExpressionError(f"{call.name!r} is for numbers; for times use seconds_between or days_between")
    left, right = (portable.real(number(operand, f"{call.name!r} needs numbers")) for operand in operands)
    match call.name:
        case "+":
            return Typed(left + right, "number")
        case "-":
            return Typed(left - right, "number")
        case "*":
            return Typed(left * right, "number")
    return Typed(portable.Quotient(left, right), "number")


def _negative(operands: list[Typed], _: Call, __: Scope) -> Typed:
    return Typed(-portable.real(number(operands[0])), "number")


def _comparison(operands: list[Typed], call: Call, scope: Scope) -> Typed:
    kind, (left, right) = alike(operands, scope.zone)
    if any(isinstance(side, sa.sql.elements.Null) for side in (left, right)):
        return Typed(_whole(sa.null()), "boolean")  # SQLAlchemy would write IS NULL; SQL's own answer is null
    if call.name not in ("=", "<>"):
        left, right = _ordered(left, kind), _ordered(right, kind)
    compared: Mapping[str, Callable[[], Element]] = {
        "=": lambda: left == right,
        "<>": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
    }
    return Typed(compared[call.name](), "boolean")


def _ordered(element: Element, kind: Kind) -> Element:
    """What is compared by more or less: no after yes, texts by their letters."""
    if kind == "boolean":
        return number(Typed(element, kind))
    return portable.Letters(element) if kind == "text" else element


def _in(operands: list[Typed], _: Call, scope: Scope) -> Typed:
    value, *items = alike(operands, scope.zone)[1]
    return Typed(value.in_(items), "boolean")


def _logic(operands: list[Typed], call: Call, _: Scope) -> Typed:
    join = sa.and_ if call.name == "and" else sa.or_
    return Typed(join(*(_whole(condition(operand)) for operand in operands)), "boolean")


def _whole(element: Element) -> Element:
    """Keep a constant as a value: SQLAlchemy folds true and false away, which is right, but null it cannot join."""
    return sa.cast(element, sa.Boolean) if isinstance(element, sa.sql.elements.Null) else element


def _not(operands: list[Typed], _: Call, __: Scope) -> Typed:
    return Typed(sa.not_(_whole(condition(operands[0]))), "boolean")


def _is_null(operands: list[Typed], _: Call, __: Scope) -> Typed:
    return Typed(sa.case((operands[0].element.is_(None), sa.true()), else_=sa.false()), "boolean")


def _is_true(operands: list[Typed], call: Call, __: Scope) -> Typed:
    wanted = _whole(condition(operands[0]))
    wanted = wanted if call.name == "is_true" else sa.not_(wanted)
    return Typed(sa.case((wanted, sa.true()), else_=sa.false()), "boolean")


def _like(operands: list[Typed], _: Call, __: Scope) -> Typed:
    for operand in operands:
        if operand.kind not in ("text", "any"):
            raise ExpressionError(f"'like' needs text, not {PLAIN[operand.kind]}")
    if any(isinstance(operand.element, sa.sql.elements.Null) for operand in operands):
        return Typed(_whole(sa.null()), "boolean")
    return Typed(operands[0].element.like(operands[1].element), "boolean")


def _coalesce(operands: list[Typed], _: Call, scope: Scope) -> Typed:
    kind, elements = alike(operands, scope.zone)
    return Typed(sa.func.coalesce(*elements) if len(elements) > 1 else elements[0], kind)


def _nullif(operands: list[Typed], _: Call, scope: Scope) -> Typed:
    kind, (value, empty) = alike(operands, scope.zone)
    return Typed(sa.func.nullif(value, empty, type_=value.type), kind)


def _extreme(operands: list[Typed], call: Call, scope: Scope) -> Typed:
    kind, elements = alike(operands, scope.zone)
    return Typed(portable.Extreme(call.name == "greatest", elements[0].type, *elements), kind)


def _abs(operands: list[Typed], _: Call, __: Scope) -> Typed:
    return Typed(sa.func.abs(portable.real(number(operands[0])), type_=sa.Double()), "number")


def _round(operands: list[Typed], call: Call, _: Scope) -> Typed:
    digits = call.arguments[1] if len(call.arguments) > 1 else Value(0)
    places = digits.value if isinstance(digits, Value) and isinstance(digits.value, int) else 0
    return Typed(portable.Round(portable.real(number(operands[0])), places), "number")


def _text_function(operands: list[Typed], call: Call, scope: Scope) -> Typed:
    if operands[0].kind not in ("text", "any"):
        raise ExpressionError(f"'{call.name}' needs text, not {PLAIN[operands[0].kind]}")
    value = text(operands[0], scope.zone)
    if call.name == "length":
        return Typed(sa.func.length(value, type_=sa.BigInteger()), "integer")
    function = {"lower": sa.func.lower, "upper": sa.func.upper, "trim": sa.func.trim}[call.name]
    return Typed(function(value, type_=sa.String()), "text")


def _seconds_between(operands: list[Typed], _: Call, scope: Scope) -> Typed:
    if all(operand.kind == "instant" for operand in operands):
        start, stop = (operand.element for operand in operands)
    else:
        start, stop = (local_time(operand, scope.zone) for operand in operands)
    return Typed(portable.SecondsBetween(start, stop, scope.zone), "number")


def _days_between(operands: list[Typed], _: Call, scope: Scope) -> Typed:
    start, stop = (local_time(operand, scope.zone) for operand in operands)
    return Typed(portable.DaysBetween(start, stop), "integer")


def _hour(operands: list[Typed], _: Call, scope: Scope) -> Typed:
    return Typed(portable.Hour(local_time(operands[0], scope.zone)), "integer")


def _weekday(operands: list[Typed], _: Call, scope: Scope) -> Typed:
    return Typed(portable.Weekday(local_time(operands[0], scope.zone)), "integer")


_CALLS: Mapping[str, _Builder] = {
    **dict.fromkeys(("+", "-", "*", "/"), _arithmetic),
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), _comparison),
    **dict.fromkeys(("and", "or"), _logic),
    **dict.fromkeys(("is_true", "is_false"), _is_true),
    **dict.fromkeys(("least", "greatest"), _extreme),
    **dict.fromkeys(("lower", "upper", "trim", "length"), _text_function),
    "negative": _negative,
    "not": _not,
    "in": _in,
    "like": _like,
    "is_null": _is_null,
    "coalesce": _coalesce,
    "nullif": _nullif,
    "abs": _abs,
    "round": _round,
    "seconds_between": _seconds_between,
    "days_between": _days_between,
    "hour": _hour,
    "weekday": _weekday,
}
