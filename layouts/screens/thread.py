"""The executive's page: are we keeping our promise, and where does it break?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from htpy import Element, Node, div, p

from layouts.ask import Ask
from layouts.markup import html_of
from layouts.parts import ahead
from layouts.parts.journey import Step, ribbon, stage_note
from layouts.parts.moves import alarm_words
from layouts.parts.promise import Answer, answers, promise_head
from layouts.parts.states import empty
from layouts.parts.story import Leads, story_answers
from layouts.parts.thread import Addresses, drill_down, rail
from layouts.parts.tour import tour, tour_again
from layouts.parts.wholemap import OUTCOMES, Ground, whole_map
from layouts.screens.frame import as_of_line
from layouts.screens.places import owner_names
from layouts.screens.sheet import Body
from layouts.words import Tongue, counted, listed
from scorecard.board import TOP, Board
from scorecard.definition import Definition
from scorecard.head import Head, Moment
from scorecard.org import Unit
from scorecard.tree import Tree
from scorecard.view import Figure, NotFound, PullKind, StageView, ThreadView

TITLE = "What our customers feel, and why"
_KNOWN: dict[PullKind, str] = {
    "attributed": "The pulls on the golden strand are split exactly: the parts add up to the whole.",
    "estimated": "The pulls on the golden strand are estimated from evidence in the data.",
    "claimed": "The pulls on the golden strand are the definition's own claims, not yet weighed against the data.",
}


def page(board: Board, ask: Ask, moment: Moment) -> Body | NotFound:
    """The thread of a unit, opened along the address's path, as columns or as the whole map."""
    if ask.stage and ask.stage not in {stage.id for stage in board.definition.journey}:
        return NotFound(f"there is no step {ask.stage!r} of the journey")
    view = board.thread(moment, ask.unit, ask.path, whole=ask.view == "map")
    if isinstance(view, NotFound):
        return view
    return _Screen(board, ask, view, board.head()).body()


