"""From answers to tables: every metric over every unit and period, in the order metrics rest on one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from metrics.arrays import Answer, Codes, Fetched, Grid, leaf_parts, outside, split
from metrics.completeness import settled, whole
from metrics.plan import Key, When
from metrics.question import Question
from metrics.session import Session
from metrics.sources import SourceError
from scorecard.attainment import NONE, Positions
from scorecard.compute import blank_below, index_of, leaf_cells, metric_cells
from scorecard.definition import Index, Nps, TargetTable
from scorecard.faults import Fault, Faulty
from scorecard.measure import Ask, LeafMeasure, Offsets, goal_of, index_parts, parts, target_ask
from scorecard.org import Org
from scorecard.reading import Cells, Floats, Readings, Table, outside_fault
from scorecard.rollup import Ladder, depths
from scorecard.targets import TargetRow, contradicting, target_array
from scorecard.time import Period, shifted

MAX_CELLS = 100_000_000
"""More figures than this are not a question people ask; they would only fill the memory."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read for a question: answers by offset and window, the periods of each, and which measures were lost
    and why."""

    question: Question
    org: Org
    asked: tuple[Period, ...]
    axes: Mapping[When, tuple[Period, ...]]
    wide: Mapping[When, tuple[Period, ...]]
    """The same for all that the question is a part of."""
    answers: Mapping[When, Sequence[Answer | Fetched]]
    lost: Mapping[Key, str]


def tables(session: Session, read: Read) -> Readings:
    """Compute a table a segment. Raises :class:`Faulty` where that would be more figures than memory should hold."""
    question = read.question
    segments = _segments(read)
    size = read.org.rows * max(len(read.asked), 1) * len(segments) * max(len(question.orders), 1)
    if size > MAX_CELLS:
        raise Faulty([Fault(f"{size:,} figures are asked for, more than {MAX_CELLS:,}: ask for less at once")])
    laid = [_lay(read, when, segments) for when in read.axes]
    rows = _target_rows(session, question)
    found = {segment: _table(session, read, laid, at, rows) for at, segment in enumerate(segments)}
    failed = {**question.failed, **next(iter(found.values()))[1]}
    strange = _outside(read)
    _tell(session, failed)
    made = {segment: table for segment, (table, _) in found.items()}
    told = (outside_fault(metric, int(counts.sum())) for metric, counts in strange.items())
    return Readings(made, failed, (*session.faults, *told), strange)


def _segments(read: Read) -> list[tuple[str, ...]]:
    if not read.question.request.by:
        return [()]
    found = {segment for answers in read.answers.values() for answer in answers for segment in answer.segments}
    return sorted(found) or [("",) * len(read.question.request.by)]


@dataclass(frozen=True, slots=True)
class _Laid:
    """The parts of every measure of one offset and window, and in which order their periods answer those asked for."""

    offsets: Offsets
    grid: Grid
    parts: Mapping[LeafMeasure, Mapping[str, Floats]]
    take: Codes


def _lay(read: Read, when: When, segments: Sequence[tuple[str, ...]]) -> _Laid:
    axis = read.axes[when]
    distinct = tuple(sorted({*axis}))
    at = {period: position for position, period in enumerate(distinct)}
    grid = Grid(read.org, Ladder.of(read.org), tuple(segments), distinct, when[1] is not None, read.wide[when])
    take = np.array([at[period] for period in axis], dtype=np.intp)
    return _Laid(when[0], grid, leaf_parts(grid, read.answers.get(when, ())), take)


@dataclass
class _Computed:
    """The cells of every ask of one segment, or why it has none."""

    read: Read
    leaves: Mapping[Key, Cells]
    targets: Mapping[str, Sequence[TargetRow]]
    cells: dict[Ask, Cells] = field(default_factory=dict)
    worst: dict[Ask, Positions] = field(default_factory=dict)
    failed: dict[Ask, str] = field(default_factory=dict)

    def add(self, ask: Ask) -> None:
        """Compute one ask; what it needs has been added before."""
        if ask in self.cells or ask in self.failed:
            return
        definition = self.read.question.definition
        needed = parts(definition, ask)
        operands: dict[str, Cells] = {}
        for role, leaf in needed.leaves.items():
            if (leaf, ask.offsets) in self.read.lost:
                self.failed[ask] = self.read.lost[leaf, ask.offsets]
                return
            operands[role] = self.leaves[leaf, ask.offsets]
        for role, below in needed.asks.items():
            if below in self.failed:
                self.failed[ask] = f"it needs '{below.metric}': {self.failed[below]}"
                return
            operands[role] = self.cells[below]
        metric = definition.metrics[ask.metric]
        if isinstance(metric, Index):
            goals = {part: self._goal(part, ask, operands) for part in metric.of}
            self.cells[ask], self.worst[ask] = index_of(definition, metric, operands, goals)
            return
        shape = (self.read.org.rows, len(self.read.asked))
        self.cells[ask] = metric_cells(definition, ask, needed, operands, shape)

    def _goal(self, part: str, ask: Ask, operands: Mapping[str, Cells]) -> Floats:
        """The targets of an index's part at the periods the index is asked for."""
        described = self.read.question.definition.metrics[part]
        other = operands.get(goal_of(part))
        periods = shifted(self.read.question.definition.calendar, self.read.asked, ask.offsets)
        rows = self.targets.get(part, ())
        found = target_array(described, self.read.org, periods, rows, None if other is None else other.value)
        assert found is not None  # noqa: S101 - an index has only parts with targets
        return found


