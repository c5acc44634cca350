"""How a figure is computed: in plain words and, on request, what the warehouse is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from htpy import Element, Node, a, code, details, div, p, pre, summary

from layouts.ask import Ask
from layouts.markup import safe_href
from layouts.parts.text import facts, panel
from layouts.screens.places import owner_names
from layouts.words import Tongue, counted, difference
from scorecard.asked import Statement
from scorecard.board import Board
from scorecard.definition import Direction, Format
from scorecard.view import MetricView, NotFound

_BETTER: Mapping[Direction, str | None] = {
    "higher_is_better": "higher", "lower_is_better": "lower", "in_range": "inside its band", "none": None,
}  # fmt: skip
_LINK = "show-sql"
"""The way in, and what it leads to: the same id, so that who follows it stands where the statements are."""


def computed(view: MetricView, board: Board, ask: Ask, tongue: Tongue) -> Element:
    """What the figure is: whose, of what, how fresh, and the way to the statements for those who may see them."""
    figure, about = view.figure, board.definition.metrics[view.figure.metric]
    pairs: tuple[tuple[str, Node], ...] = (
        ("Means", figure.description),
        ("Computed", view.formula),
        ("Source", view.source),
        ("Owner", owner_names(board)(figure.owner)),
        ("Better when", _BETTER[figure.direction]),
        ("Tolerance", _size(about.tolerance, figure.format, tongue)),
        ("Shown down to", board.definition.level(figure.metric).replace("_", " ")),
    )
    return panel("How it is computed", facts(pairs), _on_request(view, board, ask, tongue), id="computed")


def _size(tolerance: float | None, fmt: Format, tongue: Tongue) -> str | None:
    size = difference(tolerance, fmt, tongue)
    return size.text if size and tolerance else None


def _on_request(view: MetricView, board: Board, ask: Ask, tongue: Tongue) -> Element | None:
    """The statements where they were asked for, else only the way to them; nothing for those who may not see them.

    Of one value of a dimension there are none: its figures are asked for at the moment the page is.
    """
    if not board.principal.statements or ask.only is not None:
        return None
    if ask.show != "sql":
        return p(".sql-link")[a(id=_LINK, href=safe_href(ask.shown("sql").address))["Show the SQL"]]
    found = board.statements(view.figure.metric)
    return None if isinstance(found, NotFound) else _statements(found, ask, tongue)


def _statements(found: Sequence[Statement], ask: Ask, tongue: Tongue) -> Element:
    if not found:
        return p(".sql-link")["The last refresh could not read its source, so nothing was asked."]
    return details(".sql", open=True)[
        summary(id=_LINK)[f"The SQL: {counted(len(found), 'statement', tongue=tongue)}"],
        p(".meta")[
            "For the whole of what is kept, by the calendar's own grain. A refresh that reads only what may have "
            "changed asks the same of fewer periods, and measures of one source in one go."
        ],
        [_statement(each, tongue) for each in found],
        p(".sql-link")[a(href=safe_href(ask.shown(None).address))["Hide it"]],
    ]


def _statement(one: Statement, tongue: Tongue) -> Element:
    more = f" {counted(one.more, 'more like it', tongue=tongue)}, for other stretches of time." if one.more else ""
    return div[
        p(".meta")[f"{one.what[:1].upper()}{one.what[1:]}.{more}"],
        [pre(tabindex="0")[code[text]] for text in one.sql],
    ]
