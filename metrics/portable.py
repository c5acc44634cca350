"""Portable SQL: one name for what engines write differently; every dialect's file says how it writes it.

Constants inside a construct (zones, grains, digits, shares) are rendered as literals, because databases compare the
text of a grouped expression; they come from closed sets or are numbers, never text of a YAML or a browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from scorecard.definition import Duration, Grain
from scorecard.syntax import CastType

Element = sa.ColumnElement[Any]
Kind = Literal["integer", "decimal", "number", "boolean", "text", "date", "timestamp", "instant", "any", "other"]
"""What a column holds. An *instant* knows its zone, a *timestamp* is local already; *any* may turn out to be anything
(a constant null, a column of an engine without types); *other* cannot be computed with."""


class Construct(FunctionElement[Any]):
    """A portable construct over arguments."""

    inherit_cache = False

    def __init_subclass__(cls, **options: Any) -> None:
        """Keep every construct out of SQLAlchemy's statement cache, which would not see its constants."""
        cls.inherit_cache = False
        super().__init_subclass__(**options)

    @property
    def arguments(self) -> list[Element]:
        """The arguments, in order."""
        return list(self.clauses)


class Moment(Construct):
    """A constant local time."""

    name = "moment"
    type = sa.DateTime()

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        super().__init__()

    @property
    def iso(self) -> str:
        """The moment as text, without a fraction where it has none."""
        return self.moment.isoformat(" ")


class LocalTime(Construct):
    """The naive local time of an instant in a zone."""

    name = "local_time"
    type = sa.DateTime()

    def __init__(self, moment: Element, zone: str) -> None:
        self.zone = _plain_zone(zone)
        super().__init__(moment)


class ReadTime(Construct):
    """The naive local time that a text says, ISO 8601 with or without an offset; null where it says none."""

    name = "read_time"
    type = sa.DateTime()

    def __init__(self, text: Element, zone: str) -> None:
        self.zone = _plain_zone(zone)
        super().__init__(text)


class Day(Construct):
    """The date of a local time."""

    name = "day_of"
    type = sa.Date()


class Midnight(Construct):
    """The local time at which a date begins."""

    name = "midnight_of"
    type = sa.DateTime()


class PeriodStart(Construct):
    """The first day of the period that holds a local time; for an hour, its first minute.

    ``week`` is the weekday weeks begin on (Monday 0), ``month`` the month fiscal years begin in (January 0).
    """

    name = "period_start"
    type = sa.Date()

    def __init__(self, moment: Element, grain: Grain, week: int, month: int) -> None:
        self.grain, self.week, self.month = grain, int(week), int(month)
        super().__init__(moment)


class Hour(Construct):
    """The hour of a local time, 0 to 23."""

    name = "hour_of"
    type = sa.Integer()


class Weekday(Construct):
    """The day of the week of a local time, Monday 1 to Sunday 7."""

    name = "weekday_of"
    type = sa.Integer()


class SecondsBetween(Construct):
    """Seconds from the first moment to the second, with fractions; of two instants those that really passed."""

    name = "seconds_between"
    type = sa.Double()

    def __init__(self, start: Element, stop: Element, zone: str) -> None:
        self.zone = _plain_zone(zone)
        super().__init__(start, stop)


class Later(Construct):
    """The local time that lies a length of time after another by the clock; a month ends at its last day."""

    name = "later_by"
    type = sa.DateTime()

    def __init__(self, moment: Element, by: Duration) -> None:
        count = int(by.count)
        self.months = count * _MONTHS.get(by.unit, 0)
        self.seconds = 0 if self.months else int(by.seconds)
        super().__init__(moment)


class DaysBetween(Construct):
    """Midnights from the first local time to the second."""

    name = "days_between"
    type = sa.Integer()


class Percentile(Construct):
    """The exact percentile by linear interpolation (``percentile_cont``), an aggregate."""

    name = "exact_percentile"
    type = sa.Double()

    def __init__(self, value: Element, share: float) -> None:
        self.share = float(share)
        super().__init__(value)


class Finite(Construct):
    """The number, or null where it is not one (NaN, infinity)."""

    name = "finite"
    type = sa.Double()


class Whole(Construct):
    """A whole number of a row that is handed out: as it is where an engine says so, else as a double."""

    name = "whole"
    type = sa.Double()


class Convert(Construct):
    """A conversion of text, or of what has no type, that gives null where it cannot be made."""

    name = "convert"

    def __init__(self, value: Element, to: CastType) -> None:
        self.to = to
        self.type = _TYPES[to]
        super().__init__(value)


class Round(Construct):
    """A number rounded half away from zero, as the decimal it is written as: 1.005 to two digits is 1.01."""

    name = "round_half_away"
    type = sa.Double()

    def __init__(self, value: Element, digits: int) -> None:
        self.digits = int(digits)
        super().__init__(value)


class NumberText(Construct):
    """A number as text, whole ones without decimals."""

    name = "number_text"
    type = sa.String()


class Quotient(Construct):
    """A real quotient of two doubles; null where the divisor is 0."""

    name = "quotient"
    type = sa.Double()


class Letters(Construct):
    """A text that compares by its letters' code points, whatever alphabet the database sorts by."""

    name = "letters"
    type = sa.String()


@compiles(Letters)
def _as_it_is(construct: Letters, compiler: SQLCompiler, **options: Any) -> str:
    """Engines that know no other order need not say so."""
    return str(compiler.process(construct.arguments[0], **options))


class Extreme(Construct):
    """The least or greatest argument that is not null; of texts by their code points."""

    name = "extreme"

    def __init__(self, greatest: bool, type_: sa.types.TypeEngine[Any], *values: Element) -> None:
        self.greatest, self.type = greatest, type_
        super().__init__(*values)


_MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
_TYPES: Mapping[CastType, sa.types.TypeEngine[Any]] = {
    "integer": sa.BigInteger(),
    "double": sa.Double(),
    "text": sa.String(),
    "date": sa.Date(),
    "timestamp": sa.DateTime(),
}


class Arguments:
    """The text of a construct's arguments, written anew at each use.

    An argument written twice is compiled twice, so that parameters stay in step where they count by position.
    """

    def __init__(self, write: Sequence[Callable[[], str]]) -> None:
        self._write = write

    def __len__(self) -> int:
        return len(self._write)

    def __iter__(self) -> Iterator[str]:
        return (write() for write in self._write)

    def __getitem__(self, at: int) -> str:
        return self._write[at]()


Renderer = Callable[[Any, Arguments], str]
"""How a dialect writes a construct: from the construct and its arguments' text to text."""


def render(dialect: str, renderers: Mapping[type[Construct], Renderer]) -> None:
    """Teach SQLAlchemy how a dialect writes constructs."""
    for construct, renderer in renderers.items():
        compiles(construct, dialect)(_compiler(renderer))


def _compiler(renderer: Renderer) -> Callable[..., str]:
    def compiled(construct: Construct, compiler: SQLCompiler, **options: Any) -> str:
        return renderer(
            construct, Arguments([partial(compiler.process, argument, **options) for argument in construct.arguments])
        )

    return compiled


compiles(Whole)(_compiler(lambda _, of: f"CAST({of[0]} AS DOUBLE PRECISION)"))


def _plain_zone(zone: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_+/-]+", zone):
        raise ValueError("a time zone's name holds letters, digits and _ + / - only")
    return zone


def real(value: Element) -> Element:
    """A number as a double, so that no engine divides or adds in integers or decimals of its own making."""
    return value if isinstance(value.type, sa.Double) else sa.cast(value, sa.Double)
