"""The one thing to take to the huddle, in words: which measure, why this one, and what is known to have helped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from htpy import Element, Node, a, div, h2, p, section

from layouts.ask import Ask
from layouts.markup import safe_href
from layouts.parts import figure as of
from layouts.parts.thread import pull_words
from layouts.parts.verdict import verdict
from layouts.times import day
from layouts.words import Tongue, within
from scorecard.definition import Change
from scorecard.lead import Huddle, Reason

_WHY: Mapping[Reason, str] = {
    "worsening": "It is getting worse, and that is no chance: something has changed.",
    "pull": "Nothing here stands out from chance. This is what pulls hardest on what customers feel.",
    "short": "Nothing here stands out from chance. This is furthest from what was promised.",
    "improving": "It is getting better, and that is no chance: say so, and ask what made the difference.",
}
NOTHING = (
    "Nothing stands out from chance, and nothing that is short pulls on a customer. Keep going, and say thank you."
)


def huddle(found: Huddle | None, ask: Ask, grain: str, tongue: Tongue) -> Element:
    """The panel; where there is nothing to raise it says that too."""
    title = f"One thing for this {grain}'s huddle"
    if found is None:
        return section(".panel.one-thing")[h2[title], p[NOTHING]]
    words = of.words_of(found.figure, tongue)
    return section(class_=f"panel one-thing {of.status_class(found.figure)}")[
        h2[title],
        div(".one-thing-figure")[
            a(href=safe_href(ask.metric(found.figure.metric).address))[found.figure.label],
            of.value(words.value),
            of.status(found.figure, words),
        ],
        [p[line] for line in _lines(found, ask, tongue)],
    ]


def _lines(found: Huddle, ask: Ask, tongue: Tongue) -> Iterator[Node]:
    yield " ".join([_WHY[found.reason], *_pulls(found, tongue)])
    if found.worst:
        said = of.words_of(found.worst, tongue)
        yield [
            "Furthest short: ",
            a(href=safe_href(ask.metric(found.figure.metric, found.worst.unit).address))[found.worst.unit_label],
            f", {said.value.plain}.",
        ]
    if found.change:
        yield _change(found, found.change, tongue)


def _pulls(found: Huddle, tongue: Tongue) -> Iterator[str]:
    if found.strand and found.parent:
        size, pulled = pull_words(found.strand, found.parent, tongue), within(found.parent.label)
        yield f"Its shortfall moves {pulled} by {size}." if size else f"It pulls on {pulled}."
        if found.strand.why:
            yield found.strand.why


def _change(found: Huddle, change: Change, tongue: Tongue) -> str:
    name = change.label or change.id.replace("-", " ")
    since = f"{name}, since {day(change.from_, tongue)}"
    if found.effect is None:
        return f"Under way: {since}."
    said = verdict(found.effect, found.figure.format, tongue)
    return f"{'Proof that it can be moved' if found.effect.effect.verdict == 'worked' else 'Tried'}: {since}. {said}."
