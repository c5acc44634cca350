"""Files of a dbt project, or a semantic manifest, as one project."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from scorecard.faults import Fault, Faulty, Place
from scorecard.interop.metricflow import latest
from scorecard.interop.metricflow.models import Metric, Project, SemanticModel
from scorecard.interop.notes import Note

MAX_BYTES = 50_000_000
_PASSED_OVER = {"target", "dbt_packages", "dbt_modules", "node_modules", "logs"}
_ONE = {"semantic_model": "semantic_models", "metric": "metrics", "saved_query": "saved_queries"}
"""Keys of one thing a document, and of the lists they go with."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> tuple[Project, list[Note]]:
    """Read a file or every YAML file below a folder.

    Raises :class:`Faulty` with every file that cannot be read, and where nothing of MetricFlow's is in any.
    """
    faults: list[Fault] = []
    notes: list[Note] = []
    models: list[SemanticModel] = []
    metrics: list[Metric] = []
    for file in _files(path):
        for words in _documents(file, faults):
            made = _well_formed(words, notes, file, faults)
            models += _valid(SemanticModel, made[0], "semantic_models", file, faults)
            metrics += _valid(Metric, made[1], "metrics", file, faults)
    faults += _twice(path, models, metrics)
    if not (models or metrics or faults):
        faults.append(Fault("holds no semantic models and no metrics of MetricFlow's", place=Place(str(path))))
    if faults:
        raise Faulty(faults)
    return Project(semantic_models=tuple(models), metrics=tuple(metrics)), notes


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise Faulty([Fault("there is no such file or folder", place=Place(str(path)))])
    found = [file for file in sorted(path.rglob("*.y*ml")) if file.suffix in (".yml", ".yaml") and file.is_file()]
    return [file for file in found if not _hidden(file.relative_to(path).parts)]


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") or part in _PASSED_OVER for part in parts)


def _documents(file: Path, faults: list[Fault]) -> Iterator[Mapping[str, Any]]:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise Faulty([Fault(f"the file is over {MAX_BYTES:,} bytes", place=Place(str(file)))])
        text = file.read_text(encoding="utf-8-sig")
        documents = [json.loads(text)] if file.suffix == ".json" else list(yaml.load_all(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(str(file), mark.line + 1, mark.column + 1) if mark else Place(str(file))
        faults.append(Fault(f"cannot be read as YAML: {error.problem or 'it ends too soon'}", place=place))
    except json.JSONDecodeError as error:
        faults.append(Fault(f"cannot be read as JSON: {error.msg}", place=Place(str(file), error.lineno, error.colno)))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        known = {RecursionError: "it is nested too deeply", UnicodeDecodeError: "it is not UTF-8 text"}
        reason = known.get(type(error)) or str(error).splitlines()[0][:200]
        faults.append(Fault(f"cannot be read: {reason}", place=Place(str(file))))
    else:
        yield from (words for words in documents if isinstance(words, dict))


def _parts(words: Mapping[str, Any], notes: list[Note]) -> tuple[list[Any], list[Any]]:
    """The semantic models and metrics of one document, in the older form; notes for what stands beside them."""
    words = {_ONE.get(key, key): [value] if key in _ONE else value for key, value in words.items()}
    models = list(_list(words, "semantic_models"))
    metrics = [latest.metric(said, None) if isinstance(said, dict) else said for said in _list(words, "metrics")]
    for model in _list(words, "models"):
        if not isinstance(model, dict) or not latest.is_semantic(model):
            continue
        made = latest.semantic_model(model)
        models.append(made)
        metrics += [latest.metric(said, made["name"]) for said in model.get("metrics") or ()]
    for query in _list(words, "saved_queries"):
        name = query.get("name") if isinstance(query, dict) else None
        notes.append(Note(f"saved query {name}", "queries are asked with `golden-thread query`, not stored"))
    configuration = words.get("project_configuration")
    if isinstance(configuration, dict):
        said = [key for key in ("time_spine_table_configurations", "time_spines") if configuration.get(key)]
        notes += [Note(f"project configuration, {key}", "the calendar needs no table of days here") for key in said]
    return models, metrics


def _well_formed(
    words: Mapping[str, Any], notes: list[Note], file: Path, faults: list[Fault]
) -> tuple[list[Any], list[Any]]:
    """The parts of a document; a list or mapping where another thing belongs is a fault."""
    try:
        return _parts(words, notes)
    except (AttributeError, KeyError, TypeError):
        faults.append(Fault("holds a list, a mapping or a text where MetricFlow has another", place=Place(str(file))))
        return [], []


def _list(words: Mapping[str, Any], key: str) -> list[Any]:
    value = words.get(key)
    return value if isinstance(value, list) else []


def _valid(kind: type[Any], items: list[Any], section: str, file: Path, faults: list[Fault]) -> Iterator[Any]:
    for at, item in enumerate(items):
        try:
            yield kind.model_validate(_schema_renamed(item))
        except (ValidationError, AttributeError, TypeError) as error:
            name = item.get("name") if isinstance(item, dict) else None
            here = (section, name if isinstance(name, str) else at)
            faults += _wrong(error, here, file)


def _schema_renamed(item: Any) -> Any:
    """``node_relation.schema`` is an older name of ``schema_name``."""
    relation = item.get("node_relation") if isinstance(item, dict) else None
    if isinstance(relation, dict) and "schema" in relation:
        relation = {("schema_name" if key == "schema" else key): value for key, value in relation.items()}
        return {**item, "node_relation": relation}
    return item


def _wrong(error: Exception, here: tuple[str | int, ...], file: Path) -> Iterator[Fault]:
    if not isinstance(error, ValidationError):
        yield Fault("this is not written as MetricFlow writes it", here, Place(str(file)))
        return
    for detail in error.errors(include_url=False):
        message = detail["msg"][:1].lower() + detail["msg"][1:]
        yield Fault(message, (*here, *(part for part in detail["loc"] if part != "function-before")), Place(str(file)))


def _twice(path: Path, models: list[SemanticModel], metrics: list[Metric]) -> Iterator[Fault]:
    for kind, names in (("semantic model", [m.name for m in models]), ("metric", [m.name for m in metrics])):
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                yield Fault(f"the {kind} {name!r} is defined {names.count(name)} times", place=Place(str(path)))
