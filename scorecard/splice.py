"""Splicing: what was read and what still stands become the blocks of one grain, and tables over one organisation.

A whole refresh goes the same way with nothing that still stands, so that both end in the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.attainment import Positions
from scorecard.blocks import Block, Laid, stretches
from scorecard.definition import Definition, Grain, TargetMetric
from scorecard.encoding import AT_ONCE, Outline, Turned, encode
from scorecard.forms import Form
from scorecard.org import TOP, UNASSIGNED, Org
from scorecard.reading import Cells, Floats, Readings, Table
from scorecard.settled import Ground, Mask
from scorecard.snapshot import Corrupt, Snapshot
from scorecard.targets import target_array
from scorecard.time import Period
from scorecard.warehouse import Members


@dataclass(frozen=True, slots=True)
class Run:
    """Metrics that are read together over neighbouring periods, ``[start, stop)`` of those kept, and the answer."""

    metrics: tuple[str, ...]
    start: int
    stop: int
    readings: Readings | None = None


@dataclass(frozen=True, slots=True)
class Spliced:
    """One grain before the organisation is known: its periods, its blocks, what was read and what they kept."""

    grain: Grain
    periods: tuple[Period, ...]
    forms: Mapping[str, Form]
    """Of the metrics it has figures of, in written order."""
    blocks: tuple[Block, ...]
    runs: tuple[Run, ...]
    reach: Org
    """Every place there may be figures of."""


def runs(masks: Mapping[str, Mask]) -> tuple[Run, ...]:
    """The fewest questions that read what must be read: metrics of one mask together, neighbouring periods at once."""
    together: dict[bytes, list[str]] = {}
    for metric, mask in masks.items():
        together.setdefault(mask.tobytes(), []).append(metric)
    found = []
    for metrics in together.values():
        edges = np.flatnonzero(np.diff(np.concatenate(([0], masks[metrics[0]].astype(np.int8), [0]))))
        found += [Run(tuple(metrics), int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return tuple(found)


def splice(
    grain: Grain,
    periods: tuple[Period, ...],
    forms: Mapping[str, Form],
    answered: Sequence[Run],
    before: Snapshot | None,
) -> Spliced:
    """The blocks of one grain; a metric that failed in one of its runs has no figures at all."""
    tables = [_table(run) for run in answered]
    failed = {metric for run in answered if run.readings is not None for metric in run.readings.failed}
    known = {metric: form for metric, form in forms.items() if metric not in failed}
    old = before.tables.get(grain) if before is not None else None
    reach = _united([*([old.org] if old is not None else []), *(table.org for table in tables)])
    held = {block.periods: block for block in before.blocks[grain]} if before is not None and old is not None else {}
    same = old is not None and list(old.cells) == list(known)
    outlines = {id(table.org): Outline(table.org) for table in tables}
    turned = tuple(
        Turned(table, outlines[id(table.org)], _own(known, run)) for table, run in zip(tables, answered, strict=True)
    )
    work = _Work(Outline(reach), known, tuple(answered), turned, held, same)
    together = list(stretches(periods))
    ends = np.cumsum([len(each) for each in together]).tolist()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        blocks = pool.map(work.block, together, (end - len(each) for end, each in zip(ends, together, strict=True)))
        return Spliced(grain, periods, known, tuple(blocks), tuple(answered), reach)


def _united(orgs: Sequence[Org]) -> Org:
    """An organisation with every place of some; the first where it has them all."""
    first, *others = orgs
    if all(path in first.place_of for org in others for path in org.paths):
        return first
    return Org.of(first.levels, (path for org in orgs for path in org.paths))


@dataclass(frozen=True)
class _Work:
    """The making of one grain's blocks, over every place there may be figures of."""

    outline: Outline
    forms: Mapping[str, Form]
    runs: tuple[Run, ...]
    turned: tuple[Turned, ...]
    """The figures of each run."""
    held: Mapping[tuple[Period, ...], Block]
    same: bool
    """Whether the earlier blocks hold just the metrics that these will."""

    def block(self, periods: tuple[Period, ...], at: int) -> Block:
        """The block of some periods, the first at a position: the earlier one where it is equal."""
        held = self.held.get(periods)
        over = [(run, own) for run, own in zip(self.runs, self.turned, strict=True) if run.start <= at < run.stop]
        read = {metric for run, _ in over for metric in run.metrics} & self.forms.keys()
        if not read and held is not None and self.same:
            return held
        alone = len(over) == 1 and read == self.forms.keys()
        made = _encoded(*over[0], periods, at) if alone else self._joined(read, over, periods, at, held)
        return held if held is not None and held.digest == made.digest else made

    def _joined(
        self,
        read: set[str],
        over: Sequence[tuple[Run, Turned]],
        periods: tuple[Period, ...],
        at: int,
        held: Block | None,
    ) -> Block:
        """The figures of several runs, and those that the earlier block keeps."""
        cells: dict[str, Cells] = {}
        worst: dict[str, Positions] = {}
        for run, turned in over:
            fresh = Laid([_encoded(run, turned, periods, at)], self.outline.org, _own(self.forms, run))
            cells, worst = cells | dict(fresh), worst | dict(fresh.worst)
        if kept := {metric: form for metric, form in self.forms.items() if metric not in read}:
            assert held is not None  # noqa: S101 - a mask lets stand only what there is
            if not held.sound:  # its figures would stand in a file of their own, with a checksum that is right
                raise Corrupt(f"{held.name} is damaged")
            old = Laid([held], self.outline.org, kept)
            cells, worst = cells | dict(old), worst | dict(old.worst)
        complete = np.ones(len(periods), dtype=np.bool_)
        if over:
            run, first = over[0][0], at - over[0][0].start
            complete = _table(run).complete[first : first + len(periods)]
        joined = Table(
            periods[0].grain, periods, complete, self.outline.org, {m: cells[m] for m in self.forms}, {}, worst=worst
        )
        return encode(Turned(joined, self.outline, self.forms), periods, range(len(periods)))


