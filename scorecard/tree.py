"""The thread as a graph: which metric moves which, both ways, up to the outcomes.

Links come from what ``feeds`` says (influence, guardrail) and from what metrics are made of (identity).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from scorecard.definition import (
    Cumulative,
    Definition,
    Derived,
    Direction,
    Duration,
    Effect,
    Index,
    Link,
    Metric,
    Ratio,
)
from scorecard.expression import ExpressionError, columns, parse_formula

Kind = Literal["influence", "guardrail", "identity"]


@dataclass(frozen=True, slots=True)
class TreeLink:
    """One step of the thread: ``metric`` moves ``feeds``.

    ``effect`` says what more of the one does to the other: as written, else as their directions tell (both
    better when higher, or both when lower: raises), else ``None``.
    """

    metric: str
    feeds: str
    kind: Kind = "influence"
    effect: Effect | None = None
    lag: Duration | None = None
    why: str | None = None


@dataclass(frozen=True)
class Tree:
    """The metrics of a definition, in written order, and the links between them.

    A definition without faults has no cycles; on one that has, every method still ends.
    """

    metrics: tuple[str, ...]
    outcomes: tuple[str, ...]
    links: tuple[TreeLink, ...]

    @classmethod
    def of(cls, definition: Definition) -> Tree:
        """Build the tree; links to metrics that are not there are passed over (a rule tells them)."""
        found: dict[tuple[str, str], TreeLink] = {}
        for name, metric in definition.metrics.items():
            for link in metric.feeds:
                if link.metric in definition.metrics:
                    found[name, link.metric] = _written(name, link, definition.metrics)
        for name, metric in definition.metrics.items():
            for part, effect in parts(metric).items():
                if part in definition.metrics:
                    link_ = _identity(part, name, effect, definition.metrics)
                    said = found.get((part, name))
                    found[part, name] = replace(said, kind="identity") if said else link_
        return cls(tuple(definition.metrics), definition.outcomes, tuple(found.values()))

    def feeds(self, metric: str) -> tuple[TreeLink, ...]:
        """The links up from a metric: what it moves."""
        return self._up.get(metric, ())

    def fed_by(self, metric: str) -> tuple[TreeLink, ...]:
        """The links into a metric from beneath: what moves it."""
        return self._down.get(metric, ())

    @cached_property
    def _up(self) -> Mapping[str, tuple[TreeLink, ...]]:
        return {name: tuple(link for link in self.links if link.metric == name) for name in self.metrics}

    @cached_property
    def _down(self) -> Mapping[str, tuple[TreeLink, ...]]:
        return {name: tuple(link for link in self.links if link.feeds == name) for name in self.metrics}

    def above(self, metric: str) -> frozenset[str]:
        """Every metric that this one moves, near and far; itself only when it stands on a cycle."""
        return _reached(metric, self._next_up)

    def beneath(self, metric: str) -> frozenset[str]:
        """Every metric that moves this one, near and far; itself only when it stands on a cycle."""
        return _reached(metric, self._next_down)

    @cached_property
    def _next_up(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(link.feeds for link in links) for name, links in self._up.items()}

    @cached_property
    def _next_down(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(link.metric for link in links) for name, links in self._down.items()}

    @cached_property
    def _leading(self) -> frozenset[str]:
        """The metrics that lead to an outcome, outcomes themselves among them."""
        return frozenset(self.outcomes).union(*(self.beneath(outcome) for outcome in self.outcomes))

    def paths_up(self, metric: str) -> Iterator[tuple[str, ...]]:
        """Every way from a metric up to an outcome, both ends included, shortest first.

        There may be very many in a dense thread: take as many as are needed.
        """
        waiting: deque[tuple[str, ...]] = deque([(metric,)] if metric in self._leading else [])
        while waiting:
            path = waiting.popleft()
            if path[-1] in self.outcomes:
                yield path
            for link in self.feeds(path[-1]):
                if link.feeds in self._leading and link.feeds not in path:
                    waiting.append((*path, link.feeds))

    def thread(self, metric: str) -> tuple[tuple[str, ...], ...]:
        """The shortest way from a metric to each outcome it leads to; outcomes in the order they are written."""
        came_from: dict[str, str | None] = {metric: None}
        waiting = deque([metric])
        while waiting:
            at = waiting.popleft()
            for link in self.feeds(at):
                if link.feeds not in came_from:
                    came_from[link.feeds] = at
                    waiting.append(link.feeds)
        return tuple(_way(outcome, came_from) for outcome in self.outcomes if outcome in came_from)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every metric after all that feed it, else in written order; those on or above a cycle come last."""
        missing = {name: len(self.fed_by(name)) for name in self.metrics}
        ready = deque(name for name in self.metrics if not missing[name])
        done: list[str] = []
        while ready:
            done.append(ready.popleft())
            for link in self.feeds(done[-1]):
                missing[link.feeds] -= 1
                if not missing[link.feeds]:
                    ready.append(link.feeds)
        seen = set(done)
        return (*done, *(name for name in self.metrics if name not in seen))

    @cached_property
    def depths(self) -> Mapping[str, int]:
        """How many links the longest way up from each metric has: 0 at the top, and every link climbs."""
        depths: dict[str, int] = {}
        for name in reversed(self.order):
            depths[name] = max((depths.get(link.feeds, 0) + 1 for link in self.feeds(name)), default=0)
        return depths

    def depth(self, metric: str) -> int:
        """How many links the longest way up from a metric has."""
        return self.depths[metric]

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Ways that come back to where they began, one for each knot of metrics, from its first written member."""
        found: list[tuple[str, ...]] = []
        told: set[str] = set()
        for name in self.metrics:
            if name in told or name not in self.above(name):
                continue
            told |= (self.above(name) & self.beneath(name)) | {name}
            found.append(self._way_back(name))
        return tuple(found)

    def _way_back(self, name: str) -> tuple[str, ...]:
        waiting: deque[tuple[str, ...]] = deque([(name,)])
        seen: set[str] = set()
        while waiting:
            path = waiting.popleft()
            for link in self.feeds(path[-1]):
                if link.feeds == name:
                    return (*path, name)
                if link.feeds not in seen:
                    seen.add(link.feeds)
                    waiting.append((*path, link.feeds))
        return (name,)


def _reached(start: str, steps: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = steps.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting.extend(new)
    return frozenset(found)


def parts(metric: Metric) -> dict[str, Effect | None]:
    """The metrics that a metric is made of, and what more of each does to it where its type tells."""
    match metric:
        case Ratio():
            names: tuple[tuple[object, Effect], ...] = ((metric.numerator, "raises"), (metric.denominator, "lowers"))
            return {name: effect for name, effect in names if isinstance(name, str)}
        case Cumulative():
            return {metric.metric: "raises"}
        case Index():
            return dict.fromkeys(metric.of)
        case Derived():
            return dict.fromkeys(
                metric.inputs[name].metric if name in metric.inputs else name for name in _named(metric)
            )
        case _:
            return {}


def _named(metric: Derived) -> tuple[str, ...]:
    try:
        return columns(parse_formula(metric.expr))
    except ExpressionError:
        return tuple(metric.inputs)


def _written(name: str, link: Link, metrics: Mapping[str, Metric]) -> TreeLink:
    effect = link.effect or told_by_directions(metrics[name].direction, metrics[link.metric].direction)
    return TreeLink(name, link.metric, link.kind, effect, link.lag, link.why)


def _identity(part: str, name: str, effect: Effect | None, metrics: Mapping[str, Metric]) -> TreeLink:
    effect = effect or told_by_directions(metrics[part].direction, metrics[name].direction)
    return TreeLink(part, name, "identity", effect)


def told_by_directions(lower: Direction, upper: Direction) -> Effect | None:
    """What more of one metric does to another when doing better at the one means doing better at the other."""
    if {lower, upper} <= {"higher_is_better", "lower_is_better"}:
        return "raises" if lower == upper else "lowers"
    return None


def _way(end: str, came_from: Mapping[str, str | None]) -> tuple[str, ...]:
    path = [end]
    while (before := came_from[path[-1]]) is not None:
        path.append(before)
    return tuple(reversed(path))
