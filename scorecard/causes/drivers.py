"""Along the drivers: what each input of a formula, or each half of a quotient, did to a figure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from scorecard.analysis.attribution import CANCELS, TOLERANCE, Attribution, Hindrance, Part, missing_end
from scorecard.analysis.products import split_product
from scorecard.analysis.shapley import shapley
from scorecard.causes.answer import Line, Split, shares
from scorecard.causes.ground import Ground, nature
from scorecard.causes.indexes import split_index
from scorecard.causes.units import Between, split_units
from scorecard.definition import Derived, Index, Input, Ratio
from scorecard.expression import ExpressionError, columns, parse_formula
from scorecard.formula import evaluate
from scorecard.plain import halves
from scorecard.reading import Floats
from scorecard.syntax import Call, Column, Node
from scorecard.time import earlier

HALVES = ("numerator", "denominator")
TARGETS = "targets"
_APART = "What the parts' own targets come to, beside this one"


@dataclass(frozen=True, slots=True)
class Driver:
    """An input of a formula: the metric it reads, and where in the table its two figures stand."""

    key: str
    label: str
    metric: str
    before: int | None
    after: int | None


def split_drivers(ground: Ground, asked: Between) -> Split | None:
    """Split a change over what the metric is made of; ``None`` for a metric that is made of nothing else."""
    metric = ground.definition.metrics[asked.metric]
    if isinstance(metric, Ratio):
        labels = dict(zip(HALVES, halves(ground.definition, metric), strict=True))
        return None if asked.before is None else _told(_quotient(ground, asked, asked.before), labels)
    if isinstance(metric, Derived | Index):
        drivers = inputs(ground, asked.metric, asked)
        return _told(_formula(ground, asked, drivers), {**{one.key: one.label for one in drivers}, TARGETS: _APART})
    return None


def inputs(ground: Ground, name: str, asked: Between) -> tuple[Driver, ...]:
    """The inputs of a formula, in the order they are named; none where it cannot be read."""
    metric = ground.definition.metrics[name]
    if isinstance(metric, Index):
        return tuple(_driver(ground, part, None, asked) for part in metric.of)
    formula = _parsed(metric) if isinstance(metric, Derived) else None
    if formula is None or not isinstance(metric, Derived):
        return ()
    return tuple(_driver(ground, word, metric.inputs.get(word), asked) for word in columns(formula))


def carried(ground: Ground, asked: Between) -> Split:
    """What of a formula's change came through each unit right beneath, by way of all its inputs.

    An input's part goes to the units in proportion to what each contributed to the input's own change. Where that
    cannot be told, or the units cancel each other out, the part stands on a line of the input's own.
    """
    drivers = inputs(ground, asked.metric, asked)
    if asked.before is None:
        return Split("organisation", "shapley", (), None, "target_not_shared")
    total = _formula(ground, asked, drivers)
    if total.hindrance or total.whole is None:
        told = _told(total, {driver.key: driver.label for driver in drivers})
        return Split("organisation", told.method, (), None, told.stopped, told.about)
    found: dict[str, list[Line]] = {}
    for part, driver in zip(total.parts, drivers, strict=True):
        for line in _to_units(ground, asked, driver, part.value):
            found.setdefault(line.key, []).append(line)
    lines = [
        Line(key, same[0].label, same[0].kind, math.fsum(one.amount for one in same), None, same[0].unit)
        for key, same in found.items()
    ]
    left = total.whole - math.fsum(line.amount for line in lines)
    return Split("organisation", total.method, shares(lines, total.whole), left)


def _to_units(ground: Ground, asked: Between, driver: Driver, amount: float) -> Iterator[Line]:
    """One input's part over the units."""
    whole = Line(driver.key, driver.label, "driver", amount, None)
    if driver.before is None or driver.after is None or driver.metric not in ground.table.cells:
        yield whole
        return
    own = Between(driver.metric, asked.row, asked.children, driver.before, driver.after)
    split = carried(ground, own) if nature(ground.definition, driver.metric) == "formula" else split_units(ground, own)
    size, net = (math.fsum(map(f, split.parts)) for f in (lambda p: abs(p.amount), lambda p: p.amount))
    if split.stopped or not split.parts or abs(net) <= CANCELS * size:
        yield whole
        return
    for key, (label, part) in split.by_key().items():
        unit = next(line.unit for line in split.parts if line.key == key)
        kind = next(line.kind for line in split.parts if line.key == key)
        yield Line(key, label, kind if unit is None else "through", amount * part / net, None, unit)


def _driver(ground: Ground, word: str, read: Input | None, asked: Between) -> Driver:
    metric = read.metric if read else word
    label = ground.definition.label(metric) if metric in ground.definition.metrics else word
    if read and read.offset:
        label = f"{label}, {read.offset} before"
    if read and read.filter:
        return Driver(word, f"{label}, where {read.filter}", metric, None, None)
    return Driver(word, label, metric, _moved(ground, asked.before, read), _moved(ground, asked.after, read))


def _moved(ground: Ground, at: int | None, read: Input | None) -> int | None:
    """The position of the period an input reads; ``None`` where the table does not reach back that far."""
    if at is None or read is None or read.offset is None:
        return at
    wanted = earlier(ground.definition.calendar, ground.table.periods[at], read.offset)
    return next((i for i, period in enumerate(ground.table.periods) if period == wanted), None)


