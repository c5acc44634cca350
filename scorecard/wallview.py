"""What a board answers about wall screens: their scenes, and when they were last seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scorecard.definition import Change, Scene
from scorecard.head import Moment
from scorecard.org import Unit
from scorecard.verdicts import ChangeEffect
from scorecard.view import Because, Figure, InHand, Moved, Strand, VoiceView


@dataclass(frozen=True, slots=True)
class Tried:
    """A change that is under way where a wall hangs, and what became of it."""

    change: Change
    figure: Figure | None
    """The measure it was to move, where it applies; ``None`` for a change that promised nothing."""
    effect: ChangeEffect | None


@dataclass(frozen=True, slots=True)
class SceneView:
    """One face of a wall screen."""

    kind: Scene
    figures: tuple[Figure, ...]
    strands: tuple[Strand, ...] = ()
    voices: tuple[VoiceView, ...] = ()
    sentence: str | None = None
    moment: Moment | None = None
    """Where its figures are of another period than the display's."""
    tried: tuple[Tried, ...] = ()
    """Of a story: the changes under way, newest first."""
    moves: tuple[Moved | Because | InHand, ...] = ()
    """Of a story where nothing was changed: what moved, why, who has it in hand."""


@dataclass(frozen=True, slots=True)
class DisplayView:
    """A wall screen: its scenes for its unit."""

    id: str
    label: str
    unit: Unit
    unit_label: str
    inches: float
    metres: float
    rotate: float
    """Seconds a scene stands."""
    scenes: tuple[SceneView, ...]
    moment: Moment
    hide_after: float = 86_400.0
    """Seconds for which figures may be old, or unconfirmed, before they are hidden."""


@dataclass(frozen=True, slots=True)
class ScreenView:
    """A wall screen as it was last seen; a display that nobody has hung yet is one screen never seen."""

    display: str
    label: str
    unit: Unit
    unit_label: str
    screen: str | None
    """Tells two screens of one display apart."""
    seen: datetime | None
    """When its last beat came (aware, UTC)."""
    silent: float | None
    """Seconds since then; never negative."""
    dark: bool
    """Not seen for twenty beats, or never."""
    state: str | None
    """What it showed before that beat: ``ok``, ``offline``, ``old``, ``hidden`` …"""
    build: str | None
    """The version of the page it runs."""
    taken: datetime | None
    """When the figures it shows were taken (aware); ``None`` where it shows none."""
    age: float | None
    """Seconds since then; never negative."""
    width: int | None
    height: int | None
