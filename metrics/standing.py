"""How sources, the roster and tables of targets stand: what a refresh needs to know to keep what still holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa

from metrics import portable
from metrics.engines import QueryError
from metrics.portable import Element
from metrics.repeats import keyed, keys_of
from metrics.roster import LiveRoster, member
from metrics.session import Session
from metrics.sources import LiveSource, SourceError
from metrics.typed import TEMPORAL, local_time
from scorecard.definition import TargetTable
from scorecard.expression import ExpressionError
from scorecard.warehouse import Facts, Mark, Members, Membership, Standing

_DAY = timedelta(days=1)
_UNSURE = timedelta(hours=2)
"""Taken off a watermark that is a time: for the hour that is lived twice, and for what was written just then."""

Stretches = tuple[tuple[datetime, datetime], ...]
_EVER: Stretches = ((datetime.min, datetime.max),)  # noqa: DTZ901 - local and naive, as all moments here


def standing(
    session: Session, marks: Mapping[str, Mark], settled: Mapping[str, datetime], since: Mapping[str, datetime]
) -> Standing:
    """See :meth:`scorecard.warehouse.Warehouse.standing`."""
    session.since = dict(since)
    sources = {}
    for name in (name for name in settled if name in since):
        with suppress(SourceError, QueryError, ExpressionError):  # told by whoever reads its figures
            sources[name] = _facts(session, name, marks.get(name, Mark()), Mark(since[name], settled[name]))
    return Standing(sources, _members(session), _targets(session))


def _facts(session: Session, name: str, before: Mark, now: Mark) -> Facts:
    """How a source stands; ``before`` is as an earlier refresh found it, ``now`` says by which time to know it."""
    source, described = session.source(name), session.definition.sources[name]
    water = _Water(source, described.watermark) if described.watermark is not None else None
    if water is None:
        rows, rows_again = _rows(session, source, now, before)
        kept = replace(before, rows=rows_again, crossing=_crossing(session, source, before))
        changed: Stretches = ()
        mark = replace(now, rows=rows, crossing=_crossing(session, source, now))
    else:
        kept = before
        times = water.changed(session, before.high, now.since) if before.high is not None else None
        changed = _EVER if times is None else tuple(_days(session, times))
        mark = replace(now, high=water.highest(session))
    found = Facts(mark, kept, changed)
    if not source.key:
        return found
    session.repeated[name] = session.repeats(_looked_through(session, source, found, before, water))
    return replace(found, mark=replace(mark, repeats=session.repeated[name]))


def _looked_through(
    session: Session, source: LiveSource, found: Facts, before: Mark, water: _Water | None
) -> sa.FromClause:
    """The rows among which one may repeat the key of another: of those that did not before, only with new ones."""
    now, kept = found.mark, found.kept
    known = before.repeats == 0 and before.since is not None and now.since is not None and before.since <= now.since
    if known and water is not None and before.high is not None:
        return water.alike(session, before.high, now.since)
    if known and water is None and kept.rows == before.rows and not kept.crossing:
        return keyed(source, before.settled)
    return keyed(source, now.since)


def _rows(session: Session, source: LiveSource, *marks: Mark) -> list[int]:
    """How many rows lie in the time of each mark."""
    known = [(mark.since, mark.settled) for mark in marks if mark.since and mark.settled]
    times = sa.select(source.time.label("time")).select_from(source.relation).subquery("times")
    within = [
        sa.and_(times.c.time >= portable.Moment(since), times.c.time < portable.Moment(settled))
        for since, settled in known
    ]
    counts = [sa.func.count(sa.case((each, 1))).label(f"rows_{at}") for at, each in enumerate(within)]
    first, last = min(since for since, _ in known), max(settled for _, settled in known)
    ever = sa.and_(times.c.time >= portable.Moment(first), times.c.time < portable.Moment(last))
    row = iter(session.fetch(sa.select(*counts).where(ever)).to_pylist()[0].values())
    return [int(next(row)) if mark.since and mark.settled else 0 for mark in marks]


def _crossing(session: Session, source: LiveSource, mark: Mark) -> int:
    """How many rows of the time of a mark have the key of one after it."""
    if not source.key or mark.since is None or mark.settled is None:
        return 0
    rows, settled = keyed(source, mark.since), portable.Moment(mark.settled)
    crossing = _alike(session, rows, keyed(source, mark.settled), rows.c.time < settled)
    statement = sa.select(sa.func.count().label("rows")).select_from(crossing)
    return int(session.fetch(statement).column(0)[0].as_py())


def _alike(session: Session, rows: sa.FromClause, some: sa.FromClause, *kept: sa.ColumnElement[bool]) -> sa.Subquery:
    """The rows, of those that are kept, with the key of one of some others.

    Keys mostly grow with time: where they are numbers, the least and the greatest of the others are asked for first,
    and an engine then need not look through all that came before.
    """
    known = [key.is_not(None) for key in keys_of(some)]
    first = keys_of(some)[0]
    edges = session.fetch(sa.select(sa.func.min(first).label("least"), sa.func.max(first).label("most"))).to_pylist()[0]
    if all(type(edge) is int for edge in edges.values()):
        kept = (*kept, rows.c[first.name].between(sa.literal(edges["least"]), sa.literal(edges["most"])))
    others = sa.select(*keys_of(some)).where(*known).distinct().subquery("others")
    both = rows.join(others, sa.and_(*(rows.c[key.name] == key for key in keys_of(others))))
    return sa.select(rows).select_from(both).where(*kept).subquery("alike")


class _Water:
    """A source's watermark column."""

    def __init__(self, source: LiveSource, words: str) -> None:
        typed = source.where_scope.read(words)
        self.source, self.temporal = source, typed.kind in TEMPORAL
        self.element: Element = local_time(typed, source.scope.zone) if self.temporal else typed.element
        self.text = typed.kind == "text"

    def highest(self, session: Session) -> str | None:
        """The highest value there is, as text."""
        marks = sa.select(self.element.label("mark")).select_from(self.source.relation).subquery("marks")
        found = (
            session.fetch(sa.select(sa.func.max(marks.c.mark).label("high")).select_from(marks)).column(0)[0].as_py()
        )
        if found is None:
            return None
        return _moment(found).isoformat() if self.temporal else str(found)

    def changed(self, session: Session, high: str, since: datetime | None) -> sa.Subquery:
        """The times of all rows that are new or changed since, and of those that share a key with one."""
        found = sa.select(self._new(high, since)[1].c.time)
        if self.source.key:
            found = found.union_all(sa.select(self.alike(session, high, since).c.time))  # type: ignore[assignment]  # selects both
        return found.subquery("times")

    def alike(self, session: Session, high: str, since: datetime | None) -> sa.Subquery:
        """The rows since a moment, new or not, that share a key with one that is new or changed since."""
        return _alike(session, *self._new(high, since))

    def _new(self, high: str, since: datetime | None) -> tuple[sa.Subquery, sa.Subquery]:
        """The rows since a moment with their time, watermark and key, and those of them that are new or changed.

        Those without a watermark are asked for apart: an engine finds either quickly, and not both in one condition.
        """
        keys = (key.label(f"key_{at}") for at, key in enumerate(self.source.key))
        times = sa.select(self.source.time.label("time"), self.element.label("mark"), *keys)
        ever = times.select_from(self.source.relation).subquery("ever")
        rows = sa.select(ever).where(ever.c.time >= portable.Moment(since)).subquery("marked") if since else ever
        newer, unmarked = sa.select(rows).where(rows.c.mark >= self._bound(high)), rows.c.mark.is_(None)
        return rows, newer.union_all(sa.select(rows).where(unmarked)).subquery("new")

    def _bound(self, high: str) -> Any:
        if self.temporal:
            return portable.Moment(datetime.fromisoformat(high) - _UNSURE)
        return sa.literal(high) if self.text else sa.literal(float(high))


