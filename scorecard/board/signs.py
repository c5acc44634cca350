"""Signal or noise on pages: a metric's process chart, and a board's false-alarm budget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np

from scorecard.analysis.budget import budget
from scorecard.analysis.rulesets import SIGNALS
from scorecard.analysis.signals import Charts, Opportunity, charts, rate_charts
from scorecard.board.figures import is_measured
from scorecard.board.generation import Generation
from scorecard.board.stand import Stand
from scorecard.org import TOP
from scorecard.people.principal import EVERYBODY
from scorecard.reading import Floats, number
from scorecard.signalling import opportunity, process_charts, rebased
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
        found = budget(_together(stand, [name for name in stand.definition.metrics if is_measured(stand, name)]))
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


def _together(stand: Stand, names: Iterable[str]) -> list[Charts]:
    """The process charts of several metrics where one stands, those of a kind drawn at once."""
    table, upto = stand.generation.released[stand.moment.grain].table, slice(None, stand.moment.position + 1)
    kinds: dict[Opportunity | None, list[tuple[Any, ...]]] = {}
    for name in names:
        cells = table.cells[name]
        over, under = cells.numerator[stand.row, upto], cells.denominator[stand.row, upto]
        complete, rebase = table.complete_of(name)[upto], rebased(stand.definition, table, name)[stand.row, upto]
        kind = opportunity(stand.definition, name, over, under)
        kinds.setdefault(kind, []).append((cells.value[stand.row, upto], over, under, complete, rebase))
    return [_of_a_kind(kind, [np.stack(part) for part in zip(*series, strict=True)]) for kind, series in kinds.items()]


def _of_a_kind(kind: Opportunity | None, stacked: list[Any]) -> Charts:
    values, over, under, complete, rebase = stacked
    if kind is None:
        return charts(values, complete, rebase=rebase)
    return rate_charts(over, under, complete, kind=kind, rebase=rebase)


def _told(cells: Floats) -> tuple[float | None, ...]:
    return tuple(number(value) for value in cells[0])
