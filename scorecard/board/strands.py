"""Links as drawn: how hard each metric pulls on what it feeds, and the golden strand.

A pull is what a metric's distance to its target does to its parent, in the parent's own units; negative hurts.
Where a link is only claimed its size is not known: it is then ranked by how many tolerances its child is short.
"""

from __future__ import annotations

import math

from scorecard.board.figures import figure
from scorecard.board.generation import Generation
from scorecard.judge import better
from scorecard.reading import number
from scorecard.tree import TreeLink
from scorecard.view import Gold, Moment, PullKind, Strand

_SURENESS: tuple[PullKind, ...] = ("claimed", "estimated", "attributed")


def strand(generation: Generation, link: TreeLink, row: int, moment: Moment, gold: bool = False) -> Strand:
    """A link at a row of the organisation and a moment, with its pull."""
    pull, kind = pull_of(generation, link, row, moment)
    return Strand(
        parent=link.parent,
        child=link.child,
        kind=link.kind,
        effect=link.effect,
        lag=str(link.lag) if link.lag else None,
        why=link.why,
        pull=pull,
        pull_kind=kind,
        gold=gold,
    )


def pull_of(generation: Generation, link: TreeLink, row: int, moment: Moment) -> tuple[float | None, PullKind]:
    """How hard a link pulls, and how that is known."""
    gap = _gap(generation, link.child, row, moment)
    slope, kind = generation.slope(link, row, moment)
    if gap is None or slope is None:
        return None, "claimed"
    child, parent = (generation.definition.metrics[name].direction for name in (link.child, link.parent))
    return gap * slope * better(child) * better(parent), kind


def shortfall(generation: Generation, metric: str, row: int, moment: Moment) -> float:
    """How many tolerances a metric is short of its target; 0 where it is not short, or nothing is known."""
    gap = _gap(generation, metric, row, moment)
    about = generation.definition.metrics[metric]
    judged = generation.judged.get((moment.grain, metric))
    if gap is None or gap >= 0 or judged is None or judged.targets is None:
        return 0.0
    room = about.tolerance or 0.05 * abs(float(judged.targets[..., row, moment.position].ravel()[0])) or 1.0
    return gap / room


def hurts(generation: Generation, metric: str, row: int, moment: Moment) -> float:
    """A key to sort by: the hardest pull on anything the metric feeds first, then the furthest short."""
    pulls = [
        pull / scale
        for link in generation.tree.feeds(metric)
        if (pull := pull_of(generation, link, row, moment)[0]) is not None
        and (scale := generation.spread(link.parent, row, moment))
    ]
    return min([*pulls, 0.0]) * 1_000 + shortfall(generation, metric, row, moment)


def feeders(generation: Generation, parent: str, row: int, moment: Moment) -> list[TreeLink]:
    """What feeds a metric, the hardest pull first: known pulls by size, then claims by how far they are short."""

    def order(link: TreeLink) -> tuple[float, float, str]:
        pull, _ = pull_of(generation, link, row, moment)
        return (min(pull or 0.0, 0.0), shortfall(generation, link.child, row, moment), link.child)

    return sorted(generation.tree.fed_by(parent), key=order)


def gold_path(generation: Generation, outcome: str, row: int, moment: Moment) -> tuple[TreeLink, ...]:
    """The strand that pulls an outcome most: from it down, always along the link that hurts most.

    A pull that is known goes before one that is only claimed. The path ends where nothing below is short.
    """
    path: list[TreeLink] = []
    at = outcome
    while True:
        link = next(iter(feeders(generation, at, row, moment)), None)
        if link is None or link.kind == "guardrail":
            return tuple(path)
        pull, _ = pull_of(generation, link, row, moment)
        if (pull is None or pull >= 0) and shortfall(generation, link.child, row, moment) >= 0:
            return tuple(path)
        path.append(link)
        at = link.child


def gold(generation: Generation, outcome: str, row: int, moment: Moment) -> Gold:
    """The golden strand, drawn."""
    path = gold_path(generation, outcome, row, moment)
    strands = tuple(strand(generation, link, row, moment, gold=True) for link in path)
    kinds = [drawn.pull_kind for drawn in strands]
    return Gold(
        figures=tuple(figure(generation, name, row, moment) for name in (outcome, *(link.child for link in path))),
        strands=strands,
        pull_kind=min(kinds, key=_SURENESS.index, default="claimed"),
    )


def way_up(generation: Generation, metric: str) -> tuple[str, ...]:
    """The metrics from this one up to an outcome, by the shortest way; to the end where none is reached."""
    ways = [(metric,)]
    seen = {metric}
    for way in ways:
        if generation.definition.metrics[way[-1]].outcome:
            return way
        for link in generation.tree.feeds(way[-1]):
            if link.parent not in seen:
                seen.add(link.parent)
                ways.append((*way, link.parent))
    return (metric,)


def _gap(generation: Generation, metric: str, row: int, moment: Moment) -> float | None:
    judged = generation.judged.get((moment.grain, metric))
    gap = number(judged.gaps[row, moment.position]) if judged else None
    return None if gap is None or math.isclose(gap, 0.0, abs_tol=1e-15) else gap
