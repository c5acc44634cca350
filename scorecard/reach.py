"""Which stretch of which source's time a figure rests on: what decides whether a kept figure still stands.

Only the definition is asked, so that the answer holds whatever way a figure is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scorecard.definition import (
    Calendar,
    Conversion,
    Cumulative,
    Definition,
    Derived,
    Duration,
    Grain,
    Index,
    Measure,
    Nps,
    Ratio,
    Simple,
    TargetMetric,
)
from scorecard.expression import columns, parse_formula
from scorecard.time import Period, earlier, period_start, period_stop, step

Stretch = tuple[datetime, datetime]
"""Naive local moments, half-open."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same so much earlier: the offset of an input."""

    by: Duration


@dataclass(frozen=True, slots=True)
class Since:
    """Everything since so long before the period's end: a rolling figure."""

    window: Duration


@dataclass(frozen=True, slots=True)
class ToDate:
    """Everything since the beginning of a larger period."""

    grain: Grain


@dataclass(frozen=True, slots=True)
class Ahead:
    """So long beyond the period's end as well: what must follow within a window."""

    window: Duration


Move = Earlier | Since | ToDate | Ahead


@dataclass(frozen=True, slots=True)
class Reach:
    """A source, and how the time that is read of it lies to the period of the figure; the outermost move first."""

    source: str
    moves: tuple[Move, ...] = ()

    def stretch(self, calendar: Calendar, period: Period) -> Stretch:
        """The time of the source that a figure of ``period`` rests on: never less than is read, at times more."""
        start, stop, at = period.start, period.stop, period
        for move in self.moves:
            match move:
                case Earlier(by) if (start, stop) == (at.start, at.stop):
                    at = earlier(calendar, at, by)
                    start, stop = at.start, at.stop
                case Earlier(by):  # of a stretch wider than its period: each end may round to a period of its own
                    start, stop = start - step(by), stop - step(by)
                    if period.grain is not None:
                        start = period_start(calendar, period.grain, start - (period.stop - period.start))
                        stop = period_stop(period.grain, period_start(calendar, period.grain, stop))
                        stop += period.stop - period.start
                case Since(window):
                    start = min(start, stop - timedelta(days=1) - step(window))
                case ToDate(grain):
                    start = min(start, period_start(calendar, grain, start))
                case Ahead(window):
                    stop += step(window)
        return start, stop


def reaches(definition: Definition, metric: str) -> frozenset[Reach]:
    """Everything a metric's figures rest on; of a target that is another metric's, what that rests on too."""
    found = set(_reaches(definition, metric))
    target = definition.metrics[metric].target
    if isinstance(target, TargetMetric):
        moves = (Earlier(target.offset),) if target.offset else ()
        found |= {_moved(reach, moves) for reach in _reaches(definition, target.metric)}
    return frozenset(found)


def rests_on(definition: Definition, metric: str) -> tuple[str, ...]:
    """The metric and every metric its figures are computed from, each once."""
    found: dict[str, None] = {metric: None}
    for name, _ in _operands(definition, metric):
        found |= dict.fromkeys(rests_on(definition, name))
    return tuple(found)


def _moved(reach: Reach, moves: tuple[Move, ...]) -> Reach:
    return replace(reach, moves=(*moves, *reach.moves))


def _reaches(definition: Definition, name: str) -> Iterator[Reach]:
    """What the rows of a metric's own measures, and all its operands, lie in."""
    metric = definition.metrics[name]
    match metric:
        case Simple() | Nps():
            yield Reach(metric.source)
        case Conversion():
            for part in (metric.base, metric.conversion):
                yield Reach(part.source or "", (Ahead(metric.window),))
        case Ratio():
            for half in (metric.numerator, metric.denominator):
                if isinstance(half, Measure):
                    yield Reach(half.source or metric.source or "")
    for operand, moves in _operands(definition, name):
        for reach in _reaches(definition, operand):
            yield _moved(reach, moves)


def _operands(definition: Definition, name: str) -> Iterator[tuple[str, tuple[Move, ...]]]:
    """The metrics a metric is computed from, and when each is asked about."""
    metric = definition.metrics[name]
    match metric:
        case Ratio():
            yield from ((half, ()) for half in (metric.numerator, metric.denominator) if isinstance(half, str))
        case Derived():
            for known in columns(parse_formula(metric.expr)):
                given = metric.inputs.get(known)
                yield given.metric if given else known, (Earlier(given.offset),) if given and given.offset else ()
        case Cumulative(window=Duration() as window):
            yield metric.metric, (Since(window),)
        case Cumulative(grain_to_date=grain):
            yield metric.metric, (ToDate(grain or "year"),)
        case Index():
            for part in metric.of:
                yield part, ()
                target = definition.metrics[part].target
                if isinstance(target, TargetMetric):
                    yield target.metric, (Earlier(target.offset),) if target.offset else ()
