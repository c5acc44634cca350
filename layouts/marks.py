"""Small inline SVG: icons, sparklines, the variation and assurance marks, bars of shares.

Every mark is hidden from screen readers: what it shows always stands beside it in words. Coordinates are
rounded, so the same figures give the same bytes. Colours come from CSS (``currentColor`` and tokens).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Literal

from htpy import Element, circle, path, rect, svg, symbol, use
from markupsafe import Markup

from layouts.markup import html_of
from scorecard.judge import Assurance, Status, Target, Variation

Icon = Literal[
    "met", "near", "missed", "unknown", "up", "down", "thread", "improving", "worsening", "steady", "no-signal",
    "passes", "fails", "hit-or-miss", "no-assurance", "truth", "open", "back", "forth",
]  # fmt: skip

SPARK_WIDTH, SPARK_HEIGHT = 112, 38
_INSET = 3.0

_HOLE = "var(--surface)"


@cache
def sprite() -> Markup:
    """Every icon once, as symbols; a page holds this one time, and :func:`icon` refers to it."""
    return html_of(
        svg(".sprite", width="0", height="0", style="position:absolute", aria_hidden="true")[
            [symbol(id=f"i-{name}", viewBox="0 0 16 16")[shapes] for name, shapes in _SHAPES.items()]
        ]
    )


@cache
def icon(name: Icon, css: str = "icon") -> Markup:
    """An icon of the sprite, as large as the text beside it."""
    return html_of(svg(class_=css, viewBox="0 0 16 16", aria_hidden="true")[use(href=f"#i-{name}")])


def status_icon(status: Status) -> Markup:
    """A status's shape: tick in a circle, ! in a triangle, × in a diamond, dashed ring."""
    return icon(status)


def variation_mark(variation: Variation) -> Markup:
    """A process and its limits: its last point beyond them on the good side or the bad side, or inside."""
    return icon("no-signal" if variation == "unknown" else variation, "mark")


def assurance_mark(assurance: Assurance) -> Markup:
    """A process's natural range against its target line: all beyond it, all short of it, or across."""
    names: dict[Assurance, Icon] = {
        "passes": "passes",
        "fails": "fails",
        "hit_or_miss": "hit-or-miss",
        "unknown": "no-assurance",
    }
    return icon(names[assurance], "mark")


@cache
def thread_mark() -> Markup:
    """The product's mark: one strand, gold on its casing."""
    strand = "M2 18C9 18 8 6 14 6h8"
    return html_of(
        svg(viewBox="0 0 24 24", aria_hidden="true")[
            _stroke(strand, "var(--gold-edge)", "5"), _stroke(strand, "var(--gold)", "3")
        ]
    )


def sparkline(
    series: Sequence[float | None], target: Target = None, *, partial: bool = False, width: int = SPARK_WIDTH
) -> Markup:
    """Draw a series as a line of 112 × 38.

    Gaps stay open, a value between two gaps is a dot, the target is dotted (both ends of a band), the newest
    point is filled in its status colour, or hollow while its period is still running. Written out by hand: a page
    has hundreds, and there is no text in them to escape.
    """
    points = _placed(series, target, width)
    lone = [run[0] for run in points.runs if len(run) == 1 and run[0] != points.last]
    drawn = "".join(_polyline(run) for run in points.runs if len(run) > 1)
    inside = [
        *(f'<line class="target" x1="0" x2="{width:d}" y1="{_at(y)}" y2="{_at(y)}"></line>' for y in points.targets),
        f'<path class="line" d="{drawn}"></path>' if drawn else "",
        *(f'<circle class="lone" cx="{_at(x)}" cy="{_at(y)}" r="1.25"></circle>' for x, y in lone),
    ]
    if points.last:
        x, y = points.last
        name = "last partial" if partial else "last"
        inside.append(f'<circle class="{name}" cx="{_at(x)}" cy="{_at(y)}" r="2.5"></circle>')
    frame = f'<svg class="spark" viewBox="0 0 {width:d} {SPARK_HEIGHT}" aria-hidden="true">'
    return Markup(f"{frame}{''.join(inside)}</svg>")  # noqa: S704  (numbers only, and names written here)


def share_bar(share: float | None, width: int = 96) -> Element:
    """A bar of a share, 0 to 1; without a share an empty track."""
    filled = 0.0 if share is None or not math.isfinite(share) else min(max(share, 0.0), 1.0)
    return svg(".share", viewBox=f"0 0 {width} 8", width=str(width), height="8", aria_hidden="true")[
        rect(".track", width=str(width), height="8", rx="2"),
        rect(".fill", width=_at(filled * width), height="8", rx="2") if filled else None,
    ]


