"""A new scorecard's folder: written once, never over anything that is there."""

from __future__ import annotations

from pathlib import Path

from scorecard.faults import Fault, Faulty, Place

TOP = "scorecard.yaml"


def claim(folder: Path) -> None:
    """See that a folder can be written to. Raises :class:`Faulty` where it holds something, or is no folder."""
    place = Place(str(folder))
    try:
        if folder.exists() and not folder.is_dir():
            raise Faulty([Fault("there is a file of this name; a scorecard is a folder", place=place)])
        if folder.is_dir() and any(folder.iterdir()):
            message = "the folder holds something already, and nothing is overwritten: name a new one"
            raise Faulty([Fault(message, place=place)])
    except OSError as error:
        raise Faulty([_refused(folder, error)]) from error


def write(folder: Path, text: str) -> Path:
    """Write the top file of a new scorecard; returns it. Raises :class:`Faulty` as :func:`claim` does."""
    claim(folder)
    file = folder / TOP
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as made:
            made.write(text)
    except OSError as error:
        raise Faulty([_refused(folder, error)]) from error
    return file


def _refused(folder: Path, error: OSError) -> Fault:
    return Fault(f"cannot be written: {(error.strerror or 'no access').lower()}", place=Place(str(folder)))
