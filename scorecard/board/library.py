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
from scorecard.board.slices import Slices
from scorecard.faults import Fault, in_order
from scorecard.lens import NOW, Lens
from scorecard.loader import load
from scorecard.memory import give_back
from scorecard.people.principal import Principal
from scorecard.presence import Presence
from scorecard.refresh import read_health
from scorecard.settings import Settings
from scorecard.snapshot import Corrupt, current, kept, load_newest
from scorecard.snapshot import load as load_snapshot
from scorecard.view import NotFound

_LOOK_EVERY = 1.0
"""Seconds between looks at the pointer and at the definition's files."""


def _behind(do: Callable[[], None]) -> None:
    threading.Thread(target=do, name="pictures", daemon=True).start()


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
    slices: Slices
    open_house: bool = False
    ticks: Callable[[], float] = monotonic
    """Seconds that only go forward: what the looks are timed by."""
    behind: Callable[[Callable[[], None]], None] = _behind
    """Does something while those who ask go on: in a thread of its own."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _looked: float = float("-inf")
    _pointed: str | None = None
    _generation: Generation | None = None
    _edit: Edit = Edit(0.0, ())
    _pictures: tuple[tuple[str, datetime], ...] = ()
    _opening: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _opened: Generation | None = None
    presence: Presence = field(init=False)
    """Where the beats of wall screens are noted."""

    def __post_init__(self) -> None:
        self.presence = Presence(self.settings.displays, self.clock)

    def for_(self, principal: Principal) -> SnapshotBoard | None:
        """The board for a principal; ``None`` while no snapshot has ever been made."""
        generation = self._newest()
        return None if generation is None else self._board(generation, generation, principal, NOW)

    def through(self, principal: Principal, lens: Lens) -> SnapshotBoard | NotFound | None:
        """The board through a lens: of an earlier picture, or of one value of a dimension; see :class:`Boards`."""
        newest = self._newest()
        if newest is None:
            return None
        whole = newest if lens.picture in (None, newest.snapshot.id) else self._earlier(lens.picture)
        if isinstance(whole, NotFound) or lens.only is None:
            return whole if isinstance(whole, NotFound) else self._board(whole, whole, principal, lens)
        part = self.slices.part(whole, lens.only, lens.grain)
        return part if isinstance(part, NotFound) else self._board(part, whole, principal, lens)

    def _board(self, shown: Generation, whole: Generation, principal: Principal, lens: Lens) -> SnapshotBoard:
        return SnapshotBoard(
            shown,
            principal,
            self.clock(),
            self.settings.stale_after,
            self._since(),
            self.open_house,
            lens=lens,
            grains=tuple(whole.released),
            pictures=self._pictures,
            presence=self.presence,
        )

    def _earlier(self, picture: str | None) -> Generation | NotFound:
        """A picture before the newest; the last one asked for stays at hand."""
        missing = NotFound("that picture is no longer kept")
        if picture not in {id_ for id_, _ in self._pictures}:
            return missing
        with self._opening:
            if self._opened is None or self._opened.snapshot.id != picture:
                try:
                    self._opened = Generation(load_snapshot(self.settings.snapshots / picture))
                except Corrupt:
                    return missing
            return self._opened

    def _newest(self) -> Generation | None:
        """The newest generation; once there is one, nobody who asks waits for the next to be made ready."""
        due = self.ticks() - self._looked > _LOOK_EVERY
        if due and self._generation is None:
            with self._lock:
                if self._generation is None:
                    self._look()
                    self._looked = self.ticks()
        elif due and self._lock.acquire(blocking=False):
            self._looked = self.ticks()
            self.behind(self._look_and_release)
        return self._generation

    def _look_and_release(self) -> None:
        try:
            self._look()
        finally:
            self._looked = self.ticks()
            self._lock.release()

    def _look(self) -> None:
        pointed = current(self.settings.snapshots)
        if pointed != self._pointed or self._generation is None:
            snapshot = load_newest(self.settings.snapshots)
            if snapshot is not None and (self._generation is None or snapshot.id != self._generation.snapshot.id):
                generation = Generation(snapshot)
                generation.make_ready()  # here, once, and not in somebody's first request
                foresee(generation)
                self._generation = generation
                self._let_go()
            self._pointed = pointed
            self._pictures = kept(self.settings.snapshots)
        self._edit = _edited(self.settings.config, self.environ, self._edit)

    def _let_go(self) -> None:
        """Drop what belongs to pictures that are not shown any more: at most the newest and one other are at hand."""
        at_hand = [shown.snapshot.id for shown in (self._generation, self._opened) if shown]
        self.slices.keep(at_hand)
        give_back()

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
