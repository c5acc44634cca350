"""Does it drive: how far the company's own data bears out each link of the thread.

The grades, from a bare claim upward; each is what the data allow at most:

- ``claimed``: no data, too little data, no significant slope, or signs in conflict.
- ``associated``: significant with the claimed sign (Benjamini & Hochberg 1995, 5 % over the whole thread).
- ``replicated``: associated, and in both halves of the units, split by seed, the slope at the same lag has the
  same sign and p < .05.
- ``moved``: at a recorded change the verdicts on child and parent are both movements, in directions that agree
  with the claim. One such change is enough, with or without an association, as long as none went against it.
- ``contradicted``: the opposite sign, beyond doubt: false discoveries held to 1 % where association has 5 %.

A *conflict* (the panel and the cases both have p < .05 and differ in sign, or a link is contradicted by the
data and borne out by a change) is never one number: the grade stays ``claimed`` and both figures are kept.
A link that claims no sign is associated with either and contradicted by none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from scorecard.analysis import cases, panel, series
from scorecard.analysis.estimate import Estimate, Shortage

Floats = NDArray[np.float64]
Grade = Literal["claimed", "associated", "replicated", "moved", "contradicted"]
Reason = Literal[
    "no_data",
    "too_little_data",
    "no_variation",
    "not_significant",
    "significant",
    "wrong_sign",
    "signs_conflict",
    "holds_in_both_halves",
    "fails_in_a_half",
    "too_few_units_to_halve",
    "change_moved_both",
    "change_moved_against",
]

LEVEL = 0.05
"""False discovery rate over the thread, and the level of each half."""
DOUBT = 0.01
"""Above this a sign against the claim may still be chance: nobody's claim is called wrong for it."""


@dataclass(frozen=True, slots=True, eq=False)
class PanelData:
    """Both metrics of a link at one level: outcome, measure and weights are (units, periods), NaN is missing."""

    level: str
    outcome: Floats
    measure: Floats
    weights: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CaseData:
    """Both metrics of a link in the same cases, each (cases,); units as codes from 0."""

    outcome: Floats
    measure: Floats
    unit: NDArray[np.int64]
    lag: int = 0
    """Periods that usually lie between the two in a case."""
    reach: float = 1.0
    """Share of all the outcome's rows that the cases hold: of the others the link says nothing."""


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """What the verdicts at a recorded change say of both ends of a link: +1 rose, −1 fell, 0 no such verdict."""

    change: str
    child: int
    parent: int


