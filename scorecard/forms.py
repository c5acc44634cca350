"""What the cells of each metric look like whatever the facts: down to which level, with which parts, and where nobody
has a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scorecard.compute import metric_cells
from scorecard.definition import Cumulative, Definition, Derived, Index, Nps, Simple
from scorecard.measure import Ask, MeasureError, parts
from scorecard.reading import Cells, number

Blank = tuple[float | None, float | None, float | None]
"""Value, numerator and denominator where nobody has a fact: nearly always three times nothing."""


@dataclass(frozen=True, slots=True)
class Form:
    """One metric's cells: the depth of the lowest level with figures, whether they are quotients, and the blank."""

    depth: int
    quotient: bool = True
    """Whether figures may have a numerator and a denominator."""
    index: bool = False
    """Whether figures have a worst part."""
    score: bool = False
    """Whether figures rest on answers that decide for or against."""
    blank: Blank = (None, None, None)
    """A formula may make something of nothing: ``coalesce(returns, 0)`` is 0 where nobody returned anything."""


def forms(definition: Definition) -> Mapping[str, Form]:
    """The form of every metric of a definition."""
    levels = definition.organisation.levels
    return {
        name: Form(
            depth=levels.index(definition.level(name)) + 1,
            quotient=not isinstance(metric, Derived | Index)
            and not (isinstance(metric, Simple) and metric.agg != "average"),
            index=isinstance(metric, Index),
            score=_is_score(definition, name),
            blank=_blank(definition, name),
        )
        for name, metric in definition.metrics.items()
    }


def _is_score(definition: Definition, name: str) -> bool:
    """Whether a metric is a net promoter score, rolling and to-date ones among them."""
    seen: set[str] = set()
    while name not in seen and isinstance(metric := definition.metrics.get(name), Cumulative):
        seen.add(name)
        name = metric.metric
    return isinstance(definition.metrics.get(name), Nps)


def _blank(definition: Definition, metric: str) -> Blank:
    try:
        cells = _of_nothing(definition, Ask(metric))
    except MeasureError:
        return None, None, None
    value, numerator, denominator = (number(part[0, 0]) for part in (cells.value, cells.numerator, cells.denominator))
    return value, numerator, denominator


def _of_nothing(definition: Definition, ask: Ask) -> Cells:
    if isinstance(definition.metrics.get(ask.metric), Index):
        return _nothing()
    needed = parts(definition, ask)
    operands = {role: _nothing() for role in needed.leaves}
    operands |= {role: _of_nothing(definition, below) for role, below in needed.asks.items()}
    return metric_cells(definition, ask, needed, operands, (1, 1))


def _nothing() -> Cells:
    missing = np.full((1, 1), np.nan)
    return Cells(missing, missing, missing, np.zeros((1, 1)))
