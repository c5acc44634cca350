"""The control row under the bar: the place, the time and the picture that hold for the whole page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from htpy import Element, Node, a, button, details, div, form, label, li, nav, ol, p, section, span, summary, ul
from htpy import input as input_

from layouts import marks
from layouts.markup import classes, safe_href
from layouts.parts.bar import Link


@dataclass(frozen=True, slots=True)
class Way:
    """A unit to go to, with the names of those above it where it is not clear where it stands."""

    label: str
    href: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """The form that looks for a unit by name: where it leads, what it keeps, the words looked for."""

    action: str
    kept: Sequence[tuple[str, str]]
    words: str
    found: Sequence[Way] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a page stands: the units above, the unit, those right beneath, and the search for any other."""

    above: Sequence[Way]
    label: str
    beneath: Sequence[Way]
    count: int
    """How many stand beneath in all; ``beneath`` may hold the first of them only."""
    search: Search


def control_row(where: Whereabouts, asks: Node, pictures: Sequence[Link] = ()) -> Element:
    """One row: the place at the left, the picture and the time at the right; ``asks`` are the forms of the time."""
    return section(".controls", aria_label="What this page shows")[
        _trail(where),
        nav(".pictures", aria_label="Picture")[[_picture(one) for one in pictures]] if pictures else None,
        div(".times")[asks],
    ]


def step_link(link: Link | None, css: str) -> Element:
    """A step to the period before or after; a dead end keeps its place."""
    icon = marks.icon("back" if css == "before" else "forth")
    if link is None:
        return span(class_=f"step {css}", aria_hidden="true")[icon]
    return a(id=f"step-{css}", class_=f"step {css}", href=safe_href(link.href))[icon, span(".said")[link.label]]


def _picture(link: Link) -> Element:
    return a(id=f"picture-{link.label.split()[-1].lower()}", href=safe_href(link.href),
             aria_current="true" if link.current else None)[link.label]  # fmt: skip


def _trail(where: Whereabouts) -> Element:
    return nav(".trail", aria_label="Organisation")[
        ol[[li[a(href=safe_href(way.href))[way.label]] for way in where.above], li[_picker(where)]]
    ]


def _picker(where: Whereabouts) -> Element:
    """The unit one stands at; opened, the ways down and the search."""
    return details(".picker", open=bool(where.search.words))[
        summary(id="place", aria_current="location")[span[where.label], marks.icon("open")],
        div(".picker-sheet")[_search(where.search), _found(where.search), None if where.search.words else _down(where)],
    ]


def _search(search: Search) -> Element:
    return form(".seek", action=safe_href(search.action), method="get", role="search", data_nav=True)[
        [input_(type="hidden", name=name, value=value) for name, value in search.kept],
        label[
            span["Find a unit by name"], input_(id="seek", type="search", name="seek", value=search.words, maxlength=60)
        ],
        button(type="submit")["Find"],
    ]


def _found(search: Search) -> Element | None:
    if not search.words:
        return None
    if not search.count:
        return p(".meta")[f"No unit's name holds “{search.words}”."]
    rest = search.count - len(search.found)
    return div[_ways(search.found), p(".meta")[f"{rest} more: add a word of the name."] if rest > 0 else None]


def _down(where: Whereabouts) -> Element | None:
    if not where.beneath:
        return None
    rest = where.count - len(where.beneath)
    return div[
        p(".meta")[f"Beneath {where.label}"],
        _ways(where.beneath),
        p(".meta")[f"{rest} more: find them by name."] if rest > 0 else None,
    ]


def _ways(ways: Sequence[Way]) -> Element:
    return ul(class_=classes(("ways", "many" if len(ways) > 8 else None)))[  # noqa: PLR2004 - what one column holds
        [
            li[a(href=safe_href(way.href))[way.label, span(".meta")[f" {way.under}"] if way.under else None]]
            for way in ways
        ]
    ]
