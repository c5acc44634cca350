"""Filters: SQL with ``{{ Dimension('entity__name') }}`` in it, translated where that is exact and refused where not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from scorecard.expression import ExpressionError, parse
from scorecard.interop.metricflow.facts import Facts
from scorecard.interop.writing import column_text


class UntranslatableError(ValueError):
    """A filter or expression without an exact counterpart; the message says why."""


_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def conjunction(filters: Iterable[str]) -> str | None:
    """Filters of which all must hold, as one; ``None`` where there is none."""
    parts = [" ".join(part.split()) for part in filters]
    return " and ".join(f"({part})" for part in parts) if len(parts) > 1 else next(iter(parts), None)


def expression(sql: str) -> str:
    """An expression of theirs in this format. Raises :class:`UntranslatableError` where it cannot be exactly so."""
    text = column_text(sql) if _BARE.fullmatch(sql) and sql.lower() not in ("true", "false", "null") else sql.strip()
    try:
        parse(text)
    except ExpressionError as error:
        reason = f"{_short(text)} cannot be written here ({error}): give the source a `query:` that computes it"
        raise UntranslatableError(reason) from error
    return text


def condition(template: str, facts: Facts, time: str | None) -> str:
    """A filter over the rows of one source, whose time dimension is ``time``.

    Raises :class:`UntranslatableError` where a part of it has no exact counterpart.
    """
    text = _TAG.sub(lambda found: _reference(found[1], facts, time), template)
    if "{%" in text or "{{" in text:
        raise UntranslatableError(f"the filter {_short(template)} holds a template that is not a plain reference")
    return expression(text)


def _reference(tag: str, facts: Facts, time: str | None) -> str:
    kind, arguments, grain = _call(tag)
    name = str(arguments.get("name", ""))
    if kind == "Metric":
        raise UntranslatableError(f"it filters by the metric {name!r}, which is not a column of the row")
    if arguments.get("entity_path"):
        raise UntranslatableError(f"{name!r} is reached by a join; give the source a `query:` that joins")
    element = facts.element(name, time)
    if element is None and kind == "Dimension" and not grain and (column := facts.joined(name)):
        return column
    if element is None:
        raise UntranslatableError(f"{name!r} is not of this semantic model but joined to it; a `query:` can join")
    wanted = grain or (facts.granularity(element) if kind != "Entity" else None)
    found = expression(facts.expressions[element])
    if element in facts.times and wanted != "day":
        raise UntranslatableError(f"{name!r} is compared by {wanted or 'its own grain'}, not by the day")
    return f"cast({found} as date)" if element in facts.times else found if _BARE.fullmatch(found) else f"({found})"


_PARAMETERS = {"Dimension": ("name", "entity_path"), "Entity": ("name", "entity_path"),
               "TimeDimension": ("name", "grain", "entity_path"), "Metric": ("name", "group_by")}  # fmt: skip
_CALLED = {name.lower(): name for name in _PARAMETERS}
"""Their names, in whichever case they are written."""


def _call(tag: str) -> tuple[str, Mapping[str, Any], str | None]:
    """Read ``Dimension('a__b').grain('day')`` without running it."""
    try:
        node = ast.parse(tag.strip(), mode="eval").body
        outer = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "grain":
            outer, node = ast.literal_eval(node.args[0]), node.func.value
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.lower() in _CALLED):
            raise UntranslatableError(f"'{{{{ {tag.strip()} }}}}' is not a plain reference")
        kind = _CALLED[node.func.id.lower()]
        names = _PARAMETERS[kind]
        given = dict(zip(names, (ast.literal_eval(value) for value in node.args), strict=False))
        given |= {_spelled(word.arg): ast.literal_eval(word.value) for word in node.keywords}
    except (SyntaxError, ValueError, IndexError) as error:
        if isinstance(error, UntranslatableError):
            raise
        raise UntranslatableError(f"'{{{{ {tag.strip()} }}}}' is not a plain reference") from error
    grain = outer or given.get("grain")
    return kind, given, grain.lower() if isinstance(grain, str) else None


def _spelled(name: str | None) -> str:
    return {"time_granularity_name": "grain", "dimension_name": "name", "entity_name": "name"}.get(
        name or "", name or ""
    )


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return f"'{plain if len(plain) <= 60 else plain[:57] + '...'}'"  # noqa: PLR2004 - what fits in a line
