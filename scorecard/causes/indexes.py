"""What an index is made of at one place and time: how far each of its parts attains its target."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scorecard.analysis.attribution import Attribution, Hindrance, Part
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


def split_index(ground: Ground, index: Index, row: int, before: int | None, after: int) -> Attribution:
    """Split an index's change over its parts: exact, since it is a weighted sum of attainments.

    Against a target (``before`` is ``None``) every part starts from having attained its own.
    """
    weights = np.array(tuple(index.of.values()))
    first = np.ones(len(weights)) if before is None else attained(ground, index, row, before)
    ends = 100.0 * weights / weights.sum() * np.stack([first, attained(ground, index, row, after)])
    unread = tuple(part for part, lacks in zip(index.of, np.isnan(ends).any(axis=0), strict=True) if lacks)
    if unread:
        return Attribution("sum", None, None, (), Hindrance("missing_part", unread))
    parts = tuple(Part(part, "driver", float(amount)) for part, amount in zip(index.of, ends[1] - ends[0], strict=True))
    return Attribution("sum", float(ends[0].sum()), float(ends[1].sum()), parts)
