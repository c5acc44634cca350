"""Where an axis has its lines, and what they are called: round numbers, in the page's own words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from layouts.words import Tongue, spoken
from scorecard.definition import Format

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TIME_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)
_LINES = 4
_FINEST = 4


def ticks(low: float, high: float, fmt: Format) -> list[float]:
    """Round numbers between ``low`` and ``high``, about four steps apart; hours and days for durations."""
    rough = (high - low) / _LINES
    if not (math.isfinite(rough) and rough > 0):
        return [low]
    step = _time_step(rough) if fmt == "duration" else _round_step(rough)
    first = math.ceil(low / step)
    return [i * step for i in range(first, math.floor(high / step) + 1)]


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * 0.999)


def _time_step(rough: float) -> float:
    if rough < 1:
        return _round_step(rough)
    fitting = next((float(step) for step in _TIME_STEPS if step >= rough), None)
    return fitting or _round_step(rough / 86_400) * 86_400


def tick_words(lines: Sequence[float], fmt: Format, tongue: Tongue) -> list[str]:
    """Ticks in words, as fine as it takes for all of them to differ."""
    for finer in range(_FINEST):
        words = [spoken(line, fmt, tongue, finer=finer).plain for line in lines]
        if len(set(words)) == len(words):
            break
    return words
