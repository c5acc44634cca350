"""Links to a table as a file to keep."""

from __future__ import annotations

from htpy import Element, a, span

from layouts.ask import Ask
from layouts.markup import safe_href

_KINDS = (("csv", "CSV"), ("xlsx", "Excel"))


def exports(ask: Ask, name: str) -> Element:
    """The table of that name on the page that ``ask`` leads to, as CSV and as a workbook."""
    page, mark, query = ask.address.partition("?")
    return span(".exports")[
        (
            a(href=safe_href(f"/export{page}/{name}.{ending}{mark}{query}"), download=True)[
                span(".said")["Download as "], words
            ]
            for ending, words in _KINDS
        )
    ]
