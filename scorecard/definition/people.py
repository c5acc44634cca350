"""What people add, and who sees what: changes with their five Hows, roles, wall screens, golden readings."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from scorecard.definition.base import Day, Duration, Length, Model, Name, Number, Text, UnitRef
from scorecard.definition.company import Grain


class Prediction(Model):
    """What a change will move, said before it is made."""

    metric: Name
    """The metric that will move."""
    by: Number
    """How far, in the metric's own unit."""
    within: Length
    """How soon."""


class Hows(Model):
    """The five questions, asked from the customer's side before a change goes live."""

    impact: Text
    """How does it touch the customer?"""
    looks: Text
    """How does it look to the customer?"""
    response: Text
    """How will the customer respond?"""
    told: Text
    """How is the customer told?"""
    feedback: Text
    """How do we hear back?"""


class Change(Model):
    """A dated change of process."""

    id: Name
    """The change's name in this file."""
    label: Text | None = None
    """What people call it."""
    from_: Annotated[Day, Field(alias="from")]
    """The day it goes live; limits are rebased only at such a date."""
    units: tuple[UnitRef, ...] = ()
    """Where it applies; without it, everywhere."""
    moves: Prediction | None = None
    """The prediction, made before."""
    hows: Hows | None = None
    """The five questions, asked from the customer's side."""


class Role(Model):
    """What a role sees: everything from a level down, its own units of a level, or only itself."""

    sees: Text
    """A level (and everything beneath it), `own` and a level, or `self`."""


class Access(Model):
    """The roles there are."""

    roles: dict[Name, Role] = {}
    """What each role sees."""


def _distance(text: str) -> str:
    if not re.fullmatch(r"\s*\d{1,3}(\.\d+)?\s*m\s*", text):
        raise ValueError(f"a distance is written in metres, as in '8m', not {text[:80]!r}")
    return text


_HEIGHT = 9 / (16**2 + 9**2) ** 0.5
"""The shorter side of a screen by its diagonal."""
_COMFORT, _LARGEST_TEXT = 172, 0.125
"""Distance over text height, a third of a degree; and the most of the height that one line may take."""


class Screen(Model):
    """A wall screen's size and how far away its readers stand."""

    inches: Annotated[Number, Field(gt=0, le=500)] = 55
    """The screen's diagonal."""
    distance: Annotated[str, AfterValidator(_distance)] = "8m"
    """How far away its readers stand, in metres."""

    @property
    def metres(self) -> float:
        """The reading distance in metres."""
        return float(self.distance.strip().removesuffix("m"))

    @property
    def farthest(self) -> float:
        """From how many metres it is read in comfort: text, a 172nd of the distance, is an eighth of the height."""
        height = self.inches * 0.0254 * _HEIGHT
        return height * _LARGEST_TEXT * _COMFORT


Scene = Literal["number", "thread", "today", "voice", "story", "leaderless"]


class Display(Model):
    """One wall screen."""

    id: Name
    """The screen's name, as in its address."""
    label: Text | None = None
    """What people call it."""
    unit: UnitRef | None = None
    """The unit it shows; without it, the whole company."""
    screen: Screen = Screen()
    """Its size, and how far away its readers stand."""
    rotate: Length = Duration(20, "second")
    """How long a scene stays."""
    hide_after: Length = Duration(24, "hour")
    """How long figures may be old, or nobody have confirmed them, until the screen stops showing them."""
    scenes: Annotated[tuple[Scene, ...], Field(min_length=1)] = ("number", "thread", "today")
    """The scenes it shows, in order."""


class GoldenReading(Model):
    """A reading that must come out as written; run by ``golden-thread test``."""

    metric: Name
    """The metric to read."""
    unit: UnitRef | None = None
    """The unit to read it for; without it, the whole company."""
    grain: Grain
    """The size of the period."""
    period: Day
    """The first day of the period."""
    value: Number | None
    """What must come out; null for no value."""
    within: Annotated[Number, Field(ge=0)] = 1e-9
    """How far off it may be."""
