"""Plotly figures as plain dicts: nothing builds ``go.Figure``, whose template alone weighs 6.6 kB.

Axes are drawn from the same words as the page (:mod:`layouts.words`), never from Plotly's own formats, so that
a percentage, a duration or a currency reads the same everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from layouts.parts.figure import words_of
from layouts.parts.signals import Limits, Signal
from layouts.parts.verdict import VERDICTS
from layouts.scales import tick_words, ticks
from layouts.theme import FONT, Theme, rgba
from layouts.timeaxis import Axis, narrow, wide
from layouts.times import day, period_name
from layouts.words import Tongue, shortened, spoken, within
from scorecard.definition import Change, Format
from scorecard.judge import Status, Target
from scorecard.time import Period
from scorecard.view import MetricView

Chart = dict[str, Any]
CONFIG: Chart = {"displayModeBar": False, "responsive": True, "showTips": False, "doubleClick": False}
"""For ``dcc.Graph(config=…)``: no buttons (one of them would send the data to a site of Plotly's)."""

_WIDE_MARGIN, _NARROW_MARGIN = {"l": 64, "r": 80}, {"l": 52, "r": 58}
_CROWDED = 0.13
"""Nearer to the target's name than this share of the height, the newest value's words would stand in it."""
_LONGEST = 30
"""How many letters of a change's name stand in the chart; beneath it stands the whole."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A change of process in a chart: when it went live, its name, and what is known of its effect."""

    begun: date
    name: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    """A series ready to be drawn; every row has one entry a period."""

    label: str
    format: Format
    periods: Sequence[Period]
    values: Sequence[float | None]
    targets: Sequence[Target]
    status: Status
    """Of the newest point."""
    complete: bool
    """Whether the newest period is over."""
    limits: Limits | None = None
    signals: Sequence[Signal] = ()
    changes: Sequence[Mark] = ()


def process_chart(
    view: MetricView, tongue: Tongue, theme: Theme, limits: Limits | None = None, signals: Sequence[Signal] = ()
) -> Chart:
    """The process chart of a metric's page."""
    figure = view.figure
    drawn = len(figure.series)
    return draw(
        Process(
            label=figure.label,
            format=figure.format,
            periods=view.periods[:drawn],
            values=figure.series,
            targets=figure.targets or (figure.target,) * drawn,
            status=figure.status,
            complete=figure.complete,
            limits=limits,
            signals=signals,
            changes=[_mark(change, view) for change in view.changes],
        ),
        tongue,
        theme,
        newest=words_of(figure, tongue).value.plain,
    )


def draw(process: Process, tongue: Tongue, theme: Theme, newest: str | None = None) -> Chart:
    """Draw a process: dark line, limits as a quiet band, target dotted and named at the right.

    The newest point has its status's colour, hollow while its period is running, and is joined by a dotted line
    then: a partial period never passes for a whole one. Signals are ringed and name their rule; changes
    stand as named vertical lines at the boundary before their first period.
    """
    traces = [
        *_running(process, theme),
        *_band(process, theme),
        *_target(process, theme),
        *_line(process, tongue, theme),
        *_rings(process, theme),
        *_newest(process, tongue, theme, newest),
    ]
    shapes, notes = _changes(process, tongue, theme)
    notes += _target_name(process, tongue, theme)
    layout = {**_frame(theme, bool(shapes)), **_axes(process, tongue, theme), "shapes": shapes, "annotations": notes}
    return {"data": traces, "layout": layout}


def _mark(change: Change, view: MetricView) -> Mark:
    begun = change.from_.date() if isinstance(change.from_, datetime) else change.from_
    found = next((one.effect for one in view.effects if one.change == change.id), None)
    name = within(change.label or change.id.replace("-", " "))
    return Mark(begun, name, within(VERDICTS[found.verdict]) if found else "")


def _line(process: Process, tongue: Tongue, theme: Theme) -> list[Chart]:
    last = len(process.values) - 1
    names = [
        f"{period_name(period, tongue)}: {spoken(value, process.format, tongue).plain}"
        for period, value in zip(process.periods, process.values, strict=True)
    ]
    whole = list(process.values) if process.complete else [*process.values[:-1], None]
    line = _trace("line", range(last + 1), whole, theme.text, width=2.5, text=names)
    if process.complete or last < 1:
        return [line]
    open_end = _trace("so far", (last - 1, last), process.values[-2:], theme.text, width=2, dash="dot")
    return [line, {**open_end, "hoverinfo": "skip"}]


def _trace(
    name: str, x: Sequence[float], y: Sequence[float | None], colour: str, *, width: float, **more: Any
) -> Chart:
    line = {"color": colour, "width": width, "shape": more.pop("shape", "linear"), "dash": more.pop("dash", "solid")}
    words = {"text": more.pop("text"), "hoverinfo": "text"} if "text" in more else {"hoverinfo": "skip"}
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": list(x), "y": list(y), "line": line,
        "connectgaps": False, "showlegend": False, **words, **more,
    }  # fmt: skip


