"""Every wall screen: seen when, with which version, how old its data are, dark or fine."""

from __future__ import annotations

from htpy import Element, Node, a, p, section, span

from layouts import marks
from layouts.ask import Ask
from layouts.markup import html_of
from layouts.parts.states import empty
from layouts.parts.table import Header, table
from layouts.screens.heading import heading
from layouts.screens.sheet import Body
from layouts.times import ago
from layouts.words import Tongue, counted
from scorecard.board import Board
from scorecard.judge import Status
from scorecard.wallview import ScreenView

TITLE = "Screens"
_HEADERS = (
    Header("Screen"), Header("Shows"), Header("State"), Header("Seen"), Header("Its figures"), Header("Its version"),
    Header("Size"),
)  # fmt: skip
_STATES: dict[str, tuple[Status, str]] = {
    "ok": ("met", "Fine"),
    "start": ("met", "Starting"),
    "offline": ("met", "Fine again"),
    "old": ("near", "Shows old figures"),
    "hidden": ("missed", "Figures too old to show"),
    "gone": ("near", "Shows no scorecard"),
}
"""What a screen showed when it last asked. One that says it was cut off has just come back."""
_DARK: tuple[Status, str] = ("missed", "Dark")
_UNHEARD_OF: tuple[Status, str] = ("unknown", "Unknown")


def page(board: Board, build: str) -> Body:
    """The screens; ``build`` is the version this server hands out."""
    head = board.head()
    tongue = Tongue.of(head)
    found = board.screens()
    dark = sum(screen.dark for screen in found)
    said = (
        "All of them are fine."
        if not dark
        else "None of them is lit."
        if dark == len(found) > 1
        else f"{counted(dark, 'is', 'are', tongue=tongue)} dark."
    )
    content = html_of(
        heading(TITLE, head, tongue, p[f"{counted(len(found), 'screen', tongue=tongue)}. {said}"] if found else None),
        section(".panel")[
            table(
                "Wall screens, as they were last seen",
                _HEADERS,
                [_row(one, build, tongue) for one in found],
                quiet=True,
            )
        ]
        if found
        else empty("The definition names no display yet."),
    )
    return Body(TITLE, "displays", (content,), says=f"{TITLE}. {said}")


def _row(one: ScreenView, build: str, tongue: Tongue) -> list[Node]:
    size = f"{one.width} × {one.height}" if one.width and one.height else None
    return [
        a(href=Ask("wall", one.display).address)[one.label],
        one.unit_label,
        _state(one),
        "never" if one.silent is None else f"{ago(one.silent, tongue).removesuffix(' old')} ago",
        None if one.age is None else ago(one.age, tongue),
        one.build and ("this one" if one.build == build else "an older one"),
        size,
    ]


def _state(one: ScreenView) -> Element:
    status, word = _DARK if one.dark else _STATES.get(one.state or "", _UNHEARD_OF)
    return span(class_=f"status status-{status}")[marks.status_icon(status), word]
