"""The executive's page: are we keeping our promise, and where does it break?"""

from __future__ import annotations

from dataclasses import replace

from htpy import Element, p

from layouts.ask import Ask
from layouts.markup import html_of
from layouts.parts import ahead
from layouts.parts.journey import Step, ribbon
from layouts.parts.moves import move_words, moves
from layouts.parts.states import empty
from layouts.parts.story import story_sentences, story_strip
from layouts.parts.thread import Addresses, drill_down
from layouts.screens.heading import heading
from layouts.screens.places import Owners, owner_names, place_of, places
from layouts.screens.sheet import Body
from layouts.words import Tongue
from scorecard.board import Board
from scorecard.tree import Tree
from scorecard.view import InHand, Moment, NotFound, PullKind, StageView, Story, ThreadView

TITLE = "What our customers feel, and why"
_KNOWN: dict[PullKind, str] = {
    "attributed": "The pulls on the golden strand are split exactly: the parts add up to the whole.",
    "estimated": "The pulls on the golden strand are estimated from evidence in the data.",
    "claimed": "The pulls on the golden strand are the definition's own claims, not yet weighed against the data.",
}


def page(board: Board, ask: Ask, moment: Moment) -> Body | NotFound:
    """The thread of a unit, opened along the address's path."""
    view = board.thread(moment, ask.unit, ask.path)
    if isinstance(view, NotFound):
        return view
    head = board.head()
    tongue, tree = Tongue.of(head), Tree.of(board.definition)
    story = _owned(owner_names(board, moment), view.story)
    if any(isinstance(move, InHand) for move in view.moves):
        story = replace(story, change=None)  # it is said with its verdict there
    at_top = ask.unit is None
    title = TITLE if at_top else f"{TITLE}: {view.unit_label}"
    content = html_of(
        heading(title, head, tongue, p(".promise")[head.promise] if head.promise else None),
        places(board, place_of(board, ask), moment, lambda unit: ask.thread().at(unit)),
        story_strip(story, tongue),
        moves(view.moves, view.alarms, tongue),
        ribbon([_step(stage, ask, view, tree) for stage in view.stages]),
        _columns(ask, view, tree, tongue),
        _how_known(view),
        ahead.outcome(view.landing, view.needs, ahead.Names(board.definition), tongue),
    )
    told = [*story_sentences(story, tongue), *(move_words(move, tongue) for move in view.moves)]
    return Body(title, "thread", (content,), " ".join([title + ".", *filter(None, told)]))


def _columns(ask: Ask, view: ThreadView, tree: Tree, tongue: Tongue) -> Element:
    if not view.columns[0].figures:
        return empty("The definition names no customer outcome yet: mark a metric of the top level `outcome: true`.")
    addresses = Addresses(
        metric=lambda figure: ask.metric(figure.metric).address,
        opened=lambda path: ask.thread(*path).address,
        feeders=lambda metric: len(tree.fed_by(metric)),
    )
    return drill_down(view.columns, addresses, tongue)


def _owned(owners: Owners, story: Story) -> Story:
    """The story with its owner by name."""
    if story.root is None:
        return story
    return replace(story, root=replace(story.root, owner=owners(story.root.owner)))


def _step(stage: StageView, ask: Ask, view: ThreadView, tree: Tree) -> Step:
    """A stage opens the thread down to its worst measure; one without a measure stays where one is."""
    aim = stage.worst or next(iter(stage.figures), None)
    way = _way_down(tree, aim.metric) if aim else ()
    root = view.gold.figures[-1] if view.gold else None
    return Step(
        stage,
        href=ask.thread(*(way or ask.path)).address,
        chosen=bool(way) and ask.path == way,
        gold=root is not None and root.stage == stage.id,
    )


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


def _how_known(view: ThreadView) -> Element | None:
    golden = view.gold
    return p(".meta.how-known")[_KNOWN[golden.pull_kind]] if golden and golden.strands else None
