"""Signal or noise, for a scorecard's own tables: which chart suits a metric, and what it says at the newest point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.analysis.signals import Charts, Opportunity, assurance, charts, rate_charts, variation
from scorecard.definition import Conversion, Definition, Measure, Metric, Ratio, Simple
from scorecard.judge import ASSURANCES, VARIATIONS
from scorecard.org import unit_named
from scorecard.reading import Floats, Table
from scorecard.time import midnight

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
NEARLY_ALL = 0.9
_COUNTED = {"count", "sum_boolean"}


@dataclass(frozen=True, slots=True)
class Signals:
    """One metric at one grain: codes (rows,) into :data:`VARIATIONS` and :data:`ASSURANCES` at the newest point."""

    variation: NDArray[np.int8]
    assurance: NDArray[np.int8]


def signals(definition: Definition, table: Table) -> Mapping[str, Signals]:
    """What every series of a table says at its newest complete point."""
    return {metric: _signals(definition, table, metric) for metric in table.cells}


def _signals(definition: Definition, table: Table, metric: str) -> Signals:
    about = definition.metrics[metric]
    drawn = process_charts(definition, table, metric, slice(None), len(table.periods))
    target = table.targets.get(metric, np.full_like(table.cells[metric].value, np.nan))
    complete = table.complete_of(metric)
    newest = int(np.flatnonzero(complete)[-1]) if complete.any() else 0
    return Signals(
        _codes(variation(drawn, about.direction, _ends(target, newest)), VARIATIONS),
        _codes(assurance(drawn, target[..., newest], about.direction), ASSURANCES),
    )


def process_charts(definition: Definition, table: Table, metric: str, rows: slice | Ints, upto: int) -> Charts:
    """The process charts of some rows, over the first ``upto`` periods.

    A share of what was counted, or a rate of events, has limits that follow its denominator (Laney); everything
    else has those of its moving range. Limits begin anew at changes recorded for the metric, and only there.
    """
    cells, span = table.cells[metric], slice(None, upto)
    complete, rebase = table.complete_of(metric)[span], rebased(definition, table, metric)[rows, span]
    over, under = cells.numerator[rows, span], cells.denominator[rows, span]
    kind = opportunity(definition, metric, over, under)
    if kind is None:
        return charts(cells.value[rows, span], complete, rebase=rebase)
    return rate_charts(over, under, complete, kind=kind, rebase=rebase)


def opportunity(definition: Definition, metric: str, over: Floats, under: Floats) -> Opportunity | None:
    """What a rate counts, cases out of cases or events for each unit of exposure; ``None`` where it counts nothing."""
    if not _counts(definition, metric) or np.any(over < 0):
        return None
    return "u" if np.any(over > under) else "p"


def _counts(definition: Definition, name: str) -> bool:
    """Whether a metric counts events out of others, so that chance alone scatters it by its denominator."""
    metric = definition.metrics[name]
    match metric:
        case Ratio():
            parts = (metric.numerator, metric.denominator)
            return all(_counted(definition.metrics.get(one) if isinstance(one, str) else one) for one in parts)
        case Conversion():
            return _counted(metric.base)
        case _:
            return False


def _counted(part: Metric | Measure | None) -> bool:
    if isinstance(part, Simple):
        return part.agg in _COUNTED and part.non_additive is None
    return isinstance(part, Measure) and part.agg in _COUNTED


def rebased(definition: Definition, table: Table, metric: str) -> Flags:
    """Where limits begin anew (rows, periods): the first period after a change recorded for this metric."""
    flags = np.zeros((table.org.rows, len(table.periods)), dtype=np.bool_)
    for change in definition.changes:
        if change.moves is None or change.moves.metric != metric:
            continue
        at = next((i for i, period in enumerate(table.periods) if period.start >= midnight(change.from_)), None)
        if at:
            flags[_where(table, change.units), at] = True
            flags[_above(table, metric, change.units), at] = True
    return flags


def _where(table: Table, units: tuple[str, ...]) -> list[int]:
    """The rows that lie beneath some units; all where none are named."""
    org = table.org
    if not units:
        return list(range(org.rows))
    wanted = set(map(unit_named, units))
    rows = {row for unit in wanted for place in org.places.get(unit, ()) for row in range(place, org.ends[place])}
    wholes = (unit for unit in org.wholes if wanted & {*org.ancestors(unit), unit})
    return sorted(rows | {org.row_of[unit] for unit in wholes})


def _above(table: Table, metric: str, units: tuple[str, ...]) -> list[int]:
    """The rows above some units whose figures are theirs but for a tenth: a change to them is a change to those."""
    org, count = table.org, table.cells[metric].count
    wanted = set(map(unit_named, units))
    found = set()
    for unit in wanted & org.places.keys():
        for above in org.ancestors(unit):
            others = [row for row in org.under(above, unit[0]) if org.unit_of(row) not in wanted]
            row = org.row_of[above]
            if count[others].sum() <= (1 - NEARLY_ALL) * count[row].sum():
                found.add(row)
    return sorted(found)


def _ends(target: Floats, newest: int) -> Floats | None:
    """The ends of a band at the newest period (2, rows), for a direction that has one."""
    return target[..., newest] if target.ndim == 3 else None  # noqa: PLR2004 - (low and high, rows, periods)


def _codes(words: NDArray[np.str_], names: tuple[str, ...]) -> NDArray[np.int8]:
    return np.select([words == name for name in names], range(len(names))).astype(np.int8)
