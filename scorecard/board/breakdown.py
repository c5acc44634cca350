"""The units beneath one as a table: found, put in order and cut to a page over arrays; only a page becomes figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.board.figures import figure
from scorecard.board.generation import Judged
from scorecard.board.stand import Stand
from scorecard.judge import STATUSES, Status
from scorecard.listing import Breakdown, Row, Wanted
from scorecard.reading import Floats
from scorecard.view import NotFound

Rows = NDArray[np.intp]
_WORST_FIRST = np.array([3, 2, 1, 0])
"""By position in :data:`STATUSES`: missed, near, met, unknown."""


def breakdown(stand: Stand, metric: str, wanted: Wanted) -> Breakdown | NotFound:
    """A page of a metric's lines beneath the unit stood at.

    Not found are a level that is not beneath, one that may not be seen, a page there is none of, and any order or
    choice among people but by their names: a ranking of people is never made.
    """
    levels = _levels(stand, metric)
    if not levels and wanted.level is None:
        return Breakdown(wanted, "", (), people=False, rows=(), total=0, found=0, parts=1, statuses={})
    level = wanted.level or _next(stand, metric, levels)
    if level not in levels:
        return NotFound(f"there is no breakdown by {level!r:.80} here", levels[0] if levels else None)
    people = level == stand.definition.organisation.people
    if people and (wanted.status or wanted.order not in {None, "name"}):
        return NotFound("there is no order of people but by name")
    table = _Table.of(stand, metric, level)
    named = table.rows[table.named(wanted.find)]
    rows = named[table.has(named, wanted.status)] if wanted.status else named
    ordered = rows if not len(rows) else rows[table.order(rows, wanted, people=people)]
    size = wanted.size or max(len(ordered), 1)
    parts = max(1, -(-len(ordered) // size))
    if wanted.part > parts:
        return NotFound(f"there is no page {wanted.part} of this table", f"page {parts}")
    shown = ordered[(wanted.part - 1) * size : wanted.part * size]
    return Breakdown(
        wanted=wanted,
        level=level,
        levels=levels,
        people=people,
        rows=tuple(_row(stand, metric, int(row)) for row in shown),
        total=len(table.rows),
        found=len(ordered),
        parts=parts,
        statuses={} if people else table.counts(named),
    )


def _levels(stand: Stand, metric: str) -> tuple[str, ...]:
    """The levels beneath that the metric is shown at and the principal may see."""
    levels, hidden = stand.definition.organisation.levels, stand.definition.organisation.people
    lowest = levels.index(stand.definition.level(metric))
    beneath = levels[levels.index(stand.unit[0]) + 1 : lowest + 1]
    return tuple(level for level in beneath if level != hidden or stand.principal.people)


def _next(stand: Stand, metric: str, levels: tuple[str, ...]) -> str:
    """The first level with more than one line: a single unit would be this one over again."""
    several = (level for level in levels if len(_Table.of(stand, metric, level).rows) > 1)
    return next(several, levels[0] if levels else "")


@dataclass(frozen=True, slots=True)
class _Table:
    """Every line there is at a level: rows of the organisation, and the arrays they are judged by."""

    stand: Stand
    judged: Judged | None
    rows: Rows

    @classmethod
    def of(cls, stand: Stand, metric: str, level: str) -> _Table:
        judged = stand.judged(metric)
        rows = np.array(stand.org.under(stand.unit, level), dtype=np.intp)
        if judged is None:
            return cls(stand, None, rows[:0])
        return cls(stand, judged, rows[judged.since[rows] <= stand.moment.position])

    def named(self, words: str) -> NDArray[np.bool_]:
        """Which lines have the words in their unit's name or in that of a unit it belongs to."""
        names, parents, sought = self.stand.generation.names, self.stand.org.parents, words.casefold()
        if not sought:
            return np.ones(len(self.rows), dtype=bool)
        return np.array([sought in names[row] or sought in names[parents[row]] for row in self.rows.tolist()], bool)

    def has(self, rows: Rows, status: Status) -> NDArray[np.bool_]:
        """Which lines have a status."""
        mask: NDArray[np.bool_] = self._codes(rows) == STATUSES.index(status)
        return mask

    def counts(self, rows: Rows) -> Mapping[Status, int]:
        """How many lines have each status."""
        found = np.bincount(self._codes(rows), minlength=len(STATUSES)).tolist()
        return dict(zip(STATUSES, found, strict=True))

    def order(self, rows: Rows, wanted: Wanted, *, people: bool) -> Rows:
        """Positions of ``rows`` in the order asked for; what has no value stands last either way."""
        names = self.stand.generation.ranks[rows]
        by = wanted.order or ("name" if people else "status")
        turn = -1 if wanted.descending else 1
        if by == "name":
            return np.argsort(turn * names, kind="stable")
        if by == "status":
            return np.lexsort((names, turn * self._gaps(rows), turn * _WORST_FIRST[self._codes(rows)]))
        keys = turn * self._column(by, rows)
        return np.lexsort((names, np.nan_to_num(keys), np.isnan(keys)))

    def _codes(self, rows: Rows) -> NDArray[np.int8]:
        at = self.stand.moment.position
        return self.judged.at(at).statuses[rows] if self.judged else np.zeros(len(rows), dtype=np.int8)

    def _gaps(self, rows: Rows) -> Floats:
        return (
            np.nan_to_num(self.judged.at(self.stand.moment.position).gaps[rows]) if self.judged else np.zeros(len(rows))
        )

    def _column(self, by: str, rows: Rows) -> Floats:
        at, judged = self.stand.moment.position, self.judged
        column: Floats = np.full(len(rows), np.nan)
        if judged is None:
            return column
        value, targets = judged.cells.value, judged.targets
        if by == "value":
            column = value[rows, at]
        elif by == "change" and at:
            column = value[rows, at] - value[rows, at - 1]
        elif by == "target" and targets is not None:
            column = (targets if targets.ndim == 2 else targets[0])[rows, at]  # noqa: PLR2004 - a band by its low end
        return column


def _row(stand: Stand, metric: str, row: int) -> Row:
    within, above = [], stand.org.parents[row]
    while above >= 0 and stand.org.unit_of(above) != stand.unit:
        within.append(stand.org.label(stand.org.unit_of(above)))
        above = stand.org.parents[above]
    return Row(figure(stand.at(row), metric), tuple(reversed(within)))
