"""The card: one metric of one unit at one moment, the whole of it a link."""

from __future__ import annotations

from dataclasses import dataclass

from htpy import Element, a, div, span
from markupsafe import Markup

from layouts import marks
from layouts.markup import classes, html_of, safe_href
from layouts.parts import figure as of
from layouts.words import ASSURANCE, VARIATION, Tongue, counted
from scorecard.view import Figure

# What is the same in every card of a page is made once.
_PLACE, _LABEL, _UNDER, _VALUE = div(".card-place"), span(".card-label"), span(".card-under"), span(".card-value")
_STATUS, _TARGET, _DELTA, _SAID = span(".card-status"), span(".card-target"), span(".card-delta"), span(".said")
SPARK_PERIODS = 26
"""As many points as 112 pixels can tell apart: half a year of weeks."""


@dataclass(frozen=True, slots=True)
class Opens:
    """The second link of a card in the thread: it shows what feeds this metric."""

    href: str
    count: int | None = None
    """How many measures feed it; ``None`` where that is not known."""
    expanded: bool = False
    """Whether they are shown already."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands and where it leads."""

    href: str
    """The metric's own page."""
    id: str | None = None
    """For strands, and for the focus that comes back after the page's HTML was replaced."""
    on: bool = False
    """Whether the gold path runs through it."""
    current: bool = False
    """Whether what feeds it is shown in the column to its right."""
    pull: str = ""
    """What it does to the figure it feeds: "−3.4 pts of Net promoter score"."""
    opens: Opens | None = None
    large: bool = False
    under: str = ""
    """A line beneath the label: the unit, where cards of several units stand together."""


def card(figure: Figure, place: Place, tongue: Tongue) -> Markup:
    """A figure's card with, in the thread, the link that shows what feeds it."""
    return html_of(_card(figure, place, tongue))


def _card(figure: Figure, place: Place, tongue: Tongue) -> Element:
    words = of.words_of(figure, tongue)
    return _PLACE[
        a(
            id=place.id,
            class_=classes(
                ("card", of.status_class(figure), "on" if place.on else None, "large" if place.large else None)
            ),
            href=safe_href(place.href),
            aria_current="true" if place.current else None,
        )[
            _LABEL[figure.label, [_UNDER[line] for line in _under(figure, place, tongue)]],
            " ",
            _VALUE[of.value(words.value)],
            " ",
            _status(figure, words),
            " ",
            _target(figure, words),
            " ",
            _DELTA[of.change(words)],
            _pull(place),
            marks.sparkline(figure.series[-SPARK_PERIODS:], figure.target, partial=not figure.complete),
        ],
        _opens(figure, place, tongue),
    ]


def _under(figure: Figure, place: Place, tongue: Tongue) -> list[str]:
    """The lines beneath a label: which unit, which part of an index is furthest off, how sure a sample is."""
    return [line for line in (place.under, of.worst_part(figure), of.sample(figure, tongue)) if line]


def _status(figure: Figure, words: of.FigureWords) -> Element:
    """How good it is and, of a signal, which way it is going: steady is what most are, and needs no word."""
    way = f", {VARIATION[figure.variation].lower()}" if figure.variation in ("improving", "worsening") else ""
    return _STATUS[marks.status_icon(figure.status), span[words.status, way]]


def _pull(place: Place) -> Element | None:
    """What it does to what it feeds; an empty line where only the second link stands."""
    feeds = place.opens is not None and place.opens.count != 0
    if not place.pull and not feeds:
        return None
    return span(class_=classes(("card-pull", "beside" if feeds else None)))[f" {place.pull}" if place.pull else None]


def _target(figure: Figure, words: of.FigureWords) -> Element | None:
    if words.target is None:
        return None
    telling = figure.assurance in ("passes", "fails")
    return _TARGET[_SAID[f"{ASSURANCE[figure.assurance]}, "] if telling else None, span[f"target {words.target.plain}"]]


def _opens(figure: Figure, place: Place, tongue: Tongue) -> Element | None:
    opens = place.opens
    if opens is None or opens.count == 0:
        return None
    return a(
        ".opens",
        id=f"{place.id}-opens" if place.id else None,
        href=safe_href(opens.href),
        aria_expanded="true" if opens.expanded else "false",
        data_card=place.id,
    )[
        span(aria_hidden="true")[f"fed by {opens.count}" if opens.count else "fed by", marks.icon("forth")],
        _SAID[f"{_measures(opens.count, tongue)} feeding {figure.label}"],
    ]


def _measures(count: int | None, tongue: Tongue) -> str:
    return "Measures" if count is None else counted(count, "measure", tongue=tongue)