def _band(process: Process, theme: Theme) -> list[Chart]:
    limits = process.limits
    if limits is None:
        return []
    x, fill = range(len(process.values)), rgba(theme.control, 0.10 if limits.trial else 0.16)
    return [
        _trace("lower limit", x, limits.low, "rgba(0,0,0,0)", width=0, shape="hvh"),
        _trace("upper limit", x, limits.high, "rgba(0,0,0,0)", width=0, shape="hvh", fill="tonexty", fillcolor=fill),
        _trace("centre", x, limits.centre, theme.control, width=1, shape="hvh"),
    ]


def _ends(targets: Sequence[Target]) -> list[list[float | None]]:
    """The rows of a target: one, or the two ends of a band."""
    rows = max((len(t) if isinstance(t, tuple) else 1 for t in targets if t is not None), default=0)
    return [[_end(target, row) for target in targets] for row in range(rows)]


def _end(target: Target, row: int) -> float | None:
    return target[row] if isinstance(target, tuple) else target


def _target(process: Process, theme: Theme) -> list[Chart]:
    x: list[float] = [*range(len(process.values)), len(process.values) - 0.5]
    return [
        _trace("target", x, [*row, row[-1]], theme.muted, width=1.5, dash="2px,3px", shape="hvh")
        for row in _ends(process.targets)
    ]


def _target_name(process: Process, tongue: Tongue, theme: Theme) -> list[Chart]:
    """The target's name at the right end of its line, outside the plot."""
    rows = _ends(process.targets)
    names = ("target",) if len(rows) == 1 else ("low end", "high end")
    return [
        _note(
            f"{name}<br>{spoken(row[-1], process.format, tongue).plain}", theme.text_2,
            xref="paper", x=1.0, y=row[-1], xanchor="left", align="left", xshift=8,
        )
        for name, row in zip(names, rows, strict=False)
        if row[-1] is not None
    ]  # fmt: skip


def _rings(process: Process, theme: Theme) -> list[Chart]:
    here = [signal for signal in process.signals if process.values[signal.position] is not None]
    if not here:
        return []
    marker = {"symbol": "circle-open", "size": 15, "color": theme.text, "line": {"width": 2, "color": theme.text}}
    return [
        {
            "type": "scatter", "mode": "markers", "name": "signal", "showlegend": False, "hoverinfo": "text",
            "x": [signal.position for signal in here], "y": [process.values[signal.position] for signal in here],
            "text": [signal.rule for signal in here], "marker": marker,
        }
    ]  # fmt: skip


def _newest(process: Process, tongue: Tongue, theme: Theme, words: str | None) -> list[Chart]:
    """The newest point there is, with its value in words above it."""
    known = [at for at, value in enumerate(process.values) if value is not None]
    if not known:
        return []
    at = known[-1]
    current = at == len(process.values) - 1
    colour = theme.status(process.status if current else "unknown")
    hollow = current and not process.complete
    said = words if words and current else spoken(process.values[at], process.format, tongue).plain
    place = _beside(process, at)
    marker = {"size": 11, "color": theme.surface if hollow else colour, "line": {"width": 2.5, "color": colour}}
    return [
        {
            "type": "scatter", "mode": "markers+text", "name": "newest", "showlegend": False, "hoverinfo": "skip",
            "x": [at], "y": [process.values[at]], "text": [f"<b>{said}</b>" + ("<br>so far" if hollow else "")],
            "textposition": place, "textfont": {"color": colour, "size": 15}, "marker": marker,
            "cliponaxis": False,
        }
    ]  # fmt: skip


def _beside(process: Process, at: int) -> str:
    """Where the newest value's words stand: outside the plot, but not where the target's name stands already."""
    value, (low, high) = process.values[at], _reach(process)
    ends = [row[-1] for row in _ends(process.targets)]
    crowded = any(end is not None and abs(end - (value or 0.0)) < _CROWDED * (high - low) for end in ends)
    if at == len(process.values) - 1 and not crowded:
        return "middle right"
    known = [value for value in process.values[: at + 1] if value is not None]
    return "bottom left" if len(known) > 1 and known[-1] < known[-2] else "top left"


