"""Along the organisation: what of a change came through each unit right beneath.

Only released figures are read. Units about too few, at either time, stand together on one line: what the whole has
beyond the units shown. That is no more than anybody can work out from the figures shown, and never one unit alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.analysis.attribution import Attribution, Hindrance, Part, leave_one_out, missing_end
from scorecard.analysis.mix import Rate, reversal, split_rate, split_sum
from scorecard.causes.answer import Line, LineKind, Split, shares
from scorecard.causes.ground import Ground, nature, quotient, scale
from scorecard.definition import Simple
from scorecard.org import Unit
from scorecard.reading import Floats, number

WITHHELD, OVERLAP = "withheld", "overlap"
_LABELS = {
    WITHHELD: "Units about too few to be shown, together",
    OVERLAP: "Counted in more than one place",
}
_ROUNDING = 1e-9
"""Of the whole: a remainder below it is rounding."""

Without = Callable[[Unit | None], tuple[float | None, float | None]]
"""The figure before and after without the rows of one unit, or with all (``None``), straight from the warehouse."""


@dataclass(frozen=True, slots=True)
class Between:
    """A metric of the unit at a row, the rows right beneath, and two periods; ``before`` None is the target."""

    metric: str
    row: int
    children: tuple[int, ...]
    before: int | None
    after: int

    @property
    def ends(self) -> tuple[int, ...]:
        """The positions of the periods that are read."""
        return (self.after,) if self.before is None else (self.before, self.after)


def split_units(ground: Ground, asked: Between, without: Without | None = None) -> Split:
    """Split a change over the units right beneath; of a formula, see
    :func:`scorecard.causes.drivers.carried`."""
    kind = nature(ground.definition, asked.metric)
    if not asked.children or not _anything(ground, asked):
        return Split("organisation", "sum", (), None, "no_children")
    if kind == "rate":
        return _told(ground, asked, _rate(ground, asked))
    if asked.before is None:
        shared = _shared_target(ground, asked) if kind == "sum" else None
        return _told(ground, asked, shared) if shared else Split("organisation", "sum", (), None, "target_not_shared")
    if kind == "sum":
        found = _sum(ground, asked, asked.before)
        return _told(ground, asked, found if _counts_once(ground, asked, found) else _whole(ground, asked, without))
    return _told(ground, asked, _whole(ground, asked, without))


def _anything(ground: Ground, asked: Between) -> bool:
    rows, at = list(asked.children), list(asked.ends)
    seen = ground.table.cells[asked.metric].count[np.ix_(rows, at)] > 0
    return bool(seen.any() or ground.withheld[asked.metric][np.ix_(rows, at)].any())


def _rate(ground: Ground, asked: Between) -> Attribution:
    ends = [ground.value(asked.metric, asked.row, at) for at in asked.ends]
    if lacking := missing_end(ends[0], ends[-1]):
        return Attribution("rate_and_mix", ends[0], ends[-1], (), lacking)
    cells, shown = ground.table.cells[asked.metric], _shown(ground, asked)
    factor = scale(ground.definition, asked.metric)
    keys = [_key(ground, row) for row in shown]
    over, under = (np.array(part) for part in zip(*(quotient(cells, shown, at) for at in asked.ends), strict=True))
    whole = [quotient(cells, [asked.row], at) for at in asked.ends]
    rest = [(top[0] - o.sum(), bottom[0] - u.sum()) for (top, bottom), o, u in zip(whole, over, under, strict=True)]
    sizes = [(abs(top[0]) + np.abs(o).sum(), abs(bottom[0])) for (top, bottom), o in zip(whole, over, strict=True)]
    remainder = _remainder(asked, shown, np.array(rest), np.array(sizes))
    if remainder is not None:
        line, left = remainder
        keys, over, under = [*keys, line], np.c_[over, left[:, 0]], np.c_[under, left[:, 1]]
    after = Rate(over[-1], under[-1])
    if asked.before is not None:
        return split_rate(Rate(over[0], under[0]), after, keys, factor)
    target = ground.target(asked.metric, asked.row, asked.after)
    if target is None or target.value is None:
        return Attribution("rate_and_mix", None, None, (), Hindrance("no_value_before"))
    return split_rate(Rate(target.value / factor * under[-1], under[-1]), after, keys, factor)


def _sum(ground: Ground, asked: Between, before: int) -> Attribution:
    values, shown = ground.table.cells[asked.metric].value, _shown(ground, asked)
    keys, ends = [_key(ground, row) for row in shown], [before, asked.after]
    parts: Floats = values[shown][:, ends].T
    whole: Floats = values[asked.row, ends]
    if lacking := missing_end(whole[0], whole[1]):
        return Attribution("sum", number(whole[0]), number(whole[1]), (), lacking)
    rest = (whole - np.nansum(parts, axis=1))[:, None]
    sizes = (np.abs(whole) + np.nansum(np.abs(parts), axis=1))[:, None]
    remainder = _remainder(asked, shown, rest, sizes)
    if remainder is not None:
        keys, parts = [*keys, remainder[0]], np.c_[parts, remainder[1][:, 0]]
    return split_sum(parts[0], parts[1], keys)


def _counts_once(ground: Ground, asked: Between, found: Attribution) -> bool:
    """Whether the units make up the whole. A balance is taken at the instant that counts for each, and may not."""
    metric = ground.definition.metrics[asked.metric]
    is_balance = isinstance(metric, Simple) and metric.non_additive is not None
    return not (is_balance and any(part.key == OVERLAP for part in found.parts))


def _shared_target(ground: Ground, asked: Between) -> Attribution | None:
    """What each unit is off its own target, where those add up to the whole's and nothing is withheld."""
    targets, rows, at = ground.table.targets.get(asked.metric), list(asked.children), asked.after
    values = ground.table.cells[asked.metric].value
    if targets is None or targets.ndim != values.ndim or ground.withheld[asked.metric][rows, at].any():
        return None
    goals, whole = targets[rows, at], targets[asked.row, at]
    room = _ROUNDING * (abs(whole) + np.abs(goals).sum())
    makes_up = abs(goals.sum() - whole) <= room and abs(np.nansum(values[rows, at]) - values[asked.row, at]) <= room
    if not makes_up:  # also where any of them is missing
        return None
    return split_sum(goals, np.nan_to_num(values[rows, at]), [_key(ground, row) for row in rows])


