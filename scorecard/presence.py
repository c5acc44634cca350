"""Which wall screens have been seen, when, and with what: kept by the web processes for one another.

A beat comes with every poll of a wall, so taking one is a few lines in memory. Each process writes what it has seen
into a small file of its own, now and then, whole; whoever asks reads them all. Nobody waits for a lock of another
process, and what is known survives a restart: the file of a process that is gone is taken over by one that is not.

Anybody who may see a wall may send a beat, so what beats say is only ever shown. They are bounded: so many screens
a display, of displays that exist.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SCREENS_KEPT = 8
"""Screens remembered of one display: the last seen ones."""
DARK_AFTER = timedelta(seconds=60)
"""Twenty beats: a screen unseen for longer is dark."""
FORGOTTEN_AFTER = timedelta(days=30)
_WRITE_EVERY = timedelta(seconds=5)
_GONE_AFTER = timedelta(seconds=60)
"""A file nobody has written for so long is that of a process that is gone."""
_LARGEST_FILE = 4_000_000

_BEAT = re.compile(
    r"(?P<screen>[0-9a-f]{8}) (?P<build>[0-9a-f]{1,40}) (?P<state>start|ok|offline|old|hidden|gone)"
    r" (?P<width>[1-9]\d{0,4})x(?P<height>[1-9]\d{0,4}) (?P<taken>-|\d{10,11})"
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Beat:
    """What a wall screen says of itself with every poll."""

    display: str
    screen: str
    """Tells two screens of one display apart: eight random letters that the browser keeps."""
    build: str
    """The version of the page it runs."""
    state: str
    """What it showed before it asked: ``ok``, ``offline``, ``old``, ``hidden`` …"""
    width: int
    height: int
    taken: datetime | None
    """When the figures it shows were taken (aware); ``None`` where it shows none."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """The last beat of one screen, and when it came (aware, UTC)."""

    beat: Beat
    at: datetime


def beat_of(display: str, said: str) -> Beat | None:
    """Read what a wall says of itself; ``None`` where it says nothing that a wall would."""
    found = _BEAT.fullmatch(said[:200])
    if found is None:
        return None
    taken = None if found["taken"] == "-" else datetime.fromtimestamp(int(found["taken"]), UTC)
    size = int(found["width"]), int(found["height"])
    return Beat(display, found["screen"], found["build"], found["state"], *size, taken)


@dataclass
class Presence:
    """The screens seen by this process and its neighbours; safe to share between threads and across a fork.

    ``folder`` is where the processes meet; without one, what is seen stays in memory.
    """

    folder: Path | None
    clock: Callable[[], datetime]
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _seen: dict[tuple[str, str], Sighting] = field(default_factory=dict)
    _written: datetime | None = None
    _name: tuple[int, str] = (0, "")

    def note(self, beat: Beat) -> None:
        """Remember a beat. Cheap, and never fails: a wall is answered whatever becomes of its beat."""
        now = self.clock()
        with self._lock:
            self._seen[beat.display, beat.screen] = Sighting(beat, now)
            due = self._written is None or not timedelta() <= now - self._written < _WRITE_EVERY
            if due:
                self._written = now
                self._seen = _bounded(self._seen.values(), now)
            kept = list(self._seen.values()) if due else None
        if kept is not None and self.folder is not None:
            self._write(kept, now, self.folder)

    def seen(self) -> tuple[Sighting, ...]:
        """Every screen that is remembered, by display, the last seen first."""
        now = self.clock()
        with self._lock:
            own = list(self._seen.values())
        others = [found for file in self._files() for found in _read(file)]
        return tuple(_bounded([*own, *others], now).values())

    def _write(self, kept: list[Sighting], now: datetime, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            own = folder / self._own_name()
            taken_over = [file for file in self._files() if file != own and _age(file, now) > _GONE_AFTER]
            inherited = [found for file in taken_over for found in _read(file)]
            if inherited:
                with self._lock:
                    self._seen = _bounded([*self._seen.values(), *inherited], now)
                    kept = list(self._seen.values())
            beside = own.with_suffix(".new")
            beside.write_text(json.dumps([_plain(one) for one in kept]))
            beside.replace(own)
            for file in taken_over:
                file.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("the screens' last beats could not be written: %s", error)

    def _own_name(self) -> str:
        """This process's own file: by its id, which a fork changes, and at random, as two containers share ids."""
        if self._name[0] != os.getpid():
            self._name = os.getpid(), f"{os.getpid()}-{secrets.token_hex(4)}.json"
        return self._name[1]

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.json")) if self.folder is not None and self.folder.is_dir() else []


def _bounded(found: Iterable[Sighting], now: datetime) -> dict[tuple[str, str], Sighting]:
    """The newest sighting of each screen, so many a display, none that is long forgotten."""
    newest: dict[tuple[str, str], Sighting] = {}
    many: dict[str, int] = {}
    for one in sorted(found, key=lambda one: one.at, reverse=True):
        key = one.beat.display, one.beat.screen
        if key in newest or now - one.at > FORGOTTEN_AFTER or many.get(key[0], 0) >= SCREENS_KEPT:
            continue
        many[key[0]] = many.get(key[0], 0) + 1
        newest[key] = one
    return dict(sorted(newest.items(), key=lambda item: (item[0][0], -item[1].at.timestamp())))


def _age(file: Path, now: datetime) -> timedelta:
    try:
        return now - datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError:  # another process was faster
        return timedelta()


def _read(file: Path) -> Iterator[Sighting]:
    """What a file holds; one that was damaged holds nothing."""
    try:
        if file.stat().st_size > _LARGEST_FILE:
            return
        for one in json.loads(file.read_text()):
            yield _sighting(one)
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return


def _plain(one: Sighting) -> list[Any]:
    beat = one.beat
    taken = None if beat.taken is None else beat.taken.isoformat()
    return [one.at.isoformat(), beat.display, beat.screen, beat.build, beat.state, beat.width, beat.height, taken]


def _sighting(plain: list[Any]) -> Sighting:
    at, display, screen, build, state, width, height, taken = plain
    when = None if taken is None else _aware(taken)
    beat = Beat(str(display), str(screen), str(build), str(state), int(width), int(height), when)
    return Sighting(beat, _aware(at))


def _aware(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found