def _own(forms: Mapping[str, Form], run: Run) -> dict[str, Form]:
    """Those of a run's metrics."""
    return {metric: form for metric, form in forms.items() if metric in run.metrics}


def _encoded(run: Run, turned: Turned, periods: tuple[Period, ...], at: int) -> Block:
    """The figures of one run alone."""
    first = at - run.start
    return encode(turned, periods, range(first, first + len(periods)))


def organisation(spliced: Sequence[Spliced], definition: Definition, members: Members, before: Snapshot | None) -> Org:
    """Every place that has a figure at some grain, and those the roster knows in the kept periods.

    Where that is what it was before, it is the same one, with all that is known of it.
    """
    levels = definition.organisation.levels
    found: set[tuple[str, ...]] = set()
    for each in spliced:
        there = np.unique(np.concatenate([named for block in each.blocks for _, named in block.places]))
        own = each.reach.keys[: len(each.reach.paths)]
        found.update(each.reach.paths[row] for row in np.flatnonzero(np.isin(own, there)))
        deepest = max((form.depth for form in each.forms.values()), default=1)
        found |= {path[:deepest] for path in _rostered(members, each.periods)}
    labels = {
        **members.labels,
        **{(level, id_): label for level, ids in definition.organisation.labels.items() for id_, label in ids.items()},
    }
    org = Org.of(levels, found, labels)
    return before.org if before is not None and before.org == org else org


def _rostered(members: Members, periods: Sequence[Period]) -> Iterator[tuple[str, ...]]:
    """The paths of the units that the roster has at some moment of some periods."""
    start, stop = periods[0].start, periods[-1].stop
    for row in members.rows:
        if row.since < stop and start < row.until:
            path = [id_ if id_ is not None else UNASSIGNED for id_ in row.path]
            while path and path[-1] == UNASSIGNED:
                path.pop()
            yield (TOP, *path)


def laid(each: Spliced, ground: Ground, org: Org, before: Snapshot | None) -> Table:
    """The table of one grain over the whole organisation, its targets applied anew."""
    targets = {}
    for metric in each.forms:
        about = ground.definition.metrics[metric]
        if isinstance(about.target, TargetMetric):
            targets[metric] = _followed(each, org, metric, before)
        elif (target := target_array(about, org, each.periods, ground.standing.targets.get(metric, ()))) is not None:
            targets[metric] = target
    complete = np.array([period.complete(ground.now) for period in each.periods], dtype=np.bool_)
    cells = Laid(each.blocks, org, each.forms)
    return Table(each.grain, each.periods, complete, org, cells, targets, _unsettled(each, complete), worst=cells.worst)


def _unsettled(each: Spliced, complete: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    """Which metrics are complete in other periods than the calendar says; what still stands was complete before."""
    found = {}
    for metric in each.forms:
        whole = complete.copy()
        for run in each.runs:
            if metric in run.metrics:
                whole[run.start : run.stop] = _table(run).complete_of(metric)
        if not np.array_equal(whole, complete):
            found[metric] = whole
    return found


def _followed(each: Spliced, org: Org, metric: str, before: Snapshot | None) -> Floats:
    """The targets of a metric that follows another: those that were read, and those that still stand."""
    out: Floats = np.full((org.rows, len(each.periods)), np.nan)
    old = before.tables.get(each.grain) if before is not None else None
    if old is not None and metric in old.targets:
        at = {period: position for position, period in enumerate(old.periods)}
        both = [(new, at[period]) for new, period in enumerate(each.periods) if period in at]
        _put(out, org, [new for new, _ in both], old.org, old.targets[metric][:, [was for _, was in both]])
    for run in each.runs:
        if metric in run.metrics and metric in _table(run).targets:
            _put(out, org, range(run.start, run.stop), _table(run).org, _table(run).targets[metric])
    return out


def _put(out: Floats, org: Org, columns: Sequence[int], source: Org, values: Floats) -> None:
    """Put the columns of one organisation's rows where they belong in another's; who is not there has nothing."""
    goes = {row: org.place_of[path] for row, path in enumerate(source.paths) if path in org.place_of}
    goes |= {source.row_of[unit]: org.row_of[unit] for unit in source.wholes if unit in org.row_of}
    wholes = {source.row_of[unit]: org.row_of[unit] for unit in org.wholes if unit in source.row_of}
    out[:, columns] = np.nan
    for way in (goes, wholes):
        out[np.ix_(list(way.values()), columns)] = values[list(way)]


def _table(run: Run) -> Table:
    assert run.readings is not None  # noqa: S101 - runs are spliced once they are answered
    return run.readings.table