class _Placed:
    """A series on the sparkline's plane."""

    def __init__(self, runs: list[list[tuple[float, float]]], targets: list[float]) -> None:
        self.runs = runs
        self.targets = targets
        self.last = runs[-1][-1] if runs else None


def _placed(series: Sequence[float | None], target: Target, width: int) -> _Placed:
    known = [(i, v) for i, v in enumerate(series) if v is not None and math.isfinite(v)]
    ends = [t for t in (target if isinstance(target, tuple) else (target,)) if t is not None and math.isfinite(t)]
    if not known:
        return _Placed([], [])
    low, high = min([v for _, v in known] + ends), max([v for _, v in known] + ends)
    room = SPARK_HEIGHT - 2 * _INSET
    step = (width - 2 * _INSET) / max(len(series) - 1, 1)

    def height(value: float) -> float:
        share = 0.5 if high == low else value / (high - low) - low / (high - low)
        return _INSET + room * (1 - share)

    spots = [(i, (_INSET + i * step, height(v))) for i, v in known]
    runs = [[spot for _, (_, spot) in run] for _, run in groupby(enumerate(spots), lambda at: at[1][0] - at[0])]
    return _Placed(runs, [height(end) for end in ends])


def _polyline(run: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_at(x)} {_at(y)}" for x, y in run)


def _at(number: float) -> str:
    """A coordinate with one decimal at most, and never ``-0``."""
    return f"{round(number, 1) + 0.0:g}"


def _stroke(d: str, colour: str = "currentColor", width: str = "1.6", dash: str | None = None) -> Element:
    return path(
        d=d, fill="none", stroke=colour, stroke_width=width, stroke_linecap="round", stroke_linejoin="round",
        stroke_dasharray=dash,
    )  # fmt: skip


def _ring(r: str, width: str, dash: str | None = None) -> Element:
    return circle(cx="8", cy="8", r=r, fill="none", stroke="currentColor", stroke_width=width, stroke_dasharray=dash)


def _fill(d: str) -> Element:
    return path(d=d, fill="currentColor")


def _dots(*at: tuple[float, float], r: str = "1.7") -> list[Element]:
    return [circle(cx=_at(x), cy=_at(y), r=r, fill="currentColor") for x, y in at]


def _limit(y: float) -> Element:
    """A natural limit of a process."""
    return _stroke(f"M1 {y:g}h14", width="1.3", dash="1.6 2.2")


def _range(top: float, bottom: float) -> list[Element]:
    """A natural range as a bar, and the target it is held against as a line."""
    return [_fill(f"M5.5 {top:g}h5v{bottom - top:g}h-5z"), _stroke("M1 8h14", width="1.8")]


_SHAPES: dict[Icon, list[Element]] = {
    "met": [*_dots((8, 8), r="7.5"), _stroke("M4.4 8.3l2.4 2.4 4.8-5.1", _HOLE, "1.9")],
    "near": [_fill("M8 1l7.4 13.4H.6z"), _stroke("M8 5.8v4.2M8 12.1v.4", _HOLE, "1.8")],
    "missed": [_fill("M8 .4L15.6 8 8 15.6.4 8z"), _stroke("M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8", _HOLE, "1.8")],
    "unknown": [_ring("6.7", "1.6", dash="2.6 2")],
    "up": [_fill("M8 2.4l6.2 11H1.8z")],
    "down": [_fill("M8 13.6L1.8 2.6h12.4z")],
    "thread": [_stroke("M1.5 12C6 12 5.5 4 9.5 4h5", width="2.4")],
    "improving": [_limit(7.5), _stroke("M1 13.5l4-2 4 .5 4-8"), *_dots((13, 3.6), r="2.6")],
    "worsening": [_limit(8.5), _stroke("M1 2.5l4 2 4-.5 4 8"), *_dots((13, 12.4), r="2.6")],
    "steady": [_limit(3), _limit(13), _stroke("M1 9l4-2.5 4 3 4-1.5"), *_dots((13, 8), r="2.2")],
    "no-signal": [_limit(3), _limit(13)],
    "passes": _range(0, 5.6),
    "fails": _range(10.4, 16),
    "hit-or-miss": _range(3, 13),
    "no-assurance": [_stroke("M1 8h14", width="1.8", dash="2 2.6")],
    "open": [_stroke("M3.5 6l4.5 4.5L12.5 6")],
    "back": [_stroke("M10 3.5L5.5 8l4.5 4.5")],
    "forth": [_stroke("M6 3.5L10.5 8 6 12.5")],
    "truth": [_ring("6.2", "2"), *_dots((8, 8), r="2.4")],
}  # fmt: skip
