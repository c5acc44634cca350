"""How hard a link pulls: what its child's distance to its target does to its parent, and how that is known.

An identity is split exactly: the parent now, less what it would be with the child at its target. An influence is
estimated where its evidence is at least *associated*: slope times distance, times the share of the parent's figure that
comes from where the child is measured (depots' visits move what depots' customers say, not what callers say). What is
only claimed has no size of its own; to put claims in an order, one tolerance of the child counts as one tolerance of
the parent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecard.analysis.evidence import LinkEvidence
from scorecard.analysis.strand import Pull, Standing
from scorecard.board.figures import target_at
from scorecard.board.stand import Stand
from scorecard.causes.estimates import shares_at, slope_of
from scorecard.causes.made import made
from scorecard.judge import better
from scorecard.reading import Floats, number
from scorecard.tree import TreeLink
from scorecard.view import PullKind

_SIGN = {"raises": 1, "lowers": -1}


@dataclass(frozen=True, slots=True)
class Weight:
    """A link's pull on its parent, in the parent's own units; negative hurts."""

    size: float
    kind: PullKind

    @property
    def shown(self) -> float | None:
        """The size that may be shown: a claim's is only an order."""
        return None if self.kind == "claimed" else self.size


def weight(stand: Stand, link: TreeLink) -> Weight | None:
    """How hard a link pulls where one stands; ``None`` where nothing tells."""
    return stand.once(("weight", link), lambda: _weight(stand, link))


def _weight(stand: Stand, link: TreeLink) -> Weight | None:
    pull, child, parent = pull_of(stand, link), standing(stand, link.metric), standing(stand, link.feeds)
    good = better(stand.definition.metrics[link.feeds].direction)
    if pull.attributed is not None:
        return Weight(good * pull.attributed, "attributed")
    if child.gap is None:
        return None
    if pull.slope is not None:
        return Weight(good * pull.slope * child.gap, "estimated")
    if not (pull.effect and child.tolerance and parent.tolerance):
        return None
    return Weight(good * pull.effect * child.gap * parent.tolerance / child.tolerance, "claimed")


def pull_of(stand: Stand, link: TreeLink) -> Pull:
    """A link with all that is known of its strength."""
    return stand.once(("pull", link), lambda: _pull_of(stand, link))


def _pull_of(stand: Stand, link: TreeLink) -> Pull:
    found = stand.generation.evidence.get((link.metric, link.feeds))
    slope = slope_of(found)
    return Pull(
        child=link.metric,
        parent=link.feeds,
        effect=_SIGN.get(link.effect or "", 0),
        attributed=_attributed(stand, link) if link.kind == "identity" else None,
        slope=slope.slope * _share(stand, link, found) if slope and found else None,
    )


def _share(stand: Stand, link: TreeLink, found: LinkEvidence) -> float:
    """The share of the parent's figure here that comes from units in which the child is measured."""
    ground, at = stand.generation.grounds[stand.moment.grain], stand.moment.position
    child = ground.table.cells.get(link.metric)
    if child is None or link.feeds not in ground.table.cells:
        return 1.0
    rows, share = shares_at(ground, link.feeds, stand.row, found, [at])
    if rows == [stand.row]:
        return float(share[0])
    return float(share[np.isfinite(child.value[rows, at])].sum())


def standing(stand: Stand, metric: str) -> Standing:
    """Where a metric stands: its distance to its target in its own units, up positive, and its tolerance."""
    return stand.once(("standing", metric), lambda: _standing(stand, metric))


def _standing(stand: Stand, metric: str) -> Standing:
    judged, about = stand.judged(metric), stand.definition.metrics[metric]
    if judged is None:
        return Standing(metric, None)
    value = number(judged.cells.value[stand.row, stand.moment.position])
    target = target_at(judged.targets, stand.row, stand.moment.position)
    gap = None if value is None or target is None or about.direction == "none" else _apart(value, target)
    return Standing(metric, gap, about.tolerance or _spread(stand, judged.cells.value))


def _apart(value: float, target: float | tuple[float, float]) -> float:
    """Value less target; less the nearer end of a band, and 0 inside it."""
    low, high = target if isinstance(target, tuple) else (target, target)
    return value - min(max(value, low), high)


def _spread(stand: Stand, values: Floats) -> float | None:
    """How much a metric usually varies here: the standard deviation up to the moment."""
    known = values[stand.row, : stand.moment.position + 1]
    known = known[np.isfinite(known)]
    return float(known.std()) or None if len(known) > 1 else None


def _attributed(stand: Stand, link: TreeLink) -> float | None:
    """The parent now, less what it would be with the child at its target."""
    gap, now = standing(stand, link.metric).gap, _now(stand, link.metric)
    ground, at = stand.generation.grounds[stand.moment.grain], stand.moment.position
    if gap is None or now is None:
        return None
    is_, would_be = (made(ground, link.feeds, stand.row, at, {link.metric: value}) for value in (now, now - gap))
    return None if is_ is None or would_be is None else is_ - would_be


def _now(stand: Stand, metric: str) -> float | None:
    judged = stand.judged(metric)
    return number(judged.cells.value[stand.row, stand.moment.position]) if judged else None