@dataclass(frozen=True)
class _Screen:
    """One thread on its way to a page."""

    board: Board
    ask: Ask
    view: ThreadView
    head: Head

    @cached_property
    def tongue(self) -> Tongue:
        return Tongue.of(self.head)

    @cached_property
    def tree(self) -> Tree:
        return Tree.of(self.definition)

    @property
    def definition(self) -> Definition:
        return self.board.definition

    def body(self) -> Body:
        title = TITLE if self.ask.unit is None else f"{TITLE}: {self.view.unit_label}"
        told = self.answers()
        content = html_of(
            promise_head(self.head.promise, title, self.promised_by(), as_of_line(self.head, self.tongue)),
            answers(told),
            self.picture(),
            div(".footnotes")[self.known(), self.alarms(), tour_again()],
            ahead.outcome(self.view.landing, self.view.needs, ahead.Names(self.definition), self.tongue),
            tour(),
        )
        return Body(title, "thread", (content,), self.says(title, told))

    def promised_by(self) -> str:
        """Whose promise it is, and where one stands."""
        whose = "What we promise our customers" if self.head.promise else "Our customers"
        return whose if self.ask.unit is None else f"{whose}, at {self.view.unit_label}"

    def answers(self) -> list[Answer]:
        story = self.view.story
        if story.root is None:
            return story_answers(story, self.view.moves, Leads(None, None, None, None), self.tongue)
        root, at = story.root, story.worst_unit.unit if story.worst_unit else self.ask.unit
        named = replace(story, root=replace(root, owner=owner_names(self.board)(root.owner)))
        stage = next((stage.label for stage in self.view.stages if stage.id == root.stage), None)
        leads = Leads(
            stage,
            named.root.owner if named.root else None,
            self.place(at).address,
            self.ask.metric(root.metric).address,
        )
        return story_answers(named, self.view.moves, leads, self.tongue)

    def place(self, unit: Unit | None) -> Ask:
        """The thread at another unit."""
        top = (self.definition.organisation.levels[0], TOP)
        return replace(self.ask.thread(), unit=None if unit == top else unit, stage=None)

    def says(self, title: str, told: list[Answer]) -> str:
        """Read out when the page opens: what was opened, or else the three answers."""
        opened = next((column for column in reversed(self.view.columns) if column.of), None)
        if self.ask.path and opened and opened.of:
            first = listed([figure.label for figure in opened.figures[:3]], self.tongue)
            many = counted(len(opened.figures), "measure", tongue=self.tongue)
            return f"Opened {opened.of.label}: {many} feed it, first {first}."
        return " ".join([f"{title}.", *(f"{one.question} {one.answer}. {one.sentence}" for one in told)])

    def picture(self) -> Node:
        if not self.view.columns[0].figures:
            return empty(
                "The definition names no customer outcome yet: mark a metric of the top level `outcome: true`."
            )
        steps = [self.step(stage) for stage in self.view.stages]
        if self.view.whole:
            return [self.way(), whole_map(self.view.whole, self.ground(steps), self.tongue, up=self.up())]
        noted = self.noted()
        return [ribbon(steps), stage_note(noted, self.tongue) if noted else None, self.way(), self.columns()]

    def columns(self) -> Element:
        addresses = Addresses(
            metric=lambda figure: self.ask.metric(figure.metric).address,
            opened=lambda path: self.ask.thread(*path).address,
            feeders=lambda metric: len(self.tree.fed_by(metric)),
        )
        return drill_down(self.view.columns, addresses, self.tongue, stage=self.ask.stage, up=self.up())

    def ground(self, steps: list[Step]) -> Ground:
        """What the map is laid out on: the levels of the organisation under the outcomes."""
        levels = {level: level.replace("_", " ").capitalize() for level in self.head.levels}
        golden = {figure.metric for figure in self.view.gold.figures} if self.view.gold else set()

        def lane(figure: Figure) -> str:
            return OUTCOMES if figure.outcome else levels[self.definition.level(figure.metric)]

        return Ground(
            steps, (OUTCOMES, *levels.values()), lane, frozenset(golden | {*self.ask.path}),
            lambda figure: self.ask.metric(figure.metric).address,
        )  # fmt: skip

    def step(self, stage: StageView) -> Step:
        """A step opens the thread down to its worst measure and brings its own to the front; again closes it."""
        aim = stage.worst or next(iter(stage.figures), None)
        way = _way_down(self.tree, aim.metric) if aim else ()
        chosen = self.ask.stage == stage.id
        path = () if self.ask.view == "map" else way
        asked = replace(self.ask.thread(*(() if chosen else path)), stage=None if chosen else stage.id)
        return Step(stage, asked.address, chosen, gold=stage.id == self.broken())

    def broken(self) -> str | None:
        """The step of the journey where the golden strand begins."""
        return self.view.gold.figures[-1].stage if self.view.gold else None

    def noted(self) -> StageView | None:
        """The step whose customers are heard: the one chosen, else the one where the golden strand begins."""
        wanted = self.ask.stage or self.broken()
        return next((stage for stage in self.view.stages if stage.id == wanted), None)

    def way(self) -> Element | None:
        """The gold rail back up from what was opened, outcome first."""
        if not self.ask.path:
            return None
        labels = [self.definition.label(metric) for metric in self.ask.path]
        back = [self.ask.thread(*self.ask.path[:at]).address for at in range(len(labels))]
        return rail([("All outcomes", back[0]), *zip(labels[:-1], back[1:], strict=True), (labels[-1], None)])

    def up(self) -> str | None:
        """One step up: out of what was opened, out of the step that was chosen, then up the organisation."""
        if self.ask.path or self.ask.stage:
            return replace(self.ask.thread(*self.ask.path[:-1]), stage=None).address
        place = self.board.place(self.view.unit)
        above = () if isinstance(place, NotFound) else place.above
        return self.place(above[-1][0]).address if above else None

    def known(self) -> Element | None:
        golden = self.view.gold
        return p(".meta.how-known")[_KNOWN[golden.pull_kind]] if golden and golden.strands else None

    def alarms(self) -> Element | None:
        said = alarm_words(self.view.alarms, self.tongue) if self.view.alarms else ""
        return p(".meta")[said] if said else None


def _way_down(tree: Tree, metric: str) -> tuple[str, ...]:
    """A shortest way from an outcome down to a metric; empty where it leads to none."""
    ways: list[tuple[str, ...]] = [(metric,)]
    seen = {metric}
    for way in ways:
        if way[0] in tree.outcomes:
            return way
        above = [link.feeds for link in tree.feeds(way[0]) if link.feeds not in seen]
        seen.update(above)
        ways.extend((name, *way) for name in above)
    return ()
