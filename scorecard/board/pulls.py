"""How hard a link pulls: what its child's distance to its target does to its parent."""

from __future__ import annotations

import numpy as np

from scorecard.board.stand import Stand
from scorecard.judge import better
from scorecard.reading import number
from scorecard.tree import TreeLink
from scorecard.view import PullKind


def pull_of(stand: Stand, link: TreeLink) -> tuple[float | None, PullKind]:
    """How hard a link pulls, and how that is known; ``None`` where it is only claimed, or nothing is known."""
    judged = stand.judged(link.metric)
    gap = number(judged.gaps[stand.row, stand.moment.position]) if judged else None
    slope, kind = slope_of(stand, link)
    if gap is None or slope is None:
        return None, "claimed"
    child, parent = (stand.definition.metrics[name].direction for name in (link.metric, link.feeds))
    return gap * slope * better(child) * better(parent), kind


def spread(stand: Stand, metric: str) -> float | None:
    """How much a metric usually varies here: the standard deviation up to the moment, to compare pulls by."""
    judged = stand.judged(metric)
    if judged is None:
        return None
    values = judged.cells.value[stand.row, : stand.moment.position + 1]
    known = values[np.isfinite(values)]
    return float(known.std()) if len(known) > 1 else None


def slope_of(stand: Stand, link: TreeLink) -> tuple[float | None, PullKind]:
    """What one unit more of a link's child does to its parent, and how that is known."""
    return None, "claimed"
