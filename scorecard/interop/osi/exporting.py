"""A definition as an OSI semantic model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scorecard.definition import Definition, Derived, Measure, Metric, Nps, Ratio, Simple, Source
from scorecard.expression import ExpressionError, parse, parse_formula
from scorecard.interop.notes import Note
from scorecard.interop.osi.format import VERSION, InexpressibleError, expressed, extension
from scorecard.interop.osi.sql import aggregate, identifier, promoters, quotient, sql
from scorecard.syntax import Column

LONGEST = 20_000
"""How long an expression may grow when the metrics it is made of are written out."""

SINGLE = ("time", "case", "customer", "watermark")
SPLIT = ("units", "dimensions")


def export(definition: Definition) -> tuple[dict[str, Any], tuple[Note, ...]]:
    """The document, as plain data, and notes on what only our own extension carries or nothing does.

    The warehouse's address is left out: it says where the data are, and may hold a password.
    """
    model = Model(definition)
    notes = list(model.notes())
    words = definition.model_dump(mode="json", by_alias=True, exclude_unset=True)
    rest = {key: value for key, value in words.items() if key not in ("sources", "metrics")}
    if "url" in rest.get("warehouse", {}):
        rest["warehouse"] = {key: value for key, value in rest["warehouse"].items() if key != "url"}
        notes.append(Note("warehouse.url", "is left out: it says where the data are, not what they mean"))
    metrics = words.get("metrics", {})
    shown = {name: text for name in metrics if (text := model.text(name)) is not None}
    own = {"definition": rest, "metrics": {name: metrics[name] for name in metrics if name not in shown}}
    made = {
        "name": re.sub(r"[^a-z0-9]+", "_", definition.title.lower()).strip("_") or "scorecard",
        **({"description": definition.promise} if definition.promise else {}),
        "datasets": [dataset.words() for dataset in model.datasets.values()],
        "metrics": [_metric(name, metrics[name], text) for name, text in shown.items()],
        **extension({**own, "order": list(metrics)}),
    }
    return {"version": VERSION, "semantic_model": [made]}, tuple(notes)


def _metric(name: str, words: Mapping[str, Any], text: str) -> dict[str, Any]:
    told = {"description": words["description"]} if words.get("description") else {}
    own = {key: value for key, value in words.items() if key not in told}
    return {"name": name, "expression": expressed(text), **told, **extension(own)}


@dataclass
class Dataset:
    """A source and the fields that stand for its columns; a field is made when an expression first asks for one."""

    name: str
    source: Source
    fields: dict[str, str] = field(default_factory=dict)
    """SQL by field name."""
    own: dict[str, str] = field(default_factory=dict)
    """What we wrote, where the SQL is written otherwise, by field name."""
    roles: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Give every part of the source its field; what SQL has no words for stays with us."""
        for role in SINGLE:
            if (text := getattr(self.source, role)) is not None:
                self.roles[role] = self._part(text, role)
        for section in SPLIT:
            named = {name: self._part(text, name) for name, text in getattr(self.source, section).items()}
            self.roles |= {section: named} if named else {}

    def _part(self, text: str, wanted: str) -> str | dict[str, str]:
        try:
            node = parse(text)
            return self.field_of(sql(node), node.name if isinstance(node, Column) else wanted, text)
        except (ExpressionError, InexpressibleError):
            return {"expr": text}

    def field_of(self, expression: str, wanted: str, text: str | None = None) -> str:
        """The field with an expression; made under the wanted name, or one near it, where there is none."""
        text = expression if text is None else text
        for name, known in self.fields.items():
            if known == expression and self.own.get(name, known) == text:
                return name
        name, at = wanted, 2
        while name in self.fields:
            name, at = f"{wanted}_{at}", at + 1
        self.fields[name] = expression
        if text != expression:
            self.own[name] = text
        return name

    def column(self, name: str) -> str:
        """A column as a metric writes it: by the dataset and the field that stands for it."""
        text = identifier(name)
        known = next((field_ for field_, said in self.fields.items() if said == text), None)
        return f"{identifier(self.name)}.{identifier(known or self.field_of(text, name))}"

    def words(self) -> dict[str, Any]:
        """The dataset, with what OSI has no place for in our extension."""
        source = self.source
        words = source.model_dump(mode="json", by_alias=True, exclude_unset=True)
        left = {key: value for key, value in words.items() if key not in ("table", "query", "key", *SINGLE, *SPLIT)}
        plain = bool(source.key) and all(parse(part) == Column(part) for part in source.key)
        own = {**self.roles, **left, "is": "table" if source.table is not None else "query"}
        own |= {"key": list(source.key)} if source.key and not plain else {}
        return {
            "name": self.name,
            "source": source.table if source.table is not None else source.query,
            **({"primary_key": list(source.key)} if plain else {}),
            "fields": [self._field(name) for name in self.fields],
            **extension(own),
        }

    def _field(self, name: str) -> dict[str, Any]:
        named = {part for section in SPLIT for part in self.roles.get(section, {}).values() if isinstance(part, str)}
        is_time = name == self.roles.get("time")
        dimension = {"dimension": {"is_time": is_time}} if is_time or name in named else {}
        own = {"expr": self.own[name]} if name in self.own else {}
        return {"name": name, "expression": expressed(self.fields[name]), **dimension, **extension(own)}


