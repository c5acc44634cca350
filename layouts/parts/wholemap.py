"""The whole map: the customer's journey across, the organisation down, and every strand between two measures.

A service blueprint and a driver tree in one picture. Up to thirty measures stand open; of more, those on a live strand
do and the others fold into a count, cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from htpy import Element, a, details, div, h2, li, p, q, section, span, summary, ul
from markupsafe import Markup

from layouts import marks
from layouts.markup import classes, html_of, safe_href
from layouts.parts import figure as of
from layouts.parts.journey import Step, step_link
from layouts.parts.text import said_where
from layouts.parts.thread import Tie, pull_words, strands_json
from layouts.words import Tongue, counted
from scorecard.view import Figure, Strand, Whole

OPEN = 30
"""How many measures stand open at once; of a larger thread the hardest pulls."""
OUTCOMES = "Customer outcomes"
# Of a card that a page has thirty of, what is the same in each is made once.
_LABEL, _VALUE, _SAID = span(".card-label"), span(".node-value"), span(".said")
_TARGET, _PULL = span(".card-target"), span(".card-pull")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the map is laid out on."""

    steps: Sequence[Step]
    lanes: Sequence[str]
    """The names of the rows, outcomes first."""
    lane_of: Callable[[Figure], str]
    live: frozenset[str]
    """Measures on the golden strand or on the path that was asked: they always stand open."""
    href: Callable[[Figure], str]


@dataclass(frozen=True, slots=True)
class _Column:
    """A step of the journey with its measures by lane; without a step, what belongs to none."""

    step: Step | None
    cells: Mapping[str, Sequence[Figure]]


def whole_map(whole: Whole, ground: Ground, tongue: Tongue, *, up: str | None = None) -> Element:
    """The map; on a phone one step of the journey after another."""
    view = _Map(whole, ground, tongue)
    columns = view.columns()
    used = [lane for lane in ground.lanes if any(column.cells.get(lane) for column in columns)]
    strands = strands_json(_tie(strand) for strand in whole.strands)
    return div(".thread.map", data_strands=strands, data_up=safe_href(up) if up else None)[
        div(".map-grid", style=f"--steps:{len(columns)};--lanes:{len(used)}")[
            div(".lane-names", aria_hidden="true")[span, span, [span[lane] for lane in used]],
            [view.step(at, column, used) for at, column in enumerate(columns)],
        ]
    ]


def node_id(metric: str) -> str:
    """A measure's id on the map: it stands there once."""
    return f"node-{metric}"


@dataclass(frozen=True)
class _Map:
    """The board's measures and links on their way to the map."""

    whole: Whole
    ground: Ground
    tongue: Tongue

    def columns(self) -> list[_Column]:
        known = {step.stage.id for step in self.ground.steps}
        figures = self.whole.figures
        columns = [
            _Column(step, self.cells(figure for figure in figures if figure.stage == step.stage.id))
            for step in self.ground.steps
        ]
        rest = self.cells(figure for figure in figures if figure.stage not in known)
        return [*columns, _Column(None, rest)] if rest or not columns else columns

    def cells(self, mine: Iterable[Figure]) -> Mapping[str, Sequence[Figure]]:
        found: dict[str, list[Figure]] = {}
        for figure in mine:
            found.setdefault(self.ground.lane_of(figure), []).append(figure)
        return found

    @cached_property
    def open(self) -> frozenset[str]:
        """The measures that stand open: outcomes and live strands, then the hardest pulls until the map is full."""
        figures = self.whole.figures
        first = [figure.metric for figure in figures if figure.outcome or figure.metric in self.ground.live]
        others = [figure.metric for figure in figures if figure.metric not in first]
        return frozenset([*first, *others[: max(OPEN - len(first), 0)]])

    @cached_property
    def pulls(self) -> Mapping[str, str]:
        """What each measure on the golden strand does to the one above it, in words."""
        by_name = {figure.metric: figure for figure in self.whole.figures}
        gold = [strand for strand in self.whole.strands if strand.gold and strand.parent in by_name]
        words = {strand: pull_words(strand, by_name[strand.parent], self.tongue) for strand in gold}
        return {s.child: f"{said} of {by_name[s.parent].label}" for s, said in words.items() if said}

    @cached_property
    def golden(self) -> frozenset[str]:
        """The measures that the golden strand runs through."""
        return frozenset(end for s in self.whole.strands if s.gold for end in (s.parent, s.child))

    def step(self, at: int, column: _Column, lanes: Sequence[str]) -> Element:
        name = f"map-step-{at}"
        chosen = column.step is not None and column.step.chosen
        return section(class_=classes(("map-step", "chosen" if chosen else None)), aria_labelledby=name)[
            h2(id=name)[step_link(column.step) if column.step else "At every step"],
            _customer(column.step, self.tongue),
            [self.cell(lane, column.cells.get(lane, ())) for lane in lanes],
        ]

    def cell(self, lane: str, figures: Sequence[Figure]) -> Element:
        if not figures:
            return div(".cell.bare")
        shown = [li[self.node(lane, figure)] for figure in figures if figure.metric in self.open]
        hidden = [li[self.node(lane, figure)] for figure in figures if figure.metric not in self.open]
        return div(".cell")[p(".cell-lane")[lane], ul[shown, li[_folded(hidden, self.tongue)] if hidden else None]]

    def node(self, lane: str, figure: Figure) -> Markup:
        """A measure's small card, written out where it is made."""
        return html_of(self._node(lane, figure))

    def _node(self, lane: str, figure: Figure) -> Element:
        words, pull = of.words_of(figure, self.tongue), self.pulls.get(figure.metric)
        on = figure.metric in self.golden
        return a(
            id=node_id(figure.metric),
            class_=classes(("card", "node", of.status_class(figure), "on" if on else None)),
            href=safe_href(self.ground.href(figure)),
            data_lane=lane,
        )[
            _LABEL[figure.label],
            " ",
            _VALUE[marks.status_icon(figure.status), _SAID[words.status, " "], of.value(words.value)],
            " ",
            _TARGET[f"target {words.target.plain}"] if words.target else None,
            _PULL[f" {pull}"] if pull else None,
        ]


def _tie(strand: Strand) -> Tie:
    return Tie(node_id(strand.parent), node_id(strand.child), strand.gold, strand.kind == "guardrail")


def _customer(step: Step | None, tongue: Tongue) -> Element:
    """What a customer should be able to say at a step, and what one said last."""
    if step is None:
        return div(".map-customer")
    heard = step.stage.voices[0] if step.stage.voices else None
    return div(".map-customer")[
        p[q[step.stage.customer]] if step.stage.customer else None,
        p(".heard")[span(".meta")["Lately: "], q(title=said_where(replace(heard, stage=None), tongue))[heard.text]]
        if heard
        else None,
    ]


def _folded(hidden: Sequence[Element], tongue: Tongue) -> Element:
    return details(".more")[
        summary[f"{counted(len(hidden), 'more', 'more', tongue=tongue)}, pulling less"], ul(".card-list")[hidden]
    ]
