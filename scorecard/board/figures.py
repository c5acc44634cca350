"""One metric of one unit at one moment, judged: what every card shows."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from scorecard.analysis.survey import nps
from scorecard.attainment import worst_name
from scorecard.board.generation import Generation, Judged
from scorecard.board.stand import Stand
from scorecard.definition import Index
from scorecard.judge import ASSURANCES, STATUSES, VARIATIONS, Target
from scorecard.org import Unit
from scorecard.reading import Cells, Floats, number
from scorecard.view import Figure

_WORST_FIRST = {"missed": 0, "near": 1, "met": 2, "unknown": 3}


def figure(stand: Stand, metric: str) -> Figure:
    """The figure of a metric where one stands."""
    return stand.once(("figure", metric), lambda: _figure(stand, metric))


def _figure(stand: Stand, metric: str) -> Figure:
    definition, generation = stand.definition, stand.generation
    about, judged = definition.metrics[metric], stand.judged(metric)
    return Figure(
        metric=metric,
        label=definition.label(metric),
        unit=stand.unit,
        unit_label=unit_label(generation, stand.unit),
        format=about.format,
        direction=about.direction,
        owner=about.owner,
        stage=about.stage,
        outcome=about.outcome,
        words=about.words,
        description=about.description,
        # where there are figures, it may have failed at another grain
        failed=generation.snapshot.failed.get(metric) if judged is None else None,
        apart=metric in generation.apart,
        complete=stand.complete(metric),
        **_filled(stand, metric, judged) if judged else {},
    )


def _interval(cells: Cells, row: int, at: int) -> tuple[float, float] | None:
    """The 95 % interval of a net promoter score, from how many answered and how many of them decided."""
    if cells.decided is None or not cells.denominator[row, at] > 0:
        return None
    balance, decided, answers = (part[row, at] for part in (cells.numerator, cells.decided, cells.denominator))
    if not np.isfinite([balance, decided]).all():
        return None
    found = nps((decided + balance) / 2, (decided - balance) / 2, answers)
    return float(found.low), float(found.high)


def _worst(stand: Stand, metric: str) -> dict[str, Any]:
    """The worst part of an index, by name."""
    about, judged = stand.definition.metrics[metric], stand.judged(metric)
    if not isinstance(about, Index) or judged is None or judged.worst is None:
        return {}
    part = worst_name(about.of, int(judged.worst[stand.row, stand.moment.position]))
    return {"worst": part, "worst_label": stand.definition.label(part)} if part else {}


def _answers(stand: Stand, metric: str) -> dict[str, Any]:
    """Variation and assurance, which the snapshot holds for the newest complete point and for no other."""
    moment, said = stand.moment, stand.generation.snapshot.signals.get(stand.moment.grain, {}).get(metric)
    newest = stand.generation.moment(moment.grain)
    if said is None or newest is None or moment.position < newest.position:
        return {}
    variation, assurance = VARIATIONS[said.variation[stand.row]], ASSURANCES[said.assurance[stand.row]]
    return {"variation": variation, "assurance": assurance}


def _filled(stand: Stand, metric: str, judged: Judged) -> dict[str, Any]:
    """What there is to show of a metric with figures."""
    cells, row, at = judged.cells, stand.row, stand.moment.position
    series, column = _numbers(cells.value[row, : at + 1]), judged.at(at)
    return {
        "value": series[at],
        "target": target_at(judged.targets, row, at),
        "gap": number(column.gaps[row]),
        "status": STATUSES[int(column.statuses[row])],
        "change": _change(series, at),
        "numerator": number(cells.numerator[row, at]),
        "denominator": number(cells.denominator[row, at]),
        "count": int(cells.count[row, at]),
        "withheld": bool(judged.withheld[row, at]),
        "series": series,
        "targets": _targets(judged.targets, row, at),
        "interval": _interval(cells, row, at),
        **_answers(stand, metric),
        **_worst(stand, metric),
    }


def _numbers(values: Floats) -> tuple[float | None, ...]:
    """Every value of a series; NaN and infinities are no value."""
    return tuple(value if isfinite(value) else None for value in values.tolist())


def _targets(targets: Floats | None, row: int, at: int) -> tuple[Target, ...]:
    """The targets of a series, up to and including a position."""
    if targets is not None and targets.ndim == 2:  # noqa: PLR2004 - as in target_at
        return _numbers(targets[row, : at + 1])
    return tuple(target_at(targets, row, position) for position in range(at + 1))


def target_at(targets: Floats | None, row: int, at: int) -> Target:
    """The target of one cell: a number, a band, or none."""
    if targets is None:
        return None
    if targets.ndim == 2:  # noqa: PLR2004 - (rows, periods); a band has (2, rows, periods)
        return number(targets[row, at])
    low, high = number(targets[0, row, at]), number(targets[1, row, at])
    return None if low is None or high is None else (low, high)


def _change(series: tuple[float | None, ...], at: int) -> float | None:
    now, before = series[at], series[at - 1] if at else None
    return None if now is None or before is None else now - before


def unit_label(generation: Generation, unit: Unit) -> str:
    """The name people read for a unit; the top unit bears the company's."""
    org = generation.org
    return generation.definition.title if unit[0] == org.levels[0] else org.label(unit)


def is_measured(stand: Stand, metric: str) -> bool:
    """Whether there has ever been a figure of this metric here, shown or withheld, up to this moment."""
    judged = stand.judged(metric)
    if judged is None:
        return False
    return bool(judged.since[stand.row] <= stand.moment.position)


def shows_at(stand: Stand, metric: str) -> bool:
    """Whether a metric is shown at the level stood at: its own lowest level, or any above it."""
    levels = stand.definition.organisation.levels
    return levels.index(stand.unit[0]) <= levels.index(stand.definition.level(metric))


def worst_first(found: Figure) -> tuple[int, float, str]:
    """A key to sort figures by: off target first, the furthest short before the others."""
    return (_WORST_FIRST[found.status], found.gap if found.gap is not None else 0.0, found.unit_label)
