"""What stands around every page: the bar with its pages, the row of controls, the banners, the title."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from babel.dates import format_datetime
from htpy import Element, a, details, div, li, span, strong, summary, ul

from layouts import ids, marks
from layouts.ask import Ask
from layouts.markup import html_of
from layouts.parts.bar import Link, skip_link, top_bar
from layouts.parts.states import banner, head_banners
from layouts.screens.controls import controls, dimension_words
from layouts.screens.sheet import Body, Sheet
from layouts.times import ago
from layouts.words import Tongue, counted
from scorecard.board import TOP, Board
from scorecard.head import Head

NAME = "Golden Thread"


def framed(board: Board, ask: Ask, body: Body, *, here: bool = True) -> Sheet:
    """A body in its frame: the bar, the row with what is asked, the banners that the head calls for, the foot.

    ``here`` is false where the page is none of those in the bar, as when nothing was found.
    """
    head = board.head()
    tongue = Tongue.of(head)
    title = f"{body.title}, {head.title}"
    top = div(data_title=title, data_says=body.says or body.title)[
        marks.sprite(),
        skip_link(ids.MAIN),
        top_bar(head.title, _links(ask, head, here=here), None if _is_heading(ask, here=here) else head.promise),
        controls(board, ask, head, tongue) if here else None,
        head_banners(head, tongue),
        lens_banner(head, ask, tongue),
    ]
    return Sheet(html_of(top), body, title, html_of(_foot(head, ask, tongue)))


def _is_heading(ask: Ask, *, here: bool) -> bool:
    """Whether the promise stands as the page's own heading."""
    return here and ask.page == "thread"


def bare(body: Body) -> Sheet:
    """A body where there is no board to ask: nothing is known but the product's own name."""
    title = f"{body.title}, {NAME}"
    top = div(data_title=title, data_says=body.title)[
        marks.sprite(), skip_link(ids.MAIN), top_bar(NAME, [Link("Thread", Ask().address)])
    ]
    return Sheet(html_of(top), body, title)


def as_of_line(head: Head, tongue: Tongue) -> str:
    """How old the picture is: "Data as of Wed 18 Nov 2026, 06:00, taken 3 hours ago"."""
    return f"Data as of {as_of_moment(head, tongue)}{taken(head, tongue)}"


def as_of_moment(head: Head, tongue: Tongue) -> str:
    """The local moment the data stands for: "Wed 18 Nov 2026, 06:00"."""
    return str(format_datetime(head.as_of, "EEE d MMM y, HH:mm", locale=tongue.cldr))


def taken(head: Head, tongue: Tongue) -> str:
    """How long ago the picture was taken; a closed data set has no age."""
    return "" if head.closed else f", taken {ago(head.age, tongue).removesuffix(' old')} ago"


def _foot(head: Head, ask: Ask, tongue: Tongue) -> list[Element]:
    """What one may want to know of the figures though nothing is wrong with them."""
    said = [span[f"{NAME}. Picture {head.generation}."]]
    if len(head.pictures) > 1:
        said.append(details[summary["Earlier pictures"], ul[(li[link] for link in _pictures(head, ask, tongue))]])
    if not head.notes:
        return said
    many = counted(len(head.notes), "note", tongue=tongue)
    return [*said, details[summary[f"{many} on these figures"], ul[(li[str(note)] for note in head.notes)]]]


def _pictures(head: Head, ask: Ask, tongue: Tongue) -> list[Element]:
    """The same page as of each picture that is kept, the newest first."""
    newest = head.pictures[0][0]
    return [
        a(
            href=replace(ask, picture=None if id_ == newest else id_).address,
            aria_current="true" if id_ == head.generation else None,
        )[f"as of {taken_words(moment, tongue)}"]
        for id_, moment in head.pictures
    ]


def taken_words(moment: datetime, tongue: Tongue) -> str:
    """When a picture was taken: "Wed 18 Nov 2026, 06:02 UTC"."""
    return f"{format_datetime(moment, 'EEE d MMM y, HH:mm', locale=tongue.cldr)} UTC"


def lens_banner(head: Head, ask: Ask, tongue: Tongue) -> Element | None:
    """What a page does not show: other rows, or what came after. ``None`` where it shows everything."""
    lens, said = head.lens, []
    if lens.only:
        said.append(f"Only {dimension_words(lens.only.dimension)} {lens.only.value}")
    if lens.picture and head.pictures and lens.picture != head.pictures[0][0]:
        said.append(f"as the picture of {taken_words(head.taken, tongue)} had it")
    if not said:
        return None
    text = ", ".join(said)
    return banner(
        "note",
        strong[f"{text[:1].upper()}{text[1:]}. "],
        [
            "Figures that are not kept this way have none. " if lens.only else None,
            a(href=replace(ask, only=None, picture=None).address)["Show everything, as of now"],
        ],
    )


def _links(ask: Ask, head: Head, *, here: bool) -> list[Link]:
    """The pages there are, of the same place and time."""
    place = ask.unit or (head.levels[0], TOP)
    return [
        Link("Thread", ask.thread().address, here and ask.page == "thread"),
        Link("Organisation", ask.of_unit(place).address, here and ask.page == "unit"),
        Link("Measures", ask.measures().address, here and ask.page in {"measures", "metric"}),
        Link("Screens", Ask("displays").address, here and ask.page == "displays"),
    ]
