"""Will it land: for every figure with a target that counts over a longer span, at every level above people.

Two kinds of figures count over a span that is still running. A rate has a target that holds for the quarter as for the
week: the running quarter's own numerator and denominator are what has come in so far. A to-date figure counts up to its
target by itself. What a period still to come may bring is taken from the stable stretch of the calendar's own periods.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from scorecard.analysis.landing import Goal, Landing, Rate, landing, rate_landing
from scorecard.analysis.points import Ints
from scorecard.analysis.signals import Charts
from scorecard.causes.ground import Ground, nature, scale
from scorecard.definition import Cumulative, Grain
from scorecard.org import UNASSIGNED
from scorecard.outlook.answer import WillLand
from scorecard.reading import Cells, Floats, number
from scorecard.signalling import opportunity, process_charts
from scorecard.time import Period, period_at

_SPANS: Mapping[Grain, tuple[Grain, ...]] = {
    "hour": ("day", "week"), "day": ("month", "week"), "week": ("quarter", "month", "year"),
    "month": ("year", "quarter"), "quarter": ("year",), "year": (),
}  # fmt: skip
"""The span whose end counts, for each size of period: the first one that is kept."""
_SEED = 20_260_302


@dataclass(frozen=True, slots=True)
class _Span:
    """What counts towards a target by the end of a running span, all over the organisation's rows."""

    metric: str
    process: str
    """The metric whose periods bring it."""
    period: Period
    cells: Cells
    """Of the running span."""
    at: int
    """Where in them the running span stands."""
    targets: Floats
    """(rows,)"""


def landings(grounds: Mapping[Grain, Ground], now: datetime) -> tuple[WillLand, ...]:
    """The chance of every figure to stand at its target at the end of its span; those who cannot tell are left out."""
    any_ground = next(iter(grounds.values()))
    definition = any_ground.definition
    ground = grounds[definition.calendar.grain]
    rows = _rows(ground)
    spans = (span for name in definition.metrics for span in _spans(grounds, name, now))
    return tuple(found for span in spans for found in _landings(ground, span, rows, now))


def _rows(ground: Ground) -> Ints:
    """The rows of units that are no people: of a person nothing is foretold."""
    people, org = ground.definition.organisation.people, ground.org
    units = (unit for unit in org.row_of if unit[0] != people and unit[1] != UNASSIGNED)
    return np.array(sorted(org.row_of[unit] for unit in units), dtype=np.int64)


def _spans(grounds: Mapping[Grain, Ground], name: str, now: datetime) -> Iterator[_Span]:
    definition = next(iter(grounds.values())).definition
    metric, base = definition.metrics[name], grounds[definition.calendar.grain]
    if metric.direction not in ("higher_is_better", "lower_is_better"):
        return
    if isinstance(metric, Cumulative):
        if metric.grain_to_date and nature(definition, metric.metric) in ("sum", "rate"):
            yield from _span(base, name, metric.metric, period_at(definition.calendar, metric.grain_to_date, now))
    elif nature(definition, name) == "rate":
        longer = next((grain for grain in _SPANS[definition.calendar.grain] if grain in grounds), None)
        if longer is not None:
            yield from _span(grounds[longer], name, name, period_at(definition.calendar, longer, now))


def _span(ground: Ground, name: str, process: str, period: Period) -> Iterator[_Span]:
    """The span as it stands in a table, where that has the running period, its figures and a target."""
    table = ground.table
    targets, at = table.targets.get(name), len(table.periods) - 1
    if name not in table.cells or targets is None or targets.ndim > table.cells[name].value.ndim:
        return
    if table.complete[at] or not period.start <= table.periods[at].start < period.stop:
        return
    yield _Span(name, process, period, table.cells[name], at, targets[:, at])


def _landings(ground: Ground, span: _Span, rows: Ints, now: datetime) -> Iterator[WillLand]:
    definition, table = ground.definition, ground.table
    if span.process not in table.cells:
        return
    rows = rows[np.isfinite(span.targets[rows]) & np.isfinite(span.cells.value[rows, span.at])]
    if not len(rows):
        return
    drawn = process_charts(definition, table, span.process, rows, len(table.periods))
    left = _left(table.periods[-1], span.period, now)
    for at in np.flatnonzero(~drawn.none):
        found = _landing(ground, span, drawn.only(int(at)), int(rows[at]), left)
        if found.chance is not None and found.usual is not None:
            yield WillLand(
                metric=span.metric,
                unit=ground.org.unit_of(int(rows[at])),
                span=span.period.grain or definition.calendar.grain,
                until=span.period.stop,
                grain=definition.calendar.grain,
                left=left,
                so_far=number(span.cells.value[rows[at], span.at]),
                target=float(span.targets[rows[at]]),
                chance=found.chance,
                needed=found.needed,
                usual=found.usual,
                points=found.points,
            )


def _left(newest: Period, span: Period, now: datetime) -> int:
    """How many of the calendar's periods are still to come, the rest of the running one rounded."""
    return max(0, round((span.stop - now) / (newest.stop - newest.start)))


def _landing(ground: Ground, span: _Span, drawn: Charts, row: int, left: int) -> Landing:
    definition, process = ground.definition, span.process
    direction = definition.metrics[span.metric].direction
    assert direction in ("higher_is_better", "lower_is_better")  # noqa: S101 - others have no span
    goal = Goal(float(span.targets[row]), left, direction)
    if nature(definition, process) == "sum":
        return landing(drawn, float(span.cells.value[row, span.at]), goal)
    over, under = (part[row, span.at] for part in (span.cells.numerator, span.cells.denominator))
    if not (np.isfinite(over) and np.isfinite(under)):
        return Landing(None, None, None, silent="there are no halves to count on")
    cells = ground.table.cells[process]
    numerator, denominator = (part[row] for part in (cells.numerator, cells.denominator))
    kind = opportunity(definition, process, numerator, denominator)
    rate = Rate(numerator, denominator, kind, scale(definition, process))
    return rate_landing(drawn, rate, (float(over), float(under)), goal, _SEED)
