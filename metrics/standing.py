"""How sources, the roster and tables of targets stand: what a refresh needs to know to keep what still holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa

from metrics import portable
from metrics.engines import Engine, QueryError
from metrics.portable import Element
from metrics.roster import LiveRoster, member
from metrics.session import Session
from metrics.sources import LiveSource, SourceError
from metrics.typed import TEMPORAL, local_time
from scorecard.definition import Definition, TargetTable
from scorecard.expression import ExpressionError
from scorecard.warehouse import Facts, Mark, Members, Membership, Standing

_DAY = timedelta(days=1)
_UNSURE = timedelta(hours=2)
"""Taken off a watermark that is a time: for the hour that is lived twice, and for what was written just then."""

_EVER = ((datetime.min, datetime.max),)  # noqa: DTZ901 - local and naive, as all moments here


def standing(
    engine: Engine, definition: Definition, marks: Mapping[str, Mark], settled: Mapping[str, datetime]
) -> Standing:
    """See :meth:`scorecard.warehouse.Warehouse.standing`."""
    with engine.connection() as connection:
        session = Session(engine, connection, definition, keeps=True)
        sources = {}
        for name, moment in settled.items():
            with suppress(SourceError, QueryError, ExpressionError):  # told by whoever reads its figures
                sources[name] = _facts(session, name, marks.get(name, Mark()), moment)
        return Standing(sources, _members(session), _targets(session))


def _facts(session: Session, name: str, mark: Mark, settled: datetime) -> Facts:
    source, described = session.source(name), session.definition.sources[name]
    rows, before = _rows(session, source, [settled, *([mark.settled] if mark.settled else [])])
    if described.watermark is None:
        again = Mark(mark.settled, before, _crossing(session, source, mark.settled)) if mark.settled else Mark()
        return Facts(Mark(settled, rows, _crossing(session, source, settled)), again)
    water = _Water(source, described.watermark)
    since = water.changed(mark.high) if mark.high is not None else None
    changed = _EVER if since is None else tuple(_days(session, since))
    return Facts(Mark(settled, rows, high=water.highest(session)), Mark(mark.settled, before, high=mark.high), changed)


def _rows(session: Session, source: LiveSource, moments: Iterable[datetime]) -> tuple[int, int]:
    """How many rows lie before each of one or two moments."""
    times = sa.select(source.time.label("time")).select_from(source.relation).subquery("times")
    counts = [
        sa.func.count(sa.case((times.c.time < portable.Moment(moment), 1))).label(f"before_{at}")
        for at, moment in enumerate(moments)
    ]
    row = session.fetch(sa.select(*counts).select_from(times)).to_pylist()[0]
    return int(row["before_0"]), int(row.get("before_1", 0))


def _crossing(session: Session, source: LiveSource, moment: datetime) -> int:
    """How many rows before a moment have the key of one that is not."""
    if not source.key:
        return 0
    names = [f"key_{at}" for at in range(len(source.key))]
    keyed = (
        sa.select(source.time.label("time"), *(key.label(name) for key, name in zip(source.key, names, strict=True)))
        .select_from(source.relation)
        .subquery("keyed")
    )
    known = [keyed.c[name].is_not(None) for name in names]
    settled = keyed.c.time < portable.Moment(moment)
    recent = (
        sa.select(*(keyed.c[name] for name in names))
        .where(*known, sa.or_(keyed.c.time.is_(None), keyed.c.time >= portable.Moment(moment)))
        .distinct()
        .subquery("recent")
    )
    both = keyed.join(recent, sa.and_(*(keyed.c[name] == recent.c[name] for name in names)))
    statement = sa.select(sa.func.count().label("rows")).select_from(both).where(settled)
    return int(session.fetch(statement).column(0)[0].as_py())


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

    def changed(self, high: str) -> sa.Subquery:
        """The times of all rows that are new or changed since, and of those that share a key with one."""
        keys = {f"key_{at}": key for at, key in enumerate(self.source.key)}
        rows = (
            sa.select(
                self.source.time.label("time"),
                self.element.label("mark"),
                *(key.label(name) for name, key in keys.items()),
            )
            .select_from(self.source.relation)
            .subquery("marked")
        )
        new = sa.or_(rows.c.mark.is_(None), rows.c.mark >= self._bound(high))
        found = sa.select(rows.c.time).where(new)
        if keys:
            recent = sa.select(*(rows.c[name] for name in keys)).where(new).distinct().subquery("changed")
            same = sa.and_(*(rows.c[name] == recent.c[name] for name in keys))
            found = found.union_all(sa.select(rows.c.time).select_from(rows.join(recent, same)))  # type: ignore[assignment]  # selects both
        return found.subquery("times")

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
    return Members(tuple(sorted(_memberships(roster, levels), key=repr)), roster.labels(), bool(roster.crowded))


def _memberships(roster: LiveRoster, levels: Iterable[str]) -> Iterable[Membership]:
    frame = roster.frame.reindex(columns=[*(member(level) for level in levels), "since", "until"])
    ids = frame.astype(object).where(frame.notna(), None)
    for *path, since, until in ids.drop_duplicates().itertuples(index=False, name=None):
        yield Membership(tuple(path), _moment(since), _moment(until))


def _targets(session: Session) -> dict[str, tuple[Any, ...]]:
    found = {}
    for name, metric in session.definition.metrics.items():
        if isinstance(metric.target, TargetTable):
            with suppress(SourceError):
                found[name] = tuple(sorted(session.target_rows(name, metric.target), key=repr))
    return found


def _moment(value: object) -> datetime:
    return pd.Timestamp(value).to_pydatetime(warn=False)  # type: ignore[arg-type]  # a date, a time, or text of one
