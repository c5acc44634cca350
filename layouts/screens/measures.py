"""The index of measures: every metric, by the department that answers for it."""

from __future__ import annotations

from collections.abc import Sequence

from htpy import Element, Node, a, div, h2, section, span

from layouts.ask import Ask
from layouts.markup import html_of
from layouts.parts import figure as of
from layouts.parts.export import exports
from layouts.parts.states import empty
from layouts.parts.table import Header, table
from layouts.screens.heading import heading
from layouts.screens.places import Owners, owner_names
from layouts.screens.sheet import Body
from layouts.words import Tongue
from scorecard.board import Board
from scorecard.head import Moment
from scorecard.view import Figure, NotFound

TITLE = "Measures"
NOBODY = "Nobody yet"
_HEADERS = (
    Header("Measure"),
    Header("Value", numeric=True),
    Header("Target", numeric=True),
    Header("Status"),
    Header("Change", numeric=True),
)


def page(board: Board, ask: Ask, moment: Moment) -> Body | NotFound:
    """Every metric where one stands, by owner."""
    figures = board.measures(moment, ask.unit)
    if isinstance(figures, NotFound):
        return figures
    head = board.head()
    tongue = Tongue.of(head)
    content = html_of(
        heading(TITLE, head, tongue),
        div(".tools")[exports(ask, "measures")],
        [_owned(owner, mine, ask, tongue) for owner, mine in _by_owner(owner_names(board), figures)]
        or empty("The definition names no metric yet."),
    )
    return Body(TITLE, "measures", (content,))


def _by_owner(owners: Owners, figures: Sequence[Figure]) -> list[tuple[str, list[Figure]]]:
    """Owners in the order of their names, those without an owner last; metrics as they are written."""
    groups: dict[str, list[Figure]] = {}
    for figure in figures:
        groups.setdefault(owners(figure.owner) or NOBODY, []).append(figure)
    return sorted(groups.items(), key=lambda group: (group[0] == NOBODY, group[0].casefold()))


def _owned(owner: str, figures: Sequence[Figure], ask: Ask, tongue: Tongue) -> Element:
    return section(".owned")[
        h2[owner],
        table(f"Measures of {owner}", _HEADERS, [_row(figure, ask, tongue) for figure in figures], quiet=True),
    ]


def _row(figure: Figure, ask: Ask, tongue: Tongue) -> list[Node]:
    words = of.words_of(figure, tongue)
    return [
        a(href=ask.metric(figure.metric).address)[figure.label],
        words.value.plain,
        words.target.plain if words.target else None,
        span(class_=of.status_class(figure))[of.status(figure, words)],
        span(".change")[of.change(words)],
    ]
