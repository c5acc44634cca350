"""Links as drawn: how hard each metric pulls on what it feeds, and the golden strand.

A pull is what a metric's distance to its target does to its parent, in the parent's own units; negative hurts.
Where a link is only claimed its size is not known: it is then ranked by how many tolerances its child is short.
"""

from __future__ import annotations

from scorecard.board.figures import figure, is_measured
from scorecard.board.pulls import pull_of, spread
from scorecard.board.stand import Stand
from scorecard.reading import number
from scorecard.tree import TreeLink
from scorecard.view import Gold, PullKind, Strand

_SURENESS: tuple[PullKind, ...] = ("claimed", "estimated", "attributed")


def strand(stand: Stand, link: TreeLink, *, gold: bool = False) -> Strand:
    """A link where one stands, with its pull."""
    pull, kind = pull_of(stand, link)
    return Strand(
        parent=link.feeds,
        child=link.metric,
        kind=link.kind,
        effect=link.effect,
        lag=str(link.lag) if link.lag else None,
        why=link.why,
        pull=pull,
        pull_kind=kind,
        gold=gold,
    )


def shortfall(stand: Stand, metric: str) -> float:
    """How many tolerances a metric is short of its target; 0 where it is not short, or nothing is known."""
    judged = stand.judged(metric)
    gap = number(judged.gaps[stand.row, stand.moment.position]) if judged else None
    if judged is None or judged.targets is None or gap is None or gap >= 0:
        return 0.0
    target = float(judged.targets[..., stand.row, stand.moment.position].ravel()[0])
    return gap / (stand.definition.metrics[metric].tolerance or 0.05 * abs(target) or 1.0)


def hurts(stand: Stand, metric: str) -> tuple[float, float]:
    """A key to sort by: the hardest pull on anything the metric feeds first, then the furthest short.

    Pulls on different parents are compared in each parent's own usual variation.
    """
    pulls = [0.0]
    for link in stand.tree.feeds(metric):
        pull, scale = pull_of(stand, link)[0], spread(stand, link.feeds)
        if pull is not None and scale:
            pulls.append(pull / scale)
    return (min(pulls), shortfall(stand, metric))


def feeders(stand: Stand, parent: str) -> list[TreeLink]:
    """What feeds a metric, the hardest pull first: known pulls by size, then claims by how far they are short."""

    def order(link: TreeLink) -> tuple[float, float, str]:
        pull, _ = pull_of(stand, link)
        return (min(pull or 0.0, 0.0), shortfall(stand, link.metric), link.metric)

    return sorted(stand.tree.fed_by(parent), key=order)


def gold_path(stand: Stand, outcome: str) -> tuple[TreeLink, ...]:
    """The strand that pulls an outcome most: from it down, always along the link that hurts most.

    A pull that is known goes before one that is only claimed. The path ends where nothing below is short.
    """
    path: list[TreeLink] = []
    at = outcome
    while True:
        drawn = (link for link in feeders(stand, at) if link.kind != "guardrail" and is_measured(stand, link.metric))
        link = next(drawn, None)
        if link is None or not _is_short(stand, link):
            return tuple(path)
        path.append(link)
        at = link.metric


def _is_short(stand: Stand, link: TreeLink) -> bool:
    pull, _ = pull_of(stand, link)
    return shortfall(stand, link.metric) < 0 if pull is None else pull < 0


def gold(stand: Stand, outcome: str) -> Gold:
    """The golden strand, drawn."""
    path = gold_path(stand, outcome)
    strands = tuple(strand(stand, link, gold=True) for link in path)
    return Gold(
        figures=tuple(figure(stand, name) for name in (outcome, *(link.metric for link in path))),
        strands=strands,
        pull_kind=min((drawn.pull_kind for drawn in strands), key=_SURENESS.index, default="claimed"),
    )


def way_up(stand: Stand, metric: str) -> tuple[str, ...]:
    """The metrics from this one up to an outcome, by the shortest way; the metric alone where none is reached."""
    return min(stand.tree.thread(metric), key=len, default=(metric,))
