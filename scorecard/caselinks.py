"""The link within cases: did the customer whose case went well in the measure fare better in the outcome?

Where the sources of both metrics say which case a row is part of, each row of the outcome is set beside the last row of
the measure that came before it (or with it, unless the link says that it takes time) in the same case. What all rows of
a unit have in common is taken out, and what all rows of the unit above it have in common in a period: neither a
well-led team, nor a team's good month, nor a bad winter passes for a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scorecard.analysis.evidence import CaseData
from scorecard.definition import Definition, Measure, Nps, Ratio, Simple, Source
from scorecard.faults import Faulty
from scorecard.org import Org
from scorecard.reading import Floats
from scorecard.time import Period, step
from scorecard.tree import TreeLink
from scorecard.warehouse import Progress, Warehouse
from scorecard.weighing import influences

ROWS_READ = 80_000
"""The newest rows of a source that are read: enough for any link, and a second or two."""
SWEEPS = 60
"""Rounds of taking out unit and period means in turn; they settle long before."""
SETTLED = 1e-10
_FLAGS = {"count", "sum_boolean"}
_PROMOTER, _DETRACTOR = 9, 6

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CaseFigure:
    """A metric as one value a row: where it is read, what counts, and which rows it is about."""

    source: str
    value: str | None
    """The expression of the value; ``None`` where every row it is about counts 1."""
    kept: str | None
    """Only rows for which this is true."""
    flag: bool = False
    """Whether the value is a condition: what it says nothing of is not met, as in a count."""
    nps: bool = False


def case_links(
    warehouse: Warehouse,
    definition: Definition,
    org: Org,
    periods: Sequence[Period],
    progress: Progress | None = None,
) -> Mapping[tuple[str, str], CaseData]:
    """The cases behind every influence whose two sources say which case a row is part of, by (child, parent).

    A source that cannot be read has none: the links are then judged by their units alone.
    """
    wanted = [(link, *ends) for link in influences(definition) if (ends := _ends(definition, link))]
    names, frames = _sources(wanted), {}
    for done, name in enumerate(names):
        if progress:
            progress(f"following cases through {name}", done, len(names))
        read = _rows(warehouse, definition, name, _of(name, wanted))
        frames[name] = read[pd.to_datetime(read["at"]) < periods[-1].stop]
    starts, above = np.array([period.start for period in periods], dtype="datetime64[us]"), _above(org)
    found: dict[tuple[str, str], CaseData] = {}
    for link, child, parent in wanted:
        measures, outcomes = (_values(frames[figure.source], figure) for figure in (child, parent))
        both = _matched(measures, outcomes, with_it=link.lag is None or not link.lag.count)
        if not both.empty:
            data = _cleared(both, above, starts, len(both) / len(outcomes))
            # Cases tell that one thing went with another, not how long it takes: what the link claims stands.
            found[link.metric, link.feeds] = replace(data, lag=_claimed(link, periods)) if link.lag else data
    return found


def _claimed(link: TreeLink, periods: Sequence[Period]) -> int:
    """The lag a link claims, in whole periods."""
    assert link.lag is not None  # noqa: S101 - asked for only where it is there
    start, stop = periods[-1].start, periods[-1].stop
    return round((start + step(link.lag) - start) / (stop - start))


def _above(org: Org) -> Mapping[str, str]:
    """The unit right above each unit, by id; of its first place where it has several."""
    return {unit[1]: ":".join(org.ancestors(unit)[-1]) for unit in org.places if len(org.ancestors(unit)) > 0}


def case_figure(definition: Definition, name: str) -> CaseFigure | None:
    """How a metric reads as one value a row; ``None`` where it does not, or its rows are part of no case."""
    metric = definition.metrics[name]
    match metric:
        case Nps():
            found = CaseFigure(metric.source, metric.expr, metric.filter, nps=True)
        case Simple(agg="average"):
            found = CaseFigure(metric.source, metric.expr, metric.filter)
        case Ratio(numerator=Measure() as over, denominator=Measure() as under):
            sources = {part.source or metric.source for part in (over, under)}
            if len(sources) > 1 or under.agg not in _FLAGS or over.agg not in {*_FLAGS, "sum"} or None in sources:
                return None
            about = _all(metric.filter, under.filter, under.expr if under.agg == "sum_boolean" else None)
            value = over.expr if over.agg == "sum" else _all(over.filter, over.expr)
            if over.agg == "sum" and over.filter:
                return None
            found = CaseFigure(str(sources.pop()), value, about, flag=over.agg in _FLAGS)
        case _:
            return None
    source = definition.sources.get(found.source)
    return found if source is not None and source.case else None


def _ends(definition: Definition, link: TreeLink) -> tuple[CaseFigure, CaseFigure] | None:
    child, parent = case_figure(definition, link.metric), case_figure(definition, link.feeds)
    return (child, parent) if child and parent else None


_Wanted = Sequence[tuple[TreeLink, CaseFigure, CaseFigure]]


def _sources(wanted: _Wanted) -> tuple[str, ...]:
    return tuple(dict.fromkeys(figure.source for _, *ends in wanted for figure in ends))


def _of(source: str, wanted: _Wanted) -> list[CaseFigure]:
    return [figure for _, *ends in wanted for figure in ends if figure.source == source]


def _all(*conditions: str | None) -> str | None:
    given = [condition for condition in conditions if condition]
    return " and ".join(f"({condition})" for condition in given) if len(given) > 1 else next(iter(given), None)


def _rows(warehouse: Warehouse, definition: Definition, name: str, figures: Iterable[CaseFigure]) -> pd.DataFrame:
    """The newest rows of a source: time, case, unit, and every expression that its figures need, by its own text."""
    source = definition.sources[name]
    texts = dict.fromkeys(text for figure in figures for text in (figure.value, figure.kept) if text)
    columns = {"at": source.time, "case": str(source.case), **{f"key {i}": key for i, key in enumerate(source.key)}}
    if unit := _unit(definition, source):
        columns["unit"] = unit
    columns |= {f"x {i}": text for i, text in enumerate(texts)}
    try:
        read = pd.DataFrame(warehouse.rows(name, columns, ROWS_READ), columns=list(columns), dtype=object)
    except Faulty:
        return pd.DataFrame({"at": [], "case": [], "unit": []})
    keys = [column for column in columns if column.startswith("key ")]
    read = read.drop_duplicates(keys) if keys else read
    read = read.rename(columns={f"x {i}": text for i, text in enumerate(texts)} if texts else {})
    return read.assign(unit=read["unit"] if unit else "")


def _unit(definition: Definition, source: Source) -> str | None:
    """The expression of the unit nearest to the work."""
    return next(
        (source.units[level] for level in reversed(definition.organisation.levels) if level in source.units), None
    )


def _values(read: pd.DataFrame, figure: CaseFigure) -> pd.DataFrame:
    """One row a value: at, case, unit, value; in time order."""
    if figure.kept and figure.kept in read:
        read = read[read[figure.kept].eq(True)]
    value = pd.Series(1.0, index=read.index) if figure.value is None else read.get(figure.value)
    if value is None:
        return pd.DataFrame({"at": [], "case": [], "unit": [], "value": []})
    numbers = pd.to_numeric(value, errors="coerce").astype(float)
    if figure.flag:
        numbers = numbers.fillna(0.0)
    if figure.nps:
        scored = 100.0 * ((numbers >= _PROMOTER).astype(float) - (numbers <= _DETRACTOR))
        numbers = scored.where(numbers.notna())
    out = pd.DataFrame({"at": pd.to_datetime(read["at"]), "case": read["case"], "unit": read["unit"], "value": numbers})
    return out.dropna(subset=["at", "case", "value"]).sort_values("at", kind="stable")


def _matched(child: pd.DataFrame, parent: pd.DataFrame, *, with_it: bool) -> pd.DataFrame:
    """Each outcome (at, value) beside the last measure before it in its case (began, measure, unit)."""
    if child.empty or parent.empty:
        return pd.DataFrame({"at": [], "value": [], "began": [], "measure": [], "unit": []})
    right = child.rename(columns={"value": "measure"}).assign(began=child["at"])
    left = parent[["at", "case", "value"]]
    # Cases may be numbers in one source and text in another.
    left, right = (side.astype({"case": str}) for side in (left, right))
    return pd.merge_asof(left, right, on="at", by="case", allow_exact_matches=with_it).dropna(
        subset=["measure", "unit"]
    )


def _cleared(both: pd.DataFrame, above: Mapping[str, str], starts: NDArray[np.datetime64], reach: float) -> CaseData:
    """Both metrics with the means of every unit, and of every unit above in every period, taken out."""
    unit = pd.factorize(both["unit"])[0].astype(np.int64)
    over = pd.factorize(both["unit"].astype(str).map(above).fillna(""))[0]
    period = np.searchsorted(starts, both["at"].to_numpy().astype("datetime64[us]"), side="right")
    together = pd.factorize(over * (len(starts) + 1) + period)[0].astype(np.int64)
    outcome, measure = (_within(np.asarray(both[name], dtype=float), unit, together) for name in ("value", "measure"))
    between = (both["at"] - both["began"]) / (starts[-1] - starts[-2]) if len(starts) > 1 else pd.Series([0.0])
    return CaseData(outcome, measure, unit, round(float(between.median())), reach)


def _within(values: Floats, *groups: Ints) -> Floats:
    """Take out the means of each grouping in turn until none is left (Guimarães & Portugal 2010)."""
    size = float(np.abs(values).max()) or 1.0
    counts = [np.maximum(1, np.bincount(group)) for group in groups]
    for _ in range(SWEEPS):
        before = values
        for group, count in zip(groups, counts, strict=True):
            values = values - (np.bincount(group, values) / count)[group]
        if float(np.abs(values - before).max()) <= SETTLED * size:
            break
    return values
