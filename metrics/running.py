"""Running scans: each gives an answer, rows that were reduced, or a reason.

A source that fails takes only its own metrics with it; where one measure makes a shared statement fail, the
statement is split until that measure stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from metrics.arrays import Answer, Fetched
from metrics.asking import Axes, frame_of, spans_of
from metrics.engines import QueryError
from metrics.fetching import Fetches
from metrics.plan import Key, Need, Scan, When, plan
from metrics.question import Question
from metrics.session import Session
from metrics.sources import SourceError
from metrics.statements import select
from scorecard.expression import ExpressionError
from scorecard.org import Unit
from scorecard.warehouse import Progress


@dataclass(frozen=True, slots=True)
class _Asked:
    """What scans are run with: the periods of each time, shared fetches, and for wholes the units that are kept."""

    axes: Axes
    fetches: Fetches
    only: tuple[str, ...]


@dataclass
class Running:
    """The scans of one question, run: what they answered, and what was lost on the way."""

    session: Session
    question: Question
    progress: Progress | None
    wide: Axes
    """The periods of all that the question is a part of."""
    answers: dict[When, list[Answer | Fetched]] = field(default_factory=dict)
    instead: list[Scan] = field(default_factory=list)
    """Statements asked because rows did not come out."""
    lost: dict[Key, str] = field(default_factory=dict)

    @property
    def paths(self) -> set[tuple[str, ...]]:
        """The paths of every unit with facts."""
        return {
            path
            for found in self.answers.values()
            for answer in found
            if not answer.scan.whole
            for path in answer.paths
        }

    def run(self, scans: Sequence[Scan], axes: Axes, fetches: Fetches, whole_units: Sequence[Unit] = ()) -> None:
        """Run scans and keep their answers; of wholes only those units are kept."""
        levels = self.question.definition.organisation.levels
        for at, scan in enumerate(scans):
            if self.progress:
                self.progress(f"reading {scan.source}", at, len(scans))
            only = [id_ for level, id_ in whole_units if level == levels[scan.depth - 1]]
            self.answers.setdefault(scan.when, []).extend(self._scan(scan, _Asked(axes, fetches, tuple(only))))
        if self.progress and scans:
            self.progress("reading", len(scans), len(scans))

    def _scan(self, scan: Scan, asked: _Asked) -> list[Answer | Fetched]:
        """The answers of a scan: one, or several where it had to be split around what fails."""
        request = self.question.request
        frame, spans = frame_of(self.question.definition, request), spans_of(scan, asked.axes, self.question, self.wide)
        try:
            if scan.shape == "rows":
                return [asked.fetches.fetch(scan, span, asked.axes[scan.when]) for span in spans]
            facts = self.session.facts_of(scan)
            rows = [self.session.fetch(select(scan, facts, frame, span, asked.only)) for span in spans]
        except (SourceError, QueryError, ExpressionError) as error:
            return self._split(scan, asked, error)
        return [Answer.of(scan, pa.concat_tables(rows, promote_options="permissive"), len(request.by))]

    def _split(self, scan: Scan, asked: _Asked, error: Exception) -> list[Answer | Fetched]:
        """Try the halves of a statement that failed; give up a measure alone, or a source out of time.

        Where rows do not come out, figures are asked for.
        """
        if isinstance(error, QueryError) and error.timed_out:
            self.session.give_up(scan.source, SourceError(str(error)))
        elif scan.shape == "rows" and isinstance(error, QueryError):
            needed = [Need(leaf, scan.offsets, scan.depth) for leaf in scan.leaves]
            scans = plan(needed, self.question.depths).scans
            self.instead.extend(scans)
            return [answer for each in scans for answer in self._scan(each, asked)]
        elif len(scan.leaves) > 1 and not isinstance(error, SourceError):
            half = len(scan.leaves) // 2
            halves = (replace(scan, leaves=scan.leaves[:half]), replace(scan, leaves=scan.leaves[half:]))
            return [answer for each in halves for answer in self._scan(each, asked)]
        for leaf in scan.leaves:
            self.lost[leaf, scan.offsets] = f"source '{scan.source}': {error}"
        return []
