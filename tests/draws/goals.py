"""Targets of a draw, and how much of one is attained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.draws.facts import EVER


def goal(target: Any, rows: Sequence[Mapping[str, Any]], unit: tuple[str, str], moment: datetime) -> Any:
    """The target in force at a moment for a unit: a number, a band, dated steps, by unit, or of a table.

    Of a table's rows one for the unit goes before one for all of its level, and that before one for everybody; of
    several alike the one that began last.
    """
    if isinstance(target, int | float):
        return target
    if isinstance(target, list):
        steps = [(step["from"], step["value"]) for step in target if step["from"] <= moment.date()]
        return max(steps)[1] if steps else None
    if "low" in target:
        return target["low"], target["high"]
    if "table" not in target:
        return target.get(":".join(unit), target.get("default"))
    level, name = unit
    own = [
        ((row["unit"] is not None, row["level"] is not None, row["since"] or EVER), row["goal"])
        for row in rows
        if row["level"] in (None, level) and row["unit"] in (None, name) and row["goal"] is not None
        and (row["since"] is None or row["since"] <= moment)
    ]  # fmt: skip
    return max(own)[1] if own else None


def attained(value: float | None, target: Any, direction: str) -> float | None:
    """How much of a target is attained, 0 to 1; in a band, towards the nearer end."""
    if value is None or target is None:
        return None
    if direction == "in_range":
        low, high = target
        return min(_towards(value, low), _towards(-value, -high))
    return _towards(value, target) if direction == "higher_is_better" else _towards(-value, -target)


def _towards(value: float, target: float) -> float:
    """The share of a target from below it: twice as deep below zero as was meant is half attained."""
    if value >= target:
        return 1.0
    if target > 0:
        return max(0.0, value / target)
    return min(1.0, target / value) if value < 0 else 0.0
