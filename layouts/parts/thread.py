"""The thread: columns of cards and the strands between them, and the gold rail of names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import orjson
from htpy import Element, a, details, div, h2, li, ol, section, span, summary, ul

from layouts.markup import safe_href
from layouts.parts.card import Opens, Place, card
from layouts.words import Tongue, counted, pull, shows, smallest, within
from scorecard.view import Column, Figure, Strand

SHOWN = 6
"""How many cards of a column stand open; the rest, pulling less, are one click away."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A strand between two cards, by their ids."""

    source: str
    """The card on the left: what is fed."""
    target: str
    """The card on the right: what feeds it."""
    gold: bool
    guard: bool
    grade: str = ""
    """How well the pull is known: "about "; where there is no room for it, the card alone says so."""
    pull: str = ""


@dataclass(frozen=True, slots=True)
class CardColumn:
    """A column of the thread: its head and its cards, hardest pull first."""

    head: str
    cards: tuple[tuple[Figure, Place], ...]
    shown: int = SHOWN
    rest: str = "pulling less"
    """What those folded away have in common."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the thread's links lead."""

    metric: Callable[[Figure], str]
    opened: Callable[[tuple[str, ...]], str]
    """The thread opened along a path of metrics, outcome first."""
    feeders: Callable[[str], int | None]
    """How many measures feed a metric; 0 shows no link to them, ``None`` one without a number."""


def drill_down(
    columns: Sequence[Column], addresses: Addresses, tongue: Tongue, *, stage: str | None = None, up: str | None = None
) -> Element:
    """The columns of the drill-down as the board answers them: what feeds the card on its left.

    ``stage`` brings the measures of one step of the journey to the front and folds the others away; ``up`` is the
    address one step further up, where the Escape key leads.
    """
    view = _Drilled(columns, addresses, tongue, stage)
    ties = [view.tie(at, strand) for at, column in enumerate(columns) if at for strand in column.strands]
    return thread([view.column(at) for at in range(len(columns))], ties, tongue, up=up)


def thread(columns: Sequence[CardColumn], ties: Iterable[Tie], tongue: Tongue, *, up: str | None = None) -> Element:
    """Columns side by side, strands drawn between them by script; one column with a gold rail on a phone."""
    return div(".thread", data_strands=strands_json(ties), data_up=safe_href(up) if up else None)[
        div(".columns", style=f"--columns:{max(len(columns), 4)}")[
            [_section(at, column, tongue) for at, column in enumerate(columns)]
        ]
    ]


def strands_json(ties: Iterable[Tie]) -> str:
    """The strands as ``assets/10-strands.js`` reads them."""
    return orjson.dumps(
        [
            {"from": t.source, "to": t.target, "gold": t.gold, "guard": t.guard, "grade": t.grade, "pull": t.pull}
            for t in ties
        ]
    ).decode()


def rail(steps: Sequence[tuple[str, str | None]], *, small: bool = False) -> Element:
    """The gold rail from an outcome down to here: names and their addresses, the last one where we are."""
    last = len(steps) - 1
    return ol(class_="rail small" if small else "rail")[
        [
            li[
                a(href=safe_href(href), aria_current="page" if at == last and not small else None)[label]
                if href
                else span(aria_current="page" if at == last and not small else None)[label]
            ]
            for at, (label, href) in enumerate(steps)
        ]
    ]


_GRADES = {"attributed": "", "estimated": "about ", "claimed": "claimed "}


def card_id(column: int, metric: str) -> str:
    """A card's id: the same metric may stand in two columns."""
    return f"card-{column}-{metric}"


def pull_words(strand: Strand, parent: Figure, tongue: Tongue) -> str:
    """A strand's pull in its parent's unit, saying how well it is known: "about −3.4 pts"."""
    size = pull(strand.pull, parent.format, tongue)
    if size and strand.pull and not shows(size):
        return f"less than {smallest(parent.format, tongue)}"
    return f"{_GRADES[strand.pull_kind]}{size}" if size else ""


