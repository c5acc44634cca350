"""What every part of a definition is made of: the frozen model, names, numbers, durations, expressions."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    Tag,
    WithJsonSchema,
)


class Model(BaseModel):
    """A frozen value that refuses keys it does not know.

    A field's docstring is its description in the JSON Schema and in the reference.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


SHAPE = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
"""What the name of a union's member begins with in pydantic's error locations: nothing a YAML key looks like."""


def shape_tag(shape: str) -> str:
    """How a member of a union is named in pydantic's error locations."""
    return SHAPE + shape


def shaped(shape: str) -> Tag:
    """Mark a member of a union that is told apart by its shape."""
    return Tag(shape_tag(shape))


def _is_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,63}", text):
        raise ValueError(f"a name is a letter, then letters, digits, '_' or '-' (64 at most), not {text[:80]!r}")
    return text


Name = Annotated[str, AfterValidator(_is_name)]
"""An identifier people give: of a metric, a level, a source, a stage, a display."""

Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Column = Annotated[str, Field(min_length=1, max_length=500)]
"""A column of a source or, where the format allows it, an expression over its columns."""

Expression = Annotated[str, Field(min_length=1, max_length=4_000)]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]


_YEARS = range(1900, 2200)


def _day(value: Any) -> Any:
    """Read ``2026-04-01`` and nothing else: pydantic would take a bare number for a time stamp."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        with suppress(ValueError):
            value = date.fromisoformat(value)
    if not isinstance(value, date) or isinstance(value, datetime) or value.year not in _YEARS:
        raise ValueError(f"input should be a date such as 2026-04-01, not {value!r:.80}")
    return value


def _moment(value: Any) -> Any:
    """Read a date, or a date with a time of day."""
    if isinstance(value, str) and len(value) > len("2026-04-01"):
        with suppress(ValueError):
            value = datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.year in _YEARS:
        return value
    return _day(value)


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[date | datetime, BeforeValidator(_moment)]
"""A date, or a date with a time of day."""

DurationUnit = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]

_UNITS: dict[str, DurationUnit] = {
    "s": "second", "sec": "second", "second": "second",
    "min": "minute", "minute": "minute",
    "h": "hour", "hour": "hour",
    "d": "day", "day": "day",
    "w": "week", "week": "week",
    "month": "month", "quarter": "quarter",
    "y": "year", "year": "year",
}  # fmt: skip
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_LONGEST = 100 * 366 * 86_400


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as people write it: ``14 days``, ``60s``, ``1 year``.

    Months, quarters and years have no fixed length, so the unit is kept and the calendar applies it.
    """

    count: int
    unit: DurationUnit

    @property
    def seconds(self) -> int:
        """The length in seconds; a month counts 31 days, a quarter 92, a year 366: never too short."""
        days = {"month": 31, "quarter": 92, "year": 366}
        return self.count * (_SECONDS.get(self.unit) or days[self.unit] * 86_400)

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


def _duration(value: Any) -> Any:
    if isinstance(value, Duration):
        return value
    found = re.fullmatch(r"\s*(\d{1,6})\s*([A-Za-z]+)\s*", value) if isinstance(value, str) else None
    unit = found and (_UNITS.get(found[2]) or _UNITS.get(found[2].removesuffix("s")))
    if not found or not unit:
        raise ValueError(f"input should be a length of time such as '14 days', '60s' or '1 year', not {value!r:.80}")
    duration = Duration(int(found[1]), unit)
    if duration.seconds > _LONGEST:
        raise ValueError(f"a length of time is at most 100 years, not {value!r:.80}")
    return duration


Length = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\s*\d{1,6}\s*[A-Za-z]+\s*$", "examples": ["14 days", "60s"]}),
]
"""A field that holds a :class:`Duration`, written as text."""


def unit_ref(value: str) -> str:
    """Check that a text names a unit; raises ``ValueError`` when it does not."""
    level, colon, unit = value.partition(":")
    if not (level and colon and unit):
        raise ValueError(f"a unit is written 'level:id', as in 'team:Depot North', not {value[:80]!r}")
    return value


UnitRef = Annotated[str, AfterValidator(unit_ref)]
"""A unit named by level and id: ``team:Depot North``."""


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


OneOrMore = BeforeValidator(_as_tuple, json_schema_input_type=str | list[str])
"""For a field that takes one text or a list of them."""