def _table(
    session: Session, read: Read, laid: Sequence[_Laid], segment: int, rows: Mapping[str, Sequence[TargetRow]]
) -> tuple[Table, dict[str, str]]:
    """The table of one segment, and the metrics it lacks with the reason."""
    question, org, asked = read.question, read.org, read.asked
    leaves = {
        (leaf, each.offsets): leaf_cells(leaf.agg, split(each.grid, found, segment, each.take))
        for each in laid
        for leaf, found in each.parts.items()
    }
    computed = _Computed(read, leaves, rows)
    for asks in (*question.orders.values(), *question.targets.values()):
        for ask in asks:
            computed.add(ask)
    for metric in question.orders:
        target_of = target_ask(question.definition.metrics[metric])
        if target_of in computed.failed:
            session.fault(f"its target: {computed.failed[target_of]}", ("metrics", metric, "target"), warning=True)
    deep = depths(org)
    failed = {metric: computed.failed[Ask(metric)] for metric in question.orders if Ask(metric) in computed.failed}
    cells, targets, worst = {}, {}, {}
    for metric in (metric for metric in question.orders if metric not in failed):
        cells[metric] = blank_below(computed.cells[Ask(metric)], deep, question.depth(metric))
        if Ask(metric) in computed.worst:
            shown = (deep <= question.depth(metric))[:, None]
            worst[metric] = np.where(shown, computed.worst[Ask(metric)], np.int8(NONE))
        described = question.definition.metrics[metric]
        behind = target_ask(described)
        other = computed.cells[behind].value if behind in computed.cells else None
        target = target_array(described, org, asked, rows.get(metric, ()), other)
        if target is not None:
            targets[metric] = target
    complete = whole(question, asked)
    unsettled = {
        metric: found
        for metric in cells
        if not np.array_equal(found := settled(session, question, metric, asked, read.axes), complete)
    }
    return Table(question.request.grain, asked, complete, org, cells, targets, unsettled, worst), failed


def _target_rows(session: Session, question: Question) -> dict[str, list[TargetRow]]:
    found: dict[str, list[TargetRow]] = {}
    metrics = question.definition.metrics
    parts_ = {part for asks in question.orders.values() for ask in asks for part in index_parts(metrics[ask.metric])}
    for metric in dict.fromkeys((*question.orders, *sorted(parts_ & metrics.keys()))):
        target = metrics[metric].target
        if isinstance(target, TargetTable):
            try:
                found[metric] = session.target_rows(metric, target)
            except SourceError as error:
                session.fault(error.message, error.path, warning=True)
                continue
            if several := contradicting(found[metric]):
                who = "1 unit and date has" if several == 1 else f"{several:,} units and dates have"
                told = f"{who} several rows in the table of targets that do not agree; the highest number holds"
                session.fault(told, ("metrics", metric, "target"), warning=True)
    return found


def _outside(read: Read) -> dict[str, NDArray[np.int64]]:
    """How many answers of each net promoter score lay outside its scale, by period, where any did."""
    now = (
        answer for (offsets, window), found in read.answers.items() if not offsets and not window for answer in found
    )
    scans = (answer for answer in now if answer.scan.shape in ("additive", "rows") and not answer.scan.whole)
    counted, found = outside(scans, read.asked), {}
    definition = read.question.definition
    for metric in read.question.orders:
        if isinstance(definition.metrics[metric], Nps):
            strange = counted.get(parts(definition, Ask(metric)).leaves["value"])
            if strange is not None and strange.any():
                found[metric] = strange
    return found


def _tell(session: Session, failed: Mapping[str, str]) -> None:
    """Tell of metrics that failed for a reason of their own."""
    told = tuple(fault.message for fault in session.faults)
    for metric, reason in failed.items():
        if not reason.endswith(told):
            session.fault(reason, ("metrics", metric))
