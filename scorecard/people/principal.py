"""Who is asking: decided on the server for every answer, before anything is looked up or cached."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scorecard.org import Unit


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone who asks, and what they may see.

    ``scope`` is the unit whose subtree they see (``None``: everything). ``people`` says whether figures of
    single people may be shown to them at all; a wall never shows any. ``statements`` says whether they may see what
    the warehouse is asked: names of tables and columns, and every condition.
    """

    name: str
    role: str
    scope: Unit | None = None
    people: bool = False
    statements: bool = False

    @property
    def key(self) -> tuple[str, Unit | None, bool, bool]:
        """What a cached answer depends on: never the name, always everything that changes what is seen."""
        return (self.role, self.scope, self.people, self.statements)


EVERYBODY = Principal("everybody", "everybody", people=True)
"""The one principal while there is no access control: everything the reading layer releases."""

INSIDER = replace(EVERYBODY, statements=True)
"""The same where nobody else can come in: on the machine itself, or with data that anybody may have."""

WALL = Principal("wall", "wall", people=False)
"""A screen on the floor, with nobody at the keyboard."""