def _formula(ground: Ground, asked: Between, drivers: tuple[Driver, ...]) -> Attribution:
    """The split over the inputs, from their earlier figures or, against a target, from their own targets."""
    metric = ground.definition.metrics[asked.metric]
    first = ground.value(asked.metric, asked.row, asked.before) if asked.before is not None else _goal(ground, asked)
    last = ground.value(asked.metric, asked.row, asked.after)
    lacking = missing_end(first, last)
    if lacking or first is None or last is None or not drivers:
        return Attribution("shapley", first, last, (), lacking or Hindrance("missing_part"))
    if isinstance(metric, Index):
        found = split_index(ground, metric, asked.row, asked.before, asked.after)
    else:
        assert isinstance(metric, Derived)  # noqa: S101 - nothing else has inputs
        found = _derived(ground, metric, asked, drivers)
    return found if asked.before is not None else _apart(found, first)


def _goal(ground: Ground, asked: Between) -> float | None:
    end = ground.target(asked.metric, asked.row, asked.after)
    return end.value if end else None


def _apart(found: Attribution, target: float) -> Attribution:
    """The same against the whole's own target: what the parts' targets come to may lie beside it."""
    if found.hindrance or found.before is None:
        return replace(found, before=target)
    left = found.before - target
    own = [Part(TARGETS, "driver", left)] if abs(left) > TOLERANCE * max(abs(found.before), abs(target)) else []
    return replace(found, before=target, parts=(*found.parts, *own))


def _derived(ground: Ground, metric: Derived, asked: Between, drivers: tuple[Driver, ...]) -> Attribution:
    formula = _parsed(metric)
    if formula is None:
        return Attribution("shapley", None, None, (), Hindrance("missing_part"))
    before, after = (_figures(ground, drivers, asked, end) for end in ("before", "after"))
    unread = tuple(d.key for d, a, b in zip(drivers, before, after, strict=True) if not np.isfinite([a, b]).all())
    keys = [driver.key for driver in drivers]
    ends = [ground.value(asked.metric, asked.row, at) for at in asked.ends]
    if unread and (asked.before is None or not _stands(formula, keys, before, after, ends)):
        return Attribution("shapley", None, None, (), Hindrance("missing_part", unread))
    powers = _powers(formula)
    if powers is not None and not unread and bool(np.all(before > 0) and np.all(after > 0)):
        return split_product(before, after, keys, [powers[key] for key in keys])
    return shapley(before, after, keys, lambda values: _value(formula, keys, values))


def _stands(formula: Node, keys: list[str], before: Floats, after: Floats, ends: list[float | None]) -> bool:
    """Whether the formula has the figures' own values although inputs are missing (it passes over them)."""
    found = [_value(formula, keys, values) for values in (before, after)]
    known = [math.nan if end is None else end for end in ends]
    return bool(np.allclose(found, known, rtol=1e-12, atol=0.0))


def _figures(ground: Ground, drivers: tuple[Driver, ...], asked: Between, end: str) -> Floats:
    """The inputs at one end; those before, of a change against a target, are their own targets."""
    goals = end == "before" and asked.before is None
    found = [
        _goal_of(ground, one, asked) if goals else _figure(ground, one, asked, getattr(one, end)) for one in drivers
    ]
    return np.array([np.nan if value is None else value for value in found])


def _figure(ground: Ground, driver: Driver, asked: Between, at: int | None) -> float | None:
    return None if at is None else ground.value(driver.metric, asked.row, at)


def _goal_of(ground: Ground, driver: Driver, asked: Between) -> float | None:
    """An input's own target; the figure itself of an input of an earlier time, which nobody can change any more."""
    if driver.after is None or driver.after != asked.after:
        return _figure(ground, driver, asked, driver.after)
    end = ground.target(driver.metric, asked.row, driver.after)
    return end.value if end else None


def _value(formula: Node, keys: list[str], values: Floats) -> float:
    given: Mapping[str, Floats] = {key: values[i : i + 1] for i, key in enumerate(keys)}
    return float(evaluate(formula, given, (1,))[0])


def _parsed(metric: Derived) -> Node | None:
    try:
        return parse_formula(metric.expr)
    except ExpressionError:
        return None


def _powers(node: Node) -> dict[str, int] | None:
    """The power of each input of a plain product or quotient; ``None`` for any other formula."""
    match node:
        case Column():
            return {node.name: 1}
        case Call(name="*" | "/" as name, arguments=(left, right)):
            one, other = _powers(left), _powers(right)
            if one is None or other is None:
                return None
            turned = {key: power if name == "*" else -power for key, power in other.items()}
            return {key: one.get(key, 0) + turned.get(key, 0) for key in (*one, *(k for k in turned if k not in one))}
        case _:
            return None


def _quotient(ground: Ground, asked: Between, before: int) -> Attribution:
    cells = ground.table.cells[asked.metric]
    ends = [
        np.array([cells.numerator[asked.row, at], cells.denominator[asked.row, at]]) for at in (before, asked.after)
    ]
    first, last = (ground.value(asked.metric, asked.row, at) for at in (before, asked.after))
    lacking = missing_end(first, last)
    if lacking:
        return Attribution("lmdi", first, last, (), lacking)
    return split_product(ends[0], ends[1], HALVES, (1, -1))


def _told(found: Attribution, labels: Mapping[str, str]) -> Split:
    lines = [Line(part.key, labels[part.key], part.kind, part.value, None) for part in found.parts]
    stopped = found.hindrance
    return Split(
        along="drivers",
        method=found.method,
        parts=shares(lines, found.whole),
        residual=found.residual if found.adds_up else None,
        stopped=stopped.obstacle if stopped else None,
        about=tuple(labels.get(key, key) for key in stopped.keys) if stopped else (),
    )
