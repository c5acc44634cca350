"""The whole answer: why did a metric of a unit move between two periods, or why is it off its target."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scorecard.analysis.rulesets import SIGNALS
from scorecard.causes.answer import End, Noise, Split, Why
from scorecard.causes.beneath import beneath
from scorecard.causes.descent import children_of, descend
from scorecard.causes.drivers import carried, split_drivers
from scorecard.causes.estimates import Evidence, estimates
from scorecard.causes.ground import Ground, nature
from scorecard.causes.units import Between, Without, split_units
from scorecard.definition import Grain
from scorecard.signalling import process_charts


def between(ground: Ground, metric: str, row: int, before: int | None, after: int, *, people: bool = True) -> Between:
    """The question of a metric at a row, over the units right beneath; people only where they may be seen.

    A level that tells nothing (one unit, or none that may be shown) is passed over for the one beneath it.
    """
    hidden = None if people else ground.definition.organisation.people
    asked = Between(metric, row, tuple(children_of(ground, row, metric)), before, after)
    while metric in ground.table.cells and not _tells(ground, asked):
        deeper = tuple(below for child in asked.children for below in children_of(ground, child, metric))
        if not deeper or ground.org.level_of(deeper[0]) == ground.definition.organisation.people:
            break
        asked = replace(asked, children=deeper)
    return replace(asked, children=tuple(row for row in asked.children if ground.org.level_of(row) != hidden))


def _tells(ground: Ground, asked: Between) -> bool:
    """Whether more than one of the units beneath has a figure that may be shown."""
    seen = ground.table.cells[asked.metric].count[np.ix_(list(asked.children), list(asked.ends))] > 0
    return int(seen.any(axis=1).sum()) > 1


def why(ground: Ground, asked: Between, evidence: Evidence, grain: Grain, without: Without | None = None) -> Why:
    """Why a metric moved, from one grain's released table; ``grain`` is the one the evidence was found at.

    ``without`` answers for the few metrics that cannot be split from a table.
    """
    definition, unit = ground.definition, ground.org.unit_of(asked.row)
    organisation = _over_units(ground, asked, without)
    way = descend(ground, asked, organisation)
    return Why(
        metric=asked.metric,
        label=definition.label(asked.metric),
        format=definition.metrics[asked.metric].format,
        unit=unit,
        unit_label=ground.label_of(unit),
        grain=ground.table.grain,
        before=_before(ground, asked),
        after=ground.end(asked.metric, asked.row, asked.after),
        organisation=organisation,
        drivers=split_drivers(ground, asked),
        descent=tuple(one.step for one in way),
        estimates=estimates(ground, asked, evidence, grain),
        beneath=beneath(ground, asked, way, evidence, grain),
        noise=_noise(ground, asked),
        words=_words(ground, asked),
        target=goal.value if (goal := ground.target(asked.metric, asked.row, asked.after)) else None,
    )


def _words(ground: Ground, asked: Between) -> str | None:
    """The metric in the words of the unit's own department, else in everybody's."""
    own, words = ground.org.unit_of(asked.row), ground.definition.metrics[asked.metric].words
    lineage = (*ground.org.ancestors(own), own) if own in ground.org.places else (own,)
    return next((words[id_] for _, id_ in reversed(lineage) if id_ in words), words.get("default"))


def _over_units(ground: Ground, asked: Between, without: Without | None) -> Split:
    if nature(ground.definition, asked.metric) == "formula" and asked.children:
        return carried(ground, asked)
    return split_units(ground, asked, without)


def _before(ground: Ground, asked: Between) -> End:
    if asked.before is not None:
        return ground.end(asked.metric, asked.row, asked.before)
    return ground.target(asked.metric, asked.row, asked.after) or End(None, None, None, None, 0, complete=True)


def _noise(ground: Ground, asked: Between) -> Noise | None:
    """What the process chart up to the newer end says of that end; a running period is never judged."""
    table, upto = ground.table, asked.after + 1
    drawn = process_charts(ground.definition, table, asked.metric, slice(asked.row, asked.row + 1), upto)
    if drawn.none[0] or not drawn.judged[0, asked.after] or not np.isfinite(drawn.lower[0, asked.after]):
        return None
    code = int(drawn.signal[0, asked.after])
    return Noise(SIGNALS[code] if code else None, int(drawn.side[0, asked.after]), bool(drawn.trial[0]))
