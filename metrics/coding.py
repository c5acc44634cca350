"""Fetching rows: what is taken of each, as few and as small columns as will do, and what comes out as codes.

The database evaluates every expression and filter, so that they mean on every engine what they mean in a statement
that adds up. Filters come out as bits of a whole number; a row's time as its day; its units as the number of its
line in the roster where the roster places it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from metrics import portable
from metrics.aggregates import condition_of, row_number, row_truth, row_value, scores
from metrics.frame import Facts, Frame, Span, segment_column
from metrics.placing import placements
from metrics.plan import Scan
from metrics.portable import Element
from metrics.repeats import counted
from metrics.roster import member, memberships, number
from metrics.typed import text
from scorecard.measure import LeafAgg, LeafMeasure
from scorecard.org import UNASSIGNED

WHEN, LINE, STRANGER, UNIT = "when_at", "line_of_", "stranger_at_", "unit_at_"
BITS = 30
"""Marks in one column: what every engine holds in a whole number of four bytes."""
AGGREGATES: frozenset[LeafAgg] = frozenset(
    ("count", "count_distinct", "sum", "average", "min", "max", "median", "percentile", "sum_boolean", "nps")
)
"""What :mod:`metrics.reduce` makes of fetched rows."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a measure finds what it takes of a row: the column of its value, -1 where it takes none, and the marks
    that let rows into each of its parts; ``None`` lets all in."""

    value: int
    marks: Mapping[str, int | None]


@dataclass
class Columns:
    """The columns of a fetch. What several measures take is there once."""

    facts: Facts
    values: list[Element] = field(default_factory=list)
    marks: list[Element] = field(default_factory=list)
    taken: dict[LeafMeasure, Taken] = field(default_factory=dict)
    _known: dict[object, int] = field(default_factory=dict)

    def take(self, leaf: LeafMeasure) -> None:
        """Add what a measure needs. Raises :class:`~scorecard.expression.ExpressionError`."""
        scope, bare = self.facts.source.scope, replace(leaf, filters=())
        match leaf.agg:
            case "count":
                entered = None if leaf.expr is None else row_value(bare, scope).is_not(None)
                self.taken[leaf] = Taken(-1, {"count": self._mark(leaf, "entered", entered)})
            case "sum_boolean":
                true = row_truth(leaf, scope)
                marks = {"count": true.is_not(None), "total": true}
                self.taken[leaf] = Taken(-1, {part: self._mark(leaf, part, is_) for part, is_ in marks.items()})
            case "nps":
                marks = scores(row_number(leaf, scope))
                self.taken[leaf] = Taken(-1, {part: self._mark(leaf, part, is_) for part, is_ in marks.items()})
            case "count_distinct":
                value = self._place(("key", leaf.expr), row_value(bare, scope), self.values)
                self.taken[leaf] = Taken(value, {"count": self._mark(leaf, "entered", None)})
            case _:
                value = self._place(("number", leaf.expr), row_number(leaf, scope), self.values)
                self.taken[leaf] = Taken(value, {"count": self._mark(leaf, "entered", None)})

    def packed(self) -> Iterator[Element]:
        """The marks as columns of bits."""
        for first in range(0, len(self.marks), BITS):
            bits = [sa.case((mark, 1 << at), else_=0) for at, mark in enumerate(self.marks[first : first + BITS])]
            yield sum(bits[1:], start=sa.literal(0, sa.Integer) + bits[0])

    def _mark(self, leaf: LeafMeasure, part: str, mark: Element | None) -> int | None:
        """The place of a mark that a measure's filters hold for too; ``None`` where every row has it."""
        conditions = [condition_of(words, self.facts.source.scope) for words in leaf.filters]
        conditions += [] if mark is None else [mark]
        if not conditions:
            return None
        key = "mark", leaf.filters, None if mark is None else (part, leaf.expr)
        return self._place(key, sa.and_(*conditions), self.marks)

    def _place(self, key: object, element: Element, among: list[Element]) -> int:
        if key not in self._known:
            self._known[key] = len(among)
            among.append(element)
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of the roster as they are numbered in a fetch: a statement of ``line`` and the ids of levels."""

    key: str
    levels: tuple[str, ...]
    statement: sa.Select[Any]


@dataclass(frozen=True, slots=True)
class Fetch:
    """A statement of rows, and how to read its columns."""

    statement: sa.Select[Any]
    taken: Mapping[LeafMeasure, Taken]
    values: int
    words: int
    dimensions: int
    shown: tuple[str, ...]
    """The levels below the top that are wanted."""
    lines: tuple[Lines, ...]
    carried: tuple[str, ...]
    """The levels whose ids are columns of their own."""

    @property
    def keys(self) -> set[int]:
        """The values that are no numbers: they only tell one thing from another."""
        return {own.value for leaf, own in self.taken.items() if leaf.agg == "count_distinct"}


def line_column(key: str) -> str:
    """The column that holds the number of the roster's line that places a row by the unit of a level."""
    return f"{LINE}{key}"


def stranger_column(key: str) -> str:
    """The column that holds the unit of a row that the roster does not know."""
    return f"{STRANGER}{key}"


def unit_column(level: str) -> str:
    """The column that holds the unit a source carries."""
    return f"{UNIT}{level}"


