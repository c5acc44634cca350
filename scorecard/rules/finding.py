"""What a rule yields, and the words that rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scorecard.checking import Draft
from scorecard.definition.errors import KEY
from scorecard.faults import Path, Severity, did_you_mean

Finding = tuple[Path, str]
"""Where something is wrong in a draft's definition, and what; a path that ends in ``KEY`` points at the key."""

Check = Callable[[Draft], Iterator[Finding]]

__all__ = ["KEY", "Check", "Finding", "Rule", "listed", "unknown"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One check over the whole of a definition."""

    check: Check
    severity: Severity


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """The message for a name that nothing bears."""
    return f"there is no {kind} {name[:64]!r}{did_you_mean(name, known)}"


def listed(names: Iterable[str], joint: str = "and") -> str:
    """Names as a list in a sentence: ``'a', 'b' and 'c'``."""
    quoted = [repr(name) for name in names]
    return f" {joint} ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)
