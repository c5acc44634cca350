"""What a metric would be if some of those it is made of stood elsewhere: identities asked the other way round."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scorecard.causes.ground import Ground
from scorecard.causes.indexes import index_value
from scorecard.definition import Derived, Index, Ratio
from scorecard.expression import columns, parse_formula
from scorecard.formula import evaluate
from scorecard.reading import number


def made(ground: Ground, name: str, row: int, at: int, given: Mapping[str, float]) -> float | None:
    """The metric of one row and period with some of its parts ``given``, the others as they are; ``None`` untold."""
    metric = ground.definition.metrics[name]
    if isinstance(metric, Derived) and not any(part.offset or part.filter for part in metric.inputs.values()):
        formula = parse_formula(metric.expr)
        named = {word: metric.inputs[word].metric if word in metric.inputs else word for word in columns(formula)}
        inputs = {word: given.get(part, ground.value(part, row, at)) for word, part in named.items()}
        known = {word: np.array([np.nan if value is None else value]) for word, value in inputs.items()}
        return number(evaluate(formula, known, (1,))[0])
    if isinstance(metric, Index):
        return index_value(ground, metric, row, at, given)
    if not isinstance(metric, Ratio) or name not in ground.table.cells:
        return None
    cells = ground.table.cells[name]
    halves = number(cells.numerator[row, at]), number(cells.denominator[row, at])
    own = {part: ground.value(part, row, at) for part in given}
    return _quotient(metric, halves, own, given)


def _quotient(
    metric: Ratio,
    halves: tuple[float | None, float | None],
    known: Mapping[str, float | None],
    given: Mapping[str, float],
) -> float | None:
    """A ratio with one of its parts given; only where that part is itself a sum or count that the ratio divides."""
    over, under = halves
    for part, replace_over in ((metric.numerator, True), (metric.denominator, False)):
        if isinstance(part, str) and part in given:
            if known[part] != (over if replace_over else under):
                return None
            over, under = (given[part], under) if replace_over else (over, given[part])
    return over / under if over is not None and under else None
