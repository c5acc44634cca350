"""MetricFlow: dbt's semantic models and metrics, from YAML or from a semantic manifest, as a scorecard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scorecard.faults import Path as KeyPath
from scorecard.interop.metricflow.facts import facts_of, related
from scorecard.interop.metricflow.files import read
from scorecard.interop.metricflow.kinds import MAKERS
from scorecard.interop.metricflow.metrics import Metrics
from scorecard.interop.metricflow.models import Metric, Project
from scorecard.interop.metricflow.sources import LEVELS, TOP, Sources
from scorecard.interop.notes import Converted, Note
from scorecard.interop.settling import settled

__all__ = ["convert", "convert_project"]


def convert(path: Path) -> Converted:
    """Read a file or folder and convert it.

    Raises :class:`~scorecard.faults.Faulty` where a file cannot be read, or nothing in it can be measured here.
    """
    project, notes = read(path)
    return settled(convert_project(project, notes, path.stem), str(path))


def convert_project(project: Project, notes: list[Note], title: str) -> Converted:
    """A project as a scorecard, before the format's rules have had their say."""
    every = {model.name: facts_of(model, _measured(project, model.name)) for model in project.semantic_models}
    related(every)
    sources = Sources(every, notes)
    theirs = {metric.name: metric for metric in (*_created(project), *project.metrics)}
    metrics = Metrics(theirs, sources, notes, MAKERS)
    metrics.make()
    for facts in sources.facts.values():
        sources.settle(facts)
        sources.unmeasured(facts)
    sections = {
        "title": title.replace("_", " ").capitalize() or "Scorecard",
        "organisation": _organisation(sources),
        "sources": sources.words,
        "metrics": metrics.words,
    }
    remarks: dict[KeyPath, tuple[str, ...]] = {("organisation",): (_LEVELS_REMARK,), ("metrics",): (_METRICS_REMARK,)}
    remarks |= {("sources", name): told for name, told in sources.remarks.items() if told}
    remarks |= {("metrics", name): told for name, told in metrics.remarks.items()}
    return Converted(sections, remarks, tuple(notes))


def _measured(project: Project, model: str) -> list[str]:
    """The SQL that metrics without a measure aggregate of a model."""
    params = [metric.type_params for metric in project.metrics]
    said = [(one.metric_aggregation_params, one.expr) for one in params if one.metric_aggregation_params]
    return [sql for own, other in said if own.semantic_model == model and (sql := own.expr or other) is not None]


def _created(project: Project) -> Iterator[Metric]:
    """The metrics that measures make of themselves by ``create_metric``; a written one of the same name wins."""
    for measure in (measure for model in project.semantic_models for measure in model.measures):
        if measure.create_metric:
            said = {"label": measure.label, "description": measure.description}
            made = {"name": measure.name, "type": "simple", "type_params": {"measure": measure.name}}
            yield Metric.model_validate({**made, **said})


_LEVELS_REMARK = "Who works where: name your levels, and the roster that says who belongs to whom."
_METRICS_REMARK = (
    "Each measure still needs what only you know: `direction`, `owner`, `target`, and `feeds` up to an outcome"
    " (`outcome: true`)."
)


def _organisation(sources: Sources) -> dict[str, Any]:
    """The company and the levels that some source knows the units of; at least two, as the format wants."""
    found = [level for level in LEVELS if any(level in words.get("units", {}) for words in sources.words.values())]
    levels = [TOP, *(found or ["team"])]
    return {"levels": levels, **({"people": "worker"} if "worker" in found else {})}
