"""Statements: from a scan to its SELECT. The only SQL that reads facts.

Three layers: *facts* takes from the source what the scan needs, *placed* adds the period and the units the roster
knows, and the outermost groups. Between them stand, where a measure needs it, *followed* (which rows another event
follows), *standing* (which rows are of the instant that counts) and the windows rows fall into. Expressions stand in
the inner layers and grouping only names columns, so that no parameter ever stands in GROUP BY.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

import sqlalchemy as sa

from metrics import portable
from metrics.aggregates import entered_at, parts, row_value
from metrics.following import PAIR, followed, pairs
from metrics.plan import Scan
from metrics.portable import Element
from metrics.roster import LiveRoster, member, memberships
from metrics.sources import LiveSource
from metrics.typed import TEMPORAL, local_time, text
from scorecard.definition import Calendar, Grain
from scorecard.definition.company import Month, Weekday
from scorecard.expression import ExpressionError
from scorecard.measure import LeafMeasure
from scorecard.org import UNASSIGNED, Unit
from scorecard.time import GRAINS, Period

PERIOD, ROWS = "period", "rows"


@dataclass(frozen=True, slots=True)
class Frame:
    """What all statements of a request share: levels, calendar, dimensions and what is kept of the rows."""

    levels: tuple[str, ...]
    calendar: Calendar
    by: tuple[str, ...] = ()
    where: str | None = None
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """The local time a statement reads, half-open, and into what it is cut: periods of a grain, all of it as one, or
    windows, each of which a row may fall into."""

    start: datetime
    stop: datetime
    grain: Grain | None = None
    windows: tuple[Period, ...] = ()
    first: int = 0
    """The position of the first of the windows among all of the scan's."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A live source with the roster that places its rows, and whether it holds a row more than once.

    ``then`` is the source of the events that may follow its rows, where a scan asks for them.
    """

    source: LiveSource
    roster: LiveRoster | None
    repeated: bool = False
    then: LiveSource | None = None


def level_column(depth: int) -> str:
    """The name of the column that holds the unit at a depth."""
    return f"level_{depth}"


def segment_column(at: int) -> str:
    """The name of the column that holds the value of a request's dimension."""
    return f"segment_{at}"


def part_column(at: int, part: str) -> str:
    """The name of the column that holds a part of a scan's measure."""
    return f"measure_{at}_{part}"


def select(scan: Scan, facts: Facts, frame: Frame, span: Span, only: Sequence[str] = ()) -> sa.Select[Any]:
    """The statement of a scan; ``only`` keeps those units of a whole's level.

    Raises :class:`~scorecard.expression.ExpressionError` for an expression that does not fit the source.
    """
    depth = max([scan.depth, *(frame.levels.index(level) + 1 for level, _ in (*frame.units, *_balanced(scan, frame)))])
    rows = _rows(facts, scan, frame, span)
    placed = _standing(_placed(rows, facts, frame, depth, span.grain), scan.leaves, frame)
    names = [level_column(scan.depth)] if scan.whole else [level_column(at) for at in range(2, scan.depth + 1)]
    names += [segment_column(at) for at in range(len(frame.by))]
    keys: list[Element] = [placed.c[name] for name in names]
    keys += [placed.c[PERIOD]] if span.grain else []
    statement = sa.select().select_from(placed)
    if span.windows:
        within = _windows(span.windows, span.first)
        keys.append(within.c[PERIOD])
        statement = statement.where(placed.c.time >= within.c.since, placed.c.time < within.c.until)
    statement = statement.add_columns(*keys, sa.cast(sa.func.count(), sa.Double).label(ROWS))
    for at, leaf in enumerate(scan.leaves):
        value = placed.c[f"value_{at}"]
        statement = statement.add_columns(
            *(part.label(part_column(at, name)) for name, part in parts(leaf, value).items())
        )
    if frame.units:
        beneath = _by_level(frame.units).items()
        statement = statement.where(
            sa.or_(*(placed.c[level_column(frame.levels.index(level) + 1)].in_(ids) for level, ids in beneath))
        )
    if only:
        statement = statement.where(placed.c[level_column(scan.depth)].in_(only))
    return statement.group_by(*keys) if keys else statement.having(sa.func.count() > 0)


def probe(source: LiveSource) -> sa.Select[Any, Any, Any, Any]:
    """How many rows a source has, how many of them have a time, the first and the last time."""
    time = sa.select(source.time.label("time")).select_from(source.relation).subquery("times")
    moment = time.c.time
    return sa.select(
        sa.func.count().label("all"),
        sa.func.count(moment).label("timed"),
        sa.func.min(moment).label("first"),
        sa.func.max(moment).label("last"),
    ).select_from(time)


