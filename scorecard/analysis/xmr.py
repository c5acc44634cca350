"""The process chart of any one series: what ``golden-thread xmr FILE.csv`` reads and answers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from scorecard.analysis.limits import EQUAL
from scorecard.analysis.points import Floats
from scorecard.analysis.rulesets import SIGNALS, RuleSet
from scorecard.analysis.signals import Charts, chart

LARGEST = 1e100
"""Beyond it squares overflow, and nobody's series goes there."""
NOT_NAMES = {"nan", "na", "n/a", "null", "none", "inf", "-inf", "-"}
"""Words for a missing or endless value; such a cell never makes a line the header."""


class Point(TypedDict):
    """One point of the answer."""

    period: str
    value: float | None
    signal: str | None
    side: str | None


class Answer(TypedDict):
    """A process chart as plain values, ready for JSON; ``None`` where there are no limits."""

    centre: float | None
    lower: float | None
    upper: float | None
    range_limit: float | None
    rules: RuleSet
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Series:
    """A series as read: one value, or None where it is missing, a period."""

    periods: tuple[str, ...]
    values: tuple[float | None, ...]


class SeriesError(ValueError):
    """What cannot be read of a series: every line (0 for the text as a whole) with what is wrong there."""

    def __init__(self, found: Sequence[tuple[int, str]]) -> None:
        self.found = tuple(found)
        super().__init__("\n".join(f"line {line}: {what}" if line else what for line, what in found))


def judge_series(
    periods: Sequence[str],
    values: Sequence[float | None],
    rules: RuleSet = "nhs",
    screen: bool = True,
) -> Answer:
    """The XmR chart of one series, every period taken as complete.

    A point's ``side`` is ``above`` or ``below`` the centre, whichever rule marks it; None on the centre, without a
    value and without limits. Raises ``ValueError`` if there are not as many periods as values.
    """
    if len(periods) != len(values):
        raise ValueError(f"{len(periods)} periods for {len(values)} values")
    drawn = chart(values, rules=rules, screen=screen)
    return Answer(
        centre=_first(drawn.centre),
        lower=_first(drawn.lower),
        upper=_first(drawn.upper),
        range_limit=_first(drawn.range_limit),
        rules=rules,
        points=[_point(drawn, position, period) for position, period in enumerate(periods)],
    )


def read_series(text: str) -> Series:
    """Read CSV text with columns ``period,value``, or ``value`` alone (periods are then numbered from 1).

    A first line without any digit is a header; if it has a column ``value`` (and ``period``) these are read and
    others passed over. An empty value is a missing one. Columns may be parted by semicolons or tabs, as spreadsheets
    write them where the comma is the decimal mark; then it is one here. Raises :class:`SeriesError`.
    """
    text = text.removeprefix("\ufeff")
    mark = _parted_by(text)
    lines = _lines(text, mark)
    layout = _layout(lines, mark)
    body = lines[1:] if layout.header else lines
    if layout.period is not None:
        body = [line for line in body if any(line.cells)]
    while body and not any(body[-1].cells):
        body.pop()
    if not body:
        raise SeriesError([(0, "there are no values")])
    faults: list[tuple[int, str]] = []
    values = tuple(_value(line, layout, faults) for line in body)
    periods = _periods(body, layout, faults)
    if faults:
        raise SeriesError(faults)
    return Series(periods, values)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    header: bool
    width: int
    value: int
    period: int | None
    decimal: str = "."


def _parted_by(text: str) -> str:
    """The mark between columns: the first line's tab or semicolon, where it has one outside of quotes; else a comma."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(first.split('"')[::2])
    return next((mark for mark in ("\t", ";") if mark in bare), ",")


def _lines(text: str, mark: str) -> list[_Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    lines = []
    try:
        for row in reader:
            lines.append(_Line(reader.line_num, tuple(cell.strip() for cell in row) or ("",)))  # noqa: PERF401 - line_num moves with the loop
    except csv.Error as error:
        raise SeriesError([(reader.line_num, f"not CSV ({error})")]) from None
    return lines


def _layout(lines: Sequence[_Line], mark: str) -> _Layout:
    first = next((line for line in lines if any(line.cells)), None)
    if first is None:
        raise SeriesError([(0, "there are no values")])
    width = len(first.cells)
    names = [cell.lower() for cell in first.cells]
    header = not NOT_NAMES.intersection(names) and not any(map(str.isdigit, "".join(names)))
    pair, decimal = width == len(("period", "value")), "." if mark == "," else ","
    if header and "value" in names:
        value = names.index("value")
        other = 1 - value if pair else None
        return _Layout(header, width, value, names.index("period") if "period" in names else other, decimal)
    if width == 1:
        return _Layout(header, width, 0, None, decimal)
    if pair:
        return _Layout(header, width, 1, 0, decimal)
    raise SeriesError([(first.number, f"{width} columns; wanted are period,value, or value alone")])


def _value(line: _Line, layout: _Layout, faults: list[tuple[int, str]]) -> float | None:
    if len(line.cells) != layout.width:
        faults.append((line.number, f"{_columns(len(line.cells))} where {layout.width} were expected"))
        return None
    cell = line.cells[layout.value]
    if not cell:
        return None
    try:
        value = float(cell.replace("_", "?").replace(layout.decimal, "."))  # Python reads 1_000; nobody else does
    except ValueError:
        faults.append((line.number, f"{cell!r} is not a number (leave the cell empty if it is missing)"))
        return None
    if not math.isfinite(value):
        faults.append((line.number, f"{cell!r} is not a finite number (leave the cell empty if it is missing)"))
    elif abs(value) > LARGEST:
        faults.append((line.number, f"{cell!r} is too large to be a figure"))
    return value


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"


def _periods(body: Sequence[_Line], layout: _Layout, faults: list[tuple[int, str]]) -> tuple[str, ...]:
    if layout.period is None:
        return tuple(str(order) for order in range(1, len(body) + 1))
    seen: dict[str, int] = {}
    for line in body:
        name = line.cells[layout.period] if layout.period < len(line.cells) else ""
        if not name:
            faults.append((line.number, "the period is empty"))
        elif name in seen:
            faults.append((line.number, f"period {name!r} is already on line {seen[name]}"))
        seen.setdefault(name, line.number)
    return tuple(line.cells[layout.period] for line in body if layout.period < len(line.cells))


def _point(drawn: Charts, position: int, period: str) -> Point:
    code = int(drawn.signal[0, position])
    value = drawn.values[0, position]
    side = _position(value, drawn.centre[0, position])
    return Point(
        period=period,
        value=_number(value),
        signal=SIGNALS[code] if code else None,
        side={1.0: "above", -1.0: "below"}.get(side),
    )


def _position(value: float, centre: float) -> float:
    """+1 above the centre, -1 below, 0 on it (but for rounding) and without either."""
    if math.isnan(value) or math.isnan(centre) or math.isclose(value, centre, rel_tol=EQUAL):
        return 0.0
    return math.copysign(1.0, value - centre)


def _first(cells: Floats) -> float | None:
    return _number(cells[0, 0]) if cells.size else None


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
