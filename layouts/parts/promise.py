"""The page's head: the promise, and three questions answered in a sentence each.

Is it kept? Where does it break most? Who has it in hand? Whoever has never seen the page can say so after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from htpy import Element, Node, a, div, dl, dt, h1, p, section, span
from htpy import dd as dd_

from layouts import marks
from layouts.markup import safe_href
from layouts.words import KEPT
from scorecard.judge import Status


@dataclass(frozen=True, slots=True)
class Answer:
    """One question: what is asked, the answer in a word or a name, the sentence that bears it out."""

    question: str
    answer: str
    sentence: str
    href: str | None = None
    """Where the answer leads."""
    status: Status | None = None


def promise_head(promise: str | None, title: str, of: str, as_of: str) -> Element:
    """The goal line as the page's heading; the page's title where the definition makes no promise."""
    return div(".page-head.promise-head")[
        div[p(".eyebrow")[of], h1[promise or title]],
        p(".as-of")[as_of],
    ]


def kept_answer(status: Status, sentence: str) -> Answer:
    """Whether the promise is kept, as the outcome in most need says."""
    return Answer("Is it kept?", KEPT[status], sentence, status=status)


def answers(given: Sequence[Answer]) -> Element | None:
    """The strip of questions; nothing where there is nothing to say."""
    if not given:
        return None
    return section(".answers", aria_label="In short")[dl[[_answer(one) for one in given]]]


def _answer(one: Answer) -> Element:
    return div[dt[one.question], dd_[p(".answer")[_word(one)], p[one.sentence] if one.sentence else None]]


def _word(one: Answer) -> Node:
    if one.status:
        return span(class_=f"status status-{one.status}")[marks.status_icon(one.status), span[one.answer]]
    return a(href=safe_href(one.href))[one.answer] if one.href else span[one.answer]
