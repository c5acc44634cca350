"""One bounded cache for everything that is answered, with single flight.

Keys are (generation, principal's key, question): a new snapshot, another scope or another question is another
answer. Three hundred displays that ask the same at once make one computation; the others wait for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from cachetools import LRUCache

T = TypeVar("T")
SIZE = 256
"""How many answers are kept: the largest, a whole thread of two years' weeks as JSON, takes 300 kB."""


class Answers:
    """Answers by key, the least recently asked thrown out first."""

    def __init__(self, size: int = SIZE) -> None:
        self._lock = threading.Lock()
        self._kept: LRUCache[Hashable, Any] = LRUCache(size)
        self._flights: dict[Hashable, Future[Any]] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer under ``key``, made by the first who asks; an error reaches all who wait and is not kept."""
        with self._lock:
            if key in self._kept:
                return cast("T", self._kept[key])
            flight = self._flights.get(key)
            first = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        return self._fly(key, flight, make) if first else cast("T", flight.result())

    def _fly(self, key: Hashable, flight: Future[Any], make: Callable[[], T]) -> T:
        try:
            answer = make()
        except BaseException as error:
            self._land(key)
            flight.set_exception(error)
            raise
        with self._lock:
            self._kept[key] = answer
            self._flights.pop(key, None)
        flight.set_result(answer)
        return answer

    def _land(self, key: Hashable) -> None:
        with self._lock:
            self._flights.pop(key, None)
