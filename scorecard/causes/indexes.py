"""What an index is made of at one place and time: how far each of its parts attains its target."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scorecard.analysis.attribution import Attribution, Hindrance, Part, missing_end
from scorecard.attainment import attainment
from scorecard.causes.ground import Ground
from scorecard.definition import Index
from scorecard.reading import Floats, number


def attained(ground: Ground, index: Index, row: int, at: int, given: Mapping[str, float] | None = None) -> Floats:
    """(parts,): the attainment of every part, some of them ``given`` another value; NaN where it cannot be told."""
    table = ground.table
    found = np.full(len(index.of), np.nan)
    for position, part in enumerate(index.of):
        value = (given or {}).get(part, ground.value(part, row, at))
        if part in table.targets and value is not None:
            aim, direction = table.targets[part][..., row, at], ground.definition.metrics[part].direction
            found[position] = attainment(np.array(value), aim, direction)
    return found


def index_value(ground: Ground, index: Index, row: int, at: int, given: Mapping[str, float]) -> float | None:
    """The index with some of its parts ``given``, the others as they are."""
    weights = np.array(tuple(index.of.values()))
    return number(100.0 * float(weights @ attained(ground, index, row, at, given)) / float(weights.sum()))


def split_index(ground: Ground, name: str, row: int, before: int, after: int) -> Attribution:
    """Split an index's change over its parts: exact, since it is a weighted sum of attainments."""
    metric = ground.definition.metrics[name]
    ends = [ground.value(name, row, at) for at in (before, after)]
    lacking = missing_end(*ends)
    if lacking or not isinstance(metric, Index):
        return Attribution("sum", ends[0], ends[1], (), lacking or Hindrance("missing_part"))
    weights = np.array(tuple(metric.of.values()))
    amounts = (
        100.0 * weights / weights.sum() * (attained(ground, metric, row, after) - attained(ground, metric, row, before))
    )
    unread = tuple(part for part, amount in zip(metric.of, amounts, strict=True) if np.isnan(amount))
    if unread:
        return Attribution("sum", ends[0], ends[1], (), Hindrance("missing_part", unread))
    parts = tuple(Part(part, "driver", float(amount)) for part, amount in zip(metric.of, amounts, strict=True))
    return Attribution("sum", ends[0], ends[1], parts)
