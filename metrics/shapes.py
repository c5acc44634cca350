"""The shape of the work: where figures are made of rows, here in arrays or there in the database.

*rows*        The columns that measures take come out once, row by row, and are reduced in arrays to every level.
*statements*  What adds is asked in one statement at the finest level; distinct counts and percentiles in one a level.

The rule: rows come out where the engine hands them out faster than it answers the statements they replace, and as
long as they are few enough to be held in memory. An engine says how many that is
(:attr:`metrics.dialects.base.Dialect.hands_out`); one that is far away, or slow to hand rows out, says 0. A question
that one statement about few measures answers is always asked, unless it is about distinct counts or percentiles over
windows, where a statement has to join each row to every window it falls into. One by one, a statement for each metric
and level, is the reference that tests and the benchmark hold both against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from metrics.coding import AGGREGATES
from metrics.dialects import Dialect
from metrics.plan import Scan, When

Work = Literal["rows", "statements"]
FEW = 3
"""As many measures of one statement the database adds up before it has handed out their rows."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The shape of the work over one source, and the reason in plain words."""

    work: Work
    why: str


def choose(dialect: Dialect, rows: int, scans: Sequence[Scan]) -> Choice:
    """Choose for the statements over one source, which has so many rows in the time asked for."""
    fetched = [scan for scan in scans if can_be_fetched(scan)]
    measures = len({leaf for scan in fetched for leaf in scan.leaves})
    joined = any(scan.window is not None and scan.shape != "additive" for scan in fetched)
    if not fetched:
        return Choice("statements", "balances and events that others follow are always asked in statements")
    if not dialect.hands_out:
        return Choice("statements", f"rows stay in {dialect.name}, which adds up faster than it hands out rows")
    if rows > dialect.hands_out:
        limit = f"{dialect.hands_out:,}"
        return Choice("statements", f"{rows:,} rows are more than the {limit} that are taken out of {dialect.name}")
    if joined:
        instead = "each row joined to every window it falls into"
        return Choice("rows", f"{rows:,} rows are taken out of {dialect.name} once instead of {instead}")
    if len(fetched) == 1 and measures <= FEW:
        return Choice("statements", "one statement of few measures answers it")
    saved = "1 statement" if len(fetched) == 1 else f"{len(fetched)} statements"
    return Choice("rows", f"{rows:,} rows are taken out of {dialect.name} once instead of {saved}")


def can_be_fetched(scan: Scan) -> bool:
    """Whether rows can be fetched and reduced for a scan."""
    return scan.follow is None and all(leaf.agg in AGGREGATES and leaf.balance is None for leaf in scan.leaves)


def shaped(scans: Sequence[Scan], choices: Mapping[str, Choice]) -> tuple[Scan, ...]:
    """The scans with those over a source whose rows come out made one."""
    fetched: dict[tuple[str, When], list[Scan]] = {}
    asked: list[Scan] = []
    for scan in scans:
        choice = choices.get(scan.source)
        if choice and choice.work == "rows" and can_be_fetched(scan):
            fetched.setdefault((scan.source, scan.when), []).append(scan)
        else:
            asked.append(scan)
    return (*(_together(own) for own in fetched.values()), *asked)


def _together(scans: Sequence[Scan]) -> Scan:
    leaves = dict.fromkeys(leaf for scan in scans for leaf in scan.leaves)
    depth = max(scan.depth for scan in scans)
    return replace(scans[0], shape="rows", depth=depth, leaves=tuple(leaves))
