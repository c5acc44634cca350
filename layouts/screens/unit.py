"""A unit's page: which of our measures matter to a customer, and how our work reaches one."""

from __future__ import annotations

from htpy import Element, Node, a, div, h2, li, p, section, span, ul

from layouts import marks
from layouts.ask import Ask
from layouts.markup import classes, html_of
from layouts.parts import ahead
from layouts.parts import figure as of
from layouts.parts.card import Place, card
from layouts.parts.export import exports, print_button
from layouts.parts.handoffs import handoffs
from layouts.parts.huddle import huddle
from layouts.parts.states import empty
from layouts.parts.table import Header, table
from layouts.parts.thread import rail
from layouts.screens.heading import heading
from layouts.screens.places import where
from layouts.screens.sheet import Body
from layouts.screens.voices import voices
from layouts.times import period_name, period_tick, period_year
from layouts.words import Tongue, counted, sentence
from scorecard.board import Board
from scorecard.definition import Definition
from scorecard.head import Moment
from scorecard.lead import NOBODY, LeadView
from scorecard.view import Figure, LineOfSight, NotFound, UnitView

TREND_PERIODS, TREND_WIDTH = 53, 200
"""A year of weeks, drawn four points to one: wide enough to see a season in."""


def page(board: Board, ask: Ask, moment: Moment) -> Body | NotFound:
    """The page of a team, a department, a worker: the same, but nothing beneath a worker."""
    assert ask.unit is not None  # noqa: S101 - the address of a unit's page names one
    view = board.unit(ask.unit, moment)
    if isinstance(view, NotFound):
        return view
    lead = NOBODY if view.person else board.lead(ask.unit, moment)
    if isinstance(lead, NotFound):
        return lead
    head = board.head()
    tongue = Tongue.of(head)
    top = html_of(
        heading(view.label, head, tongue, p(".promise")[_lead(view, moment, tongue)]),
        where(view, ask.of_unit),
        div(".tools")[exports(ask, "measures"), print_button()] if view.measures else None,
    )
    raised = None if view.person else huddle(lead.huddle, ask, moment.grain, tongue)
    blocks = (
        top,
        html_of(raised),
        html_of(_measures(view, moment, ask, tongue)),
        html_of(_beside(view, board.definition, moment, ask, tongue)),
        html_of(_people(lead, board.definition, ask, tongue)),
    )
    return Body(view.label, "unit person" if view.person else "unit", blocks)


def _lead(view: UnitView, moment: Moment, tongue: Tongue) -> str:
    whose = "What I do" if view.person else "What we do"
    return f"{view.level_label}. {whose}, and where it reaches the customer. {period_name(moment.period, tongue)}."


def _measures(view: UnitView, moment: Moment, ask: Ask, tongue: Tongue) -> Element:
    if not view.measures:
        return empty(f"Nothing is measured at {view.label} yet.")
    return ul(".measures", aria_label="Measures, the hardest pull first")[
        [html_of(li(".measure")[_measure(line, moment, ask, tongue)]) for line in view.measures]
    ]


def _measure(line: LineOfSight, moment: Moment, ask: Ask, tongue: Tongue) -> list[Node]:
    """A large card, how it went, and the way from this measure to the customer in the unit's own words."""
    metric = line.figure.metric
    steps = [(label, ask.metric(step).address) for step, label in zip(line.path, line.labels, strict=True)]
    return [
        card(line.figure, Place(ask.metric(metric).address, id=f"measure-{metric}", large=True), tongue),
        _trend(line.figure, moment, tongue),
        div(".sight")[
            p(".own-words")[_said(line, tongue)],
            rail(steps, small=True) if len(steps) > 1 else None,
            of.variation_and_assurance(line.figure),
            p(".meta")[f"{sample}."] if (sample := of.sample(line.figure, tongue)) else None,
            ahead.landing(line.landing, line.figure.format, tongue),
        ],
    ]


def _trend(figure: Figure, moment: Moment, tongue: Tongue) -> Element:
    """The last year as a line; between which periods it runs stands beneath it."""
    series = figure.series[-TREND_PERIODS:]
    if not any(value is not None for value in series):
        return div(".trend")
    first = moment.periods[moment.position + 1 - len(series)]
    return div(class_=f"trend {of.status_class(figure)}")[
        marks.sparkline(series, figure.target, partial=not figure.complete, width=TREND_WIDTH),
        p(".meta")[
            span[" ".join((period_tick(first, tongue), period_year(first, tongue)))],
            span[" ".join((period_tick(moment.period, tongue), period_year(moment.period, tongue)))],
        ],
    ]


def _said(line: LineOfSight, tongue: Tongue) -> str | None:
    """The measure in the words of the unit's own department; what it means where there is no figure to say."""
    words = of.words_of(line.figure, tongue)
    if not line.sentence or not words.value.known:
        return line.figure.description
    return sentence(line.sentence, {"value": words.value.plain, "target": words.target.plain if words.target else ""})


def _people(lead: LeadView, definition: Definition, ask: Ask, tongue: Tongue) -> Element | None:
    """The people of the team by name; on paper, which gets pinned up, only where the floor may see people."""
    if not lead.people:
        return None
    figures = lead.people[0].figures
    headers = [Header("Name"), *(Header(figure.label, numeric=True) for figure in figures)]
    rows: list[list[Node]] = [
        [
            a(href=ask.of_unit(person.unit).address)[person.label],
            *(_figure(figure, tongue) for figure in person.figures),
        ]
        for person in lead.people
    ]
    few = definition.privacy.minimum_group
    kept = None if definition.privacy.floor_shows_people else "unprinted"
    return section(class_=classes(("panel", "people", kept)))[
        h2["People of the team"],
        p(".meta")[f"By name, never in an order of merit. Figures about fewer than {few} are withheld."],
        table("People of the team", headers, rows, quiet=True),
        p(".meta")[f"{counted(lead.more, 'more person', 'more people', tongue=tongue)}."] if lead.more else None,
    ]


def _figure(figure: Figure, tongue: Tongue) -> Node:
    words = of.words_of(figure, tongue)
    if not words.value.known:
        return span(".said-instead")[words.status.lower()]
    return span(class_=f"person-figure {of.status_class(figure)}")[
        words.value.plain, " ", span(".status")[marks.status_icon(figure.status), span(".said")[words.status]]
    ]


def _beside(view: UnitView, definition: Definition, moment: Moment, ask: Ask, tongue: Tongue) -> Element:
    return section(".beside", aria_label="Beside the measures")[
        section(".panel.thread-link")[h2["The whole thread"], p[_thread_link(view, ask)]],
        ahead.exported_panel(view.exported, ahead.Names(definition), tongue),
        handoffs(view.handoffs, period_name(moment.period, tongue), lambda unit: ask.of_unit(unit).address, tongue),
        voices(view.voices, tongue),
    ]


def _thread_link(view: UnitView, ask: Ask) -> Element:
    return a(href=ask.thread().address)[f"Drill down from the customer's outcomes at {view.label}"]
