"""A chart's axis of periods: few enough names, with the year beneath wherever it begins, and fewer on a telephone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from layouts.times import period_tick, period_year
from layouts.words import Tongue
from scorecard.time import Period

NARROW_PERIODS = 26
"""How many periods a telephone shows: half a year of weeks, as many as its width tells apart."""
_TICKS, _NARROW_TICKS = 8, 4


@dataclass(frozen=True, slots=True)
class Axis:
    """Where an axis of periods begins and ends, and what is written at which of them."""

    range: tuple[float, float]
    at: tuple[int, ...]
    names: tuple[str, ...]


def wide(periods: Sequence[Period], tongue: Tongue) -> Axis:
    """The axis of every period there is."""
    return _axis(periods, 0, _TICKS, tongue)


def narrow(periods: Sequence[Period], tongue: Tongue) -> Axis:
    """The axis of the newest periods, for a narrow screen."""
    return _axis(periods, max(0, len(periods) - NARROW_PERIODS), _NARROW_TICKS, tongue)


def _axis(periods: Sequence[Period], first: int, most: int, tongue: Tongue) -> Axis:
    last = len(periods) - 1
    at = range(last, first - 1, -max(1, math.ceil((last - first + 1) / most)))[::-1]
    return Axis((first - 0.5, last + 0.5), tuple(at), _names([periods[i] for i in at], periods[first:], tongue))


def _names(named: Sequence[Period], shown: Sequence[Period], tongue: Tongue) -> tuple[str, ...]:
    """The periods' short names; where more than one year is shown, each year beneath the first name in it."""
    years = [period_year(period, tongue) for period in named]
    several = len({period_year(period, tongue) for period in (*shown[:1], *shown[-1:])}) > 1
    new = [several and year and (at == 0 or years[at - 1] != year) for at, year in enumerate(years)]
    return tuple(
        f"{period_tick(period, tongue)}<br>{year}" if begins else period_tick(period, tongue)
        for period, year, begins in zip(named, years, new, strict=True)
    )
