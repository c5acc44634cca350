"""Wall screens: what each scene shows. A wall never shows a person, and never ranks anybody."""

from __future__ import annotations

from scorecard.board.figures import figure, is_measured, unit_label
from scorecard.board.stand import Stand
from scorecard.board.strands import gold
from scorecard.board.threads import thread
from scorecard.board.units import measures
from scorecard.board.voices import voices
from scorecard.definition import Display, Scene
from scorecard.view import DisplayView, Figure, Gold, SceneView

NUMBERS, STRANDS, MEASURES, VOICES = 4, 4, 6, 6
"""The most one scene may hold, to be read from eight metres in three seconds."""


def display(stand: Stand, wall: Display) -> DisplayView:
    """A wall screen, for the unit stood at."""
    name = unit_label(stand.generation, stand.unit)
    scenes = (_scene(stand, kind) for kind in wall.scenes)
    return DisplayView(
        id=wall.id,
        label=wall.label or name,
        unit=stand.unit,
        unit_label=name,
        inches=wall.screen.inches,
        metres=wall.screen.metres,
        rotate=float(wall.rotate.seconds),
        scenes=tuple(scene for scene in scenes if scene is not None),
        moment=stand.moment,
    )


def _scene(stand: Stand, kind: Scene) -> SceneView | None:
    """One scene, or none where there is nothing to show in it."""
    match kind:
        case "number":
            found = _numbers(stand.at(0))
            return SceneView(kind, found) if found else None
        case "thread" | "story":
            return _staircase(stand, kind)
        case "today":
            found = measures(stand, MEASURES)
            return SceneView(kind, found) if found else None
        case "voice":
            said = voices(stand, limit=VOICES)
            return SceneView(kind, (), voices=said) if said else None


def _numbers(top: Stand) -> tuple[Figure, ...]:
    """The outcomes of the whole company, the one in most need first."""
    view = thread(top)
    outcomes = view.columns[0].figures
    first = view.columns[0].selected
    return tuple(sorted(outcomes, key=lambda found: found.metric != first))[:NUMBERS]


def _staircase(stand: Stand, kind: Scene) -> SceneView | None:
    """The golden strand from the floor up to the customer: the unit's own figures where it has them."""
    strung = _strung(stand)
    if strung is None:
        return None
    names = [found.metric for found in reversed(strung.figures)]
    names = [*names[: STRANDS - 1], names[-1]] if len(names) > STRANDS else names
    steps = (stand if is_measured(stand, name) else stand.at(0) for name in names)
    figures = tuple(figure(step, name) for step, name in zip(steps, names, strict=True))
    why = next((drawn.why for drawn in reversed(strung.strands) if drawn.why), None)
    return SceneView(kind, figures, strung.strands, sentence=why)


def _strung(stand: Stand) -> Gold | None:
    """The unit's own golden strand; the company's where nothing of the unit's own is short."""
    top = thread(stand.at(0)).gold
    own = gold(stand, top.figures[0].metric) if top else None
    return own if own and own.strands else top
