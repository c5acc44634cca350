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
from layouts.scales import tick_words, ticks
from layouts.theme import FONT, Theme, rgba
from layouts.times import period_name, period_tick
from layouts.words import Tongue, spoken, within
from scorecard.definition import Change, Format
from scorecard.judge import Status, Target
from scorecard.time import Period
from scorecard.view import MetricView

Chart = dict[str, Any]
CONFIG: Chart = {"displayModeBar": False, "responsive": True, "showTips": False, "doubleClick": False}
"""For ``dcc.Graph(config=…)``: no buttons (one of them would send the data to a site of Plotly's)."""

_TICKS = 8


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
    changes: Sequence[tuple[date, str]] = ()


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
            changes=[_dated(change) for change in view.changes],
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
        *_band(process, theme),
        *_target(process, theme),
        *_line(process, tongue, theme),
        *_rings(process, theme),
        *_newest(process, tongue, theme, newest),
    ]
    shapes, notes = _changes(process, theme)
    notes += _target_name(process, tongue, theme)
    layout = {**_frame(theme), **_axes(process, tongue, theme), "shapes": shapes, "annotations": notes}
    return {"data": traces, "layout": layout}


def _dated(change: Change) -> tuple[date, str]:
    begun = change.from_.date() if isinstance(change.from_, datetime) else change.from_
    return begun, within(change.label or change.id.replace("-", " "))


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
    place = "bottom center" if _falls(process.values[: at + 1]) else "top center"
    marker = {"size": 11, "color": theme.surface if hollow else colour, "line": {"width": 2.5, "color": colour}}
    return [
        {
            "type": "scatter", "mode": "markers+text", "name": "newest", "showlegend": False, "hoverinfo": "skip",
            "x": [at], "y": [process.values[at]], "text": [f"<b>{said}</b>" + (" so far" if hollow else "")],
            "textposition": place, "textfont": {"color": colour, "size": 15}, "marker": marker,
            "cliponaxis": False,
        }
    ]  # fmt: skip


def _falls(values: Sequence[float | None]) -> bool:
    """Whether the line comes from above: then the newest value's words stand beneath it."""
    known = [value for value in values if value is not None]
    return len(known) > 1 and known[-1] < known[-2]


def _changes(process: Process, theme: Theme) -> tuple[list[Chart], list[Chart]]:
    """A named line for each change within the periods drawn; names take turns in height so as not to overlap."""
    shapes: list[Chart] = []
    notes: list[Chart] = []
    for begun, name in sorted(process.changes):
        at = next((i for i, period in enumerate(process.periods) if period.stop.date() > begun), None)
        if at is None or begun < process.periods[0].start.date():
            continue
        x, colour = at - 0.5, theme.gold_edge
        line = {"color": colour, "width": 1.5}
        shapes.append({"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line})
        lift = 14 if len(notes) % 2 else 0
        notes.append(_note(_plain(name), theme.text_2, x=x, yref="paper", y=1.0, yanchor="bottom", yshift=lift))
    return shapes, notes


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


def _frame(theme: Theme) -> Chart:
    """What all our charts share: no ground of their own, quiet type, nothing to drag."""
    hover = {"family": FONT, "color": theme.text, "size": 14}
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": theme.text_2, "size": 13},
        "margin": {"l": 64, "r": 80, "t": 44, "b": 36},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": theme.surface, "bordercolor": theme.control, "font": hover},
        "dragmode": False,
    }


def _axes(process: Process, tongue: Tongue, theme: Theme) -> Chart:
    reach = _reach(process)
    lines = ticks(*reach, process.format)
    last = len(process.periods) - 1
    at = list(range(last, -1, -max(1, math.ceil(len(process.periods) / _TICKS))))[::-1]
    names = [period_tick(process.periods[i], tongue) for i in at]
    common = {"zeroline": False, "fixedrange": True, "tickfont": {"color": theme.text_2, "size": 13}}
    return {
        "xaxis": {
            **common, "range": [-0.5, last + 0.5], "tickvals": at, "ticktext": names, "tickangle": 0, "showgrid": False,
            "linecolor": theme.control, "ticks": "outside", "tickcolor": theme.control,
        },
        "yaxis": {
            **common, "range": list(reach), "tickvals": lines, "gridcolor": theme.hairline,
            "ticktext": tick_words(lines, process.format, tongue),
        },
    }  # fmt: skip
