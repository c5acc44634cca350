"""How a number of each format is written in a company's locale: digits, signs, units.

:mod:`layouts.words` decides what is said; here it is only spelled.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal

from babel import Locale
from babel.numbers import NumberPattern, format_compact_decimal
from babel.units import format_unit

from scorecard.definition import Format
from scorecard.head import Head

MINUS = "\u2212"
KEPT = 16_384
"""How many spellings are kept: a page says the same numbers several times, the next page says most of them again."""
_COMPACT_FROM = 10_000_000
_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86_400
_STEPS = ((_HOUR, "h", "hour"), (_MINUTE, "min", "minute"), (_SECOND, "s", "second"))


@dataclass(frozen=True, slots=True)
class Tongue:
    """How this company writes numbers and dates.

    A CLDR locale (``en_GB``), an ISO 4217 currency, and the month (1 to 12) a fiscal year begins in.
    """

    locale: str = "en_GB"
    currency: str = "GBP"
    fiscal_from: int = 1

    @classmethod
    def of(cls, head: Head) -> Tongue:
        """The tongue of the scorecard whose head this is."""
        return cls(head.locale, head.currency, head.fiscal_from)

    @property
    def cldr(self) -> Locale:
        """The locale as Babel has it."""
        return _locale(self.locale)


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name, sep="-" if "-" in name else "_")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A value ready to show: ``text`` large, ``unit`` small beside it, ``said`` in full words."""

    text: str
    unit: str
    said: str
    known: bool = True

    @property
    def plain(self) -> str:
        """Text and unit as they stand in a sentence: ``81.4%``, ``38.2 pts``."""
        if not self.unit:
            return self.text
        return f"{self.text}{self.unit}" if self.unit == "%" else f"{self.text}\u00a0{self.unit}"


def number(value: float, finer: int, tongue: Tongue) -> Spoken:
    """A plain number; from ten million on in short ("12.3M") unless it must be fine."""
    if abs(value) >= _COMPACT_FROM and not finer:
        short = _signed(format_compact_decimal(value, locale=tongue.cldr, fraction_digits=1))
        return Spoken(short, "", digits(Decimal(repr(value)), 0, tongue))
    text = digits(Decimal(repr(value)), usual_decimals(value, "number") + finer, tongue)
    return Spoken(text, "", text)


def percent(value: float, finer: int, tongue: Tongue) -> Spoken:
    """A share as a percentage."""
    text = digits(Decimal(repr(value)) * 100, 1 + finer, tongue)
    return Spoken(text, "%", f"{text} percent")


def currency(value: float, finer: int, tongue: Tongue) -> Spoken:
    """Money in the company's currency; pence only where they matter."""
    decimals = usual_decimals(value, "currency") + finer
    pattern = _pattern(tongue, "currency", decimals)
    amount = _rounded(Decimal(repr(value)), decimals)
    text = pattern.apply(amount, tongue.cldr, currency=tongue.currency, currency_digits=False)
    return Spoken(_signed(text), "", _signed(text))


def score(value: float, finer: int, tongue: Tongue) -> Spoken:
    """Points."""
    text = digits(Decimal(repr(value)), 1 + finer, tongue)
    return Spoken(text, "pts", f"{text} points")


def duration(value: float, finer: int, tongue: Tongue) -> Spoken:
    """Seconds as people say them: "45 s", "2 h 5 min", "1.4 days"."""
    sign, size = (MINUS if value < 0 else "", abs(value))
    if size >= _DAY:
        days = digits(Decimal(repr(size)) / _DAY, 1 + finer, tongue)
        return Spoken(
            sign + days,
            "days",
            sign + format_unit(round(size / _DAY, 1 + finer), "duration-day", "long", locale=tongue.cldr),
        )
    if size < _MINUTE or finer > 1:
        seconds = digits(Decimal(repr(size)), finer if size >= 10 else 1 + finer, tongue)  # noqa: PLR2004 - ten
        sign = sign if any(digit in "123456789" for digit in seconds) else ""
        return Spoken(
            sign + seconds, "s", sign + format_unit(round(size, 3), "duration-second", "long", locale=tongue.cldr)
        )
    return _write_clock(sign, size, tongue, seconds=finer > 0 or size < 10 * _MINUTE)


def _write_clock(sign: str, size: float, tongue: Tongue, *, seconds: bool) -> Spoken:
    """Hours, minutes and perhaps seconds, rounded once so that nothing ever reads "60 min"."""
    left = round(size) if seconds else round(size / _MINUTE) * _MINUTE
    short, long = [], []
    for length, symbol, name in _STEPS:
        count, left = divmod(left, length)
        if count:
            short.append((count, symbol))
            long.append(format_unit(count, f"duration-{name}", "long", locale=tongue.cldr))
    said = sign + " ".join(long)
    if len(short) == 1:
        return Spoken(f"{sign}{short[0][0]}", short[0][1], said)
    return Spoken(sign + " ".join(f"{count}\u00a0{symbol}" for count, symbol in short), "", said)


def usual_decimals(value: float, fmt: Format) -> int:
    """How many decimals a number is usually written with: as many as three digits need."""
    size = abs(value)
    if fmt == "currency":
        return 0 if size >= 1000 or value == int(value) else 2  # noqa: PLR2004 - pence stop mattering there
    if size >= 100 or value == int(value):  # noqa: PLR2004 - three digits are as many as people compare
        return 0
    if size >= 1:
        return 1
    two_digits = Decimal(f"{size:.1e}").normalize()
    return min(6, -int(two_digits.as_tuple().exponent))


@lru_cache(KEPT)
def digits(value: Decimal, decimals: int, tongue: Tongue) -> str:
    """The digits with that many decimals, grouped as the locale does; zero has no sign."""
    return _signed(_pattern(tongue, "decimal", decimals).apply(_rounded(value, decimals), tongue.cldr))


@cache
def _pattern(tongue: Tongue, kind: Literal["decimal", "currency"], decimals: int) -> NumberPattern:
    """The locale's pattern with that many decimals, no more and no fewer."""
    formats = tongue.cldr.decimal_formats if kind == "decimal" else tongue.cldr.currency_formats
    pattern: NumberPattern = copy(formats[None if kind == "decimal" else "standard"])
    pattern.frac_prec = (decimals, decimals)
    return pattern


def _rounded(value: Decimal, decimals: int) -> Decimal:
    rounded = round(value, decimals)
    return abs(rounded) if rounded == 0 else rounded


def _signed(text: str) -> str:
    return text.replace("-", MINUS)
