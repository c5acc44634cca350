"""The company's side of a definition: calendar, warehouse, organisation, privacy and sources."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from scorecard.definition.base import (
    Column,
    Duration,
    Flag,
    Length,
    Model,
    Moment,
    Name,
    OneOrMore,
    Text,
    Whole,
)
from scorecard.faults import did_you_mean

Grain = Literal["hour", "day", "week", "month", "quarter", "year"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Month = Literal["january", "february", "march", "april", "may", "june", "july", "august", "september",
                "october", "november", "december"]  # fmt: skip


@cache
def _zones() -> frozenset[str]:
    """Every time zone there is; finding them reads a thousand files."""
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"there is no time zone {name!r:.80}" + did_you_mean(name, _zones()))
    return name


class Calendar(Model):
    """How time is cut. Days and weeks are days and weeks of ``time_zone``."""

    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """Days and weeks are cut in this zone; source times without a zone are taken as times in it."""
    week_starts: Weekday = "monday"
    """The first day of a week."""
    year_starts: Month = "january"
    """The first month of the fiscal year; quarters follow it."""
    grain: Grain = "week"
    """What pages open on."""
    history: dict[Grain, Annotated[Whole, Field(ge=1, le=2_000)]] = {
        "day": 42,
        "week": 53,
        "month": 25,
        "quarter": 9,
    }
    """How many periods a refresh keeps, by grain."""
    as_of: Moment | None = None
    """The moment taken for now, for a data set that is closed; without it, now is now."""

    @property
    def zone(self) -> ZoneInfo:
        """The calendar's time zone."""
        return ZoneInfo(self.time_zone)


class Warehouse(Model):
    """Where the facts are: any SQLAlchemy URL, and how long one statement may take."""

    url: Annotated[str, Field(min_length=1, max_length=2_000, repr=False)] = "duckdb:///:memory:"
    """Any SQLAlchemy URL; `${NAME}` and `${NAME:-default}` are read from the environment."""
    schema_: Annotated[str | None, Field(alias="schema")] = None
    """The schema that tables are looked for in."""
    statement_timeout: Length = Duration(60, "second")
    """How long one statement may take."""
    files: dict[Name, Text] = {}
    """DuckDB only: a table from a CSV or Parquet file (globs allowed), relative to this folder."""


class Roster(Model):
    """Who belongs where, dated: a fact belongs to the unit valid at its own time."""

    table: Text
    """The table that says who belongs where."""
    columns: Annotated[dict[Name, Text], Field(min_length=1)]
    """The column that holds a unit's id, by level."""
    names: dict[Name, Text] = {}
    """The column that holds a unit's name, by level."""
    valid_from: Text | None = None
    """The column with the first day of a membership."""
    valid_to: Text | None = None
    """The column with the day a membership ends, itself not included; empty means it still holds."""


class Organisation(Model):
    """The levels of the company, top first, and where the roster is."""

    levels: Annotated[tuple[Name, ...], Field(min_length=2, max_length=6)] = (
        "enterprise", "department", "team", "worker",
    )  # fmt: skip
    """The levels of the company, top first: two to six, with any names."""
    people: Name | None = None
    """The level that is personal data; it is the last one."""
    roster: Roster | None = None
    """Who belongs where, where sources do not carry it themselves."""
    labels: dict[Name, dict[str, Text]] = {}
    """Names for units, by level and id, where no table holds them."""


class Privacy(Model):
    """What is never shown: figures about fewer people or answers than ``minimum_group``."""

    minimum_group: Annotated[Whole, Field(ge=5, le=10_000)] = 5
    """A figure about fewer people or answers than this is withheld, everywhere."""
    floor_shows_people: Flag = False
    """Whether wall screens may show single people."""


class Source(Model):
    """A table or query whose rows are facts, with their time and the units they belong to."""

    table: Text | None = None
    """The table that holds the rows."""
    query: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    """Instead of a table: one SELECT in the warehouse's own dialect."""
    time: Column
    """The column with the moment a row belongs to."""
    units: dict[Name, Column] = {}
    """The column or expression with a unit's id, by level; the roster fills in the levels above."""
    dimensions: dict[Name, Column] = {}
    """Columns or expressions that figures can be split by."""
    case: Column | None = None
    """The column with the customer's case a row is part of."""
    customer: Column | None = None
    """The column with the customer."""
    late_after: Length | None = None
    """How long after their time rows may still arrive or change: what is older is not read again. Without it, and
    without a watermark, rows may change at any age, and a refresh reads the whole source."""
    watermark: Column | None = None
    """The column that only grows, and grows with every change of a row (`updated_at`): it tells which rows are new or
    changed, at any age. Rows are not deleted, and keep their time."""
    key: Annotated[tuple[Column, ...], OneOrMore] = ()
    """The column or columns that make a row one row: duplicates are counted once and reported."""

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("a source has either 'table' or 'query', one of the two")
        return self
