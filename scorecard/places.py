"""Where units stand in the organisation, as pages tell it."""

from __future__ import annotations

from dataclasses import dataclass

from scorecard.org import Unit


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A unit in the organisation: what it is called, what is above it and right beneath it."""

    unit: Unit
    label: str
    level_label: str
    above: tuple[tuple[Unit, str], ...]
    """Top first."""
    beneath: tuple[tuple[Unit, str], ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """Units whose name holds the words looked for: the first of them, each with the names above it, and how many."""

    units: tuple[PlaceView, ...]
    count: int
