"""Wall screens: what each scene shows. A wall never shows a person, and never ranks anybody."""

from __future__ import annotations

from collections.abc import Iterator

from scorecard.board.figures import figure, is_measured, unit_label
from scorecard.board.reasons import moves
from scorecard.board.stand import Stand
from scorecard.board.strands import gold
from scorecard.board.threads import most_in_need, story_of
from scorecard.board.units import measures
from scorecard.board.voices import said_once
from scorecard.definition import Change, Display, Scene
from scorecard.org import unit_named
from scorecard.view import Figure, Gold
from scorecard.wallview import DisplayView, SceneView, Tried

NUMBERS, STRANDS, MEASURES, VOICES, CHANGES = 4, 4, 6, 6, 3
"""The most one scene may hold, to be read from eight metres in three seconds."""


def display(stand: Stand, wall: Display) -> DisplayView:
    """A wall screen, for the unit stood at."""
    name = unit_label(stand.generation, stand.unit)
    key = stand.principal.key, stand.unit, stand.moment.grain, stand.moment.position, wall.scenes
    scenes = stand.generation.walls.once(key, lambda: _scenes(stand, wall.scenes))
    return DisplayView(
        id=wall.id,
        label=wall.label or name,
        unit=stand.unit,
        unit_label=name,
        inches=wall.screen.inches,
        metres=wall.screen.metres,
        rotate=float(wall.rotate.seconds),
        scenes=scenes,
        moment=stand.moment,
        hide_after=float(wall.hide_after.seconds),
    )


def _scenes(stand: Stand, kinds: tuple[Scene, ...]) -> tuple[SceneView, ...]:
    found = (_scene(stand, kind) for kind in kinds)
    return tuple(scene for scene in found if scene is not None)


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
            said = said_once(stand, VOICES)
            return SceneView(kind, (), voices=said) if said else None
        case "story":
            return _story(stand)
        case "leaderless":
            return _to_talk_about(stand)


def _numbers(top: Stand) -> tuple[Figure, ...]:
    """The outcomes of the whole company, the one in most need first."""
    outcomes = tuple(figure(top, metric) for metric in top.definition.outcomes)
    first = most_in_need(outcomes)
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
    outcome = most_in_need(tuple(figure(stand.at(0), metric) for metric in stand.definition.outcomes))
    if outcome is None:
        return None
    own = gold(stand, outcome)
    return own if own.strands else gold(stand.at(0), outcome)


def _today(stand: Stand) -> SceneView | None:
    """The unit's measures on its newest whole day; at the calendar's own grain where days say too little."""
    day = stand.generation.moment("day") if "day" in stand.generation.released else None
    if day is not None:
        found = measures(Stand.of(stand.generation, stand.principal, day, stand.unit), MEASURES)
        if 2 * sum(each.value is not None for each in found) > len(found):
            return SceneView("today", found, moment=day)
    found = measures(stand, MEASURES)
    return SceneView("today", found) if found else None


def _story(stand: Stand) -> SceneView | None:
    """What was changed here and what became of it; where nothing was, what moved, why and who has it in hand."""
    tried = tuple(_tried(stand, change) for change in _under_way(stand))
    if tried:
        return SceneView("story", (), tried=tried)
    outcome = most_in_need(tuple(figure(stand, metric) for metric in stand.definition.outcomes))
    told = moves(stand, story_of(stand, gold(stand, outcome))) if outcome else ()
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
