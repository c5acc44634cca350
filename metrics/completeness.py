"""Completeness: whether a figure has seen all of the time it is about. A part never passes for the whole.

A period is complete when it is over and the request does not cut it. A metric may need more than that: events that may
still follow the last of its rows, or rows from before the first there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from metrics.plan import When
from metrics.question import Question
from metrics.session import Session
from metrics.sources import SourceError
from scorecard.measure import LeafMeasure, parts
from scorecard.time import Period, midnight, step

Flags = NDArray[np.bool_]


def whole(question: Question, asked: Sequence[Period]) -> Flags:
    """Whether each period is over and not cut by the request: shape (periods,)."""
    return np.array([_over(question, period) and _begun(question, period) for period in asked], dtype=np.bool_)


def settled(
    session: Session, question: Question, metric: str, asked: Sequence[Period], axes: Mapping[When, Sequence[Period]]
) -> Flags:
    """Whether a metric's figure of each period is complete: shape (periods,).

    Where everything it is made of looks back over a window, it does not matter that the request begins within a
    period. A rolling window is not complete while it reaches back before the first row of its source; one to date is,
    as the first period of any metric. A conversion is complete when the last of its rows has had its time.
    """
    leaves = {
        (leaf, ask.offsets)
        for ask in question.orders[metric]
        for leaf in parts(question.definition, ask).leaves.values()
    }
    looks_back = bool(leaves) and all(leaf.window for leaf, _ in leaves)
    found = np.array([_over(question, each) and (looks_back or _begun(question, each)) for each in asked], dtype=bool)
    for leaf, offsets in leaves:
        axis = axes.get((offsets, leaf.window), ())
        if axis:
            found &= np.array([_seen(session, question, leaf, period) for period in axis])
    return found


def _over(question: Question, period: Period) -> bool:
    stop = question.request.stop or period.stop
    return period.complete(question.now) and period.stop <= stop


def _begun(question: Question, period: Period) -> bool:
    return (question.request.start or period.start) <= period.start


def _seen(session: Session, question: Question, leaf: LeafMeasure, period: Period) -> bool:
    """Whether a leaf's rows of a period or window are all there, and have had their time."""
    if leaf.follow and period.stop + step(leaf.follow.window) > question.now:
        return False
    if leaf.window is None or leaf.window.length is None:
        return True
    try:
        extent = session.extent(leaf.source)
    except SourceError:
        return True  # lost, and told so
    return extent is None or midnight(extent[0]) <= period.start
