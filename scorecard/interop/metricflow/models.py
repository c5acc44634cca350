"""MetricFlow's own words: semantic models and metrics in one form, whichever of its spellings they came in.

Keys not named here are kept as extras, so that :func:`extras` can tell every one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from scorecard.interop.notes import Note

_BOOKKEEPING = frozenset({"metadata", "input_measures", "unique_id", "fqn", "depends_on", "refs", "file_slice"})
"""What a parser wrote for itself: where a thing stood in its file, what it had worked out."""


class Foreign(BaseModel):
    """A value of theirs; unknown keys are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)


def _scalar_text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int | float) else value


Sql = Annotated[str, BeforeValidator(_scalar_text)]
"""SQL, or a bare number that stands for itself."""


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Lower = Annotated[str, BeforeValidator(_lower)]
"""A word whose case does not matter."""


def _filters(value: Any) -> Any:
    """One template, a list of them, or the manifest's ``where_filters``: always a list of templates."""
    if isinstance(value, dict):
        value = value.get("where_filters", [value])
    items = value if isinstance(value, list | tuple) else [] if value is None else [value]
    return [item.get("where_sql_template", item) if isinstance(item, dict) else _scalar_text(item) for item in items]


Filters = Annotated[tuple[str, ...], BeforeValidator(_filters)]


def _window(value: Any) -> Any:
    """``14 days``, or the manifest's count and granularity."""
    if isinstance(value, dict) and {"count", "granularity"} <= value.keys():
        return f"{value['count']} {value['granularity']}"
    return value


Window = Annotated[str, BeforeValidator(_window)]


class Entity(Foreign):
    """A key of a semantic model."""

    name: str
    type: Lower
    expr: Sql | None = None


class TimeParams(Foreign):
    """How fine a time dimension is, and whether it bounds a row's validity."""

    time_granularity: str | None = None
    validity_params: dict[str, Any] | None = None


class Dimension(Foreign):
    """An attribute of a row: a category, or a time."""

    name: str
    type: Lower = "categorical"
    expr: Sql | None = None
    is_partition: bool = False
    type_params: TimeParams | None = None


class AggParams(Foreign):
    """Which percentile, and how it is taken."""

    percentile: float | None = None
    use_discrete_percentile: bool = False
    use_approximate_percentile: bool = False


class NonAdditive(Foreign):
    """The time dimension a balance is not added over."""

    name: str
    window_choice: Lower = "min"
    window_groupings: tuple[str, ...] = ()


class Measure(Foreign):
    """An aggregate over a semantic model's rows."""

    name: str
    agg: Lower
    expr: Sql | None = None
    label: str | None = None
    description: str | None = None
    create_metric: bool | None = None
    agg_params: AggParams | None = None
    agg_time_dimension: str | None = None
    non_additive_dimension: NonAdditive | None = None


class Relation(Foreign):
    """The table behind a semantic model."""

    alias: str
    schema_name: str | None = None
    database: str | None = None
    relation_name: str | None = None


class Defaults(Foreign):
    """What a semantic model's measures take when they say nothing else."""

    agg_time_dimension: str | None = None


class SemanticModel(Foreign):
    """A table with its keys, attributes and measures."""

    name: str
    description: str | None = None
    model: str | None = None
    node_relation: Relation | None = None
    defaults: Defaults | None = None
    primary_entity: str | None = None
    entities: tuple[Entity, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = ()


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class Input(Foreign):
    """A measure or metric that another metric reads, perhaps filtered, perhaps of an earlier time."""

    name: str
    filter: Filters = ()
    alias: str | None = None
    offset_window: Window | None = None
    offset_to_grain: str | None = None
    fill_nulls_with: float | None = None
    join_to_timespine: bool = False


Given = Annotated[Input, BeforeValidator(_named)]


class Aggregation(Foreign):
    """A simple metric that names its aggregate itself, without a measure."""

    semantic_model: str
    agg: Lower
    expr: Sql | None = None
    agg_params: AggParams | None = None
    agg_time_dimension: str | None = None
    non_additive_dimension: NonAdditive | None = None


class CumulativeParams(Foreign):
    """How far back a cumulative metric reaches."""

    metric: Given | None = None
    window: Window | None = None
    grain_to_date: Lower | None = None
    period_agg: str | None = None


class Property(Foreign):
    """A property in which base and conversion event must agree."""

    base_property: str
    conversion_property: str


class ConversionParams(Foreign):
    """Which events a conversion metric compares."""

    entity: str
    base_measure: Given | None = None
    base_metric: Given | None = None
    conversion_measure: Given | None = None
    conversion_metric: Given | None = None
    calculation: str = "conversion_rate"
    window: Window | None = None
    constant_properties: tuple[Property, ...] | None = None


class TypeParams(Foreign):
    """What a metric is made of."""

    measure: Given | None = None
    metric_aggregation_params: Aggregation | None = None
    numerator: Given | None = None
    denominator: Given | None = None
    expr: Sql | None = None
    window: Window | None = None
    grain_to_date: Lower | None = None
    metrics: tuple[Given, ...] | None = None
    cumulative_type_params: CumulativeParams | None = None
    conversion_type_params: ConversionParams | None = None
    fill_nulls_with: float | None = None
    join_to_timespine: bool = False


MetricType = Literal["simple", "ratio", "derived", "cumulative", "conversion"]


class Metric(Foreign):
    """A metric of any type."""

    name: str
    type: Annotated[MetricType, BeforeValidator(_lower)]
    label: str | None = None
    description: str | None = None
    type_params: TypeParams = TypeParams()
    filter: Filters = ()


class Project(Foreign):
    """Everything that was read."""

    semantic_models: tuple[SemanticModel, ...] = ()
    metrics: tuple[Metric, ...] = ()


def extras(value: Foreign, subject: str) -> Iterator[Note]:
    """A note for every key of a value, or of what lies in it, that is not read here and says something."""
    for key, content in (value.model_extra or {}).items():
        if key not in _BOOKKEEPING and not _says_nothing(content):
            yield Note(subject, f"'{key}' has no counterpart")
    for name in type(value).model_fields:
        part = getattr(value, name)
        for inner in part if isinstance(part, tuple) else (part,):
            if isinstance(inner, Foreign):
                called = getattr(inner, "name", None)
                yield from extras(inner, f"{subject}, {name.removesuffix('s')} {called}" if called else subject)


def _says_nothing(content: Any) -> bool:
    if isinstance(content, dict):
        return all(_says_nothing(inside) for inside in content.values())
    return content is None or content is False or content in ("", [], ())
