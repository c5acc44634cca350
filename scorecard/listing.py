"""A breakdown as a table: which lines of it are wanted, and what a board answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scorecard.judge import Status
from scorecard.view import Figure

Order = Literal["name", "value", "target", "status", "change"]
SIZE = 25
"""How many lines a page of a table holds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a table: its level, order, filters and page.

    ``level`` is ``None`` for the next one down. ``order`` is ``None`` for the table's own: the furthest short of its
    target first, people by name. ``part`` counts from 1; a ``size`` of ``None`` is every line at once.
    """

    level: str | None = None
    order: Order | None = None
    descending: bool = False
    find: str = ""
    status: Status | None = None
    part: int = 1
    size: int | None = SIZE


@dataclass(frozen=True, slots=True)
class Row:
    """A line: the figure of one place, and the units between it and the one the table is of, nearest last."""

    figure: Figure
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One metric in the units beneath one, a page of it."""

    wanted: Wanted
    level: str
    levels: tuple[str, ...]
    """Every level it can be broken down by here."""
    people: bool
    """Whether the lines are about people: those stand by name, and are never put in an order of merit."""
    rows: tuple[Row, ...]
    total: int
    """How many lines there are at this level."""
    found: int
    """How many of them fit what was asked."""
    parts: int
    """How many pages they fill; at least 1."""
    statuses: Mapping[Status, int]
    """How many of the lines found by name have each status; nothing where they are people."""
