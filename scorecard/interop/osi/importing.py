"""An OSI semantic model as a scorecard: our own exports exactly, anybody's as far as they go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from scorecard.definition import Definition
from scorecard.faults import Fault, Faulty, Place
from scorecard.interop.notes import Converted, Note
from scorecard.interop.osi.datasets import Fields, source_of
from scorecard.interop.osi.exporting import Model
from scorecard.interop.osi.expressions import ForeignError, measured
from scorecard.interop.osi.models import Document, MetricSaid, SemanticModelSaid, extras, own_data
from scorecard.interop.settling import settled

MAX_BYTES = 20_000_000
_KNOWN_VERSIONS = ("0.1", "0.2", "1.0")
_MEASURED = ("type", "source", "agg", "expr", "filter", "percentile", "numerator", "denominator", "inputs")


def convert(path: Path) -> Converted:
    """Read a file and convert its semantic model.

    Raises :class:`Faulty` where the file cannot be read, is not such a model, or holds nothing that can be measured.
    """
    document = _read(path)
    notes: list[Note] = []
    if not document.version.startswith(_KNOWN_VERSIONS):
        notes.append(Note(f"version {document.version}", "is not known here; it is read like 0.2"))
    model, *others = document.semantic_model
    notes += [Note(f"semantic model {other.name}", "one model a scorecard: only the first is read") for other in others]
    return settled(_Import(model, notes).made(), str(path))


def _read(path: Path) -> Document:
    place = Place(str(path))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Faulty([Fault(f"the file is over {MAX_BYTES:,} bytes", place=place)])
        text = path.read_text(encoding="utf-8-sig")
        words = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
        if isinstance(words, dict) and "ontology" in words and not words.keys() & {"semantic_model", "datasets"}:
            raise Faulty(
                [Fault("holds an ontology and no semantic model: there is nothing to measure in it", place=place)]
            )
        return Document.model_validate(words)
    except ValidationError as error:
        raise Faulty(_wrong(error, place)) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = Place(str(path), mark.line + 1, mark.column + 1) if mark else place
        raise Faulty([Fault(f"cannot be read as YAML: {error.problem or 'it ends too soon'}", place=at)]) from error
    except json.JSONDecodeError as error:
        at = Place(str(path), error.lineno, error.colno)
        raise Faulty([Fault(f"cannot be read as JSON: {error.msg}", place=at)]) from error
    except OSError as error:
        raise Faulty([Fault(f"cannot be read: {(error.strerror or 'no access').lower()}", place=place)]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Faulty([Fault("cannot be read as an OSI document", place=place)]) from error


def _wrong(error: ValidationError, place: Place) -> list[Fault]:
    return [
        Fault(detail["msg"][:1].lower() + detail["msg"][1:], detail["loc"], place)
        for detail in error.errors(include_url=False)
    ]


class _Import:
    """One semantic model on its way to a scorecard."""

    def __init__(self, model: SemanticModelSaid, notes: list[Note]) -> None:
        self.model, self.notes = model, notes
        self.fields: dict[str, Fields] = {}
        self.sources: dict[str, Any] = {}
        self.metrics: dict[str, dict[str, Any]] = {}

    def made(self) -> Converted:
        """The sections; what has no counterpart is in the notes."""
        own = own_data(self.model)
        self.notes.extend(extras(self.model, f"semantic model {self.model.name}"))
        for dataset in self.model.datasets:
            self.fields[dataset.name] = Fields(dataset)
            made = source_of(dataset, self.fields[dataset.name], self.notes)
            self.sources |= {dataset.name: made} if made else {}
        for relation in self.model.relationships:
            why = "figures are not joined here: give a source a `query:` that joins"
            self.notes.append(Note(f"relationship {relation.get('name')}", why))
        for metric in self.model.metrics:
            self._metric(metric, self.fields)
        for dataset in self.model.datasets:
            for metric in dataset.metrics:
                self._metric(metric, {dataset.name: self.fields[dataset.name]})
        self.metrics |= own.get("metrics", {})
        self._as_ours()
        order = {name: at for at, name in enumerate(own.get("order", ()))}
        metrics = dict(sorted(self.metrics.items(), key=lambda item: order.get(item[0], len(order))))
        head = own["definition"] if "definition" in own else self._head()
        return Converted({**head, "sources": self.sources, "metrics": metrics}, {}, tuple(self.notes))

    def _head(self) -> dict[str, Any]:
        if self.model.description:
            why = "its description is not kept: say your `promise` to customers in a line of your own"
            self.notes.append(Note(f"semantic model {self.model.name}", why))
        return {"title": _title(self.model.name)}

    def _metric(self, metric: MetricSaid, datasets: Mapping[str, Fields]) -> None:
        subject = f"metric {metric.name}"
        self.notes.extend(extras(metric, subject))
        told = {"description": metric.description} if metric.description else {}
        own = own_data(metric)
        if own:
            self.metrics[metric.name] = {**own, **told}
            return
        try:
            self.metrics[metric.name] = {**told, "direction": "none", **measured(metric.expression.standard, datasets)}
        except ForeignError as error:
            self.notes.append(Note(subject, str(error)))

    def _as_ours(self) -> None:
        """Where the SQL of one of our own metrics was changed since, the change wins over what our extension says."""
        try:
            ours = Model(Definition.model_validate({"sources": self.sources, "metrics": self.metrics}))
        except ValidationError:
            return
        for metric in self.model.metrics:
            if not own_data(metric) or ours.text(metric.name) == metric.expression.standard:
                continue
            kept = {key: value for key, value in self.metrics[metric.name].items() if key not in _MEASURED}
            try:
                self.metrics[metric.name] = {**kept, **measured(metric.expression.standard, self.fields)}
            except ForeignError as error:
                why = f"its expression was changed since the export, and could not be followed: {error}"
                self.notes.append(Note(f"metric {metric.name}", why))


def _title(name: str) -> str:
    return name.replace("_", " ").strip().capitalize() or "Scorecard"
