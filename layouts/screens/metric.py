"""A metric's page: where it stands, what it moves and what moves it, where it falls short, what is being done."""

from __future__ import annotations

from htpy import Element, Node, a, details, div, h1, li, nav, p, span, strong, summary, ul

from layouts.ask import Ask
from layouts.figures import process_chart
from layouts.markup import html_of
from layouts.parts import ahead
from layouts.parts import figure as of
from layouts.parts.card import Place, card
from layouts.parts.cause import why_panel
from layouts.parts.evidence import evidence
from layouts.parts.export import exports, png, print_button
from layouts.parts.signals import chart_notes, limits_of, signals_of
from layouts.parts.states import empty, failed, withheld
from layouts.parts.table import Header, table
from layouts.parts.text import facts, hows, panel
from layouts.parts.thread import SHOWN, pull_words, rail
from layouts.parts.verdict import verdict_details
from layouts.screens.breakdown import units
from layouts.screens.computed import computed
from layouts.screens.frame import as_of_moment, taken
from layouts.screens.places import owner_names
from layouts.screens.sheet import Block, Body, Chart
from layouts.screens.voices import voices
from layouts.theme import Name, theme
from layouts.times import period_name
from layouts.words import Tongue, counted, sentence, spoken
from scorecard.board import Board
from scorecard.definition import Change
from scorecard.head import Head, Moment
from scorecard.listing import Breakdown
from scorecard.outlook import WillLand
from scorecard.view import Figure, LinkView, MetricView, NotFound, Strand

_NUMBER_HEADERS = (Header("Period"), Header("Value", numeric=True), Header("Target", numeric=True))


def page(board: Board, ask: Ask, moment: Moment, theme_name: Name) -> Body | NotFound:
    """A metric of a unit: head, chart, what hangs on it, what it is made of."""
    view = board.metric(ask.id, moment, ask.unit)
    found = board.breakdown(ask.id, moment, ask.unit, ask.rows)
    if isinstance(view, NotFound):
        return view
    if isinstance(found, NotFound):
        return found
    tongue = Tongue.of(board.head())
    figure = view.figure
    if ask.words is not None and (ask.words == "default" or ask.words not in figure.words):
        return NotFound(f"there are no words of {ask.words!r:.80} for this measure")
    title = figure.label if ask.unit is None else f"{figure.label}: {figure.unit_label}"
    blocks: tuple[Block, ...] = (
        html_of(_head(view, board, ask, tongue)),
        _picture(view, board, ask, tongue, theme_name),
        html_of(_thread(view, ask, tongue)),
        html_of(_beneath(view, found, board, ask, tongue)),
    )
    return Body(title, "metric", blocks, _said(title, figure, tongue))


def _said(title: str, figure: Figure, tongue: Tongue) -> str:
    words = of.words_of(figure, tongue)
    return f"{title}: {words.value.said}, {words.status}"


def _head(view: MetricView, board: Board, ask: Ask, tongue: Tongue) -> list[Element | None]:
    figure, head = view.figure, board.head()
    steps = [(step.label, ask.metric(step.metric).address) for step in view.rail]
    pairs = (
        ("Owner", owner_names(board)(figure.owner)),
        ("Under way", _name(view.changes[0]) if view.changes else None),
        ("Source", view.source),
        ("Data as of", [as_of_moment(head, tongue), span(".taken")[taken(head, tongue)]]),
    )
    return [
        rail(steps) if len(steps) > 1 else None,
        div(".headline")[div[h1[figure.label], p[figure.description] if figure.description else None], facts(pairs)],
        _value(figure, view.landing, tongue),
        _words(figure, board, ask, tongue),
    ]


