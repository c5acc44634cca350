"""A semantic model as facts: its table, its columns by the names MetricFlow gives them, its keys and times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scorecard.interop.metricflow.models import Dimension, Entity, SemanticModel

_CALL = re.compile(r"\s*(?:\{\{\s*)?(ref|source)\s*\((.*?)\)\s*(?:\}\}\s*)?", re.DOTALL)
_QUOTED = re.compile(r"""(['"])(.*?)\1""")
_VERSION = re.compile(r"\b(?:v|version)\s*=\s*(['\"]?)([\w.]+)\1")


@dataclass(frozen=True)
class Facts:
    """One semantic model: expressions by element name, and which of the elements are times and keys."""

    model: SemanticModel
    table: str
    expressions: Mapping[str, str]
    times: Mapping[str, str | None]
    """Time dimensions, and how fine each is said to be."""
    primary: str | None

    @property
    def name(self) -> str:
        """The semantic model's name."""
        return self.model.name

    @property
    def time(self) -> str | None:
        """The time dimension that measures are aggregated by unless they say otherwise."""
        said = self.model.defaults.agg_time_dimension if self.model.defaults else None
        return said or (next(iter(self.times)) if len(self.times) == 1 else None)

    def element(self, name: str, time: str | None) -> str | None:
        """The element a reference such as ``order__status`` names, if it is one of this model's own."""
        if name == "metric_time":
            return time
        entity, _, plain = name.rpartition("__")
        own = entity in ("", self.primary)
        return plain if own and plain in self.expressions else None

    def granularity(self, element: str) -> str | None:
        """How fine a time dimension is said to be."""
        return self.times.get(element)


def facts_of(model: SemanticModel) -> Facts:
    """Read a semantic model's columns by name."""
    parts: tuple[Entity | Dimension, ...] = (*model.entities, *model.dimensions)
    primary = next((entity.name for entity in model.entities if entity.type == "primary"), model.primary_entity)
    return Facts(
        model=model,
        table=table_of(model),
        expressions={part.name: part.expr or part.name for part in parts},
        times={
            part.name: ((part.type_params and part.type_params.time_granularity) or "").lower() or None
            for part in model.dimensions
            if part.type == "time"
        },
        primary=primary,
    )


def table_of(model: SemanticModel) -> str:
    """The table behind a semantic model: its relation's, else what its ``ref`` names, else its own name."""
    relation = model.node_relation
    if relation:
        return f"{relation.schema_name}.{relation.alias}" if relation.schema_name else relation.alias
    found = _CALL.fullmatch(model.model or "")
    names = [match[1] for match in _QUOTED.findall(found[2].partition("=")[0])] if found else []
    if not names:
        return (model.model or model.name).strip()
    version = _VERSION.search(found[2]) if found else None
    return f"{names[-1]}_v{version[2]}" if version else names[-1]