def value_column(at: int) -> str:
    """The column that holds a value."""
    return f"value_{at}"


def word_column(at: int) -> str:
    """The column that holds :data:`BITS` marks."""
    return f"marks_{at}"


def fetch(scan: Scan, facts: Facts, frame: Frame, span: Span) -> Fetch:
    """The statement that fetches what a scan's measures take of each row.

    Raises :class:`~scorecard.expression.ExpressionError` for an expression that does not fit the source.
    """
    columns = Columns(facts)
    for leaf in scan.leaves:
        columns.take(leaf)
    words = list(columns.packed())
    taken = [value.label(value_column(at)) for at, value in enumerate(columns.values)]
    taken += [word.label(word_column(at)) for at, word in enumerate(words)]
    rows = _rows(facts, frame, span, taken)
    depth = max([scan.depth, *(frame.levels.index(level) + 1 for level, _ in frame.units)])
    shown = frame.levels[1 : scan.depth]
    joined: sa.FromClause = rows
    known: dict[str, Element] = {
        level: rows.c[f"unit_{level}"] for level in facts.source.units if level in frame.levels
    }
    out: list[sa.Label[Any]] = []
    lines: list[Lines] = []
    for key, wanted in placements(facts, frame.levels, depth).items():
        if facts.roster is None:
            continue
        ids = (key, *wanted)
        numbered = _numbered(memberships(facts.roster, key, wanted, f"roster_{frame.levels.index(key) + 1}"), ids)
        roster = numbered.subquery(f"lines_{frame.levels.index(key) + 1}")
        joined = joined.outerjoin(
            roster,
            sa.and_(
                _same_unit(rows, roster, key),
                rows.c.time >= roster.c.since,
                rows.c.time < roster.c.until,
            ),
        )
        known |= {level: roster.c[member(level)] for level in wanted}
        out.append(sa.func.coalesce(roster.c.line, 0).label(line_column(key)))
        if key in shown:
            unit = rows.c.get(number(key), rows.c[f"unit_{key}"])
            out.append(sa.case((roster.c.line.is_(None), unit)).label(stranger_column(key)))
        listed = numbered.subquery("listed")
        lines.append(Lines(key, ids, sa.select(listed.c.line, *(listed.c[member(level)] for level in ids))))
    carried = tuple(level for level in shown if level in facts.source.units and level not in {it.key for it in lines})
    out += [rows.c[f"unit_{level}"].label(unit_column(level)) for level in carried]
    if span.grain == "hour":
        hour = portable.PeriodStart(rows.c.time, "hour", 0, 0)
        out.append(sa.type_coerce(hour, sa.DateTime).label(WHEN))
    elif span.grain:
        out.append(portable.Day(rows.c.time).label(WHEN))
    out += [rows.c[segment_column(at)].label(segment_column(at)) for at in range(len(frame.by))]
    out += [rows.c[column.name].label(column.name) for column in taken]
    statement = sa.select(*out or [sa.literal(1).label("one")]).select_from(joined)
    if frame.units:
        missing = sa.literal(UNASSIGNED)
        beneath = [sa.func.coalesce(known[level], missing) == id_ if level in known else missing == id_
                   for level, id_ in frame.units]  # fmt: skip
        statement = statement.where(sa.or_(*beneath))
    return Fetch(statement, columns.taken, len(columns.values), len(words), len(frame.by), shown, tuple(lines), carried)


def _same_unit(rows: sa.FromClause, roster: sa.FromClause, key: str) -> Element:
    """That a row and a line of the roster name the same unit: as whole numbers where both hold them.

    These join sooner than texts made of them, and a planner knows how many there are.
    """
    if number(key) in rows.c and number(key) in roster.c:
        return rows.c[number(key)] == roster.c[number(key)]
    return rows.c[f"unit_{key}"] == roster.c[member(key)]


def _numbered(relation: sa.FromClause, ids: Sequence[str]) -> sa.Select[Any]:
    """A roster's lines with their number, the same in every statement."""
    columns = [relation.c[member(level)] for level in ids]
    order = [*columns, relation.c.since, relation.c.until]
    line = sa.cast(sa.func.row_number().over(order_by=[sa.nulls_last(column) for column in order]), sa.Integer)
    plain = [relation.c[number(ids[0])]] if number(ids[0]) in relation.c else []
    return sa.select(*columns, *plain, relation.c.since, relation.c.until, line.label("line"))


def _rows(facts: Facts, frame: Frame, span: Span, taken: Sequence[sa.Label[Any]]) -> sa.FromClause:
    """Of each row its time, its units, its dimensions and what the measures take from it."""
    source = facts.source
    columns = [source.time.label("time")]
    columns += [unit.label(f"unit_{level}") for level, unit in source.units.items() if level in frame.levels[1:]]
    columns += [unit.label(number(level)) for level, unit in source.numbered.items() if level in frame.levels[1:]]
    for at, dimension in enumerate(frame.by):
        value = text(source.dimensions[dimension], source.scope.zone)
        columns.append(sa.func.coalesce(value, "").label(segment_column(at)))
    columns += taken
    kept = [source.where_scope.condition(frame.where)] if frame.where else []
    statement, time = counted(facts, columns, kept)
    within = time >= portable.Moment(span.start), time < portable.Moment(span.stop)
    return statement.where(*within).subquery("facts")
