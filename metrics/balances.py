"""Balances: which rows are of the instant that counts in their period."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from metrics.frame import PERIOD, Frame, level_column
from metrics.plan import Scan
from metrics.portable import Element
from metrics.sources import LiveSource
from scorecard.expression import ExpressionError
from scorecard.measure import LeafMeasure


def levels_of(scan: Scan, frame: Frame) -> list[str]:
    """The levels that balances of a scan are taken by, below the top."""
    names = {name for leaf in scan.leaves if leaf.balance for name in leaf.balance.by}
    return [level for level in frame.levels[1:] if level in names]


def dimensions_of(leaves: Sequence[LeafMeasure], frame: Frame) -> list[str]:
    """The dimensions that balances are taken by: whatever is no level."""
    names = dict.fromkeys(name for leaf in leaves if leaf.balance for name in leaf.balance.by)
    return [name for name in names if name not in frame.levels]


def dimension(source: LiveSource, name: str) -> Element:
    """A dimension that balances are taken by. Raises :class:`~scorecard.expression.ExpressionError`."""
    if name not in source.dimensions:
        raise ExpressionError(f"'non_additive': source '{source.name}' has no level or dimension {name!r}")
    return source.dimensions[name].element


def standing(placed: sa.Subquery, leaves: Sequence[LeafMeasure], frame: Frame) -> sa.Subquery:
    """Rows whose values are kept, for a balance, only at the last (or first) time that counts in its period, among
    all rows that enter it: of every unit, and of each value of ``by``."""
    masked: dict[str, Element] = {}
    for at, leaf in enumerate(leaves):
        if leaf.balance is None:
            continue
        names = [f"by_{name}" if name not in frame.levels else level_column(frame.levels.index(name) + 1)
                 for name in leaf.balance.by if name != frame.levels[0]]  # fmt: skip
        within = [placed.c[name] for name in (*names, *((PERIOD,) if PERIOD in placed.c else ()))]
        own = placed.c[f"at_{at}"]
        edge = sa.func.max(own) if leaf.balance.window == "last" else sa.func.min(own)
        masked[f"value_{at}"] = sa.case((own == edge.over(partition_by=within or None), placed.c[f"value_{at}"]))
    if not masked:
        return placed
    kept = [column for column in placed.c if not column.name.startswith(("at_", "by_"))]
    return sa.select(*(masked.get(column.name, column).label(column.name) for column in kept)).subquery("standing")
