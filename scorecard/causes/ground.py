"""What attribution stands on: released tables, and how each metric's figures combine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scorecard.causes.answer import End
from scorecard.definition import (
    Conversion,
    Cumulative,
    Definition,
    Derived,
    Index,
    Measure,
    Metric,
    Nps,
    Ratio,
    Simple,
)
from scorecard.org import Org, Unit
from scorecard.reading import Cells, Floats, Table, number
from scorecard.tree import Tree

Nature = Literal["rate", "sum", "formula", "whole"]
"""How a metric combines over units: sum over sum; a sum; a formula of others; or not at all."""
_ADDS = {"sum", "count", "sum_boolean"}


@dataclass(frozen=True)
class Ground:
    """A definition with one grain's released table: what may be shown, and nothing else."""

    definition: Definition
    table: Table
    withheld: Mapping[str, NDArray[np.bool_]]
    """Where figures were taken out: (rows, periods) by metric."""

    @cached_property
    def tree(self) -> Tree:
        """The metrics and their links."""
        return Tree.of(self.definition)

    @cached_property
    def beneath(self) -> dict[tuple[int, int], list[int]]:
        """The rows at a depth beneath a row, once they have been looked for."""
        return {}

    @property
    def org(self) -> Org:
        """The organisation."""
        return self.table.org

    def label_of(self, unit: Unit) -> str:
        """The name people read for a unit; the top unit bears the company's."""
        return self.definition.title if unit[0] == self.org.levels[0] else self.org.label(unit)

    def end(self, metric: str, row: int, at: int) -> End:
        """The reading at one period, as an end of a change."""
        reading = self.table.reading(metric, row, at)
        return End(
            self.table.periods[at],
            reading.value,
            reading.numerator,
            reading.denominator,
            reading.count,
            reading.complete,
        )

    def target(self, metric: str, row: int, at: int) -> End | None:
        """The target of one period as an end of a change; ``None`` without one, or where it is a band."""
        targets = self.table.targets.get(metric)
        value = None if targets is None or targets.ndim != 2 else number(targets[row, at])  # noqa: PLR2004 - a band has 3
        return None if value is None else End(None, value, None, None, 0, complete=True)

    def value(self, metric: str, row: int, at: int) -> float | None:
        """One value, if there is such a metric, such a period and a value that may be shown."""
        cells = self.table.cells.get(metric)
        return number(cells.value[row, at]) if cells is not None and 0 <= at < len(self.table.periods) else None


def nature(definition: Definition, name: str) -> Nature:
    """How a metric combines over units."""
    metric = definition.metrics[name]
    match metric:
        case Nps() | Simple(agg="average"):
            return "rate"
        case Ratio():
            halves = (metric.numerator, metric.denominator)
            return "rate" if all(_adds(_part(definition, half)) for half in halves) else "whole"
        case Conversion():
            return "rate" if _adds(metric.base) else "whole"
        case Simple():
            return "sum" if metric.agg in _ADDS else "whole"
        case Derived() | Index():
            return "formula"
        case Cumulative():
            own = nature(definition, metric.metric)
            return own if own in ("rate", "sum") else "whole"


def scale(definition: Definition, name: str) -> float:
    """What a rate's numerator over its denominator is multiplied by."""
    metric = definition.metrics[name]
    while isinstance(metric, Cumulative):
        metric = definition.metrics[metric.metric]
    return 100.0 if isinstance(metric, Nps) else 1.0


def quotient(cells: Cells, rows: list[int], at: int) -> tuple[Floats, Floats]:
    """Numerators and denominators of some rows, absence as the zero it adds to the whole."""
    over, under = cells.numerator[rows, at], cells.denominator[rows, at]
    return np.where(np.isnan(over), 0.0, over), np.where(np.isnan(under), 0.0, under)


def _part(definition: Definition, half: str | Measure) -> Metric | Measure | None:
    found = definition.metrics.get(half) if isinstance(half, str) else half
    while isinstance(found, Cumulative):
        found = definition.metrics.get(found.metric)
    return found


def _adds(part: Metric | Measure | None) -> bool:
    """Whether the figures of units add; a balance adds over units, though never over time."""
    return isinstance(part, Measure) and part.agg in _ADDS
