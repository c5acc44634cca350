"""The unit's page: its measures and how each reaches the customer, what is above and beneath it."""

from __future__ import annotations

from scorecard.board.ahead import exported, landing
from scorecard.board.figures import figure, is_measured, shows_at, unit_label
from scorecard.board.handoffs import handoffs
from scorecard.board.stand import Stand
from scorecard.board.strands import hurts, way_up
from scorecard.board.voices import voices
from scorecard.org import Unit
from scorecard.view import Figure, LineOfSight, UnitView

MEASURES_SHOWN = 8
"""What people can hold at once."""


def unit(stand: Stand) -> UnitView:
    """The page of the unit stood at."""
    own = stand.unit

    def named(members: tuple[Unit, ...]) -> tuple[tuple[Unit, str], ...]:
        return tuple((member, unit_label(stand.generation, member)) for member in members)

    return UnitView(
        unit=own,
        label=unit_label(stand.generation, own),
        level_label=own[0].replace("_", " ").capitalize(),
        person=own[0] == stand.definition.organisation.people,
        above=named(stand.lineage[:-1]),
        beneath=named(tuple(dict.fromkeys(stand.org.unit_of(row) for row in stand.beneath()))),
        measures=tuple(line_of_sight(stand, found) for found in measures(stand)),
        voices=voices(stand),
        exported=exported(stand),
        handoffs=handoffs(stand),
    )


def measures(stand: Stand, most: int = MEASURES_SHOWN) -> tuple[Figure, ...]:
    """The unit's own measures: its own department's first; a signal for the worse, then the hardest pull upward."""
    shown = [name for name in stand.definition.metrics if shows_at(stand, name) and is_measured(stand, name)]

    def order(name: str) -> tuple[bool, bool, float, str]:
        signal = figure(stand, name).variation == "worsening"
        return (_is_apart(stand, name), not signal, hurts(stand, name), name)

    return tuple(figure(stand, name) for name in sorted(shown, key=order)[:most])


def _is_apart(stand: Stand, name: str) -> bool:
    """Whether a measure belongs to another department than the one stood in."""
    owner, lineage = stand.definition.metrics[name].owner, stand.lineage
    return owner is not None and len(lineage) > 1 and owner not in {id_ for _, id_ in lineage}


def line_of_sight(stand: Stand, own: Figure) -> LineOfSight:
    """How a measure reaches an outcome, in metrics and in the words of the unit's department."""
    path = way_up(stand, own.metric)
    department = next((id_ for _, id_ in stand.lineage if id_ in own.words), "default")
    return LineOfSight(
        figure=own,
        path=path,
        labels=tuple(stand.definition.label(name) for name in path),
        sentence=own.words.get(department) or own.description,
        landing=landing(stand, own.metric),
    )
