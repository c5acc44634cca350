"""Metrics of every type, each with what it is made of; what cannot be said exactly is a note instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scorecard.expression import columns, parse_formula
from scorecard.interop.metricflow.aggregates import (
    Aggregate,
    balance_words,
    measure_words,
    of_measure,
    of_metric,
    percentile_notes,
)
from scorecard.interop.metricflow.filters import UntranslatableError
from scorecard.interop.metricflow.models import Input, Measure, Metric, extras
from scorecard.interop.metricflow.sources import LEVELS, TOP, Sources
from scorecard.interop.notes import Note

Maker = Callable[["Metrics", Metric], dict[str, Any]]
"""How a type of metric is made: its words, or an :class:`UntranslatableError`."""


@dataclass
class Metrics:
    """The metrics made so far, by name; what they are made of is made with them."""

    theirs: Mapping[str, Metric]
    sources: Sources
    notes: list[Note]
    makers: Mapping[str, Maker]
    words: dict[str, dict[str, Any]] = field(default_factory=dict)
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    measures: dict[str, Aggregate] = field(default_factory=dict)
    """What each of their measures aggregates, by the measure's name."""
    said: dict[str, Measure] = field(default_factory=dict)
    """Their measures, by name."""
    _standing: dict[str, str] = field(default_factory=dict)
    """The metric that shows a measure as it is, by the measure's name."""
    _lost: dict[str, str] = field(default_factory=dict)
    _at_work: list[str] = field(default_factory=list)

    def make(self) -> None:
        """Make every metric, then one for each measure that none shows as it is."""
        for facts in self.sources.facts.values():
            self.measures |= {measure.name: of_measure(facts, measure) for measure in facts.model.measures}
            self.said |= {measure.name: measure for measure in facts.model.measures}
        plain = {m.name: m.type_params.measure for m in self.theirs.values() if _is_plain(m)}
        self._standing = {given.name: name for name, given in plain.items() if given and not given.filter}
        for name in self.theirs:
            self._attempt(name)
        for measure in self.measures:
            if measure not in self._standing:
                self.shown_measure(measure)

    def _attempt(self, name: str) -> None:
        """Make a metric, once; a note says why where it cannot be."""
        if name in self.words or name in self._lost:
            return
        if name in self._at_work:
            raise UntranslatableError(f"it is made of itself, by way of {name!r}")
        metric = self.theirs[name]
        subject = f"metric {name}"
        self._at_work.append(name)
        try:
            made = self._filled(metric, self.makers[metric.type](self, metric))
        except UntranslatableError as error:
            self._lost[name] = str(error)
            self.notes.append(Note(subject, str(error)))
        else:
            self.put(name, {"label": metric.label, "description": self._description(metric)}, made)
        finally:
            self._at_work.pop()
        self.notes.extend(extras(metric, subject))

    def _filled(self, metric: Metric, made: dict[str, Any]) -> dict[str, Any]:
        """A metric that fills in every period without rows: ``coalesce`` over what it is without that."""
        fill, given = fill_of(metric), metric.type_params.measure
        if fill is None:
            return made
        if not (given or metric.type_params).join_to_timespine:
            why = f"'fill_nulls_with: {fill:g}' is not kept without 'join_to_timespine': missing stays missing;"
            self.notes.append(Note(f"metric {metric.name}", f"{why} a derived metric can say `coalesce(…, {fill:g})`"))
            return made
        plain = given is not None and metric.type == "simple" and not (metric.filter or given.filter)
        name = self._shown(given.name) if given and plain else f"{metric.name}_unfilled"
        if name not in self.words:
            self.put(name, {}, made)
            self.remarks[name] = (f"What {metric.name} is where it has rows.",)
        return {"type": "derived", "expr": f"coalesce({name}, {fill:.15g})"}

    def _shown(self, measure: str) -> str:
        """The metric that shows a measure as it is: one of theirs, else one made for it."""
        name = self.shown_by(measure) or self.shown_measure(measure)
        return self.standing(name) if name in self.theirs else name

    def _description(self, metric: Metric) -> str:
        """A metric's own description, else that of the measure it shows; of two that differ, the measure's is told."""
        given = metric.type_params.measure if metric.type == "simple" else None
        measure = self.said.get(given.name) if given else None
        own, other = _one_line(metric.description), _one_line(measure.description if measure else None)
        if measure and own and other and own != other:
            self.notes.append(Note(f"measure {measure.name}", f"its description gives way to that of {metric.name}"))
        return own or other

    def put(self, name: str, told: Mapping[str, str | None], made: Mapping[str, Any]) -> None:
        """Write a metric down: what it is called, at which level it is shown, what it is made of."""
        words = {**told, "level": self._level(made), "type": "simple", "direction": "none"} | dict(made)
        if words["type"] == "simple":
            del words["type"]
        self.words[name] = {key: value for key, value in words.items() if value not in (None, "")}

    def _level(self, made: Mapping[str, Any]) -> str:
        """The lowest level that everything a metric is made of is shown at."""
        ranks = (TOP, *LEVELS)
        parts = [made.get(key) for key in ("numerator", "denominator", "metric", "base", "conversion")]
        parts += [given["metric"] for given in made.get("inputs", {}).values()]
        if made.get("type") == "derived":
            parts += columns(parse_formula(made["expr"]))
        named = [self.words[part]["level"] for part in parts if isinstance(part, str) and part in self.words]
        inline = [part["source"] for part in (made, *parts) if isinstance(part, dict) and "source" in part]
        return min([*named, *(self.sources.level(source) for source in inline)], key=ranks.index, default=TOP)

    def standing(self, name: str) -> str:
        """One of their metrics, made, by name. Raises :class:`UntranslatableError` where it cannot be."""
        if name not in self.theirs:
            raise UntranslatableError(f"there is no metric {name!r}")
        self._attempt(name)
        if name in self._lost:
            raise UntranslatableError(f"it needs the metric {name!r}, which has no counterpart")
        return name

    def aggregate(self, given: Input, *, measure: bool) -> Aggregate:
        """What a measure or a simple metric aggregates, with the filters it is asked for with."""
        if measure:
            found = self.measures.get(given.name)
        else:
            metric = self.theirs.get(given.name)
            found = self.of_simple(metric) if metric and metric.type == "simple" else None
            if metric and found and fill_of(metric) is not None:
                why = f"asked for with a filter it is not filled in with {fill_of(metric):g}: missing stays missing"
                self.notes.append(Note(f"metric {metric.name}", why))
        if found is None:
            kind = "measure" if measure else "simple metric"
            raise UntranslatableError(f"it needs the {kind} {given.name!r}, and there is none")
        return found.where(given.filter)

    def of_simple(self, metric: Metric) -> Aggregate:
        """What a simple metric aggregates, by way of a measure or without."""
        params = metric.type_params
        if params.measure:
            return self.aggregate(params.measure, measure=True).where(metric.filter)
        said = params.metric_aggregation_params
        facts = self.sources.facts.get(said.semantic_model) if said else None
        if said is None or facts is None:
            raise UntranslatableError("it names no measure and no semantic model to aggregate")
        return of_metric(facts, metric, said).where(metric.filter)

    def shown_by(self, measure: str) -> str | None:
        """The metric that shows a measure as it is, where there is one."""
        return self._standing.get(measure)

    def shown(self, subject: str, aggregate: Aggregate) -> dict[str, Any]:
        """An aggregate as a simple metric. Raises :class:`UntranslatableError` where it cannot be one."""
        words = measure_words(aggregate, self.sources)
        balance = balance_words(aggregate, words["source"], self.sources)
        self.notes.extend(percentile_notes(subject, aggregate))
        return {**words, **({"non_additive": balance} if balance else {})}

    def shown_measure(self, measure: str) -> str:
        """A metric that shows a measure as it is, under the measure's name or one near it."""
        aggregate = self.measures[measure]
        name = measure if measure not in self.theirs else f"{measure}_measure"
        subject = f"measure {measure}"
        said = self.said[measure]
        try:
            made = self.shown(subject, aggregate)
        except UntranslatableError as error:
            self._standing[measure] = ""
            self.notes.append(Note(subject, str(error)))
            return ""
        self.put(name, {"label": said.label, "description": _one_line(said.description)}, made)
        self.remarks[name] = ("A measure that no metric shows as it is.",)
        self._standing[measure] = name
        return name


def fill_of(metric: Metric) -> float | None:
    """The number that a simple or cumulative metric takes where it has no rows."""
    params = metric.type_params
    if metric.type not in ("simple", "cumulative"):
        return None
    said = params.measure.fill_nulls_with if params.measure else None
    return params.fill_nulls_with if said is None else said


def _is_plain(metric: Metric) -> bool:
    """Whether it is a measure as it is."""
    given = metric.type_params.measure
    filled = fill_of(metric) is not None and given is not None and given.join_to_timespine
    return metric.type == "simple" and not metric.filter and not filled


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())[:2_000]
