"""Along the influences: what the changes of the metrics that feed a figure are estimated to have done to it.

A slope was found in units: this team's outcome on this team's measure. What a measure's change did to a figure above is
therefore the sum over those units of slope times the unit's own change, each weighted by its share of the figure (the
mean of its shares at both ends). A slope found within cases holds for the share of the figure's rows that such cases
make up. Estimates overlap where one metric feeds another; they are never parts of a split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from scorecard.analysis.estimate import Estimate
from scorecard.analysis.evidence import LinkEvidence
from scorecard.causes.answer import Estimated
from scorecard.causes.ground import Ground, nature
from scorecard.causes.units import Between
from scorecard.definition import Duration, Grain
from scorecard.reading import Floats
from scorecard.time import step
from scorecard.tree import TreeLink

BORNE_OUT = frozenset({"associated", "replicated", "moved"})
"""Grades whose slope may be used."""
Evidence = Mapping[tuple[str, str], LinkEvidence]
"""By (child, parent)."""


def estimates(ground: Ground, asked: Between, evidence: Evidence, grain: Grain) -> tuple[Estimated, ...]:
    """What each borne-out influence is estimated to have done to a change, the largest first.

    ``grain`` is the one the evidence was found at; its lags are brought to the table's own periods.
    """
    found = (_estimated(ground, asked, link, evidence, grain) for link in ground.tree.fed_by(asked.metric))
    return tuple(sorted((one for one in found if one), key=lambda one: (-abs(one.amount), one.metric)))


def slope_of(found: LinkEvidence | None) -> Estimate | None:
    """A link's slope where its evidence lets it be used."""
    if found is None or found.effect is None or found.grade not in BORNE_OUT:
        return None
    return found.effect


def shares_at(
    ground: Ground, metric: str, row: int, found: LinkEvidence, at: Sequence[int]
) -> tuple[list[int], Floats]:
    """Where beneath a row a link's evidence was found, and each unit's mean share of the row's figure over periods.

    The row itself, with a share of 1, where that level is not beneath it; with its reach, for evidence within cases.
    Figures of single people are too small to tell apart: the level above them is taken. Of what adds up, every unit
    counts in full.
    """
    if found.level is None:
        return [row], np.array([found.reach])
    rows = _beneath(ground, row, found.level)
    if rows == [row] or nature(ground.definition, metric) == "sum":
        return rows, np.ones(len(rows))
    cells = ground.table.cells[metric]
    size = cells.denominator if np.isfinite(cells.denominator[row, at]).any() else cells.count
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = size[np.ix_(rows, list(at))] / size[row, list(at)]
    return rows, np.asarray(np.where(np.isfinite(parts), parts, 0.0).mean(axis=1))


def _beneath(ground: Ground, row: int, level: str) -> list[int]:
    levels, org = ground.definition.organisation.levels, ground.org
    people = ground.definition.organisation.people
    own = levels.index(org.level_of(row))
    depth = levels.index(level)
    if people is not None and depth == levels.index(people):
        depth -= 1
    if depth <= own:
        return [row]
    known = ground.beneath
    if (row, depth) not in known:
        known[row, depth] = org.under(org.unit_of(row), levels[depth])
    return known[row, depth]


def _estimated(ground: Ground, asked: Between, link: TreeLink, evidence: Evidence, grain: Grain) -> Estimated | None:
    found = evidence.get((link.metric, link.feeds))
    slope = slope_of(found)
    if link.kind != "influence" or found is None or slope is None:
        return None
    lag = _lag(ground, slope.lag, grain)
    moved = _moved(ground, asked, link.metric, [asked.row], lag)
    rows, share = shares_at(ground, asked.metric, asked.row, found, asked.ends)
    change = _moved(ground, asked, link.metric, rows, lag)
    if not (np.isfinite(moved).all() and np.isfinite(change).any()):
        return None
    size = float(np.nansum(share * change))
    ends = sorted((slope.low * size, slope.high * size))
    return Estimated(
        metric=link.metric,
        label=ground.definition.label(link.metric),
        moved=float(moved[0]),
        format=ground.definition.metrics[link.metric].format,
        amount=slope.slope * size,
        low=ends[0],
        high=ends[1],
        grade=found.grade,
        lag=lag,
    )


def _moved(ground: Ground, asked: Between, metric: str, rows: list[int], lag: int) -> Floats:
    """(rows,): a metric's own change between the two ends, ``lag`` periods before; NaN where a figure is missing."""
    cells = ground.table.cells.get(metric)
    at = [end - lag for end in asked.ends]
    if cells is None or min(at) < 0:
        return np.full(len(rows), np.nan)
    after: Floats = cells.value[rows, at[-1]]
    if asked.before is not None:
        return np.asarray(after - cells.value[rows, at[0]])
    targets = ground.table.targets.get(metric)
    if targets is None or targets.ndim != cells.value.ndim:
        return np.full(len(rows), np.nan)
    return np.asarray(after - targets[rows, at[-1]])


def _lag(ground: Ground, lag: int, grain: Grain) -> int:
    """A lag in periods of the evidence's grain, as whole periods of the table."""
    if ground.table.grain == grain or not lag:
        return lag
    start = ground.table.periods[-1].start
    own = ground.table.periods[-1].stop - start
    return round((start + step(Duration(lag, grain)) - start) / own)