def _whole(ground: Ground, asked: Between, without: Without | None) -> Attribution:
    ends = [ground.value(asked.metric, asked.row, at) for at in asked.ends]
    if without is None:
        return Attribution("leave_one_out", ends[0], ends[-1], (), Hindrance("not_additive"))
    units = {_key(ground, row): ground.org.unit_of(row) for row in _shown(ground, asked)}
    return leave_one_out(tuple(units), lambda key: without(None if key is None else units[key]))


def _shown(ground: Ground, asked: Between) -> list[int]:
    """The rows that stand on lines of their own: none withheld at either time, nor the one that would give one away."""
    rows, at = np.array(asked.children), np.array(asked.ends)
    hidden: NDArray[np.bool_] = np.any(ground.withheld[asked.metric][np.ix_(rows, at)], axis=1)
    if hidden.sum() == 1 and not hidden.all():
        count = ground.table.cells[asked.metric].count[np.ix_(rows, at)].max(axis=1)
        hidden[int(np.where(hidden | (count <= 0), np.inf, count).argmin())] = True
    return [int(row) for row in rows[~hidden]]


def _remainder(asked: Between, shown: Sequence[int], rest: Floats, sizes: Floats) -> tuple[str, Floats] | None:
    """What the whole has beyond the rows shown, by end; rounding is none."""
    left = np.where(np.abs(rest) <= _ROUNDING * sizes, 0.0, rest)
    if len(shown) < len(asked.children):
        return WITHHELD, left
    return (OVERLAP, left) if left.any() else None


def _told(ground: Ground, asked: Between, found: Attribution) -> Split:
    """An attribution as lines with names."""
    names = {_key(ground, row): ground.org.unit_of(row) for row in asked.children}
    lines = [
        Line(part.key, _name(ground, names, part.key), _kind(part), part.value, None, names.get(part.key))
        for part in found.parts
        if asked.before is not None or part.kind != "mix"  # against a target no work has moved anywhere
    ]  # fmt: skip
    stopped = found.hindrance
    return Split(
        along="organisation",
        method=found.method,
        parts=tuple(lines) if stopped else shares(lines, found.whole),
        residual=found.residual if found.adds_up else None,
        stopped=stopped.obstacle if stopped else None,
        about=tuple(_name(ground, names, key) for key in stopped.keys) if stopped else (),
        reversal=reversal(found) if asked.before is not None else None,
    )


def _kind(part: Part) -> LineKind:
    if part.key == WITHHELD:
        return "withheld"
    return "overlap" if part.key == OVERLAP else part.kind


def _name(ground: Ground, names: dict[str, Unit], key: str) -> str:
    return _LABELS[key] if key in _LABELS else ground.label_of(names[key])


def _key(ground: Ground, row: int) -> str:
    return ":".join(ground.org.unit_of(row))
