"""Answers a refresh works out of its figures, kept from the snapshot before where nothing they rest on is other.

They rest on complete periods, on targets and on the definition. All figures of a period stand in a block with a
checksum, so that a digest tells whether an answer still holds: nothing has to be compared or even laid out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from scorecard.arrowfiles import org_file
from scorecard.blocks import Block, arrow
from scorecard.blocks import digest as checksum
from scorecard.definition import Definition, Grain
from scorecard.reading import Table, cut
from scorecard.settled import digest, program
from scorecard.snapshot import Snapshot
from scorecard.targetfile import targets_table

_Answer = TypeVar("_Answer")
_WORDS = {"title", "promise", "locale", "currency", "voices", "displays", "access", "tests", "privacy"}
_METRIC_WORDS = {"label", "description", "words", "format", "owner", "stage"}


@dataclass
class Answers:
    """The answers of one refresh: ``kept`` gives one, and remembers what it was worked out from."""

    definition: Definition
    tables: Mapping[Grain, Table]
    """Of complete periods alone; see :func:`whole`."""
    blocks: Mapping[Grain, tuple[Block, ...]]
    before: Snapshot | None
    rests_on: dict[str, str] = field(default_factory=dict)
    """By answer the digest of what it was worked out from."""
    _digests: dict[Grain, str] = field(default_factory=dict)
    _org: str = ""
    """The digest of the organisation, which is the same at every grain."""

    def kept(
        self,
        name: str,
        grains: Iterable[Grain],
        earlier: Callable[[Snapshot], _Answer],
        work_out: Callable[[], _Answer],
    ) -> _Answer:
        """The answer of that name, over complete periods of some grains: the earlier one where it must be the same."""
        basis = digest([program(), name, [self._digest(grain) for grain in grains]])
        self.rests_on[name] = basis
        if self.before is not None and self.before.footing.answers.get(name) == basis:
            return earlier(self.before)
        return work_out()

    def _digest(self, grain: Grain) -> str:
        if grain not in self._digests:
            table = self.tables[grain]
            self._org = self._org or checksum(org_file(table.org))
            over = {*table.periods}
            self._digests[grain] = digest(
                [
                    _meant(self.definition),
                    [period.key for period in table.periods],
                    {metric: whole.tolist() for metric, whole in table.unsettled.items()},
                    [block.digest for block in self.blocks[grain] if over.intersection(block.periods)],
                    checksum(arrow(targets_table({grain: table}))),
                    self._org,
                ]
            )
        return self._digests[grain]


def whole(table: Table) -> Table:
    """The complete periods of a table; all, where none is complete yet."""
    return cut(table, np.flatnonzero(table.complete).tolist()) if table.complete.any() else table


def _meant(definition: Definition) -> Any:
    """A definition without what it says in words."""
    said = definition.model_dump(mode="json", by_alias=True, exclude={*_WORDS, "warehouse"})
    for metric in said["metrics"].values():
        for word in _METRIC_WORDS:
            metric.pop(word, None)
    return said
