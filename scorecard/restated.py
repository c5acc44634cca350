"""Restated figures: those of complete periods that are other than in the snapshot before, listed and never hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from scorecard.blocks import arrow
from scorecard.org import Unit
from scorecard.reading import Table, number

MOST = 100_000
"""How many are listed; all are counted."""
_SCHEMA = pa.schema(
    [
        ("grain", pa.string()),
        ("period", pa.string()),
        ("metric", pa.string()),
        ("level", pa.string()),
        ("unit", pa.string()),
        ("before", pa.float64()),
        ("after", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Restatement:
    """One figure that is another now; ``None`` is no value."""

    grain: str
    period: str
    metric: str
    unit: Unit
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Restated:
    """The restated figures: the first of them, and how many there are."""

    count: int = 0
    listed: tuple[Restatement, ...] = ()


def restated(pairs: Iterable[tuple[Table, Table]], metrics: Iterable[str]) -> Restated:
    """Compare tables, (before, after) of one grain: the periods that were complete before, and the given metrics.

    Both tables hold the same periods; a unit that is in one of them only has no value in the other.
    """
    names, listed, count = tuple(metrics), list[Restatement](), 0
    for before, after in pairs:
        for metric in names:
            if metric in before.cells and metric in after.cells:
                for found in _differing(before, after, metric):
                    count += 1
                    if count <= MOST:
                        listed.append(found)
    return Restated(count, tuple(listed))


def _differing(before: Table, after: Table, metric: str) -> Iterator[Restatement]:
    units = list(dict.fromkeys([*after.org.row_of, *before.org.row_of]))
    old, new = (
        np.vstack([table.cells[metric].value, np.full((1, len(table.periods)), np.nan)])[
            [table.org.row_of.get(unit, -1) for unit in units]
        ]
        for table in (before, after)
    )
    differs = before.complete_of(metric) & ~((old == new) | (np.isnan(old) & np.isnan(new)))
    for period, row in zip(*np.nonzero(differs.T), strict=True):
        yield Restatement(
            str(after.grain), after.periods[period].key, metric, units[row],
            number(old[row, period]), number(new[row, period]),
        )  # fmt: skip


def restated_file(found: Restated) -> pa.Buffer:
    """The listed ones as an Arrow file."""
    rows = [
        {"grain": each.grain, "period": each.period, "metric": each.metric, "level": each.unit[0],
         "unit": each.unit[1], "before": each.before, "after": each.after}
        for each in found.listed
    ]  # fmt: skip
    return arrow(pa.Table.from_pylist(rows, schema=_SCHEMA))


def read_restated(read: pa.Table, count: int) -> Restated:
    """Read them back."""
    return Restated(
        count,
        tuple(
            Restatement(
                row["grain"], row["period"], row["metric"], (row["level"], row["unit"]), row["before"], row["after"]
            )
            for row in read.to_pylist()
        ),
    )
