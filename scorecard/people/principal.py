"""Who is asking: decided on the server for every answer, before anything is looked up or cached."""

from __future__ import annotations

from dataclasses import dataclass

from scorecard.org import Unit


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone who asks, and what they may see.

    ``scope`` is the unit whose subtree they see (``None``: everything). ``people`` says whether figures of
    single people may be shown to them at all; a wall never shows any.
    """

    name: str
    role: str
    scope: Unit | None = None
    people: bool = False

    @property
    def key(self) -> tuple[str, Unit | None, bool]:
        """What a cached answer depends on: never the name, always everything that changes what is seen."""
        return (self.role, self.scope, self.people)


EVERYBODY = Principal("everybody", "everybody", people=True)
"""The one principal while there is no access control: everything the reading layer releases."""

WALL = Principal("wall", "wall", people=False)
"""A screen on the floor, with nobody at the keyboard."""
