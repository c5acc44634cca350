"""What lies ahead, as JSON-ready values and in plain sentences for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scorecard.causes.wording import figure
from scorecard.definition import Definition
from scorecard.outlook.answer import Needs, WillLand


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead of one metric of one unit; ``None`` where nobody should say."""

    landing: WillLand | None = None
    needs: Needs | None = None


def as_dict(found: Ahead) -> Mapping[str, Any]:
    """``landing`` and ``needs``, each an object or null."""
    landing = asdict(found.landing) if found.landing else None
    if found.landing and landing:
        landing |= {"unit": ":".join(found.landing.unit), "until": found.landing.until.isoformat()}
    return {"landing": landing, "needs": asdict(found.needs) if found.needs else None}


def sentences(definition: Definition, found: Ahead) -> Iterator[str]:
    """The chance of landing and what it takes; the leaves that could bring an outcome to its target."""
    if found.landing:
        yield from _landing(definition, found.landing)
    if found.needs:
        yield _needs(definition, found.needs)


def _landing(definition: Definition, found: WillLand) -> Iterator[str]:
    form = definition.metrics[found.metric].format
    chance = "under 1 %" if found.chance < 0.01 else "over 99 %" if found.chance > 0.99 else f"{found.chance:.0%}"  # noqa: PLR2004 - what the words say
    yield f"Chance of {figure(form, found.target)} for the {found.span} that ends {found.until:%Y-%m-%d}: {chance}."
    if found.needed is not None:
        yield (
            f"The {found.left} {found.grain}s left would have to bring {figure(form, found.needed)};"
            f" a {found.grain} now brings {figure(form, found.usual)}."
        )


def _needs(definition: Definition, found: Needs) -> str:
    form, label = definition.metrics[found.outcome].format, definition.label(found.outcome)
    able = [definition.label(one.metric) for one in found.leaves if one.answer == "within_limits"]
    if able:
        return f"{label} can reach {figure(form, found.target)} by {able[0]} alone, within its natural limits."
    best = "" if found.at_best is None else f"; all of them at their best would bring {figure(form, found.at_best)}"
    return (
        f"No single measure beneath {label} brings it to {figure(form, found.target)} within its natural limits{best}."
    )
