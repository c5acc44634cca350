"""A unit's page: which of our measures matter to a customer, and how our work reaches one."""

from __future__ import annotations

from htpy import Element, a, div, li, p, section, ul

from layouts.ask import Ask
from layouts.markup import html_of
from layouts.parts import ahead
from layouts.parts import figure as of
from layouts.parts.card import Place, card
from layouts.parts.states import empty
from layouts.parts.text import panel
from layouts.parts.thread import rail
from layouts.screens.heading import heading
from layouts.screens.places import where
from layouts.screens.sheet import Body
from layouts.screens.voices import voices
from layouts.words import Tongue, sentence
from scorecard.board import Board
from scorecard.definition import Definition
from scorecard.view import LineOfSight, Moment, NotFound, UnitView


def page(board: Board, ask: Ask, moment: Moment) -> Body | NotFound:
    """The page of a team, a department, a worker: the same, but nothing beneath a worker."""
    assert ask.unit is not None  # noqa: S101 - the address of a unit's page names one
    view = board.unit(ask.unit, moment)
    if isinstance(view, NotFound):
        return view
    head = board.head()
    tongue = Tongue.of(head)
    top = html_of(
        heading(view.label, head, tongue, p(".promise")[_lead(view)]),
        where(view, ask.of_unit),
    )
    beside = html_of(_beside(view, board.definition, ask, tongue))
    return Body(view.label, "unit", (top, html_of(_measures(view, ask, tongue)), beside))


def _lead(view: UnitView) -> str:
    whose = "What I do" if view.person else "What we do"
    return f"{view.level_label}. {whose}, and where it reaches the customer."


def _measures(view: UnitView, ask: Ask, tongue: Tongue) -> Element:
    if not view.measures:
        return empty(f"Nothing is measured at {view.label} yet.")
    return ul(".measures", aria_label="Measures, the hardest pull first")[
        (li(".measure")[_measure(line, ask, tongue)] for line in view.measures)
    ]


def _measure(line: LineOfSight, ask: Ask, tongue: Tongue) -> list[Element | None]:
    """A large card, and under it the way from this measure to the customer."""
    metric = line.figure.metric
    steps = [(label, ask.metric(step).address) for step, label in zip(line.path, line.labels, strict=True)]
    return [
        card(line.figure, Place(ask.metric(metric).address, id=f"measure-{metric}", large=True), tongue),
        div(".sight")[
            of.variation_and_assurance(line.figure),
            ahead.landing(line.landing, line.figure.format, tongue),
            p[_said(line, tongue)],
            rail(steps, small=True) if len(steps) > 1 else None,
        ],
    ]


def _said(line: LineOfSight, tongue: Tongue) -> str | None:
    """The measure in the words of the unit's own department; what it means where there is no figure to say."""
    words = of.words_of(line.figure, tongue)
    if not line.sentence or not words.value.known:
        return line.figure.description
    return sentence(line.sentence, {"value": words.value.plain, "target": words.target.plain if words.target else ""})


def _beside(view: UnitView, definition: Definition, ask: Ask, tongue: Tongue) -> Element:
    return section(".beside", aria_label="Beside the measures")[
        panel("The whole thread", p[_thread_link(view, ask)]),
        ahead.exported_panel(view.exported, ahead.Names(definition), tongue),
        voices(view.voices, definition, tongue),
    ]


def _thread_link(view: UnitView, ask: Ask) -> Element:
    return a(href=ask.thread().address)[f"Drill down from the customer's outcomes at {view.label}"]
