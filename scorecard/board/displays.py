"""Wall screens: what each scene shows. A wall never shows a person, and never ranks anybody."""

from __future__ import annotations

from scorecard.board.figures import figure, is_measured, unit_label
from scorecard.board.generation import Generation
from scorecard.board.strands import gold
from scorecard.board.threads import thread
from scorecard.board.units import measures
from scorecard.board.voices import voices
from scorecard.definition import Display, Scene
from scorecard.org import Unit
from scorecard.people.principal import Principal
from scorecard.view import DisplayView, Figure, Moment, SceneView

NUMBERS, STRANDS, MEASURES = 4, 4, 6
"""The most values one scene may hold, to be read from eight metres in three seconds."""


def display(generation: Generation, principal: Principal, moment: Moment, wall: Display, unit: Unit) -> DisplayView:
    """A wall screen at a moment, for its unit."""
    scenes = (_scene(generation, principal, moment, unit, kind) for kind in wall.scenes)
    return DisplayView(
        id=wall.id,
        label=wall.label or unit_label(generation, unit),
        unit=unit,
        unit_label=unit_label(generation, unit),
        inches=wall.screen.inches,
        metres=wall.screen.metres,
        rotate=float(wall.rotate.seconds),
        scenes=tuple(scene for scene in scenes if scene is not None),
        moment=moment,
    )


def _scene(generation: Generation, principal: Principal, moment: Moment, unit: Unit, kind: Scene) -> SceneView | None:
    """One scene, or none where there is nothing to show in it."""
    view = thread(generation, principal, moment, _top(generation), ())
    match kind:
        case "number":
            outcomes = view.columns[0].figures
            first = [found for found in outcomes if view.gold and found.metric == view.gold.figures[0].metric]
            figures = (*first, *(found for found in outcomes if found not in first))[:NUMBERS]
            return SceneView(kind, figures) if figures else None
        case "thread" | "story":
            return _strand(generation, moment, unit, view.gold.figures[0].metric if view.gold else None, kind)
        case "today":
            figures = measures(generation, moment, unit, MEASURES)
            return SceneView(kind, figures) if figures else None
        case "voice":
            said = voices(generation, unit, limit=6)
            return SceneView(kind, (), voices=said) if said else None


def _strand(generation: Generation, moment: Moment, unit: Unit, outcome: str | None, kind: Scene) -> SceneView | None:
    """The golden strand from the floor up to the customer: the unit's own figures where it has them."""
    if outcome is None:
        return None
    row, top = generation.org.row_of[unit], generation.org.row_of[_top(generation)]
    strung = gold(generation, outcome, row, moment)
    if len(strung.figures) == 1:
        strung = gold(generation, outcome, top, moment)
    names = [found.metric for found in strung.figures]
    names = [*names[: STRANDS - 1], names[-1]] if len(names) > STRANDS else names
    figures: list[Figure] = [
        figure(generation, name, row if is_measured(generation, name, row, moment) else top, moment)
        for name in reversed(names)
    ]
    why = next((drawn.why for drawn in reversed(strung.strands) if drawn.why), None)
    return SceneView(kind, tuple(figures), strung.strands, sentence=why)


def _top(generation: Generation) -> Unit:
    return generation.org.unit_of(0)
