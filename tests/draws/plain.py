"""What a draw's question should be answered with, cell by cell: rows of plain pandas in, figures out.

Written from the papers on what each type of metric means, and not from the product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from math import fsum
from typing import Any

import numpy as np

from tests.draws.company import AS_OF, Company
from tests.draws.facts import EVER, NEVER, Facts, Key, Span
from tests.draws.goals import attained, goal
from tests.draws.spans import Spans, length
from tests.draws.words import FORMULAS

Words = Mapping[str, Any]
Figure = tuple[float | None, float | None, float | None, float | None]
"""Value, numerator, denominator, count; a count that says nothing is ``None``."""
NOTHING: Figure = (None, None, None, 0)
COUNTING = ("count", "count_distinct", "sum_boolean")
Filters = tuple[str, ...]


@dataclass(frozen=True)
class When:
    """The time a figure is about: a period, whether the question cuts it, and the window that ends with it."""

    span: Span
    cut: bool = True
    window: Words | None = None


class Plain:
    """The figures of a draw."""

    def __init__(self, company: Company) -> None:
        self.company, self.request = company, company.request
        self.metrics: Mapping[str, Words] = company.metrics
        self.facts = {name: Facts(company, name) for name in company.sources}
        self.spans = Spans(company.calendar, company.request["grain"], self._whole)
        self.touched = False
        """Whether there were rows behind the last figure."""
        self._known: dict[object, Any] = {}

    def cells(self) -> Iterator[tuple[Key, Span]]:
        """Every segment and unit that has a row, in every period."""
        keys = {key: None for facts in self.facts.values() for key in facts.mine}
        yield from ((key, span) for span in self.spans.periods() for key in keys)

    @cached_property
    def asked(self) -> set[Key]:
        """The segments and units with rows in the time asked for, of a source that a metric shown counts."""
        span = self.request["start"] or EVER, self.request["stop"] or NEVER
        shown = {source for metric in self.metrics if self._read(metric) for source in self._sources(metric)}
        return {key for name in shown for key in self.facts[name].mine if self.facts[name].within(key, span)}

    def figure(self, metric: str, key: Key, span: Span) -> Figure:
        """What a metric is of a segment and unit in a period."""
        self.touched = False
        return NOTHING if self._hidden(metric) else self._figure(metric, key, When(span), ())

    @cached_property
    def _whole(self) -> Span:
        """The span asked for; where it is open, that of the rows there are, whatever is filtered away."""
        start, stop = self.request["start"], self.request["stop"]
        used = {source for metric in self.metrics for source in self._sources(metric)}
        rows = (row for name in used for row in self.company.sources[name].rows)
        days = [datetime(*row["local"].timetuple()[:3]) for row in rows if row["local"]] or [start or stop or AS_OF]
        first, last = min(days), max(*days, start or EVER) + timedelta(days=1)
        return start or min(first, (stop or NEVER) - timedelta(days=1)), stop or last

    def _sources(self, metric: str, seen: tuple[str, ...] = ()) -> Iterator[str]:
        """The sources whose rows a metric, and what is its target, counts."""
        if metric in seen:
            return
        words = self.metrics[metric]
        parts = [words.get(role, {}) for role in ("base", "numerator", "denominator")]
        yield from (part["source"] for part in (words, *parts) if isinstance(part, Mapping) and "source" in part)
        below = [part for part in parts if isinstance(part, str)] + [*words.get("of", {})]
        below += [each["metric"] for each in words.get("inputs", {}).values()]
        below += [words["metric"]] if "metric" in words else []
        target = words.get("target")
        if isinstance(target, Mapping) and "metric" in target and "table" not in target:
            below.append(target["metric"])
        for each in below:
            yield from self._sources(each, (*seen, metric))

    def _read(self, metric: str) -> bool:
        """Whether a metric is read at the level asked for: for itself, or for another."""
        used = (repr(metric) in repr(words) for words in self.metrics.values())
        return not self._hidden(metric) or any(used)

    def _hidden(self, metric: str) -> bool:
        """Whether the level asked for is below the lowest a metric is shown at."""
        levels, lowest = self.company.levels, self.metrics[metric].get("level")
        return bool(lowest) and levels.index(self.request["level"]) > levels.index(lowest)

    def _figure(self, metric: str, key: Key, when: When, filters: Filters) -> Figure:
        """A metric at a time, of the rows that pass filters."""
        words = self.metrics[metric]
        own = (words["filter"], *filters) if "filter" in words else filters
        match words.get("type"):
            case None:
                return self._measure(words, key, self._reach(when), filters)
            case "nps":
                return self._nps(words, key, self._reach(when), own)
            case "ratio":
                return self._ratio(words, key, when, own)
            case "cumulative":
                return self._figure(words["metric"], key, replace(when, window=words), filters)
            case "conversion":
                return self._conversion(words, key, self._reach(when), filters)
            case "index":
                return self._index(words, key, when, filters)
        operands = []
        for alias in "ab":
            given = words["inputs"][alias]
            more = (given["filter"], *filters) if "filter" in given else filters
            operands.append(self._figure(given["metric"], key, self._earlier(when, given), more)[0])
        return FORMULAS[words["expr"]](*operands), None, None, None

    def _earlier(self, when: When, given: Words) -> When:
        """An offset before: a whole period, that the question does not cut."""
        return (
            replace(when, span=self.spans.earlier(when.span, given["offset"]), cut=False) if "offset" in given else when
        )

    def _reach(self, when: When) -> Span:
        """The time whose rows count: a window reaches back beyond where the question begins."""
        start, stop = when.span if when.window is None else self.spans.reach(when.span, when.window)
        if not when.cut:
            return start, stop
        begin = EVER if when.window else self.request["start"] or EVER
        return max(start, begin), min(stop, self.request["stop"] or NEVER)

    def _taken(self, words: Words, filters: Filters) -> Mapping[int, Any]:
        """What a measure takes of the rows of its source."""
        own = (words["filter"], *filters) if "filter" in words else filters
        known = words["source"], words.get("expr"), own
        if known not in self._known:
            self._known[known] = self.facts[words["source"]].taken(words.get("expr"), own)
        found: Mapping[int, Any] = self._known[known]
        return found

    def _measure(
        self, words: Words, key: Key, span: Span, filters: Filters, only: frozenset[int] | None = None
    ) -> Figure:
        rows = self.facts[words["source"]].within(key, span)
        if not rows:
            return NOTHING
        self.touched = True
        taken = self._taken(words, filters)
        if "non_additive" in words:
            only = self._standing(words, span, filters)
        values = [taken[at] for at in rows if at in taken and (only is None or at in only)]
        number = len(values)
        match words["agg"]:
            case "count":
                return number, None, None, number
            case "count_distinct":
                return len({*values}), None, None, len({*values})
            case "sum_boolean":
                return int(sum(map(bool, values))), None, None, number
        if not number:
            return (None, None, 0, 0) if words["agg"] == "average" else NOTHING
        floats = [float(value) for value in values]
        match words["agg"]:
            case "average":
                return fsum(floats) / number, fsum(floats), number, number
            case "median" | "percentile":
                return float(np.percentile(floats, 100 * words.get("percentile", 0.5))), None, None, number
        return {"sum": fsum, "min": min, "max": max}[words["agg"]](floats), None, None, number

    def _standing(self, words: Words, span: Span, filters: Filters) -> frozenset[int]:
        """The rows at the instant that counts, among all rows of everybody that pass the filters, for each ``by``."""
        known = repr(words), span, filters
        if known not in self._known:
            facts, by = self.facts[words["source"]], words["non_additive"].get("by", ())
            passing = self._taken({**words, "expr": None}, filters)
            groups: dict[tuple[Any, ...], list[int]] = {}
            for at in facts.kept:
                if at in passing and span[0] <= facts.times[at] < span[1]:
                    groups.setdefault(tuple(facts.by(name)[at] for name in by), []).append(at)
            edge = min if words["non_additive"].get("window") == "first" else max
            counts = {key: edge(facts.times[at] for at in rows) for key, rows in groups.items()}
            self._known[known] = frozenset(
                at for key, rows in groups.items() for at in rows if facts.times[at] == counts[key]
            )
        found: frozenset[int] = self._known[known]
        return found

    def _nps(self, words: Words, key: Key, span: Span, filters: Filters) -> Figure:
        rows = self.facts[words["source"]].within(key, span)
        if not rows:
            return NOTHING
        self.touched = True
        taken = self._taken({"source": words["source"], "expr": words["expr"]}, filters)
        answers = [taken[at] for at in rows if at in taken and 0 <= taken[at] <= 10]
        if not answers:
            return None, None, 0, 0
        balance = sum(answer >= 9 for answer in answers) - sum(answer <= 6 for answer in answers)
        return 100 * balance / len(answers), balance, len(answers), len(answers)

    def _ratio(self, words: Words, key: Key, when: When, filters: Filters) -> Figure:
        over, under = (
            self._figure(part, key, when, filters)
            if isinstance(part, str)
            else self._measure(part, key, self._reach(when), filters)
            for part in (words["numerator"], words["denominator"])
        )
        top = words["numerator"]
        while isinstance(top, str):
            top = self.metrics[top].get("metric", self.metrics[top])
        return _quotient(over[0], under, counts=top["agg"] in COUNTING)

    def _conversion(self, words: Words, key: Key, span: Span, filters: Filters) -> Figure:
        under = self._measure(words["base"], key, span, filters)
        over = self._measure(words["base"], key, span, filters, self._followed(words))
        return _quotient(over[0], under, counts=True)

    def _followed(self, words: Words) -> frozenset[int]:
        """The base rows that a conversion of the same entity follows, at their own time or soon after."""
        known = repr(words)
        if known not in self._known:
            base, then = words["base"], words["conversion"]
            same = [words["entity"], *words.get("constant_properties", ())]
            pairs = [(each, each) if isinstance(each, str) else (each["base"], each["conversion"]) for each in same]
            events = self._taken(then, ())
            if then["agg"] == "sum_boolean":
                events = {at: value for at, value in events.items() if value}
            mine, theirs = self.facts[base["source"]], self.facts[then["source"]]
            happened: dict[tuple[Any, ...], list[datetime]] = {}
            for at in events:
                who = _who([theirs.column(name) for _, name in pairs], at)
                if who is not None:
                    happened.setdefault(who, []).append(theirs.times[at])
            followed = set()
            for at, time in enumerate(mine.times):
                who = _who([mine.column(name) for name, _ in pairs], at)
                last = time + length(words["window"])
                if who is not None and any(time <= moment < last for moment in happened.get(who, ())):
                    followed.add(at)
            self._known[known] = frozenset(followed)
        found: frozenset[int] = self._known[known]
        return found

    def _index(self, words: Words, key: Key, when: When, filters: Filters) -> Figure:
        shares = []
        for part, weight in words["of"].items():
            value = self._figure(part, key, when, filters)[0]
            share = attained(value, self._goal(part, key, when), self.metrics[part]["direction"])
            shares.append((share, weight))
        if any(share is None for share, _ in shares):
            return None, None, None, None
        total = fsum(weight for _, weight in shares)
        return 100 * fsum(share * weight for share, weight in shares if share) / total, None, None, None

    def _goal(self, metric: str, key: Key, when: When) -> Any:
        """The target of a metric in a period: of every kind, that of the unit itself."""
        target = self.metrics[metric]["target"]
        if isinstance(target, Mapping) and "metric" in target and "table" not in target:
            value = self._figure(target["metric"], key, self._earlier(when, target), ())[0]
            return None if value is None else value * target["times"]
        rows: Sequence[Words] = [row for row in self.company.goals if row["metric"] == metric]
        moment = when.span[0] if self.request["grain"] else when.span[1]
        return goal(target, rows, (self.request["level"], key[1]), moment)


def _who(columns: Sequence[Mapping[int, Any]], at: int) -> tuple[Any, ...] | None:
    """Whose a row is; nobody's where any column says nothing."""
    return tuple(column[at] for column in columns) if all(at in column for column in columns) else None


def _quotient(over: float | None, under: Figure, *, counts: bool) -> Figure:
    """A quotient: what counts is 0 where only the denominator has rows; a zero denominator is no value."""
    if over is None and under[0] is not None and counts:
        over = 0
    return None if over is None or not under[0] else over / under[0], over, under[0], under[3]
