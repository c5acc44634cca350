"""What would make the numbers wrong, or leave them without one meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from scorecard.checking import Draft
from scorecard.definition import Band, Conversion, Cumulative, Index, Ratio, Step, TargetMetric
from scorecard.faults import Path
from scorecard.measure import Ask, MeasureError, UnfitError, order
from scorecard.rules.finding import KEY, Finding, listed
from scorecard.rules.references import measures


def there_is_something_to_measure(draft: Draft) -> Iterator[Finding]:
    """A scorecard has a metric."""
    if not draft.names("metrics") and draft.whole("metrics"):
        yield ("metrics",), "a scorecard needs at least one metric"


def levels_are_told_apart(draft: Draft) -> Iterator[Finding]:
    """Every level has a name of its own, and people are the lowest."""
    organisation = draft.definition.organisation
    for at, level in enumerate(organisation.levels):
        if level in organisation.levels[:at]:
            yield ("organisation", "levels", at), f"the level {level!r} stands twice"
    if organisation.people in organisation.levels[:-1]:
        lowest = organisation.levels[-1]
        yield ("organisation", "people"), f"people are the lowest level, {lowest!r}, not {organisation.people!r}"


def ids_are_told_apart(draft: Draft) -> Iterator[Finding]:
    """Stages, changes and displays have ids of their own."""
    definition = draft.definition
    for section in ("journey", "changes", "displays"):
        yield from _twice((section,), "id", [item.id for item in getattr(definition, section)])


def _twice(path: Path, key: str, ids: Iterable[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, id_ in enumerate(ids):
        if id_ in seen:
            yield (*path, at, key), f"the id {id_!r} stands twice"
        seen.add(id_)


def bands_go_with_in_range(draft: Draft) -> Iterator[Finding]:
    """A target of two ends goes with ``direction: in_range``, and only with it."""
    for name, metric in draft.definition.metrics.items():
        if not draft.whole("metrics", name, "direction") or metric.target is None:
            continue
        if isinstance(metric.target, Band) and metric.direction != "in_range":
            message = f"a target with 'low' and 'high' goes with 'direction: in_range', not {metric.direction!r}"
            yield ("metrics", name, "target"), message
        if metric.direction == "in_range" and not isinstance(metric.target, Band):
            yield ("metrics", name, "target"), "'direction: in_range' needs a target {low: …, high: …}"


def targets_can_be_known(draft: Draft) -> Iterator[Finding]:
    """A metric is its own target only of an earlier time, and a day has one target."""
    for name, metric in draft.definition.metrics.items():
        path: Path = ("metrics", name, "target")
        if isinstance(metric.target, TargetMetric) and metric.target.metric == name and not metric.target.offset:
            yield path, "a metric can be its own target only with an 'offset'"
        if isinstance(metric.target, tuple):
            yield from _steps(path, metric.target)


def _steps(path: Path, steps: tuple[Step, ...]) -> Iterator[Finding]:
    days = Counter(step.from_ for step in steps)
    for at, step in enumerate(steps):
        if days[step.from_] > 1 and step is not next(one for one in steps if one.from_ == step.from_):
            yield (*path, at, "from"), f"there are two targets from {step.from_} on"


def indexes_have_something_to_attain(draft: Draft) -> Iterator[Finding]:
    """Each part of an index has a target, and a way that is better."""
    metrics = draft.definition.metrics
    for name, metric in metrics.items():
        for part in metric.of if isinstance(metric, Index) else ():
            if part not in metrics or not (
                draft.whole("metrics", part, "target") and draft.whole("metrics", part, "direction")
            ):
                continue
            lacking = (
                "target" if metrics[part].target is None else "direction" if metrics[part].direction == "none" else ""
            )
            if lacking:
                yield ("metrics", name, "of", part, KEY), f"{part!r} has no {lacking}, so the index cannot weigh it"


def measures_have_a_source(draft: Draft) -> Iterator[Finding]:
    """A measure written inline names its source, or the metric around it does."""
    for name, metric in draft.definition.metrics.items():
        around = metric.source if isinstance(metric, Ratio) else None
        for key, measure in measures(metric):
            if not measure.source and not around and draft.whole("metrics", name):
                yield ("metrics", name, key), "'source' is missing"


def types_fit_what_they_are_made_of(draft: Draft) -> Iterator[Finding]:
    """Nothing is added up over time that cannot be, and a conversion is a share of what is counted or summed."""
    for name, metric in draft.definition.metrics.items():
        if isinstance(metric, Cumulative | Conversion) and draft.whole("metrics", name):
            try:
                order(draft.definition, Ask(name))
            except UnfitError as error:
                yield ("metrics", name), str(error)
            except MeasureError:
                continue  # told where it is written


def nothing_goes_round(draft: Draft) -> Iterator[Finding]:
    """The thread leads upward and never back to where it began."""
    for cycle in draft.tree.cycles():
        first, second = cycle[0], cycle[1]
        links = draft.definition.metrics[first].feeds
        at = next((at for at, link in enumerate(links) if link.metric == second), None)
        path: Path = ("metrics", first) if at is None else ("metrics", first, "feeds", at)
        yield path, f"the thread goes round in a cycle: {' → '.join(cycle)}"


def the_journey_goes_on(draft: Draft) -> Iterator[Finding]:
    """Following ``after`` never comes back to the same stage."""
    before = {stage.id: stage.after for stage in draft.definition.journey}
    for at, stage in enumerate(draft.definition.journey):
        seen: set[str] = set()
        waiting = list(stage.after)
        while waiting and stage.id not in seen:
            name = waiting.pop()
            waiting.extend(() if name in seen else before.get(name, ()))
            seen.add(name)
        if stage.id in seen:
            yield ("journey", at, "after"), f"the stage {stage.id!r} comes after itself: a cycle"


def files_are_for_duckdb(draft: Draft) -> Iterator[Finding]:
    """Only DuckDB reads files as tables."""
    warehouse = draft.definition.warehouse
    if warehouse.files and draft.whole("warehouse", "url") and not warehouse.url.startswith("duckdb"):
        yield ("warehouse", "files"), "files can be tables only in a DuckDB warehouse"


def cases_are_told_apart(draft: Draft) -> Iterator[Finding]:
    """The event log knows the case of each row, and has one way to tell its stage."""
    cases = draft.definition.cases
    if not cases:
        return
    source = draft.definition.sources.get(cases.source)
    if source and not source.case and draft.whole("sources", cases.source):
        yield ("cases", "source"), f"the source {cases.source!r} has no 'case', so its rows are nobody's case"
    if cases.stage and cases.stage_column:
        yield ("cases", "stage_column"), f"give one of {listed(('stage', 'stage_column'))}, not both"


CHECKS = (
    there_is_something_to_measure,
    levels_are_told_apart,
    ids_are_told_apart,
    bands_go_with_in_range,
    targets_can_be_known,
    measures_have_a_source,
    types_fit_what_they_are_made_of,
    indexes_have_something_to_attain,
    nothing_goes_round,
    the_journey_goes_on,
    files_are_for_duckdb,
    cases_are_told_apart,
)
