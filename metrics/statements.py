"""Statements: from a scan to its SELECT. The only SQL that reads facts.

Three layers: *facts* takes from the source what the scan needs, *placed* adds the period and the units the roster
knows (:mod:`metrics.placing`), and the outermost groups. Between them stand, where a measure needs it, *followed*
(which rows another event follows, :mod:`metrics.following`), *standing* (which rows are of the instant that counts,
:mod:`metrics.balances`) and the windows rows fall into. Expressions stand in
the inner layers and grouping only names columns, so that no parameter ever stands in GROUP BY.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from metrics import balances, portable
from metrics.aggregates import entered_at, parts, row_value
from metrics.following import PAIR, followed, pairs
from metrics.frame import PERIOD, ROWS, Facts, Frame, Span, level_column, part_column, segment_column
from metrics.placing import place
from metrics.plan import Scan
from metrics.portable import Element
from metrics.repeats import counted
from metrics.typed import text
from scorecard.org import Unit
from scorecard.time import Period


def select(scan: Scan, facts: Facts, frame: Frame, span: Span, only: Sequence[str] = ()) -> sa.Select[Any]:
    """The statement of a scan; ``only`` keeps those units of a whole's level.

    Raises :class:`~scorecard.expression.ExpressionError` for an expression that does not fit the source.
    """
    needed = [*(level for level, _ in frame.units), *balances.levels_of(scan, frame)]
    depth = max([scan.depth, *(frame.levels.index(level) + 1 for level in needed)])
    rows = _rows(facts, scan, frame, span)
    placed = balances.standing(place(rows, facts, frame, depth, span.grain), scan.leaves, frame)
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


def _rows(facts: Facts, scan: Scan, frame: Frame, span: Span) -> sa.FromClause:
    """Of each row its time, its units, its dimensions and what the measures take from it."""
    source, leaves = facts.source, scan.leaves
    columns = [source.time.label("time")]
    columns += [unit.label(f"unit_{level}") for level, unit in source.units.items() if level in frame.levels[1:]]
    for at, dimension in enumerate(frame.by):
        value = text(source.dimensions[dimension], source.scope.zone)
        columns.append(sa.func.coalesce(value, "").label(segment_column(at)))
    columns += [balances.dimension(source, name).label(f"by_{name}") for name in balances.dimensions_of(leaves, frame)]
    columns += [row_value(leaf, source.scope).label(f"value_{at}") for at, leaf in enumerate(leaves)]
    columns += [
        entered_at(leaf, source.scope, source.time).label(f"at_{at}") for at, leaf in enumerate(leaves) if leaf.balance
    ]
    sides = pairs(scan.follow, source, facts.then.source) if scan.follow and facts.then else []
    columns += [mine.label(f"{PAIR}{at}") for at, (mine, _) in enumerate(sides)]
    kept = [source.where_scope.condition(frame.where)] if frame.where else []
    statement, time = counted(facts, columns, kept)
    rows = statement.where(time >= portable.Moment(span.start), time < portable.Moment(span.stop)).subquery("facts")
    if not (scan.follow and facts.then):
        return rows
    return followed(rows, scan.follow, facts.then, [theirs for _, theirs in sides], span.stop)


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


def _by_level(units: Sequence[Unit]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for level, id_ in units:
        found.setdefault(level, []).append(id_)
    return found
