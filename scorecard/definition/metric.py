"""Metrics: the types, their targets, and the links that make the thread."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, model_validator

from scorecard.definition.base import (
    Column,
    Expression,
    Flag,
    Length,
    Model,
    Name,
    Number,
    Text,
    shape_tag,
    shaped,
)
from scorecard.definition.company import Grain
from scorecard.definition.target import Target

Agg = Literal["sum", "count", "count_distinct", "average", "min", "max", "median", "percentile", "sum_boolean"]
Format = Literal["number", "percent", "currency", "duration", "score"]
Direction = Literal["higher_is_better", "lower_is_better", "in_range", "none"]
Effect = Literal["raises", "lowers"]


class NonAdditive(Model):
    """A balance: taken at the first or last instant of a period for each ``by``, then added; never summed over time."""

    window: Literal["last", "first"] = "last"
    """The instant of the period that counts, among the rows that pass the filter."""
    by: tuple[Name, ...] = ()
    """Levels or dimensions: the balance is taken for each of their values, then added. Without any, one instant counts
    for everybody."""


class Measure(Model):
    """An aggregate over a source's rows; written inline in ratios and conversions."""

    source: Name | None = None
    """The source whose rows are read."""
    agg: Agg
    """How rows become one figure."""
    expr: Expression | None = None
    """What is aggregated: SQL over the source's columns; a plain count needs none."""
    filter: Expression | None = None
    """Only rows for which this is true."""
    percentile: Annotated[Number, Field(gt=0, lt=1)] | None = None
    """Between 0 and 1, with `agg: percentile`."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.expr is None and self.agg != "count":
            raise ValueError(f"'{self.agg}' needs an 'expr'")
        if (self.percentile is None) == (self.agg == "percentile"):
            raise ValueError("'percentile' goes with 'agg: percentile', and only with it: a number between 0 and 1")
        return self


class Link(Model):
    """What a metric moves, upward: a claim that data can support or contradict, or a guardrail."""

    metric: Name
    """The metric that is moved."""
    effect: Effect | None = None
    """What more of this does to that; without it, told from both directions."""
    lag: Length | None = None
    """How long it takes to show."""
    why: Text | None = None
    """Why it is so, in a sentence people believe."""
    kind: Literal["influence", "guardrail"] = "influence"
    """`influence` is a claim; `guardrail` must not get worse when the other improves."""


def _link(value: Any) -> Any:
    return {"metric": value} if isinstance(value, str) else value


Feeds = tuple[Annotated[Link, BeforeValidator(_link, json_schema_input_type=Name | Link)], ...]


class MetricBase(Model):
    """What every metric says of itself, whatever its type."""

    label: Text | None = None
    """The name people read."""
    description: Text | None = None
    """What it says, in one sentence."""
    level: Name | None = None
    """The lowest level it is shown at; it rolls up to every level above. Without it, the lowest there is."""
    owner: Text | None = None
    """The department answerable for it."""
    stage: Name | None = None
    """The journey stage it belongs to."""
    outcome: Flag = False
    """Whether it is a customer outcome: the end of the thread."""
    format: Format = "number"
    """How it is written."""
    direction: Direction = "higher_is_better"
    """Which way is good."""
    target: Target | None = None
    """A number; dated steps; by unit; from a table; another metric; or a band."""
    tolerance: Annotated[Number, Field(ge=0)] = 0.0
    """How far from the target still counts as near."""
    feeds: Feeds = ()
    """The thread, upward: what this moves."""
    words: dict[str, Text] = {}
    """The same number in each department's own language; `{value}` stands for the figure, `{target}` for its target."""


class Simple(MetricBase, Measure):
    """An aggregate over one source's rows."""

    type: Literal["simple"] = "simple"
    """An aggregate over one source's rows."""
    source: Name
    """The source whose rows are read."""
    non_additive: NonAdditive | None = None
    """For a balance such as a backlog: never summed over time."""


def _part_shape(value: Any) -> str:
    return shape_tag("measure" if isinstance(value, dict | Measure) else "metric")


Part = Annotated[
    Annotated[Name, shaped("metric")] | Annotated[Measure, shaped("measure")],
    Discriminator(_part_shape),
]
"""A part of a ratio: a metric by name, or a measure written inline."""