def repeats(source: LiveSource) -> sa.Select[Any]:
    """How many rows of a source repeat the key of another; a row without a key repeats none."""
    keys = sa.select(*(element.label(f"key_{at}") for at, element in enumerate(source.key)))
    inner = keys.select_from(source.relation).subquery("keys")
    counted = (
        sa.select(sa.func.count().label("times"))
        .where(*(column.is_not(None) for column in inner.c))
        .group_by(*inner.c)
        .having(sa.func.count() > 1)
        .subquery("repeated")
    )
    return sa.select(sa.func.coalesce(sa.func.sum(counted.c.times - 1), 0))


def frequencies(source: LiveSource, dimension: str, most: int) -> sa.Select[Any]:
    """How many rows hold each value of a dimension, the most frequent ``most`` of them."""
    held = text(source.dimensions[dimension], source.scope.zone).label("value")
    rows = sa.select(held).select_from(source.relation).subquery("held")
    times = sa.func.count().label("times")
    return sa.select(rows.c.value, times).group_by(rows.c.value).order_by(times.desc(), rows.c.value).limit(most + 1)


def newest(source: LiveSource, columns: Mapping[str, str], limit: int) -> tuple[sa.Select[Any], tuple[str, ...]]:
    """The newest rows of a source, and which of its columns are local times.

    Raises :class:`~scorecard.expression.ExpressionError`.
    """
    scope = source.where_scope
    read = {name: scope.read(words) for name, words in columns.items()}
    times = tuple(name for name, typed in read.items() if typed.kind in TEMPORAL)
    selected = [
        (local_time(typed, scope.zone) if name in times else typed.element).label(name) for name, typed in read.items()
    ]
    rows = sa.select(*selected, source.time.label("newest_first")).select_from(source.relation).subquery("shown")
    statement = sa.select(*(rows.c[name] for name in columns)).where(rows.c.newest_first.is_not(None))
    return statement.order_by(rows.c.newest_first.desc()).limit(limit), times


def _rows(facts: Facts, scan: Scan, frame: Frame, span: Span) -> sa.FromClause:
    """Of each row its time, its units, its dimensions and what the measures take from it."""
    source, leaves = facts.source, scan.leaves
    columns = [source.time.label("time")]
    columns += [unit.label(f"unit_{level}") for level, unit in source.units.items() if level in frame.levels[1:]]
    for at, dimension in enumerate(frame.by):
        value = text(source.dimensions[dimension], source.scope.zone)
        columns.append(sa.func.coalesce(value, "").label(segment_column(at)))
    columns += [_dimension(source, name).label(f"by_{name}") for name in _dimensions(leaves, frame)]
    columns += [row_value(leaf, source.scope).label(f"value_{at}") for at, leaf in enumerate(leaves)]
    columns += [
        entered_at(leaf, source.scope, source.time).label(f"at_{at}") for at, leaf in enumerate(leaves) if leaf.balance
    ]
    sides = pairs(scan.follow, source, facts.then) if scan.follow and facts.then else []
    columns += [mine.label(f"{PAIR}{at}") for at, (mine, _) in enumerate(sides)]
    kept = [source.where_scope.condition(frame.where)] if frame.where else []
    if facts.repeated:
        columns.append(occurrence(source).label("occurrence"))
        columns.append(sa.case((sa.and_(*kept), 1), else_=0).label("kept") if kept else sa.literal(1).label("kept"))
        everything = sa.select(*columns).select_from(source.relation).subquery("everything")
        once = sa.select(*(column for column in everything.c if column.name not in ("occurrence", "kept")))
        statement = once.where(everything.c.occurrence == 1, everything.c.kept == 1)
        time: Element = everything.c.time
    else:
        statement = sa.select(*columns).select_from(source.relation).where(*kept)
        time = source.time
    statement = statement.where(time >= portable.Moment(span.start), time < portable.Moment(span.stop))
    rows = statement.subquery("facts")
    if not (scan.follow and facts.then):
        return rows
    return followed(rows, scan.follow, facts.then, [theirs for _, theirs in sides], span.stop)


def _balanced(scan: Scan, frame: Frame) -> Iterator[Unit]:
    """The levels that balances of a scan are taken by, below the top."""
    names = {name for leaf in scan.leaves if leaf.balance for name in leaf.balance.by}
    return ((level, "") for level in frame.levels[1:] if level in names)


def _dimensions(leaves: Sequence[LeafMeasure], frame: Frame) -> list[str]:
    """The dimensions that balances are taken by: whatever is no level."""
    names = dict.fromkeys(name for leaf in leaves if leaf.balance for name in leaf.balance.by)
    return [name for name in names if name not in frame.levels]


def _dimension(source: LiveSource, name: str) -> Element:
    if name not in source.dimensions:
        raise ExpressionError(f"'non_additive': source '{source.name}' has no level or dimension {name!r}")
    return source.dimensions[name].element


