"""Checks over the whole of a definition: each a small function from a draft to paths and messages.

What makes the numbers wrong is a fault; what makes the thread weaker is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from scorecard.checking import Draft, place_of, trimmed
from scorecard.faults import Fault
from scorecard.rules import expressions, numbers, references, thread, wholeness
from scorecard.rules.finding import KEY, Rule

__all__ = ["RULES", "findings"]

RULES: tuple[Rule, ...] = (
    *(Rule(check, "fault") for check in (*references.CHECKS, *expressions.CHECKS, *numbers.CHECKS)),
    *(Rule(check, "warning") for check in (*thread.CHECKS, *wholeness.CHECKS)),
)


def findings(draft: Draft) -> Iterator[Fault]:
    """Run every rule over what stands of a definition; each finding with its place in the files."""
    for rule in RULES:
        for path, message in rule.check(draft):
            about_key = path[-1:] == (KEY,)
            written = draft.as_written(path[:-1] if about_key else path)
            if not draft.told(written):
                place = place_of(draft.root, written, key=about_key)
                yield Fault(message, trimmed(draft.root, written), place, rule.severity)
