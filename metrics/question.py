"""A question: a request with everything its metrics rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scorecard.definition import Definition
from scorecard.measure import Ask
from scorecard.warehouse import Request


@dataclass(frozen=True, slots=True)
class Question:
    """A request with what its metrics, and the metrics that are their targets, are computed from."""

    definition: Definition
    request: Request
    now: datetime
    orders: Mapping[str, tuple[Ask, ...]]
    targets: Mapping[str, tuple[Ask, ...]]
    failed: Mapping[str, str]

    @property
    def depths(self) -> tuple[int, ...]:
        """The depths of the levels asked for; the top is 1."""
        return tuple(self.definition.organisation.levels.index(level) + 1 for level in self.request.levels)

    def depth(self, metric: str) -> int:
        """The depth of the lowest level a metric is shown at."""
        return self.definition.organisation.levels.index(self.definition.level(metric)) + 1