def _days(session: Session, times: sa.Subquery) -> Iterable[tuple[datetime, datetime]]:
    """The days in which some times lie, neighbours taken together."""
    day = sa.select(portable.PeriodStart(times.c.time, "day", 0, 0).label("day")).where(times.c.time.is_not(None))
    rows = session.fetch(sa.select(day.subquery("days").c.day).distinct()).column(0).to_pylist()
    stretch: tuple[datetime, datetime] | None = None
    for start in sorted(map(_moment, rows)):
        if stretch is not None and start <= stretch[1]:
            stretch = stretch[0], start + _DAY
            continue
        if stretch is not None:
            yield stretch
        stretch = start, start + _DAY
    if stretch is not None:
        yield stretch


def _members(session: Session) -> Members:
    try:
        roster = session.roster()
    except SourceError:
        return Members()
    if roster is None:
        return Members()
    levels = session.definition.organisation.levels[1:]
    return Members(tuple(sorted(_memberships(roster, levels), key=_order)), roster.labels(), bool(roster.crowded))


def _memberships(roster: LiveRoster, levels: Iterable[str]) -> Iterable[Membership]:
    columns = [member(level) for level in levels]
    frame = roster.frame.reindex(columns=[*columns, "since", "until"]).drop_duplicates()
    ids = frame[columns].astype(object).where(frame[columns].notna(), None).itertuples(index=False, name=None)
    times = (frame[name].to_numpy().astype("datetime64[us]").tolist() for name in ("since", "until"))
    return map(Membership, ids, *times)


def _order(row: Membership) -> tuple[tuple[str, ...], datetime, datetime]:
    return tuple("" if id_ is None else id_ for id_ in row.path), row.since, row.until


def _targets(session: Session) -> dict[str, tuple[Any, ...]]:
    found = {}
    for name, metric in session.definition.metrics.items():
        if isinstance(metric.target, TargetTable):
            with suppress(SourceError):
                found[name] = tuple(sorted(session.target_rows(name, metric.target), key=repr))
    return found


def _moment(value: object) -> datetime:
    return pd.Timestamp(value).to_pydatetime(warn=False)  # type: ignore[arg-type]  # a date, a time, or text of one
