"""The metric's page: its figure, the thread through it, its units, what changed and what customers said."""

from __future__ import annotations

from scorecard.board.figures import figure, is_measured, shows_at
from scorecard.board.generation import Generation
from scorecard.board.strands import strand, way_up
from scorecard.board.units import beneath
from scorecard.board.voices import voices
from scorecard.definition import Change
from scorecard.org import Unit
from scorecard.people.principal import Principal
from scorecard.plain import how, sources
from scorecard.view import Figure, MetricView, Moment

_WORST_FIRST = {"missed": 0, "near": 1, "met": 2, "unknown": 3}


def metric(generation: Generation, principal: Principal, moment: Moment, unit: Unit, asked: str) -> MetricView:
    """A metric's page for a unit at a moment."""
    tree, row = generation.tree, generation.org.row_of[unit]
    own = figure(generation, asked, row, moment)
    return MetricView(
        figure=own,
        rail=tuple(figure(generation, above, row, moment) for above in reversed(way_up(generation, asked))),
        feeds=tuple(
            (strand(generation, link, row, moment), figure(generation, link.parent, row, moment))
            for link in tree.feeds(asked)
        ),
        fed_by=tuple(
            (strand(generation, link, row, moment), figure(generation, link.child, row, moment))
            for link in tree.fed_by(asked)
        ),
        units=breakdown(generation, principal, moment, unit, asked),
        changes=changes(generation, asked),
        voices=voices(generation, unit, own.stage),
        periods=moment.periods[: moment.position + 1],
        formula=how(generation.definition, asked),
        source=", ".join(sources(generation.definition, asked)) or None,
    )


def breakdown(
    generation: Generation, principal: Principal, moment: Moment, unit: Unit, asked: str
) -> tuple[Figure, ...]:
    """The same metric in the units right beneath, each one's line within this unit, furthest short first.

    People stand in the order of their names: a ranking of people is never made.
    """
    org = generation.org
    seen = set(beneath(generation, principal, unit))
    rows = [row for row in org.children(unit) if org.unit_of(row) in seen]
    people = generation.definition.organisation.people
    figures = [
        figure(generation, asked, row, moment)
        for row in rows if shows_at(generation, asked, org.level_of(row)) and is_measured(generation, asked, row, moment)
    ]  # fmt: skip
    if figures and figures[0].unit[0] == people:
        return tuple(sorted(figures, key=lambda found: found.unit_label))
    return tuple(sorted(figures, key=_shortfall))


def _shortfall(found: Figure) -> tuple[int, float, str]:
    return (_WORST_FIRST[found.status], found.gap if found.gap is not None else 0.0, found.unit_label)


def changes(generation: Generation, asked: str) -> tuple[Change, ...]:
    """The changes of process that said they would move this metric, newest first."""
    meant = [change for change in generation.definition.changes if change.moves and change.moves.metric == asked]
    return tuple(sorted(meant, key=lambda change: change.from_, reverse=True))
