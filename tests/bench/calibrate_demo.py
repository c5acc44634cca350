"""How often the demo company's planted truth is found, over companies drawn with other seeds.

Each seed makes a whole company: its links and look-alikes are the same, its people, customers and weeks are not. Every
one is read, judged and drawn just as a refresh and a page do it. About a minute a seed:
`python -m tests.bench.calibrate_demo --seeds 40`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from metrics.demo import make, truth
from metrics.warehouse import open_warehouse
from scorecard.analysis.evidence import LinkEvidence
from scorecard.board.answers import SnapshotBoard
from scorecard.board.generation import Generation
from scorecard.head import Moment
from scorecard.people.principal import EVERYBODY
from scorecard.refresh import Work, refresh
from scorecard.snapshot import Snapshot
from scorecard.view import ThreadView

CONFIG = Path(__file__).parents[2] / "config" / "broadband"
NOW = datetime(2026, 11, 18, 6, tzinfo=UTC)
BORNE_OUT = {"associated", "replicated", "moved"}
HISTORY = re.compile(r"history: \{.*?\}")
FIRST = 101
"""The first seed: none that anything was tuned on."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one company."""

    seed: int
    missed: tuple[str, ...]
    """Planted links without the grade, the sign or the lag."""
    raised: tuple[str, ...]
    """Planted non-links above `claimed`."""
    worked: Mapping[str, str]
    """The verdict on each change."""
    strand: tuple[str, ...]
    """The golden strand, from the root up."""
    worst: str | None
    """The team where the root falls shortest."""

    @property
    def ends_at_root(self) -> bool:
        """Whether the golden strand starts at the planted cause."""
        return self.strand[:1] == (truth.ROOT.measure,)


def take(home: Path, seed: int | None = None) -> Snapshot:
    """A weekly snapshot of the demo company beneath a folder; of another draw with a ``seed``."""
    data = home / "broadband.duckdb"
    make(data) if seed is None else make(data, seed=seed)
    config = home / "weekly"
    config.mkdir()
    for file in CONFIG.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        (config / file.name).write_text(HISTORY.sub("history: {week: 104, quarter: 9}", text), encoding="utf-8")
    environ = {**os.environ, "GOLDEN_THREAD_WAREHOUSE": f"duckdb:///{data}"}
    return refresh(Work(config, home / "snapshots", open_warehouse, environ), NOW)


def is_found(link: truth.Link, found: LinkEvidence) -> bool:
    """Whether a planted link is borne out, with its sign, and with its lag within one week."""
    size = found.effect
    return found.grade in BORNE_OUT and size is not None and size.sign == link.sign and abs(size.lag - link.lag) <= 1


def judged(taken: Snapshot, seed: int) -> Found:
    """A company's snapshot beside its truth."""
    evidence = {(one.child, one.parent): one for one in taken.evidence}
    board = SnapshotBoard(Generation(taken), EVERYBODY, NOW, timedelta(days=1))
    moment = board.moment()
    assert isinstance(moment, Moment)
    page = board.thread(moment)
    assert isinstance(page, ThreadView)
    return Found(
        seed=seed,
        missed=tuple(f"{n.cause} → {n.effect}" for n in truth.LINKS if not is_found(n, evidence[n.cause, n.effect])),
        raised=tuple(
            f"{n.cause} → {n.effect}" for n in truth.NON_LINKS if evidence[n.cause, n.effect].grade != "claimed"
        ),
        worked={one.change: one.effect.verdict for one in taken.effects if one.meant},
        strand=tuple(one.metric for one in reversed(page.gold.figures)) if page.gold else (),
        worst=page.story.worst_unit.unit[1] if page.story.worst_unit else None,
    )


def companies(seeds: Sequence[int]) -> Iterator[Found]:
    """Make, judge and throw away one company a seed."""
    for seed in seeds:
        with tempfile.TemporaryDirectory() as home:
            yield judged(take(Path(home), seed), seed)


def table(found: Sequence[Found]) -> str:
    """The figures as a Markdown table."""
    many, links, nons = len(found), len(truth.LINKS), len(truth.NON_LINKS)
    hits = sum(links - len(one.missed) for one in found)
    raised = sum(len(one.raised) for one in found)
    rows = [
        (f"planted links at `associated` or better, right sign, lag within one week ({links} a company)", "≥ 90 %",
         f"{hits / links / many:.1%}, {min(links - len(one.missed) for one in found)} at the fewest"),
        (f"planted non-links above `claimed` ({nons} a company)", "≤ 5 %", f"{raised / nons / many:.1%}"),
    ]  # fmt: skip
    for change in truth.CHANGES:
        right = sum((one.worked[change.id] == "worked") == change.worked for one in found)
        said = "called so" if change.worked else "not called so"
        rows.append(
            (f"the change that {'worked' if change.worked else 'did not work'} is {said}", "–", f"{right} of {many}")
        )
    rows.append(
        ("the golden strand ends at the planted cause", "–", f"{sum(one.ends_at_root for one in found)} of {many}")
    )
    rows.append(
        ("the page names the planted team", "–", f"{sum(one.worst == truth.ROOT.team for one in found)} of {many}")
    )
    return "\n".join(["| measured | should be | was |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)])


def main(seeds: int = 40, *, tell: bool = False) -> None:
    """Print the table."""
    found = []
    for one in companies(range(FIRST, FIRST + seeds)):
        found.append(one)
        if tell:
            sys.stderr.write(f"{one}\n")
            sys.stderr.flush()
    sys.stdout.write(table(found) + "\n")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, default=40, help="how many companies are made")
    main(options.parse_args().seeds, tell=True)
