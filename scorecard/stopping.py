"""Being asked to stop: Ctrl-C, or a service manager's SIGTERM, while a database is still at work.

Python tells its own code of a signal only when the call it waits in comes back, and a database driver may wait for
minutes. So a thread listens too, and stops whatever is running; then the call comes back.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Stop = Callable[[], None]
_lock = threading.Lock()
_asked = threading.Event()
_running: dict[int, Stop] = {}


@contextmanager
def stoppable(stop: Stop) -> Iterator[None]:
    """Have ``stop`` called, from another thread, if the program is asked to stop meanwhile."""
    with _lock:
        key = max(_running, default=0) + 1
        _running[key] = stop
    try:
        yield
    finally:
        with _lock:
            _running.pop(key, None)


def asked() -> bool:
    """Whether the program was asked to stop: some drivers make another error of it."""
    return _asked.is_set()


def _ask(_number: int, _frame: object) -> None:
    _asked.set()
    raise KeyboardInterrupt


def listen() -> None:
    """Take SIGTERM as Ctrl-C, and stop what is running at either; called once, by the main thread of a command."""
    near, far = socket.socketpair()
    near.setblocking(False)
    signal.set_wakeup_fd(near.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, _ask)
    signal.signal(signal.SIGINT, _ask)
    threading.Thread(target=_hear, args=(near, far), daemon=True).start()


def _hear(_near: socket.socket, far: socket.socket) -> None:
    """Stop everything at each signal; the near end is held here so that it stays open."""
    while told := far.recv(64):
        if {signal.SIGINT, signal.SIGTERM} & {*told}:
            _asked.set()
            with _lock:
                stops = [*_running.values()]
            for stop in stops:
                with suppress(Exception):  # a statement that just ended cannot be stopped any more
                    stop()