def _value(figure: Figure, landing: WillLand | None, tongue: Tongue) -> Element:
    if figure.failed:
        return failed(figure)
    if figure.withheld:
        return withheld()
    words = of.words_of(figure, tongue)
    target = f"Target {words.target.plain}." if words.target else "No target is set."
    away = f"{words.distance[:1].upper()}{words.distance[1:]}. " if words.distance else ""
    return div(class_=f"detail {of.status_class(figure)}")[
        div(".detail-value")[of.value(words.value)],
        div[
            of.status(figure, words),
            p[away, target, None if figure.complete else " It is not complete yet."],
            p[f"{worst[:1].upper()}{worst[1:]}."] if (worst := of.worst_part(figure)) else None,
            p[f"{sample}."] if (sample := of.sample(figure, tongue)) else None,
            of.variation_and_assurance(figure),
            ahead.landing(landing, figure.format, tongue),
        ],
    ]


def _picture(view: MetricView, board: Board, ask: Ask, tongue: Tongue, theme_name: Name) -> Block:
    if not any(value is not None for value in view.figure.series):
        return html_of(div(".chart-frame.undrawn")[empty(_undrawn(view.figure))])
    limits = limits_of(view.chart) if view.chart else None
    signals = signals_of(view.chart, view.periods, tongue) if view.chart else ()
    chart = process_chart(view, tongue, theme(theme_name), limits, signals)
    words = of.words_of(view.figure, tongue)
    said = f"{view.figure.label} over {len(view.periods)} periods, newest {words.value.said}; the numbers stand below"
    return Chart(chart, said, html_of(_tools(view, board.head(), ask, tongue), _notes(view, tongue)))


def _undrawn(figure: Figure) -> str:
    """Why there is no chart: a state of its own, never an empty frame."""
    if figure.failed:
        return "There is no figure to draw: its source could not be read. The next refresh tries again."
    if figure.withheld:
        return "There is no figure to draw: every one here is about too few people or answers to be shown."
    return "There is no figure to draw yet."


def _tools(view: MetricView, head: Head, ask: Ask, tongue: Tongue) -> Element:
    """What can be taken away of the chart."""
    figure, last = view.figure, view.periods[-1]
    title = f"{figure.label}: {figure.unit_label}"
    source = f"{head.title}, {period_name(last, tongue)}. Data as of {as_of_moment(head, tongue)}."
    return div(".tools")[
        span(".exports")[png(title, source, f"{figure.metric}-{last.key.replace(':', '')}")], exports(ask, "periods"),
        print_button(),
    ]  # fmt: skip


def _notes(view: MetricView, tongue: Tongue) -> list[Node]:
    """What stands beneath the chart: limits and signals, then each change with its verdict."""
    changes = [_dated(change, view, tongue) for change in view.changes]
    return [
        chart_notes(view.chart, view.periods, tongue) if view.chart else None,
        ul(".verdicts", aria_label="Changes")[changes] if changes else None,
    ]


def _dated(change: Change, view: MetricView, tongue: Tongue) -> Element:
    """A change's date and name, with the verdict on it where there is one for this metric."""
    found = next((one for one in view.effects if one.change == change.id), None)
    name = f"{change.from_:%-d %b %Y}, {_name(change)}. "
    if found is None:
        return li[name, strong["Not judged on this measure."]]
    return li[name, verdict_details(found, view.figure.format, tongue)]


def _thread(view: MetricView, ask: Ask, tongue: Tongue) -> Element:
    """Beside the chart: what this moves and what moves it."""
    up = [_tied(strand, other, other, ask, tongue, link=_link(view, strand)) for strand, other in view.feeds]
    down = [_tied(strand, other, view.figure, ask, tongue, link=_link(view, strand)) for strand, other in view.fed_by]
    return div(".ties")[
        panel("Feeds", _folded(up, tongue) if up else empty(_nothing_above(view.figure))),
        panel("Fed by", _folded(down, tongue) if down else empty("Nothing below this: it is measured at the job.")),
    ]


def _link(view: MetricView, strand: Strand) -> LinkView | None:
    return next((link for link in view.links if (link.parent, link.child) == (strand.parent, strand.child)), None)


def _folded(ties: list[Element], tongue: Tongue) -> list[Element | None]:
    """The first few open, the others one click away."""
    more = ties[SHOWN:]
    return [
        ul(".card-list")[ties[:SHOWN]],
        details(".more")[summary[counted(len(more), "more", "more", tongue=tongue)], ul(".card-list")[more]]
        if more
        else None,
    ]


