"""Whether a recorded change worked, in words: "Worked: +9.6 pts, 95 % interval +7.2 to +12.0 pts"."""

from __future__ import annotations

from collections.abc import Mapping

from layouts.words import Tongue, interval
from scorecard.analysis.effect import Verdict
from scorecard.definition import Format
from scorecard.verdicts import ChangeEffect

VERDICTS: Mapping[Verdict, str] = {
    "worked": "Worked",
    "made_it_worse": "Made it worse",
    "no_visible_effect": "No visible effect",
    "cannot_tell": "Cannot tell yet",
}


def verdict(found: ChangeEffect, fmt: Format, tongue: Tongue) -> str:
    """A verdict with its size, or with what is missing for one; ``fmt`` is that of the metric it is about."""
    effect = found.effect
    said = VERDICTS[effect.verdict]
    if effect.verdict == "cannot_tell":
        return f"{said}: {'; '.join(effect.missing)}" if effect.missing else said
    size = effect.size
    words = interval(size.value, size.low, size.high, fmt, tongue) if size else ""
    return f"{said}: {words}" if words else said
