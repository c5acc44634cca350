"""Gathering: the figures of a refresh, read where they may have changed and kept where they still stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from scorecard.blocks import Block, narrowed
from scorecard.definition import Definition, Grain
from scorecard.faults import Fault, Faulty
from scorecard.footing import Footing
from scorecard.forms import forms
from scorecard.reading import Table, cut, outside_fault
from scorecard.restated import Restated, restated
from scorecard.settled import Ground, broken_promises, digests, floors, grains, horizons, program, to_read
from scorecard.snapshot import Snapshot
from scorecard.splice import Run, Spliced, laid, organisation, runs, splice
from scorecard.time import Period, kept
from scorecard.warehouse import Progress, Request, Warehouse

_PARTS = 100
"""Steps that progress knows of each question."""
Outside = dict[Grain, dict[str, list[int]]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Every figure of a refresh, what went wrong, and what the next one must know."""

    tables: Mapping[Grain, Table]
    blocks: Mapping[Grain, tuple[Block, ...]]
    failed: Mapping[str, str]
    faults: tuple[Fault, ...]
    outside: Outside
    restated: Restated
    footing: Footing


def gather(
    warehouse: Warehouse,
    definition: Definition,
    now: datetime,
    before: Snapshot | None,
    progress: Progress | None,
    *,
    full: bool,
) -> Figures:
    """Read what must be read, and splice it with what stands. Raises :class:`Faulty` where no metric has figures.

    With ``full`` everything is read; the earlier snapshot then only tells what was restated.
    """
    marks = before.footing.marks if before else {}
    standing = warehouse.standing(marks, horizons(definition, now), floors(definition, now))
    promises = broken_promises(definition, standing, before)
    ground = Ground(definition, standing, digests(definition, standing), None if full else before, now)
    told, failed = dict.fromkeys(promises), dict[str, str]()
    spliced, outside = [], Outside()
    periods_of = {grain: kept(definition.calendar, grain, now) for grain in grains(definition)}
    wanted = {grain: runs(to_read(ground, grain, periods)) for grain, periods in periods_of.items()}
    steps = _Steps(progress, sum(map(len, wanted.values())))
    for grain, periods in periods_of.items():
        answered = _answered(warehouse, ground, periods, wanted[grain], steps)
        for run in answered:
            assert run.readings is not None  # noqa: S101 - just answered
            failed |= run.readings.failed
            told |= dict.fromkeys(_faults(run))
        outside[grain] = _outside(grain, periods, answered, before)
        told |= dict.fromkeys(outside_fault(metric, sum(counts)) for metric, counts in outside[grain].items())
        spliced.append(splice(grain, periods, forms(definition), answered, before))
    if failed and failed.keys() >= definition.metrics.keys():
        raise Faulty(tuple(told) or [Fault(why) for why in dict.fromkeys(failed.values())])
    org = organisation(spliced, definition, standing.members, before)
    tables = {each.grain: laid(each, ground, org, before) for each in spliced}
    return Figures(
        tables=tables,
        blocks={each.grain: each.blocks for each in spliced},
        failed=failed,
        faults=tuple(told),
        outside=outside,
        restated=_restated(spliced, tables, ground.digests, before),
        footing=Footing(
            program=program(),
            metrics=ground.digests,
            marks={name: facts.mark for name, facts in standing.sources.items()},
            members=replace(standing.members, labels={}),
        ),
    )


@dataclass
class _Steps:
    """Progress over several questions: each tells its own steps, all of them make one."""

    progress: Progress | None
    total: int
    done: int = 0

    def next(self, what: str | None) -> Progress | None:
        """The progress of the next question."""
        if self.progress is None:
            return None
        told, at, total = self.progress, self.done, self.total
        self.done += 1
        return lambda step, done, of: told(
            f"{what}s, {at + 1} of {total}: {step}", at * _PARTS + _PARTS * done // max(of, 1), total * _PARTS
        )


def _answered(
    warehouse: Warehouse,
    ground: Ground,
    periods: Sequence[Period],
    wanted: Iterable[Run],
    steps: _Steps,
) -> list[Run]:
    definition, found = ground.definition, []
    for run in wanted:
        request = Request(
            metrics=run.metrics,
            levels=definition.organisation.levels,
            grain=periods[0].grain,
            start=periods[run.start].start,
            stop=periods[run.stop - 1].stop,
            over=(periods[0].start, periods[-1].stop),
            beside=tuple(metric for metric in definition.metrics if metric not in run.metrics),
        )
        found.append(replace(run, readings=warehouse.read(request, ground.now, steps.next(periods[0].grain))))
    return found


def _faults(run: Run) -> list[Fault]:
    """What a run tells, but for counts of the time it read alone."""
    assert run.readings is not None  # noqa: S101 - asked only of what is answered
    partial = {outside_fault(metric, int(counts.sum())) for metric, counts in run.readings.outside.items()}
    return [fault for fault in run.readings.faults if fault not in partial]


def _outside(
    grain: Grain, periods: Sequence[Period], answered: Iterable[Run], before: Snapshot | None
) -> dict[str, list[int]]:
    """How many answers of each metric lay outside its scale, by period: of what was read, and of what stands."""
    old = before.tables.get(grain) if before is not None else None
    was: Mapping[str, Sequence[int]] = before.outside.get(grain, {}) if before is not None else {}
    at = {period: position for position, period in enumerate(old.periods)} if old is not None else {}
    counts = {
        metric: np.array([by_period[at[period]] if period in at else 0 for period in periods], dtype=np.int64)
        for metric, by_period in was.items()
    }
    for run in answered:
        assert run.readings is not None  # noqa: S101 - asked only of what is answered
        for metric in run.metrics:
            if metric in counts or metric in run.readings.outside:
                own = counts.setdefault(metric, np.zeros(len(periods), dtype=np.int64))
                own[run.start : run.stop] = run.readings.outside.get(metric, 0)
    return {metric: own.tolist() for metric, own in sorted(counts.items()) if own.any()}


def _restated(
    spliced: Iterable[Spliced], tables: Mapping[Grain, Table], known: Mapping[str, str], before: Snapshot | None
) -> Restated:
    """What became of figures that were complete, of metrics whose definition is the same."""
    if before is None:
        return Restated()
    same = [metric for metric, digest in known.items() if before.footing.metrics.get(metric) == digest]
    pairs = []
    for each in spliced:
        old = before.tables.get(each.grain)
        if old is not None:
            digests_ = {block.digest for block in before.blocks[each.grain]}
            changed = {period for block in each.blocks if block.digest not in digests_ for period in block.periods}
            whole = [period for at, period in enumerate(old.periods) if old.complete[at] and period in changed]
            sides = ((old, before.blocks[each.grain]), (tables[each.grain], each.blocks))
            pairs += [(_only(*sides[0], whole), _only(*sides[1], whole))] if whole else []
    return restated(pairs, same)


def _only(table: Table, blocks: Iterable[Block], periods: Sequence[Period]) -> Table:
    """A table of some periods alone, without laying out the others."""
    wanted = {*periods}
    few = narrowed(table, [block for block in blocks if wanted.intersection(block.periods)])
    return cut(few, [few.periods.index(period) for period in periods])
