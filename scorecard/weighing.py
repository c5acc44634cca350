"""What a refresh asks of its own readings: how far they bear out each link of the thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from scorecard.analysis.evidence import CaseData, LinkData, LinkEvidence, PanelData, RecordedChange, weigh
from scorecard.definition import Definition
from scorecard.org import UNASSIGNED
from scorecard.reading import Floats, Table
from scorecard.time import step
from scorecard.tree import Tree, TreeLink

LONGEST_LAG = 4
"""Periods searched where a link does not say its lag."""
_SIGN = {"raises": 1, "lowers": -1, None: None}
_SEED = 20_260_301
Moved = Mapping[tuple[str, str], tuple[RecordedChange, ...]]
"""By (child, parent): what recorded changes did to both; see :func:`scorecard.verdicts.moved`."""
Cases = Mapping[tuple[str, str], CaseData]
"""By (child, parent): both metrics in the same cases; see :mod:`scorecard.caselinks`."""


def weigh_links(
    definition: Definition, table: Table, moved: Moved | None = None, cases: Cases | None = None
) -> tuple[LinkEvidence, ...]:
    """The evidence for every influence link: from the complete periods of one grain, recorded changes, and cases."""
    known = [link for link in influences(definition) if link.metric in table.cells and link.feeds in table.cells]
    return weigh([_data(definition, table, link, moved or {}, cases or {}) for link in known], _SEED)


def influences(definition: Definition) -> list[TreeLink]:
    """The links that are claims, in written order."""
    return [link for link in Tree.of(definition).links if link.kind == "influence"]


def _data(definition: Definition, table: Table, link: TreeLink, moved: Moved, cases: Cases) -> LinkData:
    return LinkData(
        cases=cases.get((link.metric, link.feeds)),
        changes=moved.get((link.metric, link.feeds), ()),
        child=link.metric,
        parent=link.feeds,
        claimed=_SIGN[link.effect],
        lags=_lags(table, link),
        panels=tuple(_panels(definition, table, link)),
    )


def _lags(table: Table, link: TreeLink) -> tuple[int, ...]:
    """The claimed lag in whole periods of the table, or all that are to be searched."""
    if link.lag is None:
        return tuple(range(LONGEST_LAG + 1))
    start, stop = table.periods[0].start, table.periods[0].stop
    return (round((start + step(link.lag) - start) / (stop - start)),)


def _panels(definition: Definition, table: Table, link: TreeLink) -> Iterator[PanelData]:
    """Both metrics at every level they share, finest first, weighted by what the parent's figures are about.

    Rows that name no unit are no unit, and tell nothing about one.
    """
    levels = definition.organisation.levels
    whole = table.complete_of(link.metric) & table.complete_of(link.feeds)
    finest = min(levels.index(definition.level(name)) for name in (link.metric, link.feeds))
    for level in reversed(levels[: finest + 1]):
        rows = [table.org.row_of[unit] for unit in table.org.units(level) if unit[1] != UNASSIGNED]
        outcome, measure = (table.cells[name].value[rows][:, whole] for name in (link.feeds, link.metric))
        weights = table.cells[link.feeds].count[rows][:, whole]
        shared = _seen(outcome) & _seen(measure)
        if shared.any():
            yield PanelData(level, outcome[shared], measure[shared], weights[shared])


def _seen(values: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(values).any(axis=1))
