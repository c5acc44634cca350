"""A metric by unit: a real table, found, put in order and cut to a page by the address alone."""

from __future__ import annotations

from collections.abc import Iterator

from htpy import Element, Node, a, button, div, form, h2, label, li, nav, option, p, section, select, span, ul
from htpy import input as input_

from layouts import marks
from layouts.ask import Ask
from layouts.markup import safe_href
from layouts.parts import figure as of
from layouts.parts.card import SPARK_PERIODS
from layouts.parts.export import exports
from layouts.parts.states import empty
from layouts.parts.table import Header, table
from layouts.words import STATUS, Tongue, counted
from scorecard.judge import STATUSES
from scorecard.listing import Breakdown, Order, Row
from scorecard.view import Figure

PLACE = "#units"
_FIRST_DOWN: frozenset[Order] = frozenset({"value", "target", "change"})
"""Columns whose first order is the largest first."""


def units(found: Breakdown, figure: Figure, ask: Ask, tongue: Tongue) -> Element | None:
    """The panel; nothing where the metric has no level beneath or could not be read."""
    if not found.levels or figure.failed:
        return None
    title = _title(found)
    content: Node = empty(f"No {_level(found.level)} has a figure of this yet.")
    if found.total:
        content = [
            _form(found, ask, tongue),
            table(title, list(_headers(found, ask)), [_row(row, found, ask, tongue) for row in found.rows], quiet=True)
            if found.rows
            else empty(f"No {_level(found.level)} fits what is asked."),
            _pages(found, ask, tongue),
        ]
    return section(".panel.units-table", id="units")[
        div(".panel-head")[h2[title], _levels(found, ask), exports(ask, "units") if found.rows else None],
        content,
    ]


def _title(found: Breakdown) -> str:
    """People stand by their names: an order of merit is never made of them."""
    own = found.wanted.order is None and not found.people
    return f"By {_level(found.level)}" + (", furthest from its target first" if own else "")


def _level(name: str) -> str:
    return name.replace("_", " ")


def _levels(found: Breakdown, ask: Ask) -> Element | None:
    if len(found.levels) < 2:  # noqa: PLR2004 - one level is no choice
        return None
    return nav(".levels", aria_label="Break down by")[
        ul[
            (
                li[
                    a(
                        href=_to(ask.table(level=level, order=None, descending=False, status=None)),
                        id=f"units-by-{level}",
                        aria_current="true" if level == found.level else None,
                    )[_level(level).capitalize()]
                ]
                for level in found.levels
            )
        ]
    ]


def _to(ask: Ask) -> str:
    return ask.address + PLACE


def _form(found: Breakdown, ask: Ask, tongue: Tongue) -> Element:
    """Filters, as a form that leads to an address: it works without scripts."""
    kept = [(name, text) for name, text in ask.query() if name not in {"find", "status", "part"}]
    return form(".find", action=safe_href(ask.address.partition("?")[0] + PLACE), method="get", data_nav=True)[
        [input_(type="hidden", name=name, value=value) for name, value in kept],
        label[
            span[f"Find a {_level(found.level)}"],
            input_(
                type="search", name="find", id="units-find", value=found.wanted.find, maxlength="80", autocomplete="off"
            ),
        ],
        None if found.people else label[span["Status"], _statuses(found, tongue)],
        button(type="submit")["Show"],
        p(".meta", role="status")[_counted(found, tongue)],
    ]


def _statuses(found: Breakdown, tongue: Tongue) -> Element:
    offered = [
        (code, STATUS[code]) for code in reversed(STATUSES) if found.statuses[code] or code == found.wanted.status
    ]
    everything = counted(sum(found.statuses.values()), _level(found.level), tongue=tongue)
    return select(name="status", id="units-status", data_nav=True)[
        option(value="", selected=found.wanted.status is None)[f"All ({everything})"],
        (
            option(value=code, selected=code == found.wanted.status)[f"{word} ({found.statuses[code]})"]
            for code, word in offered
        ),
    ]


def _counted(found: Breakdown, tongue: Tongue) -> str:
    many = counted(found.total, _level(found.level), tongue=tongue)
    return many if found.found == found.total else f"{found.found} of {many}"


def _headers(found: Breakdown, ask: Ask) -> Iterator[Header]:
    yield _header("name", _level(found.level).capitalize(), found, ask)
    if any(row.within for row in found.rows):
        yield Header("Within", spare=True)
    yield _header("value", "Value", found, ask, numeric=True)
    yield _header("target", "Target", found, ask, numeric=True, spare=True)
    yield _header("status", "Status", found, ask)
    yield _header("change", "Change", found, ask, numeric=True, spare=True)
    yield Header("Lately", spare=True)


def _header(
    order: Order, title: str, found: Breakdown, ask: Ask, *, numeric: bool = False, spare: bool = False
) -> Header:
    """A head that sorts, and the other way round when asked again; among people only the name does."""
    if found.people and order != "name":
        return Header(title, numeric, spare=spare)
    wanted, own = found.wanted, "name" if found.people else "status"
    here = (wanted.order or own) == order
    down = not wanted.descending if here else order in _FIRST_DOWN
    again = None if order == own and not down else order
    return Header(
        title,
        numeric,
        _to(ask.table(order=again, descending=down)),
        None if not here else "descending" if wanted.descending else "ascending",
        f"units-sort-{order}",
        spare,
    )


def _row(row: Row, found: Breakdown, ask: Ask, tongue: Tongue) -> list[Node]:
    figure = row.figure
    words = of.words_of(figure, tongue)
    within = [", ".join(row.within)] if any(each.within for each in found.rows) else []
    return [
        a(href=ask.metric(figure.metric, figure.unit).address)[figure.unit_label],
        *within,
        words.value.plain if words.value.known else span(".said-instead")[words.status.lower()],
        words.target.plain if words.target else None,
        span(class_=of.status_class(figure))[of.status(figure, words)],
        span(".change")[of.change(words)],
        span(class_=of.status_class(figure))[
            marks.sparkline(figure.series[-SPARK_PERIODS:], figure.target, partial=not figure.complete)
        ],
    ]


def _pages(found: Breakdown, ask: Ask, tongue: Tongue) -> Element | None:
    if found.parts == 1:
        return None
    at = found.wanted.part
    before = a(href=_to(ask.table(part=at - 1)), id="units-before", rel="prev")["Previous"] if at > 1 else None
    after = a(href=_to(ask.table(part=at + 1)), id="units-after", rel="next")["Next"] if at < found.parts else None
    pages = counted(found.parts, "page", tongue=tongue)
    return nav(".pages", aria_label="Pages of the table")[
        before or span(aria_hidden="true")["Previous"],
        span(".meta")[f"Page {at} of {pages}"],
        after or span(aria_hidden="true")["Next"],
    ]
