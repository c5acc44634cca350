"""What benchmarks share: taking times, and putting tables into the documents."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "performance.md"


def seconds(do: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long something takes, once; by ``time.process_time`` it is what all threads of this process work."""
    began = clock()
    do()
    return clock() - began


def median(do: Callable[[], object], rounds: int) -> float:
    """How long something takes, in the middle of several times."""
    return statistics.median(seconds(do) for _ in range(rounds))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of a document."""
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def write(name: str, text: str) -> None:
    """Put a text between its markers in the page about performance. Raises ``ValueError`` where they are missing."""
    begin, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    page = PAGE.read_text(encoding="utf-8")
    head, found, rest = page.partition(begin)
    _, closed, tail = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{PAGE.name} has no place for {name!r}")
    PAGE.write_text(head + begin + text + end + tail, encoding="utf-8")
