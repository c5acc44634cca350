"""Real tables: a caption, headers with scope, sorting by links, so that they work without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from htpy import Element, Node, a, caption, div, span, tbody, td, th, thead, tr
from htpy import table as table_

from layouts.markup import classes, safe_href


@dataclass(frozen=True, slots=True)
class Header:
    """A column's head; with ``href`` it sorts by this column."""

    label: str
    numeric: bool = False
    href: str | None = None
    sorted: Literal["ascending", "descending"] | None = None
    id: str | None = None
    """Of its link: the focus comes back to it once the table is sorted."""
    spare: bool = False
    """Whether the column gives way on a telephone: the row's own page says the same."""


def table(title: str, headers: Sequence[Header], rows: Sequence[Sequence[Node]], *, quiet: bool = False) -> Element:
    """A table whose first cell of each row is the row's head.

    ``quiet`` hides the caption from sight where a heading says the same. Wide tables scroll within themselves.
    """
    return div(".table-place", tabindex="0", role="region", aria_label=title)[
        table_[
            caption(class_="said" if quiet else None)[title],
            thead[tr[[_header(header) for header in headers]]],
            tbody[_rows(headers, rows)],
        ]
    ]


def _header(header: Header) -> Element:
    arrow = {"ascending": "↑", "descending": "↓", None: ""}[header.sorted]
    return th(scope="col", class_=_class(header), aria_sort=header.sorted)[
        a(href=safe_href(header.href), id=header.id)[
            header.label, span(aria_hidden="true")[f" {arrow}"] if arrow else None
        ]
        if header.href
        else header.label
    ]


def _rows(headers: Sequence[Header], rows: Sequence[Sequence[Node]]) -> list[Element]:
    """The rows; each column's cell is made once and filled for every row: tables are most of a long page's work."""
    first, *rest = [th(scope="row"), *(td(class_=_class(header)) for header in headers[1:])]
    return [tr[first[row[0]], [cell[node] for cell, node in zip(rest, row[1:], strict=True)]] for row in rows]


def _class(header: Header) -> str | None:
    return classes(("numeric" if header.numeric else None, "spare" if header.spare else None)) or None
