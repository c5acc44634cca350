"""The wall screens as they were last seen: every display of the definition, each with the screens that show it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from scorecard.board.figures import unit_label
from scorecard.board.generation import Generation
from scorecard.definition import Display
from scorecard.org import TOP, unit_named
from scorecard.presence import DARK_AFTER, Sighting
from scorecard.wallview import ScreenView


def screens(generation: Generation, seen: Iterable[Sighting], now: datetime) -> tuple[ScreenView, ...]:
    """Every screen of every display, as the definition lists them, the last seen first.

    A screen that went dark more than a day ago is told only where no other shows the same display: somebody looked
    at the wall from a desk once.
    """
    found: dict[str, list[Sighting]] = {}
    for one in sorted(seen, key=lambda one: one.at, reverse=True):
        found.setdefault(one.beat.display, []).append(one)
    return tuple(
        screen
        for wall in generation.definition.displays
        for screen in _of(generation, wall, found.get(wall.id, []), now)
    )


def _of(generation: Generation, wall: Display, seen: list[Sighting], now: datetime) -> list[ScreenView]:
    recent: list[Sighting | None] = [one for one in seen if (now - one.at).days < 1]
    return [_screen(generation, wall, one, now) for one in recent or seen[:1] or [None]]


def _screen(generation: Generation, wall: Display, one: Sighting | None, now: datetime) -> ScreenView:
    unit = unit_named(wall.unit) if wall.unit else (generation.org.levels[0], TOP)
    label = unit_label(generation, unit) if unit in generation.org.row_of else unit[1]
    beat = one.beat if one else None
    return ScreenView(
        display=wall.id,
        label=wall.label or label,
        unit=unit,
        unit_label=label,
        screen=beat.screen if beat else None,
        seen=one.at if one else None,
        silent=_since(one.at, now) if one else None,
        dark=one is None or now - one.at > DARK_AFTER,
        state=beat.state if beat else None,
        build=beat.build if beat else None,
        taken=beat.taken if beat else None,
        age=_since(beat.taken, now) if beat and beat.taken else None,
        width=beat.width if beat else None,
        height=beat.height if beat else None,
    )


def _since(moment: datetime, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds())
