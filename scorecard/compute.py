"""From parts to cells: what each metric type makes of the sums, counts and figures that were read.

Missing is NaN. A group without any source row has no value; a count over rows none of which passes the filter is 0,
a sum, average, extreme or percentile of none has no value; a zero denominator is no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scorecard.attainment import Positions, attainment, index_cells
from scorecard.definition import Conversion, Cumulative, Definition, Index, Ratio, Simple
from scorecard.formula import evaluate
from scorecard.measure import COUNTING, Ask, LeafAgg, Parts
from scorecard.reading import Cells, Floats
from scorecard.syntax import Node

LeafCells = Mapping[str, Floats]
"""The parts of a leaf measure by name, each of shape (rows, periods): ``rows`` (source rows there), ``count`` (rows,
values or answers that entered) and, as the aggregate has it, ``total``, ``figure`` or ``balance``."""


def leaf_cells(agg: LeafAgg, parts: LeafCells) -> Cells:
    """The cells of a leaf measure."""
    there = parts["rows"] > 0
    count = np.where(there, parts["count"], 0.0)
    nothing = np.full_like(count, np.nan)
    match agg:
        case "count" | "count_distinct":
            return Cells(np.where(there, count, np.nan), nothing, nothing, count)
        case "sum_boolean":
            return Cells(np.where(there, parts["total"], np.nan), nothing, nothing, count)
        case "average":
            return _quotient(_some(parts["total"], count), np.where(there, count, np.nan), count, 1.0)
        case "nps":
            score = _quotient(_some(parts["balance"], count), np.where(there, count, np.nan), count, 100.0)
            return replace(score, decided=_some(parts["decided"], count))
        case "sum":
            return Cells(_some(parts["total"], count), nothing, nothing, count)
    return Cells(_some(parts["figure"], count), nothing, nothing, count)


def metric_cells(
    definition: Definition, ask: Ask, needed: Parts, operands: Mapping[str, Cells], shape: tuple[int, int]
) -> Cells:
    """The cells of a metric, of ``shape`` (rows, periods), from the cells of its parts by name."""
    if isinstance(definition.metrics[ask.metric], Ratio | Conversion):
        return _ratio(operands["numerator"], operands["denominator"], _counts(definition, needed))
    if needed.formula is not None:
        return _derived(needed.formula, operands, shape)
    return operands["value"]


def index_of(
    definition: Definition, metric: Index, operands: Mapping[str, Cells], targets: Mapping[str, Floats]
) -> tuple[Cells, Positions]:
    """The cells of an index and its worst part, from the cells and the targets of its parts by name.

    A part without target at a place and time leaves the index without value there.
    """
    attained = [
        attainment(operands[part].value, targets[part], definition.metrics[part].direction) for part in metric.of
    ]
    return index_cells(tuple(metric.of.values()), attained, [operands[part].count for part in metric.of])


def blank_below(cells: Cells, depths: NDArray[np.intp], depth: int) -> Cells:
    """Take away what lies below the lowest level a metric is shown at."""
    below = (depths > depth)[:, None]
    if not below.any():
        return cells
    return Cells(
        np.where(below, np.nan, cells.value),
        np.where(below, np.nan, cells.numerator),
        np.where(below, np.nan, cells.denominator),
        np.where(below, 0.0, cells.count),
        None if cells.decided is None else np.where(below, np.nan, cells.decided),
    )


def _counts(definition: Definition, needed: Parts) -> bool:
    """Whether a quotient's numerator counts, so that it is 0 and not missing where only the denominator has rows."""
    if "numerator" in needed.leaves:
        leaf = needed.leaves["numerator"]
        return leaf.agg in COUNTING or leaf.follow is not None
    metric = definition.metrics[needed.asks["numerator"].metric]
    while isinstance(metric, Cumulative):
        metric = definition.metrics[metric.metric]
    return isinstance(metric, Simple) and metric.agg in COUNTING


def _ratio(numerator: Cells, denominator: Cells, counts: bool) -> Cells:
    over, under = numerator.value, denominator.value
    if counts:
        over = np.where(np.isnan(over) & np.isfinite(under), 0.0, over)
    return _quotient(over, under, denominator.count, 1.0)


def _derived(formula: Node, operands: Mapping[str, Cells], shape: tuple[int, int]) -> Cells:
    value = evaluate(formula, {name: cells.value for name, cells in operands.items()}, shape)
    fewest = np.full(shape, np.inf)
    for cells in operands.values():
        fewest = np.minimum(fewest, np.where(np.isfinite(cells.value), cells.count, np.inf))
    nothing = np.full(shape, np.nan)
    return Cells(value, nothing, nothing, np.where(np.isfinite(value) & np.isfinite(fewest), fewest, 0.0))


def _quotient(over: Floats, under: Floats, count: Floats, scale: float) -> Cells:
    divisor = np.where(under == 0, np.nan, under)
    return Cells(scale * over / divisor, over, under, count)


def _some(value: Floats, count: Floats) -> Floats:
    """The value where anything entered it."""
    found: Floats = np.where(count > 0, value, np.nan)
    return found
