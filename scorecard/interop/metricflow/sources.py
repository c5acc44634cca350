"""Semantic models become sources: table, time, key, and what their entities most likely are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scorecard.interop.guessing import Role, role_of
from scorecard.interop.metricflow.facts import Facts
from scorecard.interop.metricflow.filters import UntranslatableError, expression
from scorecard.interop.metricflow.models import Entity, extras
from scorecard.interop.notes import Note

LEVELS: tuple[Role, ...] = ("department", "team", "worker")
"""Levels that an entity may turn out to be, top first; the company stands above them."""
TOP = "company"


@dataclass
class Sources:
    """The sources made so far, by name, and what had to be said about them."""

    facts: Mapping[str, Facts]
    notes: list[Note]
    words: dict[str, dict[str, Any]] = field(default_factory=dict)
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def source(self, facts: Facts, time: str | None) -> str:
        """The source of a model read by one of its times; made when first asked for.

        Raises :class:`UntranslatableError` where the model has no such time, or none that can be written here.
        """
        time = time or facts.time
        if time is None or time not in facts.times:
            said = f"no time dimension {time!r}" if time else "no 'agg_time_dimension'"
            raise UntranslatableError(
                f"the semantic model {facts.name!r} has {said}, and rows without a time are no facts"
            )
        name = facts.name if time == facts.time else f"{facts.name}_by_{time}"
        if name not in self.words:
            at = expression(facts.expressions[time])
            self.words[name] = {**facts.relation.words(), "time": at, **self._parts(facts)}
            self.remarks[name] = self._remarks(facts)
        return name

    def grouping(self, source: str, facts: Facts, element: str) -> str:
        """The level or dimension of a source that an entity or dimension became; a dimension is added where it is none.

        Raises :class:`UntranslatableError` where there is no such element.
        """
        plain = facts.element(element, None) or element
        if plain not in facts.expressions:
            raise UntranslatableError(f"{element!r} is not of the semantic model {facts.name!r}")
        column = expression(facts.expressions[plain])
        words = self.words[source]
        level = next((level for level, unit in words.get("units", {}).items() if unit == column), None)
        if level is None:
            words.setdefault("dimensions", {})[plain] = column
        return level or plain

    def level(self, source: str) -> str:
        """The lowest level a source knows the units of."""
        units = self.words[source].get("units", {})
        return next((level for level in reversed(LEVELS) if level in units), TOP)

    def settle(self, facts: Facts) -> None:
        """Read a model's sources from what its relation has come to, and tell what is computed and joined there."""
        made = [name for name in self.words if name == facts.name or name.startswith(f"{facts.name}_by_")]
        for name in made:
            rest = {key: value for key, value in self.words[name].items() if key not in ("table", "query")}
            self.words[name] = facts.relation.words() | rest
        if not made:
            return
        subject = f"semantic model {facts.name}"
        for column, sql in facts.relation.computed.items():
            why = f"`{column}` is computed by its `query:`, in the warehouse's own SQL: {' '.join(sql.split())[:80]}"
            self.notes.append(Note(subject, why))
        for table, entity in dict.fromkeys((join.table, join.entity) for join, _, _ in facts.relation.joined.values()):
            why = f"its `query:` joins {table} for the sake of a filter: each {entity} must stand once there"
            self.notes.append(Note(subject, why))

    def unmeasured(self, facts: Facts) -> None:
        """Say what is left of a model that no measure needed: nothing is dropped without a word."""
        made = {name for name in self.words if name == facts.name or name.startswith(f"{facts.name}_by_")}
        used = {self.words[name]["time"] for name in made}
        if not made:
            why = "no measure of it stands, so it became no source; a roster or a `query:` can still use its table"
            self.notes.append(Note(f"semantic model {facts.name}", why))
        for time, grain in facts.times.items():
            self._time(facts, time, grain, is_used=facts.expressions[time] in used)
        if facts.model.node_relation and facts.model.node_relation.database:
            why = f"the database {facts.model.node_relation.database!r} is not kept: `warehouse.url` says which one"
            self.notes.append(Note(f"semantic model {facts.name}", why))
        self.notes.extend(extras(facts.model, f"semantic model {facts.name}"))

    def _time(self, facts: Facts, time: str, grain: str | None, *, is_used: bool) -> None:
        subject = f"semantic model {facts.name}, dimension {time}"
        params = next(part.type_params for part in facts.model.dimensions if part.name == time)
        if params and params.validity_params:
            why = "it bounds a validity: write the table as `organisation.roster` if it says who belongs where"
            self.notes.append(Note(subject, why))
        elif not is_used:
            self.notes.append(Note(subject, "a second time is not a dimension here: a source has one time"))
        elif grain not in (None, "day"):
            self.notes.append(
                Note(subject, f"'time_granularity: {grain}' is not kept: periods are cut by the calendar")
            )

    def _remarks(self, facts: Facts) -> tuple[str, ...]:
        keys = [entity.name for entity in facts.model.entities if entity.type == "foreign"]
        guessed = f"Check what its keys ({', '.join(keys)}) were taken for." if keys else ""
        return tuple(text for text in (facts.model.description or "", guessed) if text.strip())

    def _parts(self, facts: Facts) -> dict[str, Any]:
        """Units, dimensions, case, customer and key, as far as the model has them."""
        units: dict[str, str] = {}
        dimensions: dict[str, str] = {}
        single: dict[str, str] = {}
        for entity in facts.model.entities:
            self._entity(facts, entity, units, dimensions, single)
        for dimension in facts.model.dimensions:
            if dimension.type != "time" and (column := self._column(facts, dimension.name, "dimension")):
                dimensions[dimension.name] = column
            if dimension.is_partition:
                why = "'is_partition' is not kept: what is read is bounded by the source's time"
                self.notes.append(Note(f"semantic model {facts.name}, dimension {dimension.name}", why))
        ordered = {level: units[level] for level in LEVELS if level in units}
        return {key: value for key, value in {"units": ordered, "dimensions": dimensions, **single}.items() if value}

    def _entity(
        self,
        facts: Facts,
        entity: Entity,
        units: dict[str, str],
        dimensions: dict[str, str],
        single: dict[str, str],
    ) -> None:
        column = self._column(facts, entity.name, "entity")
        if column is None:
            return
        role = role_of(entity.name) or role_of(column)
        if entity.type == "primary":
            single["key"] = column
        if role in ("case", "customer"):
            single.setdefault(role, column)
        elif role in LEVELS and role not in units and entity.type != "primary":
            units[role] = column
        elif entity.type != "primary":
            dimensions[entity.name] = column
        joined = any(other.primary == entity.name for other in self.facts.values() if other is not facts)
        if entity.type == "foreign" and joined:
            why = "figures are not joined here: to split by the other model's dimensions, give the source a `query:`"
            self.notes.append(Note(f"semantic model {facts.name}, entity {entity.name}", why))

    def _column(self, facts: Facts, element: str, kind: str) -> str | None:
        try:
            return expression(facts.expressions[element])
        except UntranslatableError as error:
            self.notes.append(Note(f"semantic model {facts.name}, {kind} {element}", str(error)))
            return None
