"""Through what a board is looked at: which picture, and only which rows of what it holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Only:
    """One value of one dimension: only the rows that hold it."""

    dimension: str
    value: str


@dataclass(frozen=True, slots=True)
class Lens:
    """Through what a board looks: which picture (``None``: the newest), and only which rows of what it holds."""

    picture: str | None = None
    only: Only | None = None
    grain: str | None = None
    """The grain asked about, which rows are read for; ``None`` is the calendar's own."""


NOW = Lens()
"""Everything, as the newest picture has it."""


class Busy(Exception):  # noqa: N818 - a state of the house, not an error of the program
    """The warehouse is being asked by others already, or could not answer: the same question may be put again."""