def _standing(placed: sa.Subquery, leaves: Sequence[LeafMeasure], frame: Frame) -> sa.Subquery:
    """Rows whose values are kept, for a balance, only at the last (or first) time that counts in its period, among
    all rows that enter it: of every unit, and of each value of ``by``."""
    masked: dict[str, Element] = {}
    for at, leaf in enumerate(leaves):
        if leaf.balance is None:
            continue
        names = [f"by_{name}" if name not in frame.levels else level_column(frame.levels.index(name) + 1)
                 for name in leaf.balance.by if name != frame.levels[0]]  # fmt: skip
        within = [placed.c[name] for name in (*names, *((PERIOD,) if PERIOD in placed.c else ()))]
        own = placed.c[f"at_{at}"]
        edge = sa.func.max(own) if leaf.balance.window == "last" else sa.func.min(own)
        masked[f"value_{at}"] = sa.case((own == edge.over(partition_by=within or None), placed.c[f"value_{at}"]))
    if not masked:
        return placed
    kept = [column for column in placed.c if not column.name.startswith(("at_", "by_"))]
    return sa.select(*(masked.get(column.name, column).label(column.name) for column in kept)).subquery("standing")


def _windows(windows: Sequence[Period], first: int) -> sa.Subquery:
    """Windows as rows: each one's position, and its local time, half-open."""
    rows = [
        sa.select(
            sa.literal_column(str(at), sa.Integer).label(PERIOD),
            portable.Moment(window.start).label("since"),
            portable.Moment(window.stop).label("until"),
        )
        for at, window in enumerate(windows, first)
    ]
    return sa.union_all(*rows).subquery("windows")


def occurrence(source: LiveSource) -> Element:
    """Which of the rows of one key a row is: the newest is the first; rows without a key are never repeats."""
    keyless = sa.case((sa.or_(*(part.is_(None) for part in source.key)), 1), else_=0)
    values = [typed.element for typed in source.scope.columns.values() if typed.kind != "other"]
    ranks = [sa.nulls_last(source.time.desc()), *(sa.nulls_last(value) for value in values)]
    rank = sa.func.row_number().over(partition_by=(*source.key, keyless), order_by=ranks)
    return sa.case((keyless == 1, 1), else_=rank)


def _placed(rows: sa.FromClause, facts: Facts, frame: Frame, depth: int, grain: Grain | None) -> sa.Subquery:
    """Rows with their period, their time, and their unit at every level down to ``depth``."""
    calendar = frame.calendar
    joined, known = _joined(rows, facts, frame.levels, depth)
    columns: list[sa.Label[Any]] = []
    for at in range(2, depth + 1):
        unit = known.get(frame.levels[at - 1])
        missing = sa.literal(UNASSIGNED)
        columns.append((missing if unit is None else sa.func.coalesce(unit, missing)).label(level_column(at)))
    columns += [rows.c[segment_column(at)].label(segment_column(at)) for at in range(len(frame.by))]
    if grain:
        week, month = get_args(Weekday).index(calendar.week_starts), get_args(Month).index(calendar.year_starts)
        columns.append(portable.PeriodStart(rows.c.time, _grain(grain), week, month).label(PERIOD))
    columns += [column.label(column.name) for column in rows.c if column.name.startswith(("value_", "at_", "by_"))]
    return sa.select(*columns, rows.c.time.label("time")).select_from(joined).subquery("placed")


def _joined(
    rows: sa.FromClause, facts: Facts, levels: tuple[str, ...], depth: int
) -> tuple[sa.FromClause, dict[str, Element]]:
    """Rows joined to the roster, once for each level whose unit says where a row belongs above."""
    known: dict[str, Element] = {level: rows.c[f"unit_{level}"] for level in facts.source.units if level in levels[1:]}
    joined = rows
    for key, wanted in placements(facts, levels, depth).items():
        if facts.roster is None:
            continue
        roster = memberships(facts.roster, key, wanted, f"roster_{levels.index(key) + 1}")
        valid = sa.and_(
            rows.c[f"unit_{key}"] == roster.c[member(key)], rows.c.time >= roster.c.since, rows.c.time < roster.c.until
        )
        joined = joined.outerjoin(roster, valid)
        known |= {level: roster.c[member(level)] for level in wanted}
    return joined, known


def placements(facts: Facts, levels: Sequence[str], depth: int) -> dict[str, list[str]]:
    """Which levels the roster must give, by the level whose unit it is asked about.

    For a level the source does not carry it is the nearest one below that it does carry.
    """
    carried = [level for level in levels[1:] if level in facts.source.units]
    found: dict[str, list[str]] = {}
    for level in levels[1:depth]:
        below = [key for key in carried if levels.index(key) > levels.index(level)]
        roster = facts.roster
        if level not in carried and roster is not None and level in roster.levels:
            key = next((key for key in below if key in roster.levels), None)
            if key is not None:
                found.setdefault(key, []).append(level)
    return found


def _by_level(units: Sequence[Unit]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for level, id_ in units:
        found.setdefault(level, []).append(id_)
    return found


def _grain(grain: Grain) -> Grain:
    """The grain, held to the closed set that constructs write as literals."""
    return GRAINS[GRAINS.index(grain)]
