"""The metric's page: its figure, the thread through it, its units, what changed and what customers said."""

from __future__ import annotations

from scorecard.board import breakdown as table
from scorecard.board.ahead import exported, landing, needs
from scorecard.board.figures import figure, is_measured, shows_at, worst_first
from scorecard.board.reasons import effects, links, split
from scorecard.board.signs import chart
from scorecard.board.stand import Stand
from scorecard.board.strands import feeders, strand, way_up
from scorecard.board.voices import voices
from scorecard.definition import Change, Definition
from scorecard.listing import Breakdown, Wanted
from scorecard.plain import how, sources
from scorecard.view import Figure, MetricView


def metric(stand: Stand, asked: str) -> MetricView:
    """A metric's page."""
    own, tree = figure(stand, asked), stand.tree
    return MetricView(
        figure=own,
        rail=tuple(figure(stand, above) for above in reversed(way_up(stand, asked))),
        feeds=tuple((strand(stand, link), figure(stand, link.feeds)) for link in tree.feeds(asked)),
        fed_by=tuple((strand(stand, link), figure(stand, link.metric)) for link in feeders(stand, asked)),
        units=_first_units(stand, asked),
        changes=changes(stand.definition, asked),
        voices=voices(stand, own.stage),
        periods=stand.moment.periods[: stand.moment.position + 1],
        formula=how(stand.definition, asked),
        source=", ".join(sources(stand.definition, asked)) or None,
        links=links(stand, asked),
        split=split(stand, asked),
        chart=chart(stand, asked),
        effects=effects(stand, asked),
        landing=landing(stand, asked),
        needs=needs(stand, asked),
        exported=exported(stand, asked),
    )


def _first_units(stand: Stand, asked: str) -> tuple[Figure, ...]:
    """The first page of the metric's table: a level of thousands is paged, and only a page becomes figures."""
    found = table.breakdown(stand, asked, Wanted())
    return tuple(row.figure for row in found.rows) if isinstance(found, Breakdown) else ()


def breakdown(stand: Stand, asked: str) -> tuple[Figure, ...]:
    """The same metric in the units beneath, each one's line within this unit, furthest short first.

    Where only one unit has it, that is this unit over again: the units beneath that one are told instead. People
    stand in the order of their names: a ranking of people is never made.
    """
    beneath = [below for row in stand.beneath() if shows_at(below := stand.at(row), asked)]
    measured = [below for below in beneath if is_measured(below, asked)]
    figures = [figure(below, asked) for below in measured]
    if figures and figures[0].unit[0] == stand.definition.organisation.people:
        return tuple(sorted(figures, key=lambda found: found.unit_label))
    deeper = breakdown(measured[0], asked) if len(measured) == 1 else ()
    return deeper or tuple(sorted(figures, key=worst_first))


def changes(definition: Definition, asked: str) -> tuple[Change, ...]:
    """The changes of process that said they would move this metric, newest first."""
    meant = [change for change in definition.changes if change.moves and change.moves.metric == asked]
    return tuple(sorted(meant, key=lambda change: change.from_, reverse=True))
