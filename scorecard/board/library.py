"""Where boards come from: the newest good generation, swapped whole when the pointer moves.

Web processes never wait for the warehouse and never read the YAML for figures: they map the newest snapshot,
look at the pointer at most once a second, and keep what they have when the new one cannot be read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic

from scorecard.board.answers import SnapshotBoard
from scorecard.board.generation import Generation
from scorecard.board.signs import foresee
from scorecard.faults import Fault, in_order
from scorecard.loader import load
from scorecard.people.principal import Principal
from scorecard.refresh import read_health
from scorecard.settings import Settings
from scorecard.snapshot import current, load_newest

_LOOK_EVERY = 1.0
"""Seconds between looks at the pointer and at the definition's files."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What became of the definition's files since the picture was taken."""

    stamp: float
    faults: tuple[Fault, ...]


@dataclass
class Library:
    """The boards of one scorecard; safe to share between threads."""

    settings: Settings
    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    open_house: bool = False
    ticks: Callable[[], float] = monotonic
    """Seconds that only go forward: what the looks are timed by."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _looked: float = float("-inf")
    _pointed: str | None = None
    _generation: Generation | None = None
    _edit: Edit = Edit(0.0, ())

    def for_(self, principal: Principal) -> SnapshotBoard | None:
        """The board for a principal; ``None`` while no snapshot has ever been made."""
        generation = self._newest()
        if generation is None:
            return None
        return SnapshotBoard(
            generation, principal, self.clock(), self.settings.stale_after, self._since(), self.open_house
        )

    def _newest(self) -> Generation | None:
        """The newest generation; whoever asks while another thread is looking goes on with the one there is."""
        due = self.ticks() - self._looked > _LOOK_EVERY
        if due and self._lock.acquire(blocking=self._generation is None):
            try:
                if self.ticks() - self._looked > _LOOK_EVERY:
                    self._look()
                    self._looked = self.ticks()
            finally:
                self._lock.release()
        return self._generation

    def _look(self) -> None:
        pointed = current(self.settings.snapshots)
        if pointed != self._pointed or self._generation is None:
            snapshot = load_newest(self.settings.snapshots)
            if snapshot is not None and (self._generation is None or snapshot.id != self._generation.snapshot.id):
                generation = Generation(snapshot)
                _ = generation.judged  # judged here, once, and not in somebody's first request
                foresee(generation)
                self._generation = generation
            self._pointed = pointed
        self._edit = _edited(self.settings.config, self.environ, self._edit)

    def _since(self) -> tuple[Fault, ...]:
        """Faults of the last refresh, when it came after the picture, and of the definition's files now."""
        health = read_health(self.settings.snapshots)
        generation = self._generation
        newer = health and generation and health.attempted > generation.snapshot.taken
        return tuple(in_order([*(health.faults if health and newer else ()), *self._edit.faults]))


def _edited(config: Path, environ: Mapping[str, str], before: Edit) -> Edit:
    """Read the definition's files again when any of them changed; only faults matter here."""
    try:
        stamp = sum(path.stat().st_mtime for path in config.rglob("*.yaml"))
    except OSError:
        return before
    if stamp == before.stamp:
        return before
    return Edit(stamp, tuple(fault for fault in load(config, environ).faults if fault.severity == "fault"))