class Ratio(MetricBase):
    """Sum of numerators over sum of denominators, at every roll-up."""

    type: Literal["ratio"]
    """Sum of numerators over sum of denominators."""
    source: Name | None = None
    """The source of both parts, where they do not name their own."""
    numerator: Part
    """A metric, or a measure written inline."""
    denominator: Part
    """A metric, or a measure written inline."""
    filter: Expression | None = None
    """Only rows for which this is true, in both parts."""


class Nps(MetricBase):
    """Net promoter score of answers 0 to 10."""

    type: Literal["nps"]
    """Net promoter score."""
    source: Name
    """The source whose rows are answers."""
    expr: Expression
    """The answer, 0 to 10."""
    filter: Expression | None = None
    """Only answers for which this is true."""
    format: Format = "score"
    """How it is written."""


class Input(Model):
    """A metric that a derived metric reads, perhaps of an earlier time, perhaps only some rows."""

    metric: Name
    """The metric that is read."""
    offset: Length | None = None
    """How long before: `1 year` reads the year before."""
    filter: Expression | None = None
    """Only rows for which this is true."""


class Derived(MetricBase):
    """Arithmetic over other metrics."""

    type: Literal["derived"]
    """Arithmetic over other metrics."""
    expr: Expression
    """The formula: metric ids or the names of `inputs`."""
    inputs: dict[Name, Input] = {}
    """Names for metrics of an earlier time or of only some rows."""


class Cumulative(MetricBase):
    """A rolling or to-date figure, from the measure itself."""

    type: Literal["cumulative"]
    """A rolling or to-date figure."""
    metric: Name
    """The metric that is accumulated."""
    window: Length | None = None
    """How far back a rolling figure reaches from the last day of the period, that day included: `28 days`."""
    grain_to_date: Grain | None = None
    """The calendar period whose beginning a to-date figure starts at: the one that holds the period's last day."""

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.window is None) == (self.grain_to_date is None):
            raise ValueError("a cumulative metric has either 'window' or 'grain_to_date', one of the two")
        return self


class ConstantProperty(Model):
    """A property that base and conversion event must share."""

    base: Column
    """The column of the base event."""
    conversion: Column
    """The column of the conversion event."""


def _property_shape(value: Any) -> str:
    return shape_tag("pair" if isinstance(value, dict | ConstantProperty) else "column")


Property = Annotated[
    Annotated[Column, shaped("column")] | Annotated[ConstantProperty, shaped("pair")],
    Discriminator(_property_shape),
]


class Conversion(MetricBase):
    """Share of base events followed by a conversion of the same entity within the window."""

    type: Literal["conversion"]
    """Share of base events followed by a conversion."""
    base: Measure
    """The events that could be followed by a conversion, counted or summed; units and periods are theirs."""
    conversion: Measure
    """The events that count as one."""
    entity: Column
    """The column, of both sources, that says whose events they are; an event of nobody is never followed."""
    window: Length
    """How soon the conversion must follow: at the base event's own moment or later, before this length has passed."""
    constant_properties: tuple[Property, ...] = ()
    """Columns in which both events must agree."""


class Index(MetricBase):
    """Weighted attainment of targets, 0 to 100; its worst part travels with it by name."""

    type: Literal["index"]
    """Weighted attainment of targets, 0 to 100."""
    of: Annotated[dict[Name, Annotated[Number, Field(gt=0)]], Field(min_length=1)]
    """The weight of each metric."""


def _metric_type(value: Any) -> str:
    written = value.get("type", "simple") if isinstance(value, dict) else getattr(value, "type", "simple")
    return shape_tag(str(written))


Metric = Annotated[
    Annotated[Simple, shaped("simple")]
    | Annotated[Ratio, shaped("ratio")]
    | Annotated[Nps, shaped("nps")]
    | Annotated[Derived, shaped("derived")]
    | Annotated[Cumulative, shaped("cumulative")]
    | Annotated[Conversion, shaped("conversion")]
    | Annotated[Index, shaped("index")],
    Discriminator(_metric_type),
]
