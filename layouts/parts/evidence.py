"""A link of the thread in words: how far the data bear it out, by how much, and how that was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from htpy import Element, details, p, summary

from layouts.numerals import digits
from layouts.parts.text import facts
from layouts.words import Tongue, counted, interval, listed, pull, shows, spoken
from scorecard.analysis.estimate import Estimate, Method, Shortage
from scorecard.analysis.evidence import LinkEvidence, Reason
from scorecard.definition import Format
from scorecard.view import LinkView

_METHODS: Mapping[Method, str] = {
    "panel": "Each unit against itself, each period against the other units of that period",
    "case": "Within single cases of the same unit",
    "series": "Two series over time, each remembering its own past",
}
_CLAIMED: Mapping[Reason, str] = {
    "not_significant": "Only claimed: no significant relation in the data",
    "wrong_sign": "Only claimed: the data lean the other way, but not beyond doubt",
    "no_data": "Cannot tell: there are no figures to compare",
    "no_variation": "Cannot tell: one of the two hardly varies",
}
_STEPS: Mapping[Format, tuple[float, ...]] = {
    "percent": (0.01,), "score": (1.0,), "number": (1.0,), "currency": (1.0,), "duration": (60.0, 3600.0, 86_400.0),
}  # fmt: skip
"""By how much the child is taken to move, in its own units: the first that shows at all in the parent's."""


def evidence(link: LinkView, tongue: Tongue) -> Element | None:
    """A line with the grade and the effect, which opens into how it was got; nothing for a guardrail."""
    if link.kind == "identity":
        return p(".evidence")["Exact: the one is computed from the other."]
    found = link.evidence
    if found is None:
        return None
    return details(".evidence")[summary[said(link, found, tongue)], facts(_how(link, found, tongue))]


def said(link: LinkView, found: LinkEvidence, tongue: Tongue) -> str:
    """The line itself: grade, effect with its interval, what it rests on."""
    shown = found.effect if found.grade != "claimed" and _speaks(found) else None
    size = effect(link, shown, tongue) if shown else ""
    if shown is None or not size:
        return _grade(found, link, tongue)
    return f"{_grade(found, link, tongue)}: {size}; {_rests_on(shown, found, tongue)}"


def effect(link: LinkView, found: Estimate, tongue: Tongue) -> str:
    """The slope for one step of the child: "each point goes with +0.48 pts, 95 % interval +0.45 to +0.52 pts"."""
    form = link.parent_format
    steps = _STEPS[link.child_format]
    step = next((step for step in steps if _shows(found.slope * step, form, tongue)), steps[-1])
    size = interval(step * found.slope, step * found.low, step * found.high, form, tongue)
    return f"each {_step(step, link.child_format, tongue)} goes with {size}" if size else ""


def _shows(size: float, fmt: Format, tongue: Tongue) -> bool:
    return shows(pull(size, fmt, tongue))


def _step(step: float, fmt: Format, tongue: Tongue) -> str:
    match fmt:
        case "percent" | "score":
            return "point"
        case "duration":
            return {60.0: "minute", 3600.0: "hour"}.get(step, "day")
        case "currency":
            return spoken(step, fmt, tongue).plain
        case "number":
            return "one more"


def _speaks(found: LinkEvidence) -> bool:
    """Whether the figures themselves bear the link out or contradict it: a change alone gives no slope."""
    return "significant" in found.reasons or found.grade == "contradicted"


def _grade(found: LinkEvidence, link: LinkView, tongue: Tongue) -> str:
    match found.grade:
        case "moved":
            return "Borne out by a recorded change that moved both"
        case "replicated":
            return "Borne out in both halves of the units"
        case "associated" if "too_few_units_to_halve" in found.reasons:
            return "They go together in the data, in too few units to check in halves"
        case "associated":
            return "They go together in the data, but not in both halves of the units"
        case "contradicted":
            return "Contradicted by the data"
        case "claimed":
            return _only_claimed(found, link, tongue)


def _only_claimed(found: LinkEvidence, link: LinkView, tongue: Tongue) -> str:
    if found.conflict:
        return "Only claimed: the data contradict themselves"
    needed = _needed(found.shortage, link.grain, tongue) if found.shortage else []
    if found.estimate is None and needed:
        return f"Cannot tell: {listed(needed, tongue)} more needed"
    return next((_CLAIMED[reason] for reason in found.reasons if reason in _CLAIMED), "Cannot tell: too little data")


def _needed(missing: Shortage, grain: str, tongue: Tongue) -> list[str]:
    counts = ((missing.units, "unit"), (missing.periods, grain), (missing.cases, "case"))
    return [counted(count, noun, tongue=tongue) for count, noun in counts if count > 0]


def _rests_on(found: Estimate, about: LinkEvidence, tongue: Tongue) -> str:
    level = (about.level or "unit").replace("_", " ")
    if found.method == "case":
        return counted(found.observations, "case", tongue=tongue)
    return f"{counted(found.units, level, tongue=tongue)}, {counted(found.periods, 'period', tongue=tongue)}"


def _how(link: LinkView, found: LinkEvidence, tongue: Tongue) -> Iterator[tuple[str, str | None]]:
    shown = found.estimate
    yield "Claimed", f"{link.child_label} {link.effect} {link.parent_label}" if link.effect else None
    yield "Claimed lag", link.lag
    if shown is None:
        yield "Found", "no estimate"
        return
    yield "Method", _METHODS[shown.method]
    yield "Estimate", effect(link, shown, tongue) or None
    yield "Goes before by", counted(shown.lag, link.grain, tongue=tongue) if shown.lag else "nothing: the same period"
    yield "Level", found.level and found.level.replace("_", " ")
    yield "Rests on", f"{counted(shown.observations, 'observation', tongue=tongue)}; {_rests_on(shown, found, tongue)}"
    yield "Chance (p)", _chance(shown.p, tongue)
    yield "Chance, all links weighed (q)", None if found.q is None else _chance(found.q, tongue)
    if found.case is not None and shown.method != "case":
        yield "Within cases", effect(link, found.case, tongue) or None


def _chance(size: float, tongue: Tongue) -> str | None:
    if not 0 <= size <= 1:
        return None
    least = Decimal("0.001")
    return f"under {digits(least, 3, tongue)}" if size < least else digits(Decimal(repr(size)), 3, tongue)