class Model:
    """The datasets of a definition, and its metrics as SQL over their fields."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.datasets = {name: Dataset(name, source) for name, source in definition.sources.items()}

    def text(self, name: str) -> str | None:
        """A metric as SQL; ``None`` where it has no such words."""
        try:
            return self._metric(self.definition.metrics[name], ())
        except (InexpressibleError, ExpressionError, KeyError, RecursionError):
            return None

    def notes(self) -> Iterator[Note]:
        """What stands in our extension alone, and why."""
        for name, metric in self.definition.metrics.items():
            try:
                self._metric(metric, ())
            except (InexpressibleError, ExpressionError) as error:
                yield Note(f"metric {name}", f"only our own extension carries it: {error}")
        for name, dataset in self.datasets.items():
            for role, part in dataset.roles.items():
                parts = part.items() if role in SPLIT else [(role, part)]
                for one, said in parts:
                    if isinstance(said, dict):
                        yield Note(
                            f"source {name}, {one}", "only our own extension carries it: no standard SQL says it"
                        )

    def _metric(self, metric: Metric, filters: tuple[str, ...]) -> str:
        match metric:
            case Simple(non_additive=None):
                return self._measure(metric, metric.source, filters)
            case Nps():
                held = self._filters(metric.source, (*filters, metric.filter))
                return promoters(self._expression(metric.source, metric.expr), held)
            case Ratio():
                within = (*filters, *((metric.filter,) if metric.filter else ()))
                return quotient(*(self._part(metric, part, within) for part in (metric.numerator, metric.denominator)))
            case Derived():
                return sql(parse_formula(metric.expr), lambda name: self._input(metric, name))
        kind = "a balance" if isinstance(metric, Simple) else f"a metric of type {metric.type!r}"
        raise InexpressibleError(f"{kind} is not one SQL expression")

    def _input(self, metric: Derived, name: str) -> str:
        given = metric.inputs.get(name)
        if given and (given.offset or given.filter):
            raise InexpressibleError(f"{name!r} is of an earlier time or of only some rows")
        text = self._metric(self.definition.metrics[given.metric if given else name], ())
        if len(text) > LONGEST:
            raise InexpressibleError("written out over its sources it is too long")
        return f"({text})"

    def _part(self, metric: Ratio, part: str | Measure, filters: tuple[str, ...]) -> str:
        if isinstance(part, str):
            return "(" + self._metric(self.definition.metrics[part], filters) + ")"
        return self._measure(part, part.source or metric.source, filters)

    def _measure(self, measure: Measure, source: str | None, filters: tuple[str, ...]) -> str:
        if source is None:
            raise InexpressibleError("it names no source")
        held = self._filters(source, (*filters, measure.filter))
        value = self._expression(source, measure.expr or self.definition.sources[source].time)
        return aggregate(measure.agg, value, measure.percentile, held)

    def _filters(self, source: str, filters: tuple[str | None, ...]) -> list[str]:
        return [self._expression(source, text) for text in filters if text]

    def _expression(self, source: str, text: str) -> str:
        return sql(parse(text), self.datasets[source].column)
