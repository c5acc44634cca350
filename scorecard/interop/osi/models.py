"""OSI's own words, versions 0.1 and 0.2; unknown keys are kept, so that every one of them can be told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scorecard.interop.notes import Note
from scorecard.interop.osi.format import DIALECT, VENDOR


class Said(BaseModel):
    """A value of theirs."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)


class Extension(Said):
    """What a vendor adds."""

    vendor_name: str
    data: str


class Extended(Said):
    """What may carry extensions."""

    custom_extensions: tuple[Extension, ...] = ()


class InDialect(Said):
    """An expression in one dialect."""

    dialect: str
    expression: str


class Expressed(Said):
    """An expression, in one dialect or several; a bare text is standard SQL."""

    dialects: tuple[InDialect, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, said: Any) -> Any:
        return {"dialects": [{"dialect": DIALECT, "expression": said}]} if isinstance(said, str) else said

    @property
    def standard(self) -> str:
        """The expression in standard SQL, else in the first dialect there is."""
        return next((one.expression for one in self.dialects if one.dialect == DIALECT), self.dialects[0].expression)


class DimensionSaid(Said):
    """What a dimension says of itself."""

    is_time: bool | None = None


class FieldSaid(Extended):
    """A column, or an expression over some."""

    name: str
    expression: Expressed
    dimension: DimensionSaid | None = None
    datatype: str | None = None


class MetricSaid(Extended):
    """An aggregate."""

    name: str
    expression: Expressed
    description: str | None = None


class SourceSaid(Said):
    """Where rows are: a name in a catalogue, a query, or files."""

    identifier: str | None = None
    query: str | None = None
    locations: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, said: Any) -> Any:
        if not isinstance(said, str):
            return said
        return {"query" if _QUERY.match(said) else "identifier": said}


_QUERY = re.compile(r"\s*(select|with)\b", re.IGNORECASE)


class DatasetSaid(Extended):
    """A table or query."""

    name: str
    source: SourceSaid
    primary_key: tuple[str, ...] = ()
    fields: tuple[FieldSaid, ...] = ()
    metrics: tuple[MetricSaid, ...] = ()


class SemanticModelSaid(Extended):
    """Datasets, how they are related, and metrics over them."""

    name: str
    description: str | None = None
    datasets: tuple[DatasetSaid, ...] = Field(min_length=1)
    relationships: tuple[dict[str, Any], ...] = ()
    metrics: tuple[MetricSaid, ...] = ()


class Document(Said):
    """A whole file."""

    version: str = "0.2.0.dev0"
    semantic_model: tuple[SemanticModelSaid, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, said: Any) -> Any:
        """One model may stand alone, without the document around it."""
        if isinstance(said, dict) and "semantic_model" not in said and "datasets" in said:
            return {"semantic_model": [said]}
        if isinstance(said, dict) and isinstance(said.get("semantic_model"), dict):
            return {**said, "semantic_model": [said["semantic_model"]]}
        return said


def own_data(said: Extended) -> dict[str, Any]:
    """What our own extension of an object says; empty where there is none that can be read."""
    for one in said.custom_extensions:
        if one.vendor_name == VENDOR:
            try:
                data = json.loads(one.data)
            except ValueError:
                return {}
            return data if isinstance(data, dict) else {}
    return {}


def extras(said: Extended, subject: str) -> Iterator[Note]:
    """A note for everything an object says that is not read here."""
    for key, value in (said.model_extra or {}).items():
        if value not in (None, "", [], {}):
            yield Note(subject, f"'{key}' has no counterpart")
    for one in said.custom_extensions:
        if one.vendor_name != VENDOR:
            yield Note(subject, f"the extension of {one.vendor_name} is not ours to read")
    expression = getattr(said, "expression", None)
    if isinstance(expression, Expressed):
        for other in expression.dialects:
            if other.expression != expression.standard:
                yield Note(subject, f"its expression in {other.dialect} is not kept")
