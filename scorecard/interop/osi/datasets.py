"""Datasets become sources: their table or query, their time, and what their fields most likely are."""

from __future__ import annotations

from typing import Any

from scorecard.expression import ExpressionError, parse
from scorecard.interop.guessing import role_of
from scorecard.interop.notes import Note
from scorecard.interop.osi.exporting import SINGLE, SPLIT
from scorecard.interop.osi.format import InexpressibleError
from scorecard.interop.osi.models import DatasetSaid, FieldSaid, extras, own_data
from scorecard.interop.osi.sql import sql

_TEMPORAL = {"Date", "DateTime", "DateTimeTz"}
_PARTS = 3
LEVELS = ("department", "team", "worker")


class Fields:
    """The fields of a dataset as expressions of this format, by name."""

    def __init__(self, dataset: DatasetSaid) -> None:
        self.dataset = dataset
        self.said: dict[str, FieldSaid] = {one.name: one for one in dataset.fields}
        self.texts = {name: _text(one) for name, one in self.said.items()}


def _text(said: FieldSaid) -> str:
    """A field's expression: as we wrote it, unless the SQL was changed since."""
    standard = said.expression.standard
    own = own_data(said).get("expr")
    try:
        return own if isinstance(own, str) and sql(parse(own)) == standard else standard
    except (ExpressionError, InexpressibleError):
        return standard


def source_of(dataset: DatasetSaid, fields: Fields, notes: list[Note]) -> dict[str, Any] | None:
    """A dataset as a source; ``None``, with a note, where its rows have no time."""
    subject = f"dataset {dataset.name}"
    notes.extend(extras(dataset, subject))
    notes.extend(
        Note(subject, f"'{key}: {said}' of its source is not kept: `warehouse.url` says where tables are")
        for key, said in (dataset.source.model_extra or {}).items()
        if key != "format"
    )
    for name, field in fields.said.items():
        notes.extend(extras(field, f"{subject}, field {name}"))
    own = own_data(dataset)
    made = _ours(own, fields) if own else _theirs(fields, subject, notes)
    if made is None or "time" not in made:
        notes.append(Note(subject, "has no time, and rows without a time are no facts: it became no source"))
        return None
    is_query = own.get("is") == "query" if own else bool(dataset.source.query)
    said = dataset.source.query or dataset.source.identifier
    where = {"query": said} if is_query else {"table": said if own else _table(dataset, notes)}
    key = {"key": list(dataset.primary_key)} if dataset.primary_key and "key" not in made else {}
    return {**where, **made, **key}


def _ours(own: dict[str, Any], fields: Fields) -> dict[str, Any]:
    """The parts that our extension names by field, with the fields' expressions."""

    def part(said: Any) -> Any:
        return said["expr"] if isinstance(said, dict) else fields.texts.get(said, said)

    made: dict[str, Any] = {}
    for key, said in own.items():
        if key in SINGLE:
            made[key] = part(said)
        elif key in SPLIT:
            made[key] = {name: part(one) for name, one in said.items()}
        elif key != "is":
            made[key] = said
    return made


def _theirs(fields: Fields, subject: str, notes: list[Note]) -> dict[str, Any] | None:
    made: dict[str, Any] = {"units": {}, "dimensions": {}}
    for name, field in fields.said.items():
        text = fields.texts[name]
        try:
            parse(text)
        except ExpressionError as error:
            why = f"its expression cannot be written here ({error}): give the source a `query:` that computes it"
            notes.append(Note(f"{subject}, field {name}", why))
            continue
        role = role_of(name)
        if _is_time(field):
            if made.setdefault("time", text) != text:
                notes.append(Note(f"{subject}, field {name}", "a second time is not a dimension here"))
        elif role in LEVELS and role not in made["units"]:
            made["units"][role] = text
        elif role in ("customer", "case") and role not in made:
            made[role] = text
        elif field.dimension is not None or name not in fields.dataset.primary_key:
            made["dimensions"][name] = text
    return {key: value for key, value in made.items() if value}


def _is_time(field: FieldSaid) -> bool:
    said = field.dimension.is_time if field.dimension else None
    return field.datatype in _TEMPORAL if said is None else said


def _table(dataset: DatasetSaid, notes: list[Note]) -> str:
    """``schema.table``: a database before them is told by the warehouse's address here."""
    if dataset.source.locations:
        files = ", ".join(dataset.source.locations)
        why = (
            f"its rows are files ({files}): name them under `warehouse.files` of a DuckDB warehouse, or give its table"
        )
        notes.append(Note(f"dataset {dataset.name}", why))
    parts = (dataset.source.identifier or dataset.name).split(".")
    if len(parts) >= _PARTS:
        why = f"the database {'.'.join(parts[:-2])!r} is not kept: `warehouse.url` says which one"
        notes.append(Note(f"dataset {dataset.name}", why))
    return ".".join(parts[-2:])
