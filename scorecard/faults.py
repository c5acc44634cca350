"""Faults: what is wrong, where, and what was meant. The one form in which bad input is told to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Path = tuple[str | int, ...]
"""A place in a definition: keys and list positions from the root: ``("metrics", "nps", "feeds", 0)``."""

Severity = Literal["fault", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    ``message`` is written for the person who can mend it and never holds SQL, secrets or a traceback,
    so a fault may be shown on any page.
    """

    message: str
    path: Path = ()
    place: Place | None = None
    severity: Severity = "fault"

    def __str__(self) -> str:
        parts = [str(self.place)] if self.place else []
        if self.path:
            parts.append(path_text(self.path))
        parts.append(self.message + (" (warning)" if self.severity == "warning" else ""))
        return ": ".join(parts)

    def as_dict(self) -> dict[str, str | int | None]:
        """The fault as JSON-ready values: file, line, column, path, message, severity."""
        return {
            "file": self.place.file if self.place else None,
            "line": self.place.line if self.place else None,
            "column": self.place.column if self.place else None,
            "path": path_text(self.path),
            "message": self.message,
            "severity": self.severity,
        }


class Faulty(Exception):  # noqa: N818 - it carries faults, it is not an error of the program
    """Raised at the rim when work cannot go on; carries every fault found, never just the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def path_text(path: Path) -> str:
    """Write a path the way people read it: ``metrics.nps.feeds[0]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Sort faults by file, line and column; those without a place come first."""
    nowhere = Place("", 0, 0)
    return sorted(set(faults), key=lambda fault: (fault.place or nowhere, path_text(fault.path), fault.message))


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest known name, or nothing when none is near."""
    names: Sequence[str] = sorted({*known})
    near = get_close_matches(wrong, names, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
