"""The executive's page: the story, the journey, the columns of the drill-down, the golden strand."""

from __future__ import annotations

from scorecard.board.ahead import landing, needs
from scorecard.board.figures import figure, is_measured, unit_label, worst_first
from scorecard.board.metrics import breakdown
from scorecard.board.reasons import moves
from scorecard.board.signs import alarms
from scorecard.board.stand import Stand
from scorecard.board.strands import feeders, gold, hurts, strand
from scorecard.board.voices import voices
from scorecard.definition import Change, Stage
from scorecard.view import Column, Figure, Gold, StageView, Story, ThreadView, Whole

VOICES = 2
"""How many customers speak at a step of the journey."""


def thread(stand: Stand, path: tuple[str, ...] = (), *, whole: bool = False) -> ThreadView:
    """The thread where one stands, opened along ``path`` (default: the golden strand)."""
    outcomes = tuple(figure(stand, metric) for metric in stand.definition.outcomes)
    chosen = path[0] if path else most_in_need(outcomes)
    golden = gold(stand, chosen) if chosen else None
    along = path or tuple(found.metric for found in (golden.figures if golden else ()))
    story = story_of(stand, golden)
    return ThreadView(
        moment=stand.moment,
        unit=stand.unit,
        unit_label=unit_label(stand.generation, stand.unit),
        story=story,
        stages=tuple(_stage(stand, stage) for stage in stand.definition.journey),
        columns=(Column(None, outcomes, (), along[0] if along else None), *_columns(stand, along, golden)),
        gold=golden,
        path=along,
        moves=moves(stand, story),
        alarms=alarms(stand),
        landing=landing(stand, chosen) if chosen else None,
        needs=needs(stand, chosen) if chosen else None,
        whole=_whole(stand, golden) if whole else None,
    )


def _whole(stand: Stand, golden: Gold | None) -> Whole:
    """Every measure there is here, and every link between two of them."""
    drawn = {(link.parent, link.child): link for link in golden.strands} if golden else {}
    failed = stand.generation.snapshot.failed
    names = [name for name in stand.definition.metrics if is_measured(stand, name) or name in failed]
    links = [link for link in stand.tree.links if link.metric in names and link.feeds in names]
    return Whole(
        figures=tuple(figure(stand, name) for name in sorted(names, key=lambda name: (hurts(stand, name), name))),
        strands=tuple(drawn.get((link.feeds, link.metric)) or strand(stand, link) for link in links),
    )


def most_in_need(outcomes: tuple[Figure, ...]) -> str | None:
    """The outcome furthest from kept: by status, then in the order they are written."""
    return min(outcomes, key=lambda found: worst_first(found)[0]).metric if outcomes else None


def _columns(stand: Stand, along: tuple[str, ...], golden: Gold | None) -> list[Column]:
    drawn = {(link.parent, link.child): link for link in golden.strands} if golden else {}
    failed, columns = stand.generation.snapshot.failed, []
    for at, metric in enumerate(along):
        links = [
            link for link in feeders(stand, metric) if is_measured(stand, link.metric) or link.metric in failed
        ]  # fmt: skip
        if links:
            columns.append(
                Column(
                    of=figure(stand, metric),
                    figures=tuple(figure(stand, link.metric) for link in links),
                    strands=tuple(drawn.get((link.feeds, link.metric)) or strand(stand, link) for link in links),
                    selected=along[at + 1] if at + 1 < len(along) else None,
                )
            )
    return columns


def story_of(stand: Stand, golden: Gold | None) -> Story:
    """The story that a golden strand tells where one stands."""
    if golden is None:
        return Story(None, None, None, None, None)
    root = golden.figures[-1]
    below = (found for found in breakdown(stand, root.metric) if found.status == "missed")
    worst = next(below, None)
    person = worst is not None and worst.unit[0] == stand.definition.organisation.people
    return Story(golden.figures[0], golden, root, None if person else worst, _under_way(stand, golden))


def _under_way(stand: Stand, golden: Gold) -> Change | None:
    """The newest change meant to move something on the golden strand, once it is live."""
    strung = {found.metric for found in golden.figures}
    today = stand.generation.snapshot.as_of.date()
    live = [
        change for change in stand.definition.changes
        if change.moves and change.moves.metric in strung and change.from_ <= today
    ]  # fmt: skip
    return max(live, key=lambda change: change.from_, default=None)


def _stage(stand: Stand, stage: Stage) -> StageView:
    figures = tuple(
        figure(stand, metric)
        for metric, about in stand.definition.metrics.items()
        if about.stage == stage.id and is_measured(stand, metric)
    )
    moment = stage.moment_of_truth
    return StageView(
        id=stage.id,
        label=stage.label or stage.id.replace("_", " ").capitalize(),
        customer=stage.customer,
        owner=stage.owner,
        moment_of_truth=moment.label if moment else None,
        weight=moment.weight if moment else 1.0,
        figures=figures,
        worst=min((found for found in figures if found.status != "unknown"), key=worst_first, default=None),
        voices=voices(stand, stage.id, limit=VOICES),
    )
