"""Targets, in the six shapes they are written in."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, model_validator

from scorecard.definition.base import Column, Day, Length, Model, Name, Number, Text, shape_tag, shaped, unit_ref


class Step(Model):
    """A target that holds from a date on."""

    from_: Annotated[Day, Field(alias="from")]
    """The first day it holds."""
    value: Number
    """The target from then on."""


class TargetTable(Model):
    """Targets kept in a table of the warehouse."""

    table: Text
    """The table."""
    metric: Column
    """The column with the metric's id."""
    value: Column
    """The column with the target."""
    unit: Column | None = None
    """The column with the unit's id."""
    level: Column | None = None
    """The column with the unit's level."""
    from_: Annotated[Column | None, Field(alias="from")] = None
    """The column with the first day the target holds."""


class TargetMetric(Model):
    """A target that is another metric, perhaps of an earlier time, times a factor."""

    metric: Name
    """The metric whose reading is the target."""
    offset: Length | None = None
    """How long before: `1 year` compares with the year before."""
    times: Number = 1.0
    """The factor it is multiplied by."""


class Band(Model):
    """A target to stay inside of; goes with ``direction: in_range``."""

    low: Number
    """The lowest value that is on target."""
    high: Number
    """The highest value that is on target."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError("'low' is above 'high'")
        return self


def _default_or_unit(key: str) -> str:
    return key if key == "default" else unit_ref(key)


UnitTargets = Annotated[
    dict[Annotated[str, AfterValidator(_default_or_unit)], Number],
    Field(min_length=1, json_schema_extra={"propertyNames": {"pattern": "^(default|[^:]+:.+)$"}}),
]

_TARGET_SHAPES: dict[type, str] = {
    list: "steps",
    tuple: "steps",
    TargetTable: "table",
    TargetMetric: "metric",
    Band: "band",
}
_TARGET_KEYS = {"table": "table", "metric": "metric", "low": "band", "high": "band"}


def _target_shape(value: Any) -> str:
    if isinstance(value, dict):
        return shape_tag(next((shape for key, shape in _TARGET_KEYS.items() if key in value), "units"))
    return shape_tag(next((shape for kind, shape in _TARGET_SHAPES.items() if isinstance(value, kind)), "number"))


Target = Annotated[
    Annotated[Number, shaped("number")]
    | Annotated[Annotated[tuple[Step, ...], Field(min_length=1)], shaped("steps")]
    | Annotated[UnitTargets, shaped("units")]
    | Annotated[TargetTable, shaped("table")]
    | Annotated[TargetMetric, shaped("metric")]
    | Annotated[Band, shaped("band")],
    Discriminator(_target_shape),
]
