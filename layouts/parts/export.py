"""What can be taken away: a table as a file, a chart as a picture, a page on paper."""

from __future__ import annotations

from htpy import Element, a, button, span

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


def png(title: str, source: str, name: str) -> Element:
    """A button that makes a picture of the chart above it, with its title and what it is as of."""
    return button(type="button", data_png=True, data_title=title, data_source=source, data_name=name)[
        span(".said")["Download the chart as "], "PNG"
    ]


def print_button() -> Element:
    """A button for the browser's own print dialogue, where a page is also kept as a PDF."""
    return button(type="button", data_print=True)["Print or save as PDF"]
