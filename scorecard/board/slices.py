"""Slices: one value of one dimension, read live from the warehouse, beside a picture of everything.

All values of a dimension are read at once, above single people, and released together with the whole, so that no
figure about too few follows from what the pages show of it. One question at a time is put to the warehouse, within its
statement time-out; what it answered is kept for as long as the picture it belongs to is asked about.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from cachetools import LRUCache

from scorecard.board.generation import Generation
from scorecard.definition import Definition, Grain
from scorecard.faults import Faulty
from scorecard.handoffs import HandOffs
from scorecard.lens import Busy, Only
from scorecard.loader import load
from scorecard.org import Org
from scorecard.privacy import Released, release_parts
from scorecard.reading import Readings
from scorecard.sheet import Mask
from scorecard.signalling import signals
from scorecard.view import NotFound
from scorecard.warehouse import OpenWarehouse, Request

KEPT = 8
"""How many dimensions, each at one grain, are kept at once."""
WAIT = 3.0
"""Seconds that a second question waits for the first to be answered."""

Key = tuple[str, str, Grain]
Parts = Mapping[str, Generation]
"""A generation for each value of a dimension."""
log = logging.getLogger(__name__)


@dataclass
class Slices:
    """Reads dimensions on demand; safe to share between threads."""

    config: Path
    environ: Mapping[str, str]
    warehouse: Callable[[], OpenWarehouse]
    _kept: LRUCache[Key, Parts] = field(default_factory=lambda: LRUCache(KEPT), repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    """Held while what is kept is looked at or changed."""
    _reading: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def part(self, whole: Generation, only: Only, grain: str | None) -> Generation | NotFound:
        """The part of a generation with that value, at a grain it holds (by default the calendar's own).

        Raises :class:`~scorecard.lens.Busy` where it cannot be read just now.
        """
        if only.value not in whole.snapshot.dimensions.get(only.dimension, ()):
            return NotFound(f"there is nothing of '{only.dimension}' called '{only.value}'")
        at = next((kept for kept in whole.released if kept == (grain or whole.definition.calendar.grain)), None)
        if at is None:
            return NotFound(f"there is no grain '{grain}'")
        parts = self._parts(whole, only.dimension, at)
        return parts.get(only.value) or NotFound(f"there is nothing of '{only.dimension}' called '{only.value}' now")

    def _parts(self, whole: Generation, dimension: str, grain: Grain) -> Parts:
        key = (whole.snapshot.id, dimension, grain)
        found = self._at_hand(key)
        if found is not None:
            return found
        if not self._reading.acquire(timeout=WAIT):
            raise Busy
        try:
            # another may have read it meanwhile
            return self._at_hand(key) or self._put(key, self._read(whole, dimension, grain))
        except Faulty as faulty:
            log.warning("a slice could not be read: %s", "; ".join(map(str, faulty.faults)))
            raise Busy from faulty
        finally:
            self._reading.release()

    def _at_hand(self, key: Key) -> Parts | None:
        with self._lock:
            return self._kept.get(key)

    def _put(self, key: Key, parts: Parts) -> Parts:
        with self._lock:
            self._kept[key] = parts
        return parts

    def keep(self, pictures: Collection[str]) -> None:
        """Let go what belongs to other pictures than these."""
        with self._lock:
            for key in [key for key in self._kept if key[0] not in pictures]:
                del self._kept[key]

    def _read(self, whole: Generation, dimension: str, grain: Grain) -> Parts:
        definition = load(self.config, self.environ).checked()
        periods = whole.released[grain].table.periods
        request = Request(
            metrics=tuple(whole.released[grain].table.cells),
            levels=_above_people(definition),
            grain=grain,
            start=periods[0].start,
            stop=periods[-1].stop,
            by=(dimension,),
        )
        with self.warehouse()(definition, self.config) as opened:
            readings = opened.read(request, whole.snapshot.as_of)
        return parted(whole, dimension, grain, readings)


def parted(whole: Generation, dimension: str, grain: Grain, readings: Readings) -> Parts:
    """A generation for each value, from readings split by a dimension and the generation they are parts of."""
    tables = {value: table for (value,), table in readings.segments.items()}
    org = next(iter(tables.values())).org
    shown = {metric: _on(org, whole, grain, metric) for metric in next(iter(tables.values())).cells}
    minimum = whole.definition.privacy.minimum_group
    return {
        value: _generation(whole, dimension, grain, released, readings.failed)
        for value, released in release_parts(tables, shown, minimum, whole.definition).items()
    }


def _generation(
    whole: Generation, dimension: str, grain: Grain, released: Released, failed: Mapping[str, str]
) -> Generation:
    """A part as a generation of its own, without what is not known by part: what customers said, how cases went."""
    apart = {metric: f"it is not kept by {dimension}" for metric in failed if metric not in whole.snapshot.failed}
    snapshot = replace(
        whole.snapshot,
        tables={grain: released.table},
        failed={**whole.snapshot.failed, **apart},
        voices=(),
        handoffs=HandOffs(),
        signals={grain: signals(whole.definition, released.table)},
    )
    return Generation(snapshot, {grain: released}, frozenset(apart))


def _on(org: Org, whole: Generation, grain: Grain, metric: str) -> Mask:
    """What the whole withholds of a metric, on the rows of another organisation; where it has no row, nothing."""
    withheld, own = whole.released[grain].withheld.get(metric), whole.org
    rows = [own.place_of.get(path) for path in org.paths] + [own.row_of.get(unit) for unit in org.wholes]
    known = np.array([-1 if row is None else row for row in rows])
    if withheld is None:
        return np.zeros((org.rows, len(whole.released[grain].table.periods)), dtype=np.bool_)
    mask: Mask = np.where((known >= 0)[:, None], withheld[known], False)
    return mask


def _above_people(definition: Definition) -> tuple[str, ...]:
    """The levels that a slice is read for: parts of single people's figures would nearly all be withheld."""
    organisation = definition.organisation
    people = organisation.people
    return organisation.levels[: organisation.levels.index(people)] if people else organisation.levels
