"""A semantic model as facts: its table, its columns by the names MetricFlow gives them, its keys and times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scorecard.interop.metricflow.models import Dimension, Entity, SemanticModel
from scorecard.interop.metricflow.relations import Join, Relation, is_bare, is_computable, is_expressible

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
    relation: Relation
    """What its rows are read from; columns are joined to it as filters ask for them."""
    others: list[Join] = field(default_factory=list)
    """Tables that may be joined: an entity here is the key there."""

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

    def joined(self, name: str) -> str | None:
        """The column of another table that ``listing__country`` names, joined to the rows; ``None`` where none is."""
        entity, _, element = name.rpartition("__")
        found = [join for join in self.others if join.entity == entity and element in join.elements]
        if len(found) != 1 or not is_bare(self.expressions[entity]):
            return None
        self.relation.joined[name] = (found[0], element, self.expressions[entity])
        return name

    def granularity(self, element: str) -> str | None:
        """How fine a time dimension is said to be."""
        return self.times.get(element)


def facts_of(model: SemanticModel, measured: Iterable[str] = ()) -> Facts:
    """Read a semantic model's columns by name; ``measured`` is the SQL of what metrics aggregate of it themselves."""
    parts: tuple[Entity | Dimension, ...] = (*model.entities, *model.dimensions)
    said = {part.name: part.expr or part.name for part in parts}
    aggregated = [*(m.expr for m in model.measures if m.expr is not None), *measured]
    relation = Relation(table_of(model))
    for name, sql in (*said.items(), *((f"measure_{at + 1}", sql) for at, sql in enumerate(dict.fromkeys(aggregated)))):
        if sql not in said and not is_expressible(sql) and is_computable(sql):
            relation.computed[f"{name}_computed"] = sql
    names = {sql: name for name, sql in relation.computed.items()}
    return Facts(
        model=model,
        table=relation.table,
        expressions={**{name: names.get(sql, sql) for name, sql in said.items()}, **names},
        times={
            part.name: ((part.type_params and part.type_params.time_granularity) or "").lower() or None
            for part in model.dimensions
            if part.type == "time"
        },
        primary=next((entity.name for entity in model.entities if entity.type == "primary"), model.primary_entity),
        relation=relation,
    )


def related(every: Mapping[str, Facts]) -> None:
    """Find the tables that each model's keys tell the rows of apart; a dated one cannot be joined by its key alone."""
    for facts in every.values():
        for entity in (entity.name for entity in facts.model.entities if entity.name != facts.primary):
            others = [other for other in every.values() if other is not facts and _key(other, entity)]
            parted = [other for other in others if _is_parted(facts) and _is_parted(other)]
            facts.others.extend(
                _join(other, entity) for other in others if not _is_dated(other) and other not in parted
            )


def _key(facts: Facts, entity: str) -> Entity | None:
    return next((e for e in facts.model.entities if e.name == entity and e.type in ("primary", "unique")), None)


def _is_dated(facts: Facts) -> bool:
    return any(part.type_params and part.type_params.validity_params for part in facts.model.dimensions)


def _is_parted(facts: Facts) -> bool:
    return any(part.is_partition for part in facts.model.dimensions)


def _join(facts: Facts, entity: str) -> Join:
    key = _key(facts, entity)
    sql = {part.name: part.expr or part.name for part in facts.model.dimensions if part.type != "time"}
    return Join(
        entity=entity,
        table=facts.table,
        key=(key.expr if key else None) or entity,
        elements={name: said for name, said in sql.items() if is_computable(said)},
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