def _nothing_above(figure: Figure) -> str:
    return "This is what the customer feels: nothing is above it." if figure.outcome else "It leads to no outcome yet."


def _tied(strand: Strand, other: Figure, fed: Figure, ask: Ask, tongue: Tongue, *, link: LinkView | None) -> Element:
    """A card at one end of a strand, what is known of the strand, and the evidence for it."""
    words = pull_words(strand, fed, tongue)
    lag = f"after {strand.lag}" if strand.lag else ""
    kind = "must not get worse when the other improves" if strand.kind == "guardrail" else ""
    known = "; ".join(part for part in (words and f"{words} of {fed.label}", kind, lag) if part)
    return li[
        card(other, Place(ask.metric(other.metric).address, id=f"tie-{other.metric}"), tongue),
        p(".meta")[strand.why, " " if strand.why and known else None, f"({known})" if known else None]
        if strand.why or known
        else None,
        evidence(link, tongue) if link else None,
    ]


def _beneath(view: MetricView, found: Breakdown, board: Board, ask: Ask, tongue: Tongue) -> list[Element | None]:
    return [
        why_panel(view.split, tongue) if view.split else None,
        ahead.needs_panel(view.needs, ahead.Names(board.definition), tongue),
        ahead.exported_panel(view.exported, ahead.Names(board.definition), tongue),
        *(_change(change) for change in view.changes),
        voices(view.voices, tongue),
        units(found, view.figure, ask, tongue),
        computed(view, board, ask, tongue),
        _numbers(view, tongue),
    ]


def _words(figure: Figure, board: Board, ask: Ask, tongue: Tongue) -> Element | None:
    """The figure in words, and whose words else it can be said in; nothing where nobody has words for it."""
    own = figure.words.get(ask.words or "default")
    others = [department for department in figure.words if department != "default"]
    if not figure.words:
        return None
    names, said = owner_names(board), of.words_of(figure, tongue)
    filled = {"value": said.value.plain, "target": said.target.plain if said.target else ""}
    choices = [(None, "In general"), *((each, names(each) or each) for each in others)]
    return div(".own-words")[
        p[sentence(own, filled)] if own and said.value.known else None,
        nav(".levels", aria_label="Say it as")[
            span(".meta")["Say it as"],
            ul[
                (
                    li[
                        a(
                            href=ask.said_by(each).address,
                            id=f"words-{each or 'default'}",
                            aria_current="true" if ask.words == each else None,
                        )[name]
                    ]
                    for each, name in choices
                )
            ],
        ]
        if others
        else None,
    ]


def _change(change: Change) -> Element:
    said: Node = hows(change.hows) if change.hows else p[strong["Five Hows:"], " not answered yet."]
    return panel(f"Change: {_name(change)}, since {change.from_:%-d %b %Y}", said)


def _name(change: Change) -> str:
    return change.label or change.id.replace("-", " ")


def _numbers(view: MetricView, tongue: Tongue) -> Element:
    """The chart as a real table, newest first."""
    figure = view.figure
    rows = list(zip(view.periods, figure.series, figure.targets, strict=True))
    return details(".panel.numbers")[
        summary["Show the numbers"],
        table(
            f"{figure.label} by period",
            _NUMBER_HEADERS,
            [[period_name(period, tongue), _said_value(value, figure, tongue), _said_target(target, figure, tongue)]
             for period, value, target in reversed(rows)],
            quiet=True,
        ),
    ]  # fmt: skip


def _said_value(value: float | None, figure: Figure, tongue: Tongue) -> str:
    return spoken(value, figure.format, tongue).plain


def _said_target(target: float | tuple[float, float] | None, figure: Figure, tongue: Tongue) -> str | None:
    if target is None:
        return None
    ends = target if isinstance(target, tuple) else (target,)
    return " to ".join(spoken(end, figure.format, tongue).plain for end in ends)