@dataclass(frozen=True, slots=True, eq=False)
class LinkData:
    """A link and all there is to judge it by."""

    child: str
    parent: str
    claimed: int | None
    """+1 the child raises the parent, −1 lowers it, None where the link does not say."""
    lags: tuple[int, ...]
    """The lag that the link claims, or all that are to be searched, in periods."""
    panels: tuple[PanelData, ...] = ()
    """The levels both metrics have, finest first; a level of one unit is a lone series."""
    cases: CaseData | None = None
    changes: tuple[RecordedChange, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkEvidence:
    """What the data say of one link."""

    child: str
    parent: str
    grade: Grade
    estimate: Estimate | None
    """The figure that was graded: the panel's, else the cases', else the lone series'."""
    q: float | None
    """The estimate's p-value adjusted for all links of the thread."""
    level: str | None
    """Where the panel or series was taken."""
    case: Estimate | None
    """The link within cases, to stand beside the panel."""
    conflict: bool
    shortage: Shortage | None
    """What is missing, where there is no estimate."""
    reasons: tuple[Reason, ...]
    reach: float = 1.0
    """Share of the parent's rows that a case estimate is about; 1 for panels and series."""

    @property
    def effect(self) -> Estimate | None:
        """The one number of the link; none where figures are in conflict."""
        return None if self.conflict else self.estimate


@dataclass(frozen=True, slots=True)
class _Measured:
    link: LinkData
    estimate: Estimate | None
    level: PanelData | None
    case: Estimate | None
    shortage: Shortage | None


def weigh(links: Sequence[LinkData], seed: int) -> tuple[LinkEvidence, ...]:
    """The evidence for each link of a thread, in their order; `seed` draws sign flips and halves."""
    measured = [_measure(link, seed) for link in links]
    q_values = iter(adjusted([m.estimate.p for m in measured if m.estimate]))
    return tuple(_graded(m, next(q_values) if m.estimate else None, seed) for m in measured)


def adjusted(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted so that those up to .05 hold 5 % false discoveries (Benjamini & Hochberg 1995)."""
    if not p_values:
        return []
    return [float(q) for q in stats.false_discovery_control(np.asarray(p_values))]


def panel_halves(data: PanelData, lag: int, seed: int) -> bool | None:
    """Whether both halves of the units, split by `seed`, have p < .05 and one sign at `lag`; None if too few."""
    together = np.isfinite(data.outcome).any(axis=1) & np.isfinite(data.measure).any(axis=1)
    fits = [_fit(data, rows, (lag,)) for rows in _halved(np.flatnonzero(together), seed)]
    enough = all(half.enough().all() and np.isfinite(half.slope).all() for half in fits)
    return _agree([panel.at(half, 0) for half in fits]) if enough else None


def case_halves(data: CaseData, seed: int) -> bool | None:
    """The same for the link within cases."""
    chosen = [np.isin(data.unit, half) for half in _halved(np.unique(data.unit), seed)]
    return _agree([cases.regress(data.outcome[half], data.measure[half], data.unit[half]) for half in chosen])


def _halved(units: NDArray[np.int64], seed: int) -> list[NDArray[np.int64]]:
    return [np.sort(half) for half in np.array_split(np.random.default_rng(seed).permutation(units), 2)]


def _agree(halves: Sequence[Estimate | Shortage]) -> bool | None:
    found = [half for half in halves if isinstance(half, Estimate)]
    if len(found) < len(halves):
        return None
    return len({half.sign for half in found}) == 1 and all(half.p < LEVEL for half in found)


def _measure(link: LinkData, seed: int) -> _Measured:
    inside = _case(link)
    case = inside if isinstance(inside, Estimate) else None
    panels = [data for data in link.panels if len(data.outcome) > 1]
    series_ = [data for data in link.panels if len(data.outcome) == 1]
    shortage = None
    for data in (*panels, None, *series_):
        if data is None and case:
            return _Measured(link, case, None, case, None)
        found = inside if data is None else _at_level(data, link.lags, seed)
        if data is not None and isinstance(found, Estimate):
            return _Measured(link, found, data, case, None)
        if isinstance(found, Shortage):
            shortage = shortage or found
    return _Measured(link, None, None, case, shortage)


def _case(link: LinkData) -> Estimate | Shortage | None:
    if link.cases is None:
        return None
    found = cases.regress(link.cases.outcome, link.cases.measure, link.cases.unit)
    return replace(found, lag=link.cases.lag) if isinstance(found, Estimate) else found


def _at_level(data: PanelData, lags: Sequence[int], seed: int) -> Estimate | Shortage:
    possible = tuple(lag for lag in lags if lag < data.outcome.shape[1])
    if not possible:
        return Shortage("too_little_data", periods=min(lags) + panel.MIN_PERIODS - data.outcome.shape[1])
    if len(data.outcome) == 1:
        return series.correlate(data.outcome[0], data.measure[0], possible)
    return panel.search(_fit(data, slice(None), possible), seed)


def _fit(data: PanelData, rows: NDArray[np.int64] | slice, lags: Sequence[int]) -> panel.PanelFit:
    weights = None if data.weights is None else data.weights[rows]
    return panel.fit(data.outcome[rows], data.measure[rows], lags, weights)


def _graded(m: _Measured, q: float | None, seed: int) -> LinkEvidence:
    grade, reasons = _from_data(m, q, seed)
    moved, against = _from_changes(m.link)
    conflict = _signs_differ(m) or (grade == "contradicted" and moved)
    if conflict:
        grade, reasons = "claimed", (*reasons, "signs_conflict")
    elif moved and not against:
        grade = "moved"
    if moved:
        reasons = (*reasons, "change_moved_both")
    if against:
        reasons = (*reasons, "change_moved_against")
    return LinkEvidence(
        child=m.link.child,
        parent=m.link.parent,
        grade=grade,
        estimate=m.estimate,
        q=q,
        level=m.level.level if m.level else None,
        case=m.case,
        conflict=conflict,
        shortage=m.shortage,
        reasons=reasons,
        reach=m.link.cases.reach if m.link.cases and m.estimate and m.estimate.method == "case" else 1.0,
    )


def _from_data(m: _Measured, q: float | None, seed: int) -> tuple[Grade, tuple[Reason, ...]]:
    """The grade that figures alone allow, and why no higher one."""
    if m.estimate is None or q is None:
        return "claimed", (m.shortage.obstacle if m.shortage else "no_data",)
    if q > LEVEL:
        return "claimed", ("not_significant",)
    if m.link.claimed is not None and m.estimate.sign != m.link.claimed:
        return "contradicted" if q <= DOUBT else "claimed", ("wrong_sign",)
    holds = _in_halves(m, m.estimate, seed)
    if holds is None:
        return "associated", ("significant", "too_few_units_to_halve")
    if holds:
        return "replicated", ("significant", "holds_in_both_halves")
    return "associated", ("significant", "fails_in_a_half")


def _in_halves(m: _Measured, estimate: Estimate, seed: int) -> bool | None:
    if estimate.method == "panel" and m.level is not None:
        return panel_halves(m.level, estimate.lag, seed)
    if estimate.method == "case" and m.link.cases is not None:
        return case_halves(m.link.cases, seed)
    return None


def _from_changes(link: LinkData) -> tuple[bool, bool]:
    """Whether some recorded change moved both ends as claimed, and whether some moved them against the claim."""
    together = {change.child * change.parent for change in link.changes} - {0}
    if link.claimed is None:
        return bool(together), False
    return link.claimed in together, -link.claimed in together


def _signs_differ(m: _Measured) -> bool:
    """The panel and the cases both speak, and say opposite things."""
    if m.case is None or m.estimate is None:
        return False
    return m.estimate.sign != m.case.sign and max(m.estimate.p, m.case.p) < LEVEL
