"""Back from an outcome's target to the leaves: what each would have to do, set against its natural limits.

Along an identity the effect is the formula's own slope where the parts stand now; along an influence it is the slope
that evidence bears out, times the share of the parent's figure it is about. Everything is told of the whole company.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scorecard.analysis.backsolve import Effect, Leaf, Need, back_solve
from scorecard.analysis.evidence import LinkEvidence
from scorecard.analysis.signals import Charts
from scorecard.causes.estimates import shares_at, slope_of
from scorecard.causes.ground import Ground
from scorecard.causes.made import made
from scorecard.judge import better
from scorecard.org import TOP
from scorecard.outlook.answer import LeafNeed, Needs
from scorecard.reading import number
from scorecard.signalling import process_charts
from scorecard.tree import TreeLink

NUDGE = 1e-4
"""Of a part's own size: how far it is moved to see what its formula does."""
_ORDER = ("within_limits", "different_process", "unknown", "no_effect")


def needs(ground: Ground, evidence: Sequence[LinkEvidence]) -> tuple[Needs, ...]:
    """The outcomes of the whole company whose process is short of its target, each with its leaves."""
    found = {(one.child, one.parent): one for one in evidence}
    return tuple(one for name in ground.definition.outcomes if (one := _needs(ground, name, found)))


def _needs(ground: Ground, outcome: str, evidence: dict[tuple[str, str], LinkEvidence]) -> Needs | None:
    goal = _short(ground, outcome)
    if goal is None:
        return None
    centre, target = goal
    effects, estimated = _effects(ground, outcome, evidence)
    below = {effect.parent for effect in effects}
    leaves = {effect.child: _leaf(ground, effect.child) for effect in effects if effect.child not in below}
    solved = back_solve(target - centre, outcome, effects, leaves)
    told = [_told(one, leaves[one.leaf], _rests(one.leaf, outcome, effects, estimated)) for one in solved if one.effect]
    good = better(ground.definition.metrics[outcome].direction)
    return (
        Needs(outcome, centre, target, _at_best(centre, good, told), tuple(sorted(told, key=_nearest_first)))
        if told
        else None
    )


def _at_best(centre: float, good: float, leaves: Sequence[LeafNeed]) -> float | None:
    """Where the outcome would stand with every leaf at the limit that helps it."""
    moves = [
        one.effect * ((one.upper if good * one.effect > 0 else one.lower) - one.centre)
        for one in leaves
        if one.centre is not None and one.lower is not None and one.upper is not None
    ]
    return centre + sum(moves) if moves else None


def _short(ground: Ground, outcome: str) -> tuple[float, float] | None:
    """Where an outcome's process stands and its target, where it is short of it; a band is no target to solve for."""
    drawn, row = _drawn(ground, outcome), _top(ground)
    end = ground.target(outcome, row, _at(ground)) if drawn is not None else None
    centre = _newest(drawn, drawn.centre) if drawn is not None else None
    if end is None or end.value is None or centre is None:
        return None
    direction = ground.definition.metrics[outcome].direction
    short = direction in ("higher_is_better", "lower_is_better") and better(direction) * (end.value - centre) > 0
    return (centre, end.value) if short else None


def _effects(
    ground: Ground, outcome: str, evidence: dict[tuple[str, str], LinkEvidence]
) -> tuple[list[Effect], set[tuple[str, str]]]:
    """The branches beneath an outcome whose size is known, and which of them are estimates."""
    effects, estimated, waiting, seen = [], set(), [outcome], {outcome}
    while waiting:
        parent = waiting.pop()
        for link in ground.tree.fed_by(parent):
            size = _size(ground, link, evidence.get((link.metric, link.feeds)))
            if size is None:
                continue
            effects.append(Effect(link.metric, parent, size))
            if link.kind == "influence":
                estimated.add((link.metric, parent))
            if link.metric not in seen:
                seen.add(link.metric)
                waiting.append(link.metric)
    return effects, estimated


def _size(ground: Ground, link: TreeLink, found: LinkEvidence | None) -> float | None:
    """What one unit more of a link's child moves its parent."""
    row, at = _top(ground), _at(ground)
    if link.kind == "identity":
        return _slope(ground, link, row, at)
    slope = slope_of(found)
    if link.kind != "influence" or slope is None or found is None or link.metric not in ground.table.cells:
        return None
    rows, share = shares_at(ground, link.feeds, row, found, [at])
    seen = np.ones(1, dtype=np.bool_) if rows == [row] else np.isfinite(ground.table.cells[link.metric].value[rows, at])
    return slope.slope * float(share[seen].sum())


def _slope(ground: Ground, link: TreeLink, row: int, at: int) -> float | None:
    """The slope of a formula in one of its parts, by moving that part a little to either side."""
    now = ground.value(link.metric, row, at)
    if now is None:
        return None
    step = NUDGE * abs(now) or NUDGE
    ends = [made(ground, link.feeds, row, at, {link.metric: now + way * step}) for way in (-1, 1)]
    return None if ends[0] is None or ends[1] is None else (ends[1] - ends[0]) / (2 * step)


def _rests(leaf: str, outcome: str, effects: Sequence[Effect], estimated: set[tuple[str, str]]) -> bool:
    """Whether some way from a leaf up to the outcome goes over an estimate."""
    waiting, seen = [leaf], {leaf}
    while waiting:
        child = waiting.pop()
        for effect in effects:
            if effect.child == child and child != outcome:
                if (child, effect.parent) in estimated:
                    return True
                if effect.parent not in seen:
                    seen.add(effect.parent)
                    waiting.append(effect.parent)
    return False


def _leaf(ground: Ground, name: str) -> Leaf:
    drawn = _drawn(ground, name)
    if drawn is None:
        return Leaf(None, None, None)
    return Leaf(*(_newest(drawn, cells) for cells in (drawn.centre, drawn.lower, drawn.upper)))


def _told(one: Need, leaf: Leaf, estimated: bool) -> LeafNeed:
    return LeafNeed(one.leaf, one.effect, estimated, leaf.centre, one.level, leaf.lower, leaf.upper, one.answer)


def _nearest_first(one: LeafNeed) -> tuple[int, float, str]:
    """By the answer, then by how many times the way to its own limit a leaf would have to go."""
    room = (one.upper - one.lower) / 2 if one.upper is not None and one.lower is not None else 0.0
    far = abs(one.level - one.centre) / room if room and one.level is not None and one.centre is not None else np.inf
    return _ORDER.index(one.answer), float(far), one.metric


def _drawn(ground: Ground, name: str) -> Charts | None:
    if name not in ground.table.cells:
        return None
    row = _top(ground)
    return process_charts(ground.definition, ground.table, name, slice(row, row + 1), len(ground.table.periods))


def _newest(drawn: Charts, cells: np.typing.NDArray[np.float64]) -> float | None:
    return number(drawn.at_newest(cells)[0])


def _top(ground: Ground) -> int:
    return ground.org.row_of[ground.org.levels[0], TOP]


def _at(ground: Ground) -> int:
    complete = np.flatnonzero(ground.table.complete)
    return int(complete[-1]) if len(complete) else len(ground.table.periods) - 1
