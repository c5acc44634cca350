"""The unit's page: its measures and how each reaches the customer, what is above and beneath it."""

from __future__ import annotations

from scorecard.board.figures import figure, is_measured, shows_at, unit_label
from scorecard.board.generation import Generation
from scorecard.board.strands import hurts, way_up
from scorecard.board.voices import voices
from scorecard.org import Unit
from scorecard.people.principal import Principal
from scorecard.view import Figure, LineOfSight, Moment, UnitView

MEASURES_SHOWN = 8
"""What people can hold at once."""


def unit(generation: Generation, principal: Principal, moment: Moment, asked: Unit) -> UnitView:
    """A unit's page at a moment."""
    org, people = generation.org, generation.definition.organisation.people
    above = [(*org.ancestors(asked), asked)[at] for at in range(len(org.ancestors(asked)))]
    return UnitView(
        unit=asked,
        label=unit_label(generation, asked),
        level_label=asked[0].replace("_", " ").capitalize(),
        person=asked[0] == people,
        above=tuple((member, unit_label(generation, member)) for member in above),
        beneath=tuple((member, unit_label(generation, member)) for member in beneath(generation, principal, asked)),
        measures=tuple(line_of_sight(generation, own) for own in measures(generation, moment, asked)),
        voices=voices(generation, asked),
    )


def beneath(generation: Generation, principal: Principal, asked: Unit) -> tuple[Unit, ...]:
    """The units right beneath one, each once; people only where the principal may see them."""
    org, people = generation.org, generation.definition.organisation.people
    found = dict.fromkeys(org.unit_of(row) for row in org.children(asked))
    return tuple(member for member in found if member[0] != people or principal.people)


def measures(generation: Generation, moment: Moment, asked: Unit, most: int = MEASURES_SHOWN) -> tuple[Figure, ...]:
    """The unit's own measures, the hardest pull on what they feed first."""
    row = generation.org.row_of[asked]
    shown = [
        metric for metric in generation.definition.metrics
        if shows_at(generation, metric, asked[0]) and is_measured(generation, metric, row, moment)
    ]  # fmt: skip
    near = sorted(
        shown, key=lambda metric: (_apart(generation, asked, metric), hurts(generation, metric, row, moment), metric)
    )
    return tuple(figure(generation, metric, row, moment) for metric in near[:most])


def _apart(generation: Generation, asked: Unit, metric: str) -> bool:
    """Whether a measure belongs to another department, so that it comes after a unit's own."""
    owner = generation.definition.metrics[metric].owner
    mine = {id_ for _, id_ in (*generation.org.ancestors(asked), asked)}
    return owner is not None and owner not in mine and asked[0] != generation.org.levels[0]


def line_of_sight(generation: Generation, own: Figure) -> LineOfSight:
    """How a measure reaches an outcome, in metrics and in the words of the unit's department."""
    definition = generation.definition
    path = way_up(generation, own.metric)
    department = next(
        (id_ for _, id_ in (*generation.org.ancestors(own.unit), own.unit) if id_ in own.words), "default"
    )
    return LineOfSight(
        figure=own,
        path=path,
        labels=tuple(definition.label(metric) for metric in path),
        sentence=own.words.get(department) or own.description,
    )
