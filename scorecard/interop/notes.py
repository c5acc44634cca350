"""What a conversion yields: the sections of a scorecard, and everything that has no counterpart, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scorecard.faults import Path

Sections = Mapping[str, Any]
"""A scorecard's YAML as plain data: what stands under ``sources``, ``metrics`` and the others."""


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One thing that could not be carried over, or not quite: what it is, and why."""

    subject: str
    reason: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Converted:
    """A scorecard made from another format.

    ``remarks`` are comments for entries, by path; ``notes`` is the full list of what has no counterpart.
    """

    sections: Sections
    remarks: Mapping[Path, tuple[str, ...]]
    notes: tuple[Note, ...]


def unique(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes in the order they were made, each once."""
    return tuple(dict.fromkeys(notes))
