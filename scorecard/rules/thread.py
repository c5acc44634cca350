"""What makes the thread weaker: ends that lead nowhere, claims without a reason, effects that contradict."""

from __future__ import annotations

from collections.abc import Iterator

from scorecard.checking import Draft
from scorecard.definition import Definition, Roster, Source, TargetMetric
from scorecard.rules.finding import Finding, listed
from scorecard.tree import parts, told_by_directions


def every_metric_leads_to_an_outcome(draft: Draft) -> Iterator[Finding]:
    """Whatever is measured leads up to a customer outcome.

    A metric that only serves as another's target need not; one whose way up could not be read is not told.
    """
    tree = draft.tree
    doubtful = {name for name in draft.definition.metrics if _way_up_is_doubtful(draft, name)}
    ends = doubtful | set(tree.outcomes) | _only_targets(draft.definition)
    for name in tree.metrics:
        if name not in ends and not tree.above(name) & ends:
            yield ("metrics", name), "leads to no customer outcome"


def _way_up_is_doubtful(draft: Draft, name: str) -> bool:
    """Whether a link or outcome of a metric was taken out, or a metric it feeds or is part of is not understood."""
    written = draft.names("metrics") or ()
    feeds = {link.metric for link in draft.definition.metrics[name].feeds}
    lost = [other for other in written if other != name and not draft.whole("metrics", other)]
    return (
        not draft.whole("metrics", name, "feeds")
        or not draft.whole("metrics", name, "outcome")
        or not draft.unread.isdisjoint({name, *feeds})
        or any(target not in draft.definition.metrics and target in lost for target in feeds)
        or any(_mentions(draft, other, name) for other in lost)
    )


def _mentions(draft: Draft, other: str, name: str) -> bool:
    """Whether the text of a metric that could not be read names another metric."""
    return name in repr(draft.root.entries["metrics"].node.entries[other].node.plain())


def _only_targets(definition: Definition) -> set[str]:
    return {
        metric.target.metric
        for name, metric in definition.metrics.items()
        if isinstance(metric.target, TargetMetric) and metric.target.metric != name
    }


def every_outcome_is_made_somewhere(draft: Draft) -> Iterator[Finding]:
    """Beneath an outcome there is a measure of the lowest level: what people do today."""
    if draft.levels is None or not draft.whole("metrics"):
        return
    definition, lowest = draft.definition, draft.levels[-1]
    tree = draft.tree
    for name in tree.outcomes:
        if not any(definition.level(below) == lowest for below in tree.beneath(name)):
            yield ("metrics", name), f"no measure of level {lowest!r} leads to this outcome"


def links_between_departments_say_why(draft: Draft) -> Iterator[Finding]:
    """A claim about another department's measure carries its reason."""
    metrics = draft.definition.metrics
    for name, metric in metrics.items():
        inside = {link.feeds for link in draft.tree.feeds(name) if link.kind == "identity"}
        for at, link in enumerate(metric.feeds):
            other = metrics.get(link.metric)
            if link.why or link.metric in inside or not (other and metric.owner and other.owner):
                continue
            if metric.owner != other.owner and draft.whole("metrics", name, "feeds", at):
                departments = f"from {metric.owner!r} to {other.owner!r}"
                yield ("metrics", name, "feeds", at), f"this link goes {departments} and gives no 'why'"


def effects_agree_with_directions(draft: Draft) -> Iterator[Finding]:
    """Doing better at a metric helps what it feeds, unless the link is a guardrail."""
    metrics = draft.definition.metrics
    for name, metric in metrics.items():
        for at, link in enumerate(metric.feeds):
            other = metrics.get(link.metric)
            told = told_by_directions(metric.direction, other.direction) if other else None
            if told and link.effect and link.effect != told and link.kind != "guardrail":
                message = (
                    f"says it {link.effect} {link.metric!r}, so doing better here does worse there: "
                    "is an effect or a direction wrong, or is it a guardrail?"
                )
                yield ("metrics", name, "feeds", at, "effect"), message


def nothing_is_fed_twice(draft: Draft) -> Iterator[Finding]:
    """A metric feeds another once."""
    for name, metric in draft.definition.metrics.items():
        fed = [link.metric for link in metric.feeds]
        for at, other in enumerate(fed):
            if other in fed[:at]:
                yield ("metrics", name, "feeds", at, "metric"), f"{other!r} is fed twice; the last link counts"


def parts_reach_as_far_down(draft: Draft) -> Iterator[Finding]:
    """A metric made of others is shown no lower than they are."""
    if draft.levels is None:
        return
    rank = {level: at for at, level in enumerate(draft.levels)}
    definition = draft.definition
    for name, metric in definition.metrics.items():
        level = definition.level(name)
        for part in parts(metric):
            if part not in definition.metrics or not draft.whole("metrics", part, "level"):
                continue
            highest = definition.level(part)
            if rank.get(highest, len(rank)) < rank.get(level, -1):
                message = f"is shown at level {level!r}, but {part!r}, which it is made of, only at {highest!r}"
                yield ("metrics", name), message


def sources_know_the_units(draft: Draft) -> Iterator[Finding]:
    """A source, or the roster above it, knows the units of every level its metrics are shown at."""
    if draft.levels is None or not draft.whole("organisation", "roster"):
        return
    definition = draft.definition
    for name, metric in definition.metrics.items():
        source = getattr(metric, "source", None)
        facts = definition.sources.get(source) if source else None
        level = definition.level(name)
        if not source or not facts or level not in draft.levels or not draft.whole("metrics", name, "level"):
            continue
        lost = _lost(draft.levels, level, facts, definition.organisation.roster)
        if lost and draft.whole("sources", source):
            knows = f"the source {source!r} (with the roster) does not know its units of level {listed(lost)}"
            yield ("metrics", name), f"{knows}: they would all be Unassigned"


def _lost(levels: tuple[str, ...], level: str, facts: Source, roster: Roster | None) -> list[str]:
    """The levels down to ``level`` whose units neither the source names nor the roster can fill in above it."""
    lowest = max((levels.index(known) for known in facts.units if known in levels), default=0)
    filled = {known for known in roster.columns if known in levels[:lowest]} if roster else set()
    return [shown for shown in levels[1 : levels.index(level) + 1] if shown not in facts.units and shown not in filled]


CHECKS = (
    every_metric_leads_to_an_outcome,
    every_outcome_is_made_somewhere,
    links_between_departments_say_why,
    effects_agree_with_directions,
    nothing_is_fed_twice,
    parts_reach_as_far_down,
    sources_know_the_units,
)
