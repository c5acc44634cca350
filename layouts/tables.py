"""The tables of pages as files: the lines the page shows, all of them, with every digit.

They are made of the same answers as the page, for the same principal: what is withheld there is empty here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from layouts.ask import Ask
from layouts.parts.figure import words_of
from layouts.tabular import UNITS, Cell, Column, Tabular
from layouts.times import period_name
from layouts.words import Tongue
from scorecard.board import Board
from scorecard.definition import Format
from scorecard.head import Head, Moment
from scorecard.judge import Target
from scorecard.view import Figure, NotFound

T = TypeVar("T")
_FIGURES = {"value", "target", "target_high", "gap", "change", "centre", "lower_limit", "upper_limit"}
_COLUMNS = tuple(
    Column(name, name in _FIGURES)
    for name in (
        "metric", "label", "level", "unit", "unit_label", "within", "period", "value", "target", "target_high", "gap",
        "status", "change", "numerator", "denominator", "count", "measured_in", "complete", "withheld",
    )
)  # fmt: skip
_PERIODS = tuple(
    Column(name, name in _FIGURES)
    for name in ("metric", "level", "unit", "period", "period_name", "value", "target", "target_high", "centre",
                 "lower_limit", "upper_limit", "signal", "measured_in", "complete")
)  # fmt: skip


def table(board: Board, ask: Ask, name: str) -> Tabular | NotFound:
    """The table of that name on the page that answers ``ask``."""
    make = _TABLES.get((ask.page, name))
    moment = board.moment(ask.grain, ask.period)
    if make is None:
        return NotFound("there is no such table")
    return moment if isinstance(moment, NotFound) else make(board, ask, moment)


def _units(board: Board, ask: Ask, moment: Moment) -> Tabular | NotFound:
    """A metric in the units beneath: every line that fits what is asked, in the order asked for."""
    found = board.breakdown(ask.id, moment, ask.unit, replace(ask.rows, size=None))
    if isinstance(found, NotFound):
        return found
    lines = [(row.figure, ", ".join(row.within)) for row in found.rows]
    return _figures(board, ask, moment, f"{ask.id}-by-{found.level}", lines)


def _measures(board: Board, ask: Ask, moment: Moment) -> Tabular | NotFound:
    """Every metric where one stands, in the order of the definition."""
    found = board.measures(moment, ask.unit)
    if isinstance(found, NotFound):
        return found
    return _figures(board, ask, moment, "measures", [(figure, "") for figure in found])


def _unit(board: Board, ask: Ask, moment: Moment) -> Tabular | NotFound:
    """A unit's own measures, in the order of its page."""
    found = board.unit(ask.unit or ("", ""), moment)
    if isinstance(found, NotFound):
        return found
    lines = [(line.figure, "") for line in found.measures]
    return _figures(board, ask, moment, f"{found.unit[0]}-{found.label}", lines)


def _periods(board: Board, ask: Ask, moment: Moment) -> Tabular | NotFound:
    """A metric's series with the limits it is judged against, oldest first."""
    view = board.metric(ask.id, moment, ask.unit)
    if isinstance(view, NotFound):
        return view
    figure, chart, head = view.figure, view.chart, board.head()
    tongue, last = Tongue.of(head), len(view.periods) - 1
    rows: list[Sequence[Cell]] = [
        (
            figure.metric, *figure.unit, period.key, period_name(period, tongue), value, *_ends(target),
            *((chart.centre[at], chart.lower[at], chart.upper[at], chart.signals[at]) if chart else (None,) * 4),
            _measured_in(figure.format, head), at < last or figure.complete,
        )
        for at, (period, value, target) in enumerate(zip(view.periods, figure.series, figure.targets, strict=False))
    ]  # fmt: skip
    name = _slug(f"{figure.metric}-{figure.unit_label}-periods-{moment.period.key}")
    about = _about(
        board, ask, moment, (("Metric", figure.label), ("Unit", figure.unit_label), ("Computed", view.formula))
    )
    return Tabular(name, _PERIODS, rows, (figure.format,) * len(rows), about, head.taken)


def _figures(board: Board, ask: Ask, moment: Moment, name: str, lines: Sequence[tuple[Figure, str]]) -> Tabular:
    head = board.head()
    tongue = Tongue.of(head)
    rows = [_line(figure, within, moment, head, tongue) for figure, within in lines]
    of = board.definition.title if ask.unit is None else ": ".join(ask.unit)
    about = _about(board, ask, moment, (("Unit", of),))
    formats = tuple(figure.format for figure, _ in lines)
    return Tabular(_slug(f"{name}-{moment.period.key}"), _COLUMNS, rows, formats, about, head.taken)


def _line(figure: Figure, within: str, moment: Moment, head: Head, tongue: Tongue) -> Sequence[Cell]:
    """One figure. Where none may be shown or could be read, every number is missing, also how many it is about."""
    known = not figure.withheld and not figure.failed
    sizes = (figure.numerator, figure.denominator, figure.count) if known else (None, None, None)
    return (
        figure.metric, figure.label, *figure.unit, figure.unit_label, within, moment.period.key,
        figure.value if known else None, *_ends(figure.target), figure.gap if known else None,
        words_of(figure, tongue).status, figure.change if known else None, *sizes,
        _measured_in(figure.format, head), figure.complete, figure.withheld,
    )  # fmt: skip


def _ends(target: Target) -> tuple[float | None, float | None]:
    return target if isinstance(target, tuple) else (target, None)


def _measured_in(fmt: Format, head: Head) -> str:
    return head.currency if fmt == "currency" else UNITS[fmt]


def _about(board: Board, ask: Ask, moment: Moment, more: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    head = board.head()
    only = (("Only", f"{ask.only.dimension}: {ask.only.value}"),) if ask.only else ()
    return (
        ("Scorecard", head.title), *more, *only, ("Period", period_name(moment.period, Tongue.of(head))),
        ("Data as of", head.as_of.isoformat(timespec="minutes")), ("Picture", head.generation),
        ("Empty cells", "No value, or withheld: a figure about too few people or answers is never shown."),
    )  # fmt: skip


def _slug(text: str) -> str:
    """A file's name that any system takes."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:100] or "table"


Make = Callable[[Board, Ask, Moment], Tabular | NotFound]
_TABLES: Mapping[tuple[str, str], Make] = {
    ("metric", "units"): _units,
    ("metric", "periods"): _periods,
    ("unit", "measures"): _unit,
    ("measures", "measures"): _measures,
}
NAMES = tuple(_TABLES)
"""Which tables there are: the page's kind and the table's name."""
