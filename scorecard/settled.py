"""What of an earlier snapshot still stands: which figures need not be read again.

A figure is kept only if nothing it rests on can have changed: the part of the definition it is computed by, every row
beneath it (by the source's ``late_after`` or ``watermark``), the roster at that time, and its period was over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorecard.blocks import stretches
from scorecard.definition import Definition, Grain, Index, MetricBase, Source, TargetMetric, TargetTable
from scorecard.faults import Fault
from scorecard.loader import address
from scorecard.reach import Reach, Stretch, reaches, rests_on
from scorecard.snapshot import FORMAT, Snapshot
from scorecard.time import GRAINS, Period, kept, step
from scorecard.warehouse import Mark, Members, Standing

Mask = NDArray[np.bool_]
_REPEATED_HOUR = timedelta(hours=1)
_SHOWN = {*MetricBase.model_fields} - {"level"}
"""What a metric says of itself that no figure of it rests on; targets are applied anew each time."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known before anything is read: how everything stands, and the snapshot of which figures may stand."""

    definition: Definition
    standing: Standing
    digests: Mapping[str, str]
    """For every metric a digest of the part of the definition its figures rest on."""
    before: Snapshot | None
    now: datetime


def program() -> str:
    """What computes: figures of another version are not kept."""
    return f"{version('golden-thread')}/{FORMAT}"


def grains(definition: Definition) -> list[Grain]:
    """The grains a refresh keeps."""
    calendar = definition.calendar
    return [grain for grain in GRAINS if grain in calendar.history or grain == calendar.grain]


def horizons(definition: Definition, now: datetime) -> dict[str, datetime]:
    """The local moment before which the rows of each source are settled at ``now``, where they ever are.

    An hour is taken off, for the one that is lived twice when clocks go back.
    """
    found = {}
    for name, source in definition.sources.items():
        if source.late_after is not None:
            found[name] = now - step(source.late_after) - _REPEATED_HOUR
        elif source.watermark is not None:
            found[name] = now - _REPEATED_HOUR
    return found


def floors(definition: Definition, now: datetime) -> dict[str, datetime]:
    """For every source that figures rest on the local moment before which none of its rows enters one at ``now``."""
    every = {reach for metric in definition.metrics for reach in reaches(definition, metric)}
    found: dict[str, datetime] = {}
    for grain in grains(definition):
        first = kept(definition.calendar, grain, now)[0]
        for reach in every:
            start, _ = reach.stretch(definition.calendar, first)
            found[reach.source] = min(start, found.get(reach.source, start))
    return found


def digests(definition: Definition, standing: Standing) -> dict[str, str]:
    """For every metric a digest of the part of the definition its figures rest on."""
    shared = _shared(definition)
    sources = {name: _source(source) for name, source in definition.sources.items()}
    found = {}
    for name in definition.metrics:
        own = definition.metrics[name]
        below = rests_on(definition, name)
        if isinstance(own.target, TargetMetric):
            below = (*below, *(each for each in rests_on(definition, own.target.metric) if each not in below))
        used = sorted({reach.source for reach in reaches(definition, name)})
        parts = [
            _metric(definition, standing, each, names_targets=_is_measured(definition, below, each)) for each in below
        ]
        follows = isinstance(own.target, TargetMetric)
        target = own.model_dump(mode="json", by_alias=True, include={"target"}) if follows else None
        found[name] = digest([shared, {source: sources.get(source) for source in used}, parts, target])
    return found


def to_read(ground: Ground, grain: Grain, periods: Sequence[Period]) -> dict[str, Mask]:
    """For every metric the periods that must be read, (periods,); the newest always, so that what fails is told."""
    everything = np.ones(len(periods), dtype=np.bool_)
    definition, before = ground.definition, ground.before
    masks = dict.fromkeys(definition.metrics, everything)
    if before is None or before.footing.program != program() or ground.now < before.as_of or grain not in before.tables:
        return masks
    table = before.tables[grain]
    old = {period: at for at, period in enumerate(table.periods)}
    at = np.array([old.get(period, -1) for period in periods])
    moved = roster_changes(before.footing.members, ground.standing.members)
    stands: dict[Reach, Mask] = {}
    for metric in definition.metrics:
        if metric not in table.cells or before.footing.metrics.get(metric) != ground.digests[metric]:
            continue
        keep = (at >= 0) & table.complete_of(metric)[at]
        for reach in reaches(definition, metric):
            if reach not in stands:
                stands[reach] = _stands(ground, before.footing.marks.get(reach.source), reach, periods, moved)
            keep = keep & stands[reach]
        keep[-1:] = False
        masks[metric] = _by_block(~keep, periods)
    return masks


