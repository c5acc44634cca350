"""Names must name something: metrics, sources, stages, levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scorecard.checking import Draft
from scorecard.definition import (
    Conversion,
    Cumulative,
    Definition,
    Derived,
    Index,
    Metric,
    Nps,
    Ratio,
    Simple,
    TargetMetric,
)
from scorecard.definition.metric import Measure
from scorecard.faults import Path
from scorecard.rules.finding import KEY, Finding, listed, unknown

_Reference = tuple[Path, str]


def metrics_are_there(draft: Draft) -> Iterator[Finding]:
    """Whatever names a metric names one that is written, valid or not."""
    yield from _missing(draft, "metric", _metric_references(draft.definition), draft.names("metrics"))


def _metric_references(definition: Definition) -> Iterator[_Reference]:
    for name, metric in definition.metrics.items():
        path: Path = ("metrics", name)
        for at, link in enumerate(metric.feeds):
            yield (*path, "feeds", at, "metric"), link.metric
        if isinstance(metric.target, TargetMetric):
            yield (*path, "target", "metric"), metric.target.metric
        yield from _made_of(path, metric)
    for at, change in enumerate(definition.changes):
        if change.moves:
            yield ("changes", at, "moves", "metric"), change.moves.metric
    for at, test in enumerate(definition.tests):
        yield ("tests", at, "metric"), test.metric


def _made_of(path: Path, metric: Metric) -> Iterator[_Reference]:
    match metric:
        case Ratio():
            for part in ("numerator", "denominator"):
                value = getattr(metric, part)
                if isinstance(value, str):
                    yield (*path, part), value
        case Derived():
            for alias, given in metric.inputs.items():
                yield (*path, "inputs", alias, "metric"), given.metric
        case Cumulative():
            yield (*path, "metric"), metric.metric
        case Index():
            for part in metric.of:
                yield (*path, "of", part, KEY), part
        case _:
            pass


def sources_are_there(draft: Draft) -> Iterator[Finding]:
    """Whatever names a source names one that is written."""
    yield from _missing(draft, "source", _source_references(draft.definition), draft.names("sources"))


def _source_references(definition: Definition) -> Iterator[_Reference]:
    for name, metric in definition.metrics.items():
        path: Path = ("metrics", name)
        if isinstance(metric, Simple | Nps | Ratio) and metric.source:
            yield (*path, "source"), metric.source
        for part, measure in measures(metric):
            if measure.source:
                yield (*path, part, "source"), measure.source
    if definition.cases:
        yield ("cases", "source"), definition.cases.source
    if definition.voices:
        yield ("voices", "source"), definition.voices.source


def measures(metric: Metric) -> Iterator[tuple[str, Measure]]:
    """The measures written inside a metric, and the key each stands under."""
    keys = {Ratio: ("numerator", "denominator"), Conversion: ("base", "conversion")}.get(type(metric), ())
    for key in keys:
        value = getattr(metric, key)
        if isinstance(value, Measure):
            yield key, value


def stages_are_there(draft: Draft) -> Iterator[Finding]:
    """Whatever names a stage of the journey names one that is written."""
    yield from _missing(draft, "stage", _stage_references(draft.definition), draft.names("journey"))


def _stage_references(definition: Definition) -> Iterator[_Reference]:
    for name, metric in definition.metrics.items():
        if metric.stage:
            yield ("metrics", name, "stage"), metric.stage
    for at, stage in enumerate(definition.journey):
        for position, before in enumerate(stage.after):
            yield ("journey", at, "after", position), before
    if definition.cases:
        for activity, name in definition.cases.stage.items():
            yield ("cases", "stage", activity), name


def levels_are_there(draft: Draft) -> Iterator[Finding]:
    """Whatever names a level names one of the organisation's."""
    yield from _missing(draft, "level", _level_references(draft.definition), draft.levels)


def _level_references(definition: Definition) -> Iterator[_Reference]:
    organisation = definition.organisation
    if organisation.people:
        yield ("organisation", "people"), organisation.people
    if organisation.roster:
        for key in ("columns", "names"):
            yield from _keys(("organisation", "roster", key), getattr(organisation.roster, key))
    yield from _keys(("organisation", "labels"), organisation.labels)
    for source, facts in definition.sources.items():
        yield from _keys(("sources", source, "units"), facts.units)
    for name, metric in definition.metrics.items():
        if metric.level:
            yield ("metrics", name, "level"), metric.level
    for path, unit in _unit_references(definition):
        yield path, unit.partition(":")[0]


def _unit_references(definition: Definition) -> Iterator[_Reference]:
    for name, metric in definition.metrics.items():
        if isinstance(metric.target, dict):
            yield from _keys(("metrics", name, "target"), (unit for unit in metric.target if unit != "default"))
    for at, change in enumerate(definition.changes):
        for position, unit in enumerate(change.units):
            yield ("changes", at, "units", position), unit
    for at, display in enumerate(definition.displays):
        if display.unit:
            yield ("displays", at, "unit"), display.unit
    for at, test in enumerate(definition.tests):
        if test.unit:
            yield ("tests", at, "unit"), test.unit


def balances_go_by_what_is_there(draft: Draft) -> Iterator[Finding]:
    """``non_additive.by`` names levels or dimensions of the metric's source."""
    if draft.levels is None:
        return
    for name, metric in draft.definition.metrics.items():
        if not (isinstance(metric, Simple) and metric.non_additive and metric.source in draft.definition.sources):
            continue
        known = {*draft.levels, *draft.definition.sources[metric.source].dimensions}
        for at, by in enumerate(metric.non_additive.by):
            if by not in known | draft.unread and draft.whole("sources", metric.source, "dimensions"):
                yield ("metrics", name, "non_additive", "by", at), unknown("level or dimension", by, known)


def roles_see_what_is_there(draft: Draft) -> Iterator[Finding]:
    """A role sees a level, ``own`` and a level, or ``self``."""
    if draft.levels is None:
        return
    known = [*draft.levels, *(f"own {level}" for level in draft.levels), "self"]
    for name, role in draft.definition.access.roles.items():
        if " ".join(role.sees.split()) not in known:
            message = f"a role sees a level, 'own' and a level, or 'self'; levels are {listed(draft.levels)}"
            yield ("access", "roles", name, "sees"), f"{message}, not {role.sees[:64]!r}"


def _keys(path: Path, keys: Iterable[str]) -> Iterator[_Reference]:
    for key in keys:
        yield (*path, key, KEY), key


def _missing(
    draft: Draft, kind: str, references: Iterable[_Reference], known: Iterable[str] | None
) -> Iterator[Finding]:
    if known is None:
        return
    names = {*known}
    for path, name in references:
        if name not in names and name not in draft.unread:
            yield path, unknown(kind, name, names)


CHECKS = (
    metrics_are_there,
    sources_are_there,
    stages_are_there,
    levels_are_there,
    balances_go_by_what_is_there,
    roles_see_what_is_there,
)
