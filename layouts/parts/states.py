"""What is said when there is nothing to show, or something is wrong: never silence, never a zero."""

from __future__ import annotations

from typing import Literal

from htpy import Element, Node, details, div, h1, li, p, span, strong, summary, ul

from layouts import marks
from layouts.markup import classes
from layouts.times import ago
from layouts.words import WITHHELD, Tongue
from scorecard.faults import Fault
from scorecard.head import Head
from scorecard.view import Figure, NotFound

Tone = Literal["danger", "warning", "note"]
_ICONS: dict[Tone, marks.Icon] = {"danger": "missed", "warning": "near", "note": "unknown"}


def empty(text: str) -> Element:
    """Nothing here, and why that is so."""
    return p(".nothing")[text]


def withheld() -> Element:
    """A figure about too few people or answers."""
    return p(".nothing")[marks.icon("unknown"), f" {WITHHELD.capitalize()} to be shown without naming anyone."]


def failed(figure: Figure) -> Element:
    """A figure whose source could not be read, or does not know the rows asked about."""
    if figure.apart:
        return p(".nothing")[marks.icon("unknown"), f" {figure.label} has no figure here: {figure.failed}."]
    return p(".nothing")[
        marks.icon("missed"), f" {figure.label} could not be read: {figure.failed or 'no reason given'}."
    ]


def not_found(missing: NotFound, home: Node) -> Element:
    """There is no such thing; ``home`` is a link back to somewhere that is."""
    near = p[f"Did you mean {missing.near}?"] if missing.near else None
    return div(".not-found", data_title="Not found", data_says="Not found")[
        h1["Not found"], p[f"There is no {missing.what} here, or it is not yours to see."], near, p[home]
    ]


def banner(tone: Tone, text: Node, more: Node = None) -> Element:
    """A bar across the page. ``danger`` is announced at once; the others are there to be read."""
    return div(class_=classes(("banner", tone)), role="alert" if tone == "danger" else None)[
        span(".banner-icon")[marks.icon(_ICONS[tone])], div[text, more]
    ]


def head_banners(head: Head, tongue: Tongue) -> list[Element]:
    """Every banner a page's head calls for: open to anybody, old figures, faults of the definition or a refresh."""
    banners = []
    if head.open_house:
        banners.append(banner("danger", strong["Anybody who can reach this address can read this data."]))
    if head.stale:
        banners.append(banner("warning", f"These figures are {ago(head.age, tongue)}. New data has not arrived."))
    if head.faults:
        banners.append(_faults(head.faults))
    return banners


def _faults(faults: tuple[Fault, ...]) -> Element:
    one = len(faults) == 1
    text = "Something is" if one else f"{len(faults)} things are"
    return banner(
        "warning",
        f"{text} wrong behind these figures. The last good picture is shown.",
        details[summary["What is wrong"], ul[[li[str(fault)] for fault in faults]]],
    )
