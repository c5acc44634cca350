"""One figure in words: what a card, a table row, a page head and a wall all say alike."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from htpy import Element, Fragment, fragment, span

from layouts import marks
from layouts.words import (
    ASSURANCE,
    STATUS,
    VARIATION,
    Difference,
    Spoken,
    Tongue,
    counted,
    difference,
    distance,
    spoken,
    spoken_against,
)
from scorecard.view import Figure

FAILED = "could not be read"
APART = "not kept this way"
# What is the same around every figure of a page is made once.
_INSTEAD, _VALUE, _UNIT, _SAID = span(".said-instead"), span(".value"), span(".unit"), span(".said")


@dataclass(frozen=True, slots=True)
class FigureWords:
    """A figure's words. ``value.known`` is false where words stand instead of a number."""

    value: Spoken
    target: Spoken | None
    status: str
    """The word that goes with the status's shape and colour."""
    change: Difference | None
    distance: str
    """How far from the target: "19.0 pts below target"; empty where that is not known."""
    last_seen: str
    """For a figure without a value that had one: "last seen 4 periods ago"; else empty."""


def words_of(figure: Figure, tongue: Tongue) -> FigureWords:
    """Put a figure into words; nothing is judged or computed that the board did not say."""
    value, target = spoken_against(figure.value, figure.target, figure.status, figure.format, tongue)
    shown = figure.value is not None and not figure.withheld and not figure.failed
    return FigureWords(
        value=value if shown else _instead(figure, tongue),
        target=target,
        status=_status(figure),
        change=difference(figure.change, figure.format, tongue) if shown else None,
        distance=distance(figure.value, figure.target, figure.format, tongue) if shown else "",
        last_seen="" if shown else _last_seen(figure, tongue),
    )


def value(said: Spoken) -> Element:
    """The number, large, with its unit, small; or the words that stand instead of it."""
    if not said.known:
        return _INSTEAD[said.text]
    return _VALUE[said.text, _UNIT[said.unit] if said.unit else None]


def status(figure: Figure, words: FigureWords, css: str = "status") -> Element:
    """Shape and word in the status's colour; give an ancestor the class of :func:`status_class`."""
    return span(class_=css)[marks.status_icon(figure.status), span[words.status]]


def status_class(figure: Figure) -> str:
    """The class that sets ``--status`` and ``--status-tint``."""
    return f"status-{figure.status}"


def change(words: FigureWords) -> Fragment | None:
    """The arrow and size of the last change; "no change", or when it was last seen."""
    if words.change is None:
        return fragment[words.last_seen] if words.last_seen else None
    if words.change.way == "level":
        return fragment[words.change.text]
    return fragment[marks.icon(words.change.way, "arrow"), _SAID[f"{words.change.way} "], span[words.change.text]]


def variation_and_assurance(figure: Figure) -> Element:
    """Both marks with their words, as the metric and unit pages show them."""
    return span(".card-marks")[
        span[marks.variation_mark(figure.variation), VARIATION[figure.variation]],
        span[marks.assurance_mark(figure.assurance), ASSURANCE[figure.assurance]]
        if figure.target is not None
        else None,
    ]


def sample(figure: Figure, tongue: Tongue) -> str:
    """Of a figure from a sample of answers: how many there are, and its interval; empty for any other."""
    if figure.interval is None or figure.withheld or figure.value is None:
        return ""
    low, high = (spoken(end, figure.format, tongue) for end in figure.interval)
    ends = f"{low.text} to {high.plain}" if low.unit == high.unit else f"{low.plain} to {high.plain}"
    return f"95\u00a0% interval {ends}, {counted(figure.count, 'answer', tongue=tongue)}"


def worst_part(figure: Figure) -> str:
    """Of an index, the part that is furthest from its target, or that leaves it without a figure; empty without one."""
    if figure.worst_label is None or figure.withheld:
        return ""
    return f"no figure of {figure.worst_label}" if figure.value is None else f"furthest off: {figure.worst_label}"


def _instead(figure: Figure, tongue: Tongue) -> Spoken:
    if figure.failed:
        said = APART if figure.apart else FAILED
        return Spoken(said, "", said, known=False)
    return spoken(None, figure.format, tongue, withheld=figure.withheld)


def _status(figure: Figure) -> str:
    if figure.failed:
        return STATUS["unknown"] if figure.apart else "Not read"
    if figure.withheld:
        return "Withheld"
    if figure.status == "unknown" and figure.value is not None:
        return "No target" if figure.target is None else "Still running" if not figure.complete else "Not judged"
    return STATUS[figure.status]


def _last_seen(figure: Figure, tongue: Tongue) -> str:
    if figure.withheld or figure.failed or not figure.series:
        return ""
    silent = len(list(takewhile(lambda v: v is None, reversed(figure.series))))
    if silent == len(figure.series):
        return "never seen"
    return f"last seen {counted(silent, 'period', tongue=tongue)} ago"
