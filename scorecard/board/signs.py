"""Signal or noise on pages: a metric's process chart, and a board's false-alarm budget."""

from __future__ import annotations

from typing import cast

from scorecard.analysis.budget import budget
from scorecard.analysis.rulesets import SIGNALS
from scorecard.analysis.signals import Charts
from scorecard.board.figures import is_measured
from scorecard.board.generation import Generation
from scorecard.board.stand import Stand
from scorecard.org import TOP
from scorecard.people.principal import EVERYBODY
from scorecard.reading import Floats, number
from scorecard.signalling import process_charts
from scorecard.view import Alarms, ChartView, SignalName


def chart(stand: Stand, metric: str) -> ChartView | None:
    """The process chart of a metric where one stands, up to the moment; ``None`` where it failed."""
    drawn = _drawn(stand, metric)
    if drawn is None:
        return None
    return ChartView(
        rules=drawn.rules,
        centre=_told(drawn.centre),
        lower=_told(drawn.lower),
        upper=_told(drawn.upper),
        signals=tuple(signal_name(int(code)) for code in drawn.signal[0]),
        sides=tuple(int(side) for side in drawn.side[0]),
        stretches=tuple(int(stretch) for stretch in drawn.stretch[0]),
        trial=bool(drawn.trial[0]),
        none=bool(drawn.none[0]),
        autocorrelation=number(drawn.autocorrelation[0]),
        autocorrelated=bool(drawn.autocorrelated[0]),
    )


def alarms(stand: Stand) -> Alarms:
    """Signals at the newest points of every metric measured here, beside what chance alone would raise."""
    at = (stand.moment.grain, stand.row, stand.moment.position)
    kept = stand.generation.alarms
    if at not in kept:
        names = (name for name in stand.definition.metrics if is_measured(stand, name))
        found = budget([drawn for name in names if (drawn := _drawn(stand, name)) is not None])
        kept[at] = Alarms(found.signals, found.expected, found.charts)
    return kept[at]


def foresee(generation: Generation) -> None:
    """Work out the first page's budget: its simulations take seconds, once a process and length of series."""
    moment = generation.moment(generation.definition.calendar.grain)
    if moment is not None:
        alarms(Stand.of(generation, EVERYBODY, moment, (generation.org.levels[0], TOP)))


def signal_name(code: int) -> SignalName | None:
    """The name of a signal's code."""
    return cast("SignalName", SIGNALS[code]) if code else None


def _drawn(stand: Stand, metric: str) -> Charts | None:
    table = stand.generation.released[stand.moment.grain].table
    if metric not in table.cells:
        return None
    rows = slice(stand.row, stand.row + 1)
    return process_charts(stand.definition, table, metric, rows, stand.moment.position + 1)


def _told(cells: Floats) -> tuple[float | None, ...]:
    return tuple(number(value) for value in cells[0])
