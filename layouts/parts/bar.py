"""The top bar: mark, pages, theme; and the forms that ask something, which work without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from htpy import Element, a, button, div, form, header, label, li, nav, optgroup, option, p, select, span, ul
from htpy import input as input_
from markupsafe import Markup

from layouts import marks
from layouts.markup import html_of, safe_href

_THEMES = (("auto", "Auto"), ("light", "Light"), ("dark", "Dark"))


@dataclass(frozen=True, slots=True)
class Link:
    """A page in the bar."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing asked by a list: its name in the address, its options (value, words), the chosen value.

    ``groups`` are further options under headings.
    """

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()


def top_bar(title: str, links: Sequence[Link], promise: str | None = None) -> Element:
    """The bar: whose thread it is and what is promised to customers, the pages there are, the colours."""
    return header(".bar")[
        div(".whose")[
            a(".brand", href="/")[marks.thread_mark(), span[title]],
            p(".goal")[span(".said")["What we promise our customers: "], promise] if promise else None,
        ],
        nav(aria_label="Main")[
            ul[
                [
                    li[a(href=safe_href(link.href), aria_current="page" if link.current else None)[link.label]]
                    for link in links
                ]
            ]
        ],
        div(".asks")[theme_choice()],
    ]


def ask_form(action: str, choices: Sequence[Choice], kept: Sequence[tuple[str, str]] = ()) -> Element:
    """Lists that lead to an address when something is chosen; with a button where scripts do not run.

    ``kept`` are the address's other parts, name and value, carried along unseen.
    """
    return form(".ask", action=safe_href(action), method="get")[
        [input_(type="hidden", name=name, value=value) for name, value in kept],
        [_select(choice) for choice in choices],
        button(".go", type="submit")["Show"],
    ]


def theme_choice() -> Element:
    """Light, dark or as the machine says; ``head/theme.js`` listens to it."""
    return label(".theme")[
        span(".said")["Colours"],
        select(id="theme-choice", data_theme_choice=True)[[option(value=value)[words] for value, words in _THEMES]],
    ]


def skip_link(target: str) -> Element:
    """The first stop of the Tab key: past the bar, to the page."""
    return a(".skip", href=f"#{target}")["Skip to the page"]


def _select(choice: Choice) -> Element:
    return label[
        span(".said")[choice.label],
        select(id=f"choose-{choice.name}", name=choice.name, data_nav=True)[
            _options(tuple(choice.options), choice.chosen),
            (optgroup(label=heading)[_options(tuple(options), choice.chosen)] for heading, options in choice.groups),
        ],
    ]


@lru_cache(256)
def _options(options: tuple[tuple[str, str], ...], chosen: str) -> Markup:
    """A list's options; the same hundred periods stand on every page."""
    return html_of(*(option(value=value, selected=value == chosen)[words] for value, words in options))