def _tagged(strand: Strand, parent: Figure, tongue: Tongue) -> tuple[str, str]:
    """What stands on a golden strand: how well its pull is known, and the pull; nothing for one too small to write."""
    size = pull(strand.pull, parent.format, tongue)
    return (_GRADES[strand.pull_kind], size) if shows(size) else ("", "")


@dataclass(frozen=True)
class _Drilled:
    """The board's columns on their way to cards."""

    columns: Sequence[Column]
    addresses: Addresses
    tongue: Tongue
    stage: str | None

    def column(self, at: int) -> CardColumn:
        column = self.columns[at]
        head = f"What feeds {within(column.of.label)}" if column.of else "Customer outcomes"
        ordered, shown, rest = self.order(at)
        return CardColumn(head, tuple((figure, self.place(at, figure)) for figure in ordered), shown, rest)

    def order(self, at: int) -> tuple[Sequence[Figure], int, str]:
        """The figures of a column in order, how many of them stand open, and what the others are."""
        column = self.columns[at]
        if self.stage is None or column.of is None:
            return _selected_within(column.figures, column.selected), SHOWN, "pulling less"
        own = [figure for figure in column.figures if figure.stage == self.stage or figure.metric == column.selected]
        others = [figure for figure in column.figures if figure not in own]
        if not own:
            return column.figures, SHOWN, "pulling less"
        return (
            [*_selected_within(own, column.selected), *others],
            min(len(own), SHOWN),
            "at other steps or pulling less",
        )

    def place(self, at: int, figure: Figure) -> Place:
        column = self.columns[at]
        strand = next((strand for strand in column.strands if strand.child == figure.metric), None)
        words = pull_words(strand, column.of, self.tongue) if strand and column.of else ""
        path = [each.selected for each in self.columns[:at] if each.selected]
        expanded = figure.metric == column.selected and at + 1 < len(self.columns)
        return Place(
            href=self.addresses.metric(figure),
            id=card_id(at, figure.metric),
            on=self.on(at, figure.metric),
            current=figure.metric == column.selected,
            pull=f"{words} of {column.of.label}" if words and column.of else "",
            opens=Opens(self.addresses.opened((*path, figure.metric)), self.addresses.feeders(figure.metric), expanded),
        )

    def on(self, at: int, metric: str) -> bool:
        """Whether a gold strand ends or begins at this card."""
        here = any(strand.gold and strand.child == metric for strand in self.columns[at].strands if at)
        next_ = self.columns[at + 1].strands if at + 1 < len(self.columns) else ()
        return here or any(strand.gold and strand.parent == metric for strand in next_)

    def tie(self, at: int, strand: Strand) -> Tie:
        of = self.columns[at].of
        grade, size = _tagged(strand, of, self.tongue) if strand.gold and of else ("", "")
        return Tie(
            source=card_id(at - 1, strand.parent),
            target=card_id(at, strand.child),
            gold=strand.gold,
            guard=strand.kind == "guardrail",
            grade=grade,
            pull=size,
        )


def _selected_within(figures: Sequence[Figure], selected: str | None) -> Sequence[Figure]:
    """The chosen card is never among those folded away."""
    if selected is None or any(figure.metric == selected for figure in figures[:SHOWN]):
        return figures
    chosen = [figure for figure in figures if figure.metric == selected]
    rest = [figure for figure in figures if figure.metric != selected]
    return [*rest[: SHOWN - 1], *chosen, *rest[SHOWN - 1 :]]


def _section(at: int, column: CardColumn, tongue: Tongue) -> Element:
    name = f"column-{at}"
    hidden = column.cards[column.shown :]
    return section(".column", aria_labelledby=name)[
        h2(id=name)[column.head],
        ul[
            [li[card(figure, place, tongue)] for figure, place in column.cards[: column.shown]],
            li[_more(hidden, column.rest, tongue)] if hidden else None,
        ],
    ]


def _more(hidden: Sequence[tuple[Figure, Place]], rest: str, tongue: Tongue) -> Element:
    return details(".more")[
        summary[f"{counted(len(hidden), 'more', 'more', tongue=tongue)}, {rest}"],
        ul(".card-list")[[li[card(figure, place, tongue)] for figure, place in hidden]],
    ]
