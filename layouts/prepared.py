"""Answers of walls, prepared as bytes once per picture and scope; the last ones are given until the next are ready.

A new picture changes every wall at the same moment. Nobody who asks works it out then: one thread of the process
does, one answer after the other, and until it comes to a wall that wall gets its last answer, with its own tag. A
wall's first answer is worked out by whoever asks first, while the others wait.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from cachetools import LRUCache

from layouts.answers import Answers

SIZE = 4_096
"""How many walls' answers are kept: of some five kilobytes each."""
_BREATH = 0.005
"""Seconds the thread rests after each answer, so that those who ask are answered first."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer as bytes, and the version of what it was made from."""

    version: Hashable
    body: bytes


class Prepared:
    """Answers by question; safe to share between threads, and across a fork as long as none is being made."""

    def __init__(self, size: int = SIZE) -> None:
        self._lock = threading.Lock()
        self._kept: LRUCache[Hashable, Ready] = LRUCache(size)
        self._due: dict[Hashable, tuple[Hashable, Callable[[], bytes]]] = {}
        self._first = Answers(size)
        self._working = False

    def get(self, question: Hashable, version: Hashable, make: Callable[[], bytes]) -> Ready:
        """The answer to ``question``: of ``version``, or the last one while that is being made.

        An error while it is made reaches those who ask for the first time; later on the answer is let go, so that
        the next who asks meets the error.
        """
        with self._lock:
            ready = self._kept.get(question)
            if ready is not None and ready.version != version:
                self._due[question] = version, make
                self._wake()
        if ready is not None:
            return ready
        ready = self._first.get((question, version), lambda: Ready(version, make()))
        with self._lock:
            self._kept[question] = ready
        return ready

    def _wake(self) -> None:
        if not self._working:
            self._working = True
            threading.Thread(target=self._work, name="walls", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._due:
                    self._working = False
                    return
                question = next(iter(self._due))
                version, make = self._due.pop(question)
            self._renew(question, version, make)
            time.sleep(_BREATH)

    def _renew(self, question: Hashable, version: Hashable, make: Callable[[], bytes]) -> None:
        try:
            ready = Ready(version, make())
        except Exception as error:  # noqa: BLE001 - whoever asks next meets it
            _log.info("an answer is made anew by whoever asks next: %s", error)
            with self._lock:
                self._kept.pop(question, None)
            return
        with self._lock:
            self._kept[question] = ready
