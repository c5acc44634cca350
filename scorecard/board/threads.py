"""The executive's page: the story, the journey, the columns of the drill-down, the golden strand."""

from __future__ import annotations

from scorecard.board.figures import figure, is_measured, unit_label
from scorecard.board.generation import Generation
from scorecard.board.metrics import breakdown
from scorecard.board.strands import feeders, gold, strand
from scorecard.definition import Change, Stage
from scorecard.org import Unit
from scorecard.people.principal import Principal
from scorecard.view import Column, Figure, Gold, Moment, StageView, Story, ThreadView

_WORST_FIRST = {"missed": 0, "near": 1, "met": 2, "unknown": 3}


def thread(
    generation: Generation, principal: Principal, moment: Moment, unit: Unit, path: tuple[str, ...]
) -> ThreadView:
    """The thread of a unit at a moment, opened along ``path`` (default: the golden strand)."""
    row = generation.org.row_of[unit]
    outcomes = tuple(figure(generation, metric, row, moment) for metric in generation.definition.outcomes)
    chosen = path[0] if path else _most_in_need(outcomes)
    golden = gold(generation, chosen, row, moment) if chosen else None
    along = path or tuple(found.metric for found in (golden.figures if golden else ()))
    return ThreadView(
        moment=moment,
        unit=unit,
        unit_label=unit_label(generation, unit),
        story=_story(generation, principal, moment, unit, golden),
        stages=tuple(_stage(generation, stage, row, moment) for stage in generation.definition.journey),
        columns=_columns(generation, outcomes, along, golden, row, moment),
        gold=golden,
        path=along,
    )


def _most_in_need(outcomes: tuple[Figure, ...]) -> str | None:
    """The outcome furthest from kept: by status, then in the order they are written."""
    return min(outcomes, key=lambda found: _WORST_FIRST[found.status]).metric if outcomes else None


def _columns(
    generation: Generation,
    outcomes: tuple[Figure, ...],
    along: tuple[str, ...],
    golden: Gold | None,
    row: int,
    moment: Moment,
) -> tuple[Column, ...]:
    edges = {(link.parent, link.child) for link in golden.strands} if golden else set()
    columns = [Column(None, outcomes, (), along[0] if along else None)]
    for at, metric in enumerate(along):
        links = [
            link for link in feeders(generation, metric, row, moment)
            if is_measured(generation, link.child, row, moment) or link.child in generation.snapshot.failed
        ]  # fmt: skip
        if not links:
            break
        columns.append(
            Column(
                of=figure(generation, metric, row, moment),
                figures=tuple(figure(generation, link.child, row, moment) for link in links),
                strands=tuple(
                    strand(generation, link, row, moment, (link.parent, link.child) in edges) for link in links
                ),
                selected=along[at + 1] if at + 1 < len(along) else None,
            )
        )
    return tuple(columns)


def _story(generation: Generation, principal: Principal, moment: Moment, unit: Unit, golden: Gold | None) -> Story:
    if golden is None:
        return Story(None, None, None, None, None)
    root = golden.figures[-1]
    worst = next(
        (found for found in breakdown(generation, principal, moment, unit, root.metric) if found.status == "missed"),
        None,
    )
    if worst and worst.unit[0] == generation.definition.organisation.people:
        worst = None
    return Story(golden.figures[0], golden, root, worst, _under_way(generation, golden))


def _under_way(generation: Generation, golden: Gold) -> Change | None:
    """The newest change meant to move something on the golden strand, once it is live."""
    strung = {found.metric for found in golden.figures}
    live = [
        change for change in generation.definition.changes
        if change.moves and change.moves.metric in strung and change.from_ <= generation.snapshot.as_of.date()
    ]  # fmt: skip
    return max(live, key=lambda change: change.from_, default=None)


def _stage(generation: Generation, stage: Stage, row: int, moment: Moment) -> StageView:
    figures = tuple(
        figure(generation, metric, row, moment)
        for metric, about in generation.definition.metrics.items()
        if about.stage == stage.id and is_measured(generation, metric, row, moment)
    )
    judged = [found for found in figures if found.status != "unknown"]
    return StageView(
        id=stage.id,
        label=stage.label or stage.id.replace("_", " ").capitalize(),
        customer=stage.customer,
        owner=stage.owner,
        moment_of_truth=stage.moment_of_truth.label if stage.moment_of_truth else None,
        weight=stage.moment_of_truth.weight if stage.moment_of_truth else 1.0,
        figures=figures,
        worst=min(judged, key=lambda found: _WORST_FIRST[found.status], default=None),
    )
