"""Five hundred walls against one server of two processes: how long a beat takes, and what it costs in memory.

    python tests/bench/bench_walls.py [--write] [--var FOLDER] [--walls 500] [--every 10] [--seconds 60]

The demo company with a display for every team, again and again, served by gunicorn as in production. Each wall asks
with its ETag and its beat, at its own moment. Half way a new picture is published, which changes every wall at once.
A file of the same server and an empty answer, asked for by the same walls, say what the server and the machine give
at best. ``--var`` reuses a folder of a demo that was made before; ``--write`` puts the table into
``docs/explanation/performance.md``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from metrics import demo
from scorecard import site
from scorecard.definition import Display
from scorecard.publishing import publish
from scorecard.refresh import Work, refresh
from scorecard.snapshot import Snapshot, load_newest

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config" / "broadband"
PAGE = ROOT / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- walls -->", "<!-- /walls -->"
SCENES = ["number", "thread", "today", "voice", "story", "leaderless"]
FILE = "/assets/icon.svg"


@dataclass
class Load:
    """What came of a run of walls."""

    name: str
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def note(self, status: int, seconds: float) -> None:
        """Note an answer."""
        self.statuses[status] += 1
        self.seconds.append(seconds)

    def row(self) -> str:
        """A line of the table."""
        ordered = sorted(self.seconds)
        quantiles = [ordered[min(int(part * len(ordered)), len(ordered) - 1)] for part in (0.5, 0.99, 1.0)]
        kinds = ", ".join(f"{many:,} × {status}" for status, many in sorted(self.statuses.items()))
        return f"| {self.name} | {kinds} | " + " | ".join(f"{each * 1e3:,.1f} ms" for each in quantiles) + " |"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the table into the documents")
    parser.add_argument("--var", type=Path, help="the var folder of a demo that was made before")
    parser.add_argument("--walls", type=int, default=500)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two beats of a wall")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each part of the run takes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = measure(Path(folder), asked.var, asked.walls, asked.every, asked.seconds)
    print(text)
    if asked.write:
        whole = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(re.sub(f"(?s){BEGIN}.*{END}", lambda _: f"{BEGIN}\n{text}\n{END}", whole), encoding="utf-8")


def measure(folder: Path, var: Path | None, walls: int, every: float, length: float) -> str:
    """The table as text."""
    home = folder / "var" / "snapshots" / CONFIG.name
    publish(hung(_picture(folder, var), walls), home)
    addresses = [f"/api/v1/display/wall-{at}" for at in range(walls)]
    with served(folder / "var") as (port, server):
        hang = Walls(port, addresses, every, length)
        cold = asyncio.run(replace(hang, every=0, length=0).beats("all at once, cold"))
        weights = [memory(server)]
        steady = asyncio.run(hang.beats("beats"))
        weights.append(memory(server))
        swaps = []
        for which in ("first", "second", "third"):
            swaps.append(asyncio.run(hang.beats(f"beats, the {which} new picture half way", lambda: newer(home))))
            weights.append(memory(server))
        file = asyncio.run(replace(hang, addresses=[FILE] * walls).beats("a small file instead"))
        empty = asyncio.run(replace(hang, addresses=["/healthz"] * walls).beats("an empty answer instead"))
        most = [asyncio.run(top_speed(port, path)) for path in (addresses[0], FILE)]
    lines = [
        f"| {walls} walls, each every {every:g} s | answers | median | 99 of 100 within | slowest |",
        "|---|---|---|---|---|",
        *(load.row() for load in (steady, *swaps, file, empty, cold)),
    ]
    speed = f"{most[0]:,.0f} beats a second, {most[1]:,.0f} times the small file ({most[0] / most[1]:.0%} of that)"
    grown = ", ".join(f"{weight:.0f}" for weight in weights)
    return "\n".join(
        [
            *lines,
            "",
            f"At most, eight asking at once: {speed}.",
            f"Memory of both processes together, without what they share, after each of the first rows: {grown} MB.",
        ]
    )


def _picture(folder: Path, var: Path | None) -> Snapshot:
    """The newest picture of a demo that was made before, or of one made now."""
    home = folder / "made" if var is None else var / "snapshots" / CONFIG.name
    if var is None:
        data = folder / "broadband.duckdb"
        demo.make(data)
        environ = {**os.environ, "GOLDEN_THREAD_WAREHOUSE": f"duckdb:///{data}"}
        refresh(Work(CONFIG, home, site.warehouse(), environ), datetime.now(UTC))
    newest = load_newest(home)
    assert newest is not None, f"there is no picture in {home}"
    return newest


def hung(picture: Snapshot, walls: int) -> Snapshot:
    """The picture of a company with so many displays, each of the next team, over and over."""
    teams = picture.org.units("team")
    displays = tuple(
        Display.model_validate({"id": f"wall-{at}", "unit": ":".join(teams[at % len(teams)]), "scenes": SCENES})
        for at in range(walls)
    )
    return taken_now(replace(picture, definition=picture.definition.model_copy(update={"displays": displays})))


def taken_now(picture: Snapshot) -> Snapshot:
    """The same picture as one just taken."""
    now = datetime.now(UTC)
    return replace(picture, id=now.strftime("%Y%m%dT%H%M%S%fZ"), taken=now)


def newer(home: Path) -> None:
    """Publish the newest picture once more."""
    newest = load_newest(home)
    assert newest is not None
    publish(taken_now(newest), home)


@contextmanager
def served(var: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The server as in production: gunicorn, two processes of eight threads; its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "GOLDEN_THREAD_VAR": str(var)}
    environ.pop("GOLDEN_THREAD_WAREHOUSE", None)
    command = [sys.executable, "-m", "scorecard", "serve", str(CONFIG), "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(port)
            yield port, psutil.Process(server.pid)
        finally:
            server.terminate()


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the server did not start")


def memory(server: psutil.Process) -> float:
    """Megabytes of its worker processes that nobody else shares."""
    return sum(float(child.memory_full_info().uss) for child in server.children()) / 1e6


@dataclass(frozen=True)
class Walls:
    """Walls that hang: each asks at its own moment, every so many seconds, for so many seconds; once at least."""

    port: int
    addresses: list[str]
    every: float
    length: float

    async def beats(self, name: str, half_way: Callable[[], None] | None = None) -> Load:
        """Let them all ask."""
        load, until, by_chance = Load(name), time.perf_counter() + self.length, random.Random(1)  # noqa: S311 - no secret
        asking = [self._ask(load, at, by_chance.random(), until) for at in range(len(self.addresses))]
        if half_way:
            asking.append(_later(self.length / 2, half_way))
        await asyncio.gather(*asking)
        return load

    async def _ask(self, load: Load, at: int, phase: float, until: float) -> None:
        """One wall: its tag, its beat, its jitter of a fifth."""
        by_chance, etag = random.Random(at), ""  # noqa: S311 - no secret
        await asyncio.sleep(phase * self.every)
        while True:
            said = f"Golden-Thread-Wall: {at:08x} b1 ok 1920x1080 1763445600\r\n"
            began = time.perf_counter()
            asked = ask(self.port, self.addresses[at], said + (f"If-None-Match: {etag}\r\n" if etag else ""))
            status, etag = await asked
            load.note(status, time.perf_counter() - began)
            wait = self.every * (0.8 + 0.4 * by_chance.random())
            if time.perf_counter() + wait > until:
                return
            await asyncio.sleep(wait)


async def _later(seconds: float, do: Callable[[], None]) -> None:
    await asyncio.sleep(seconds)
    await asyncio.to_thread(do)


async def ask(port: int, path: str, said: str = "") -> tuple[int, str]:
    """One request on a connection of its own; its status and its tag."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{said}\r\n".encode())
    answer = (await reader.read()).decode("latin-1")
    writer.close()
    head = answer.partition("\r\n\r\n")[0]
    tag = re.search(r"(?im)^etag: (\S+)", head)
    return int(head.split(" ", 2)[1]), tag[1] if tag else ""


async def top_speed(port: int, path: str, seconds: float = 5.0) -> float:
    """Answers a second with eight who ask without a pause."""
    _, etag = await ask(port, path)
    said, until, many = f"If-None-Match: {etag}\r\n", time.perf_counter() + seconds, 0

    async def one() -> None:
        nonlocal many
        while time.perf_counter() < until:
            await ask(port, path, said)
            many += 1

    await asyncio.gather(*(one() for _ in range(8)))
    return many / seconds


if __name__ == "__main__":
    main()
