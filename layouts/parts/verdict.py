"""Whether a recorded change worked, in words: "Worked: +9.6 pts, 95 % interval +7.2 to +12.0 pts"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from htpy import Element, details, summary

from layouts.numerals import digits
from layouts.parts.text import facts
from layouts.words import Tongue, counted, interval
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


_METHOD = (
    "A straight line before the change and one since, with a jump between them; each period remembers the last. Judged"
    " by the same fit at dates, and in sibling units, where nothing happened."
)


def verdict_details(found: ChangeEffect, fmt: Format, tongue: Tongue) -> Element:
    """The verdict, which opens into how it was got."""
    return details(".evidence")[summary[f"{verdict(found, fmt, tongue)}."], facts(_how(found, fmt, tongue))]


def _how(found: ChangeEffect, fmt: Format, tongue: Tongue) -> Iterator[tuple[str, str | None]]:
    effect = found.effect
    yield "Method", _METHOD
    yield "Looked for in", ", ".join(unit.partition(":")[2] or unit for unit in found.units) or None
    yield (
        "Points",
        f"{digits(Decimal(effect.before), 0, tongue)} before, {digits(Decimal(effect.after), 0, tongue)} since",
    )
    for name, size in (("At once", effect.level), ("On average since", effect.average)):
        yield name, (interval(size.value, size.low, size.high, fmt, tongue) or None) if size else None
    yield (
        "Compared with",
        counted(effect.controls, "sibling unit", tongue=tongue) if effect.controls else "itself alone",
    )
    if effect.p_value is not None:
        placebos = counted(effect.placebos, "place", tongue=tongue)
        yield (
            "Chance (p)",
            f"{digits(Decimal(repr(effect.p_value)), 3, tongue)}, from {placebos} where nothing happened",
        )
    yield "Missing", "; ".join(effect.missing) or None
