"""What a lead takes from a unit's page: one thing for the huddle, and the people of the team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scorecard.definition import Change
from scorecard.org import Unit
from scorecard.verdicts import ChangeEffect
from scorecard.view import Figure, Strand

Reason = Literal["worsening", "pull", "short", "improving"]
"""Why this measure: a real signal for the worse, the hardest pull on what it feeds, the furthest short of its target
where nothing tells a pull, a real signal for the better."""


@dataclass(frozen=True, slots=True)
class Huddle:
    """The one thing to talk about."""

    figure: Figure
    reason: Reason
    strand: Strand | None
    """What it pulls hardest on, where it hurts."""
    parent: Figure | None
    worst: Figure | None
    """The same in the unit beneath that falls shortest; never a person."""
    change: Change | None
    """The newest change that meant to move it here."""
    effect: ChangeEffect | None
    """What that change did: proof where it helped."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the team with the figures of the measures shown; withheld ones say so."""

    unit: Unit
    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class LeadView:
    """A unit for the one who leads it."""

    huddle: Huddle | None
    people: tuple[Person, ...]
    """In the order of their names; nobody where the unit has no people right beneath it, or none may be seen."""
    more: int
    """How many people there are beyond those."""


NOBODY = LeadView(None, (), 0)
"""Of somebody who leads nobody."""
