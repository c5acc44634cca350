"""What a snapshot says of what it rests on, so that the next refresh can tell which of it still stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from scorecard.warehouse import Mark, Members

_MARKS = TypeAdapter(dict[str, Mark])


@dataclass(frozen=True, slots=True)
class Footing:
    """What the next refresh must know to tell which figures and answers still stand."""

    program: str = ""
    """The version that computed them."""
    metrics: Mapping[str, str] = field(default_factory=dict)
    """A digest of the part of the definition each metric's figures rest on."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """A digest of everything each kept answer (signals, evidence, effects) was worked out from."""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """How each source stood."""
    members: Members = field(default_factory=Members)
    """The roster, its labels aside; its rows stand in a file of their own."""

    def as_dict(self) -> dict[str, Any]:
        """All but the roster's rows, JSON-ready."""
        return {
            "program": self.program,
            "metrics": dict(self.metrics),
            "answers": dict(self.answers),
            "crowded": self.members.crowded,
            "sources": _MARKS.dump_python(dict(self.marks), mode="json"),
        }

    @classmethod
    def of(cls, said: Mapping[str, Any], members: Members) -> Footing:
        """Read it back."""
        marks = _MARKS.validate_python(said["sources"])
        return cls(said["program"], said["metrics"], said["answers"], marks, members)
