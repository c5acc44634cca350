"""Did the recorded changes work: an interrupted time series for each, where it applies, and what it means for links.

A change that says what it moves is judged on that metric, over the units it names taken together; the other units of
the same level are its controls, where the metric is measured in them and the change did not reach them. Where it
moved, those that it feeds are judged at the same date in the same units: where both moved, the link is borne out by
more than correlation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scorecard.analysis.effect import Effect, effect
from scorecard.analysis.evidence import RecordedChange
from scorecard.causes.ground import nature, scale
from scorecard.definition import Change, Conversion, Cumulative, Definition, Nps, Ratio, Simple
from scorecard.org import TOP, UNASSIGNED, Org, Unit, unit_named
from scorecard.reading import Floats, Table
from scorecard.time import midnight
from scorecard.tree import Tree

SIBLINGS_NEED = 0.9
"""Of the periods in which the changed units have figures: a sibling with fewer is no control."""


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    """What one change did to one metric, where it applies."""

    change: str
    """The change's id."""
    metric: str
    meant: bool
    """Whether the change said it would move this metric; else it is one that the moved metric feeds."""
    units: tuple[str, ...]
    """Where it was looked for, as ``level:id``."""
    since: str | None
    """The key of the first whole period of the change; ``None`` where the table does not reach it."""
    effect: Effect


def judge_changes(definition: Definition, table: Table) -> tuple[ChangeEffect, ...]:
    """The verdict on every change that says what it moves, in written order; complete periods of one grain."""
    tree = Tree.of(definition)
    return tuple(
        found
        for change in definition.changes
        if change.moves and change.moves.metric in table.cells
        for found in _judged(definition, tree, table, change)
    )


def moved(effects: Sequence[ChangeEffect]) -> Mapping[tuple[str, str], tuple[RecordedChange, ...]]:
    """For each link of a moved metric, (child, parent), what the verdicts at its changes say of both ends."""
    by_change: dict[str, list[ChangeEffect]] = {}
    for found in effects:
        by_change.setdefault(found.change, []).append(found)
    records: dict[tuple[str, str], list[RecordedChange]] = {}
    for change, found_ in by_change.items():
        child = next(found for found in found_ if found.meant)
        for parent in found_:
            if not parent.meant:
                record = RecordedChange(change, _way(child.effect), _way(parent.effect))
                records.setdefault((child.metric, parent.metric), []).append(record)
    return {link: tuple(told) for link, told in records.items()}


def _judged(definition: Definition, tree: Tree, table: Table, change: Change) -> Iterator[ChangeEffect]:
    assert change.moves is not None  # noqa: S101 - asked for only where it is there
    child = change.moves.metric
    own = _judge(definition, table, change, child, meant=True)
    yield own
    for link in tree.feeds(child) if _way(own.effect) else ():  # what did not move cannot have moved anything else
        if link.kind == "influence" and link.feeds in table.cells:
            yield _judge(definition, table, change, link.feeds, meant=False)


def _judge(definition: Definition, table: Table, change: Change, metric: str, *, meant: bool) -> ChangeEffect:
    units = [unit_named(unit) for unit in change.units] or [(table.org.levels[0], TOP)]
    names, whole = tuple(map(":".join, units)), np.flatnonzero(table.complete_of(metric))
    at = _first(table, change)
    if at is None:
        missing = ("the change began before or after the periods that are kept",)
        return ChangeEffect(change.id, metric, meant, names, None, Effect("cannot_tell", missing))
    rows = [table.org.row_of[unit] for unit in units if unit in table.org.row_of]
    values = _together(definition, table, metric, rows)[whole]
    found = effect(
        values,
        int(np.searchsorted(whole, at)),
        definition.metrics[metric].direction,
        siblings=_siblings(definition, table, metric, units, values)[:, whole] if rows else None,
        other_changes=_others(definition, table, change, metric),
    )
    return ChangeEffect(change.id, metric, meant, names, table.periods[at].key, found)


def _first(table: Table, change: Change) -> int | None:
    """The position of the first period that lies wholly after a change; ``None`` where that is not kept."""
    moment = midnight(change.from_)
    if not table.periods or moment < table.periods[0].start:
        return None
    return next((at for at, period in enumerate(table.periods) if period.start >= moment), None)


def _together(definition: Definition, table: Table, metric: str, rows: list[int]) -> Floats:
    """(periods,): the figure of several units taken together: sum over sum, or the sum; else the mean of figures.

    A quotient of distinct counts is sum over sum too: who is in several units counts in each, as in no mean of figures.
    """
    cells = table.cells[metric]
    if len(rows) == 1:
        return np.asarray(cells.value[rows[0]])
    if _is_quotient(definition, metric):
        over, under = (np.nansum(part[rows], axis=0) for part in (cells.numerator, cells.denominator))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(under != 0, scale(definition, metric) * over / under, np.nan)
    seen = np.isfinite(cells.value[rows])
    total = np.where(seen, cells.value[rows], 0.0).sum(axis=0)
    parts = 1 if nature(definition, metric) == "sum" else np.maximum(seen.sum(axis=0), 1)
    return np.where(seen.any(axis=0), total / parts, np.nan)


def _is_quotient(definition: Definition, metric: str) -> bool:
    """Whether a figure, or what it accumulates, is a numerator over a denominator that its cells hold."""
    about = definition.metrics[metric]
    while isinstance(about, Cumulative):
        about = definition.metrics[about.metric]
    return isinstance(about, Nps | Ratio | Conversion) or (isinstance(about, Simple) and about.agg == "average")


def _siblings(definition: Definition, table: Table, metric: str, units: Sequence[Unit], values: Floats) -> Floats:
    """(siblings, periods): other units of the same level, nearly always measured, that no named unit belongs to."""
    level, lowest = units[0][0], definition.level(metric)
    levels, org = definition.organisation.levels, table.org
    if levels.index(level) > levels.index(lowest) or any(unit[0] != level for unit in units):
        return np.empty((0, len(table.periods)))
    others = [unit for unit in org.units(level) if unit not in units and unit[1] != UNASSIGNED]
    rows = [org.row_of[unit] for unit in others if not _shares_people(org, unit, units)]
    found: Floats = table.cells[metric].value[rows]
    seen = np.isfinite(found[:, table.complete_of(metric)]).sum(axis=1)
    return np.asarray(found[seen >= SIBLINGS_NEED * np.isfinite(values).sum()])


def _shares_people(org: Org, unit: Unit, units: Sequence[Unit]) -> bool:
    """Whether a unit lies within or above one of several others."""
    return any(unit in org.ancestors(other) or other in org.ancestors(unit) for other in units if other in org.places)


def _others(definition: Definition, table: Table, change: Change, metric: str) -> list[int]:
    """Positions at which another change to the same units, or to units within or above them, began."""
    found = [
        at for other in definition.changes
        if other.id != change.id and _touches(table.org, change, other) and (at := _first(table, other)) is not None
    ]  # fmt: skip
    whole = np.flatnonzero(table.complete_of(metric))
    return sorted({int(np.searchsorted(whole, at)) for at in found})


def _touches(org: Org, change: Change, other: Change) -> bool:
    if not change.units or not other.units:
        return True
    mine, theirs = ([unit_named(unit) for unit in each.units] for each in (change, other))
    return any(unit in theirs or _shares_people(org, unit, theirs) for unit in mine if unit in org.places)


def _way(found: Effect) -> int:
    """Which way a verdict says a metric moved: +1 up, −1 down, 0 where it says no such thing."""
    if found.verdict not in ("worked", "made_it_worse") or found.size is None:
        return 0
    return 1 if found.size.value > 0 else -1
