"""The definition of a scorecard: one pydantic hierarchy that is both the YAML and the domain."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scorecard.definition.base import Duration, Model, Name, Text
from scorecard.definition.company import Calendar, Grain, Organisation, Privacy, Roster, Source, Warehouse
from scorecard.definition.customer import Cases, MomentOfTruth, Stage, Voices
from scorecard.definition.metric import (
    Agg,
    ConstantProperty,
    Conversion,
    Cumulative,
    Derived,
    Direction,
    Effect,
    Format,
    Index,
    Input,
    Link,
    Measure,
    Metric,
    MetricBase,
    NonAdditive,
    Nps,
    Ratio,
    Simple,
)
from scorecard.definition.people import (
    Access,
    Change,
    Display,
    GoldenReading,
    Hows,
    Prediction,
    Role,
    Scene,
    Screen,
)
from scorecard.definition.target import Band, Step, Target, TargetMetric, TargetTable

__all__ = [
    "Access", "Agg", "Band", "Calendar", "Cases", "Change", "ConstantProperty", "Conversion",
    "Cumulative", "Definition", "Derived", "Direction", "Display", "Duration", "Effect", "Format",
    "GoldenReading", "Grain", "Hows", "Index", "Input", "Link", "Measure", "Metric", "MetricBase",
    "MomentOfTruth", "NonAdditive", "Nps", "Organisation", "Prediction", "Privacy", "Ratio",
    "Role", "Roster", "Scene", "Screen", "Simple", "Source", "Stage", "Step", "Target",
    "TargetMetric", "TargetTable", "Voices", "Warehouse",
]  # fmt: skip


class Definition(Model):
    """One company's golden thread, as its YAML says it.

    Checks across sections live in :mod:`scorecard.rules`, where each yields the path of what is wrong;
    a validator here could only point at the first line of the file.
    """

    title: Text = "Scorecard"
    """The company's name, on every page."""
    promise: Text | None = None
    """The goal line that every page shows."""
    locale: Annotated[str, Field(pattern=r"^[a-z]{2}([_-][A-Z]{2})?$")] = "en_GB"
    """The language and country numbers and dates are written for."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "GBP"
    """The ISO code of the currency of money figures."""
    calendar: Calendar = Calendar()
    """How time is cut."""
    warehouse: Warehouse = Warehouse()
    """Where the facts are."""
    organisation: Organisation = Organisation()
    """The levels of the company, and who belongs where."""
    privacy: Privacy = Privacy()
    """What is never shown."""
    sources: dict[Name, Source] = {}
    """Tables and queries whose rows are facts."""
    metrics: dict[Name, Metric] = {}
    """What is measured, and what it moves."""
    journey: tuple[Stage, ...] = ()
    """The customer's way, in the customer's order."""
    cases: Cases | None = None
    """The event log: what really happened."""
    voices: Voices | None = None
    """What customers said."""
    changes: tuple[Change, ...] = ()
    """Changes of process known when this is written."""
    access: Access = Access()
    """Who sees what."""
    displays: tuple[Display, ...] = ()
    """Wall screens."""
    tests: tuple[GoldenReading, ...] = ()
    """Golden readings: what must come out."""

    def label(self, metric: str) -> str:
        """The name people read for a metric; made from its id when none is written."""
        return self.metrics[metric].label or metric.replace("_", " ").capitalize()

    def level(self, metric: str) -> str:
        """The lowest level a metric is shown at."""
        return self.metrics[metric].level or self.organisation.levels[-1]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The customer outcomes at the top of the thread, in the order they are written."""
        return tuple(name for name, metric in self.metrics.items() if metric.outcome)
