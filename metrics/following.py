"""Which rows another event follows in time: one pass over both streams in order, without a join.

Rows and events are laid together; seen backwards in time within one entity, the event met last is the next one after
each row. Whether that is near enough decides; so a row counts once however many events follow it, and an event may
follow several rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from metrics import portable
from metrics.aggregates import where
from metrics.frame import Facts
from metrics.portable import Element
from metrics.repeats import counted
from metrics.sources import LiveSource
from metrics.typed import alike, condition
from scorecard.expression import ExpressionError
from scorecard.measure import Follow
from scorecard.time import step

PAIR = "pair_"
"""What the columns that must be equal on both sides are called, before their position."""


def pairs(follow: Follow, source: LiveSource, then: LiveSource) -> list[tuple[Element, Element]]:
    """The columns that must be equal, of both sides. Raises :class:`ExpressionError` for one that is not there."""
    found = []
    for mine, theirs in follow.pairs:
        try:
            both = alike([source.scope.column(mine), then.scope.column(theirs)], source.scope.zone)[1]
        except ExpressionError as error:
            raise ExpressionError(f"{mine!r} of '{source.name}' and {theirs!r} of '{then.name}': {error}") from error
        found.append((both[0], both[1]))
    return found


def happened(follow: Follow, then: LiveSource) -> Element:
    """The time of an event that counts, else null. Raises :class:`ExpressionError`."""
    said = then.scope.read(follow.expr) if follow.expr is not None else None
    time = then.time
    if said is not None:
        time = sa.case((condition(said) if follow.holds else said.element.is_not(None), time))
    return where(follow.filters, then.scope, time)


def followed(rows: sa.Subquery, follow: Follow, then: Facts, theirs: Sequence[Element], stop: datetime) -> sa.Subquery:
    """Rows whose values are kept only where an event follows.

    ``theirs`` are the event's sides of :func:`pairs`, in order; ``stop`` is where the rows end.
    """
    names = [column.name for column in rows.c]
    equal = [name for name in names if name.startswith(PAIR)]
    events = _events(follow, then, theirs, stop)
    null = sa.null()
    laid = [events.c[name].label(name) if name in (*equal, "time") else null.label(name) for name in names]
    no, yes = (sa.literal_column(digit, sa.Integer).label("event") for digit in "01")
    both = sa.union_all(
        sa.select(*(rows.c[name].label(name) for name in names), no, null.label("happened")),
        sa.select(*laid, yes, events.c.time.label("happened")),
    ).subquery("both")
    backwards = sa.func.min(both.c.happened).over(
        partition_by=[both.c[name] for name in equal],
        order_by=[both.c.time.desc(), both.c.event.desc()],
        rows=(None, 0),
    )
    seen = sa.select(*both.c, backwards.label("next")).subquery("seen")
    known = [seen.c[name].is_not(None) for name in equal]
    follows = sa.and_(*known, seen.c.next < portable.Later(seen.c.time, follow.window))
    columns: list[Any] = [
        sa.case((follows, seen.c[name])).label(name) if name.startswith("value_") else seen.c[name].label(name)
        for name in names
        if name not in equal
    ]
    return sa.select(*columns).where(seen.c.event == 0).subquery("followed")


def _events(follow: Follow, then: Facts, theirs: Sequence[Element], stop: datetime) -> sa.Subquery:
    """Every event that counts and may still follow a row, with its time and the columns that must be equal.

    An event that a later row of its key corrects has not happened as it was.
    """
    own = [side.label(f"{PAIR}{at}") for at, side in enumerate(theirs)]
    inner = counted(then, [happened(follow, then.source).label("time"), *own])[0].subquery("all_events")
    last = portable.Moment(stop + step(follow.window))
    return sa.select(*inner.c).where(inner.c.time.is_not(None), inner.c.time < last).subquery("events")
