"""The product's own rules decide what of a conversion can stand; what they refuse becomes a note, never a fault.

A metric that names a source that fell must fall too, so the rules run until they refuse nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from scorecard.checking import check
from scorecard.definition import Definition
from scorecard.faults import Fault, Faulty, Path
from scorecard.interop.notes import Converted, Note, unique
from scorecard.interop.writing import document
from scorecard.rules import findings
from scorecard.yamlfile import parse

_PARTS_OF_A_SOURCE = ("units", "dimensions")


Live = Callable[[Definition], Iterable[Fault]]
"""What else a definition must stand up to: the tables of a database."""


def settled(converted: Converted, origin: str, live: Live | None = None) -> Converted:
    """The conversion without whatever the format's rules, then ``live``, refuse; each with a note.

    Raises :class:`Faulty` where nothing is left to measure; ``origin`` is the file or folder it came from.
    """
    sections: dict[str, Any] = deepcopy(dict(converted.sections))
    notes = list(converted.notes)
    while faults := list(_faults(replace(converted, sections=sections), origin, live)):
        gone = {_fallen(fault.path): fault for fault in reversed(faults)}
        for path, fault in gone.items():
            if len(path) <= 1 or not _take_out(sections, path):
                raise Faulty([_hopeless(fault, origin, sections), *(_told(note, origin) for note in notes)])
            notes.append(Note(_subject(path), fault.message))
    return Converted(sections, converted.remarks, unique(notes))


def _faults(converted: Converted, origin: str, live: Live | None) -> Iterator[Fault]:
    read = parse(document(converted).encode(), origin)
    if read.root is None:
        yield from read.faults
        return
    draft, wrong = check(read.root)
    found = [*read.faults, *wrong, *(fault for fault in findings(draft) if fault.severity == "fault")]
    yield from found or (live(draft.definition) if live else ())


def _fallen(path: Path) -> Path:
    """What a fault takes down: a metric or a source as a whole, but a unit or dimension of a source alone."""
    inner = len(path) > 3 and path[0] == "sources" and path[2] in _PARTS_OF_A_SOURCE  # noqa: PLR2004 - as _take_out reads it
    return path[: 4 if inner else 2] if path[:1] in (("sources",), ("metrics",)) else path[:1]


def _subject(path: Path) -> str:
    """``metric nps``, or ``source visits, dimension region``."""
    return ", ".join(f"{str(path[at]).removesuffix('s')} {path[at + 1]}" for at in range(0, len(path), 2))


def _take_out(sections: dict[str, Any], path: Path) -> bool:
    holder: Any = sections
    for part in path[:-1]:
        holder = holder.get(part, {})
    return holder.pop(path[-1], None) is not None


def _hopeless(fault: Fault, origin: str, sections: Mapping[str, Any]) -> Fault:
    message = f"cannot be written: {fault}" if sections.get("metrics") else "nothing in it can be measured here"
    return Fault(f"{origin}: {message}")


def _told(note: Note, origin: str) -> Fault:
    return Fault(f"{origin}: {note}", severity="warning")