def broken_promises(definition: Definition, standing: Standing, before: Snapshot | None) -> list[Fault]:
    """A warning for every source whose settled rows came, went or changed places after all; it is read whole."""
    found = []
    for name, source in definition.sources.items():
        mark, facts = before.footing.marks.get(name) if before else None, standing.sources.get(name)
        counted = source.watermark is None and mark is not None and mark.settled is not None
        if counted and mark is not None and facts is not None and facts.kept.rows != mark.rows:
            more = facts.kept.rows - mark.rows
            told = f"{abs(more):,} {'more' if more > 0 else 'fewer'}"
            message = (
                f"has {told} rows than before at an age where 'late_after: {source.late_after}' promises no change"
            )
            found.append(Fault(f"{message}; it was read whole", ("sources", name, "late_after"), severity="warning"))
    return found


def roster_changes(before: Members, members: Members) -> tuple[Stretch, ...]:
    """The stretches of time in which the roster says other than it did.

    Where memberships overlap, which one counts depends on when each began: then all of a changed row is touched.
    """
    if before.rows == members.rows:
        return ()
    old, new = set(before.rows), set(members.rows)
    if before.crowded or members.crowded:
        return tuple((row.since, row.until) for row in old ^ new)
    edges: dict[tuple[str | None, ...], dict[datetime, int]] = {}
    for rows, sign in ((old - new, -1), (new - old, 1)):
        for row in rows:
            own = edges.setdefault(row.path, {})
            own[row.since] = own.get(row.since, 0) + sign
            own[row.until] = own.get(row.until, 0) - sign
    found = []
    for own in edges.values():
        depth, since = 0, datetime.max  # noqa: DTZ901 - local and naive
        for moment in sorted(own):
            if depth:
                found.append((since, moment))
            depth, since = depth + own[moment], moment
    return tuple(sorted(found))


def digest(value: Any) -> str:
    """A digest of anything JSON can say."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _stands(
    ground: Ground, mark: Mark | None, reach: Reach, periods: Sequence[Period], moved: Sequence[Stretch]
) -> Mask:
    """In which periods nothing that a reach covers can have changed: (periods,)."""
    facts, source = ground.standing.sources.get(reach.source), ground.definition.sources.get(reach.source)
    if mark is None or mark.settled is None or mark.since is None or facts is None or source is None:
        return np.zeros(len(periods), dtype=np.bool_)
    if mark.crossing or facts.kept.crossing or (source.watermark is None and facts.kept.rows != mark.rows):
        return np.zeros(len(periods), dtype=np.bool_)
    touched = (*facts.changed, *moved)
    found = []
    for period in periods:
        start, stop = reach.stretch(ground.definition.calendar, period)
        found.append(stop <= mark.settled and not any(a < stop and start < b for a, b in touched))
    return np.array(found, dtype=np.bool_)


def _by_block(mask: Mask, periods: Sequence[Period]) -> Mask:
    """Periods that stand in one block are read together or not at all."""
    at, out = 0, mask.copy()
    for together in stretches(periods):
        out[at : at + len(together)] = mask[at : at + len(together)].any()
        at += len(together)
    return out


def _shared(definition: Definition) -> Any:
    """What every figure rests on."""
    said = definition.model_dump(mode="json", by_alias=True, include={"calendar", "organisation", "warehouse"})
    calendar, organisation, warehouse = said["calendar"], said["organisation"], said["warehouse"]
    for presented in ("grain", "history", "as_of"):
        calendar.pop(presented)
    organisation.pop("labels")
    organisation.pop("people")
    warehouse.pop("statement_timeout")
    warehouse["url"] = address(warehouse["url"])
    return [calendar, organisation, warehouse]


def _source(source: Source) -> Any:
    return source.model_dump(mode="json", by_alias=True, exclude={"case", "customer", "dimensions"})


def _metric(definition: Definition, standing: Standing, name: str, *, names_targets: bool) -> Any:
    metric = definition.metrics[name]
    said: dict[str, Any] = metric.model_dump(mode="json", by_alias=True, exclude=_SHOWN)
    said |= {"level": definition.level(name), "name": name}
    if names_targets:
        said |= metric.model_dump(mode="json", by_alias=True, include={"target", "direction"})
        if isinstance(metric.target, TargetTable):
            said["rows"] = [repr(row) for row in standing.targets.get(name, ())]
    return said


def _is_measured(definition: Definition, below: Iterable[str], name: str) -> bool:
    """Whether a figure rests on the targets of a metric: as a part of an index."""
    indexes = (definition.metrics[each] for each in below)
    return any(isinstance(index, Index) and name in index.of for index in indexes)