def _changes(process: Process, tongue: Tongue, theme: Theme) -> tuple[list[Chart], list[Chart]]:
    """A line for each change within the periods drawn: name, date and verdict, in turns of height not to overlap."""
    shapes: list[Chart] = []
    notes: list[Chart] = []
    for mark in sorted(process.changes, key=lambda mark: mark.begun):
        at = next((i for i, period in enumerate(process.periods) if period.stop.date() > mark.begun), None)
        if at is None or mark.begun < process.periods[0].start.date():
            continue
        x, colour = at - 0.5, theme.gold_edge
        line = {"color": colour, "width": 1.5}
        shapes.append({"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line})
        lift = 32 if len(notes) % 2 else 0
        side = _side(at, len(process.periods))
        words = f"{_plain(shortened(mark.name, _LONGEST))}<br>{day(mark.begun, tongue)}"
        words += f", <b>{_plain(mark.verdict)}</b>" if mark.verdict else ""
        notes.append(_note(words, theme.text_2, x=x, yref="paper", y=1.0, yanchor="bottom", yshift=lift, **side))
    return shapes, notes


def _side(at: int, many: int) -> Chart:
    """Which end of a name stands at its line: near an edge of the chart it runs inwards."""
    if at < many * 0.2:
        return {"xanchor": "left", "align": "left"}
    return {"xanchor": "right", "align": "right"} if at > many * 0.8 else {"xanchor": "center", "align": "center"}


def _running(process: Process, theme: Theme) -> list[Chart]:
    """The running period's column hatched from top to bottom: what stands in it is not judged yet."""
    if process.complete or not process.periods:
        return []
    low, high = _reach(process)
    hatch = {"shape": "/", "fgcolor": theme.control, "bgcolor": "rgba(0,0,0,0)", "size": 7, "solidity": 0.12}
    return [
        {
            "type": "bar", "name": "running", "x": [len(process.periods) - 1], "y": [high - low], "base": [low],
            "width": [1], "marker": {"color": "rgba(0,0,0,0)", "pattern": hatch}, "hoverinfo": "skip",
            "showlegend": False,
        }
    ]  # fmt: skip


def _note(text: str, colour: str, **where: Any) -> Chart:
    return {"text": text, "showarrow": False, "font": {"color": colour, "size": 13}, **where}


def _plain(text: str) -> str:
    """Text for a chart: Plotly reads a few HTML tags in it, and names are people's to write."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _reach(process: Process) -> tuple[float, float]:
    """The span of everything drawn, with room for the newest value's words."""
    rows: list[Sequence[float | None]] = [process.values, *_ends(process.targets)]
    if process.limits:
        rows += [process.limits.low, process.limits.high]
    known = [value for row in rows for value in row if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = (high - low) or abs(high) or 1.0
    return low - 0.16 * room, high + 0.18 * room


def _frame(theme: Theme, named: bool) -> Chart:
    """What all our charts share: no ground of their own, quiet type, nothing to drag."""
    hover = {"family": FONT, "color": theme.text, "size": 14}
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": theme.text_2, "size": 13},
        "margin": {**_WIDE_MARGIN, "t": 76 if named else 32, "b": 44},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": theme.surface, "bordercolor": theme.control, "font": hover},
        "dragmode": False,
    }


def _axes(process: Process, tongue: Tongue, theme: Theme) -> Chart:
    reach = _reach(process)
    lines = ticks(*reach, process.format)
    axis, less = wide(process.periods, tongue), narrow(process.periods, tongue)
    common = {"zeroline": False, "fixedrange": True, "tickfont": {"color": theme.text_2, "size": 13}}
    return {
        "xaxis": {
            **common, **_along(axis), "tickangle": 0, "showgrid": False,
            "linecolor": theme.control, "ticks": "outside", "tickcolor": theme.control,
        },
        "meta": {"wide": _along(axis) | _WIDE_MARGIN, "narrow": _along(less) | _NARROW_MARGIN},
        "yaxis": {
            **common, "range": list(reach), "tickvals": lines, "gridcolor": theme.hairline,
            "ticktext": tick_words(lines, process.format, tongue),
        },
    }  # fmt: skip


def _along(axis: Axis) -> Chart:
    return {"range": list(axis.range), "tickvals": list(axis.at), "ticktext": list(axis.names)}
