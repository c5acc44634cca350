"""Wall screens: what each scene shows. A wall never shows a person, and never ranks anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scorecard.board.figures import figure, is_measured, unit_label
from scorecard.board.reasons import moves
from scorecard.board.stand import Stand
from scorecard.board.strands import gold
from scorecard.board.threads import thread
from scorecard.board.units import measures
from scorecard.board.voices import voices
from scorecard.definition import Change, Display, Scene
from scorecard.org import unit_named
from scorecard.view import Figure, Gold, VoiceView
from scorecard.wallview import DisplayView, SceneView, Tried

NUMBERS, STRANDS, MEASURES, VOICES, CHANGES = 4, 4, 6, 6, 3
"""The most one scene may hold, to be read from eight metres in three seconds."""
_VOICES_READ = 60
"""How many of the newest words are looked through for different ones: customers often say the same."""


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
        hide_after=float(wall.hide_after.seconds),
    )


def _scene(stand: Stand, kind: Scene) -> SceneView | None:
    """One scene, or none where there is nothing to show in it."""
    match kind:
        case "number":
            found = _numbers(stand.at(0))
            return SceneView(kind, found) if found else None
        case "thread":
            return _staircase(stand)
        case "today":
            return _today(stand)
        case "voice":
            said = _voices(stand)
            return SceneView(kind, (), voices=said) if said else None
        case "story":
            return _story(stand)
        case "leaderless":
            return _to_talk_about(stand)


def _numbers(top: Stand) -> tuple[Figure, ...]:
    """The outcomes of the whole company, the one in most need first."""
    view = thread(top)
    outcomes = view.columns[0].figures
    first = view.columns[0].selected
    return tuple(sorted(outcomes, key=lambda found: found.metric != first))[:NUMBERS]


def _staircase(stand: Stand) -> SceneView | None:
    """The golden strand from the floor up to the customer: the unit's own figures where it has them."""
    strung = _strung(stand)
    if strung is None:
        return None
    names = [found.metric for found in reversed(strung.figures)]
    names = [*names[: STRANDS - 1], names[-1]] if len(names) > STRANDS else names
    steps = (stand if is_measured(stand, name) else stand.at(0) for name in names)
    figures = tuple(figure(step, name) for step, name in zip(steps, names, strict=True))
    why = next((drawn.why for drawn in reversed(strung.strands) if drawn.why), None)
    return SceneView("thread", figures, strung.strands, sentence=why)


def _strung(stand: Stand) -> Gold | None:
    """The unit's own golden strand; the company's where nothing of the unit's own is short."""
    top = thread(stand.at(0)).gold
    own = gold(stand, top.figures[0].metric) if top else None
    return own if own and own.strands else top


def _today(stand: Stand) -> SceneView | None:
    """The unit's measures on its newest whole day; at the calendar's own grain where days say too little."""
    day = stand.generation.moment("day") if "day" in stand.generation.released else None
    if day is not None:
        found = measures(replace(stand, moment=day), MEASURES)
        if 2 * sum(each.value is not None for each in found) > len(found):
            return SceneView("today", found, moment=day)
    found = measures(stand, MEASURES)
    return SceneView("today", found) if found else None


def _voices(stand: Stand) -> tuple[VoiceView, ...]:
    """The newest words, each said once."""
    found = {voice.text: voice for voice in reversed(voices(stand, limit=_VOICES_READ))}
    return tuple(reversed(found.values()))[:VOICES]


def _story(stand: Stand) -> SceneView | None:
    """What was changed here and what became of it; where nothing was, what moved, why and who has it in hand."""
    tried = tuple(_tried(stand, change) for change in _under_way(stand))
    if tried:
        return SceneView("story", (), tried=tried)
    told = moves(stand, thread(stand).story)
    return SceneView("story", (), moves=told) if told else None


def _under_way(stand: Stand) -> list[Change]:
    """The changes that are live where one stands, newest first."""
    today, lineage = stand.generation.snapshot.as_of.date(), set(stand.lineage)
    live = [
        change
        for change in stand.definition.changes
        if change.from_ <= today and (not change.units or lineage & {unit_named(unit) for unit in change.units})
    ]
    return sorted(live, key=lambda change: change.from_, reverse=True)[:CHANGES]


def _tried(stand: Stand, change: Change) -> Tried:
    meant = change.moves.metric if change.moves else None
    here = stand if meant is None or is_measured(stand, meant) else stand.at(0)
    effects = stand.generation.snapshot.effects
    found = next((one for one in effects if one.change == change.id and one.meant), None)
    return Tried(change, figure(here, meant) if meant else None, found)


def _to_talk_about(stand: Stand) -> SceneView | None:
    """One measure for a floor without a lead: the first that is short, then one that slips, then the first known."""
    own = measures(stand)
    first = next(_most_worth_it(own), None)
    if first is None:
        return None
    why = next((link.why for link in stand.tree.feeds(first.metric) if link.why), None)
    return SceneView("leaderless", (first,), sentence=why)


def _most_worth_it(own: tuple[Figure, ...]) -> Iterator[Figure]:
    yield from (found for found in own if found.status == "missed")
    yield from (found for found in own if found.status == "near")
    yield from (found for found in own if found.variation == "worsening")
    yield from (found for found in own if found.value is not None)
