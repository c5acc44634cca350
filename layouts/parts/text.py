"""Panels of words: definition lists, the five Hows, what customers said."""

from __future__ import annotations

from collections.abc import Iterable

from htpy import Element, Node, blockquote, dd, div, dl, dt, footer, h2, p, section

from layouts.times import moment
from layouts.words import Tongue
from scorecard.definition import Hows
from scorecard.view import VoiceView

HOWS = (
    ("impact", "How will it affect my customer?"),
    ("looks", "How will it look from their side?"),
    ("response", "How will they respond?"),
    ("told", "How will they find out?"),
    ("feedback", "How will they tell us?"),
)


def panel(title: str, *content: Node, id: str | None = None) -> Element:  # noqa: A002 - HTML's name for it
    """A surface with a heading."""
    return section(".panel", id=id)[h2[title], content]


def facts(pairs: Iterable[tuple[str, Node]]) -> Element:
    """Names and what they are: owner, freshness, source. A pair without a value is left out."""
    return dl(".facts")[[div[dt[name], dd[value]] for name, value in pairs if value is not None]]


def hows(answers: Hows) -> Element:
    """A change's five answers, asked from the customer's side."""
    return dl(".hows")[[div[dt[question], dd[getattr(answers, name)]] for name, question in HOWS]]


def quote(voice: VoiceView, tongue: Tongue) -> Element:
    """What a customer said, and from where; the board has masked names and numbers already."""
    return blockquote(".voice")[p[f"“{voice.text}”"], footer[said_where(voice, tongue)]]


def said_where(voice: VoiceView, tongue: Tongue) -> str:
    """Where and when something was said, and the score that came with it."""
    score = None if voice.score is None else f"score {voice.score:g}"
    return ", ".join(each for each in (voice.channel, voice.stage_label, score, moment(voice.said, tongue)) if each)
