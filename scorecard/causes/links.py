"""The table of links: what each is claimed to do, and how far the data bear it out, in words and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scorecard.analysis.estimate import Estimate, Shortage
from scorecard.analysis.evidence import LinkEvidence, Reason
from scorecard.definition import Definition, Grain
from scorecard.tree import Tree

REASONS: Mapping[Reason, str] = {
    "no_data": "there are no data for both at any level",
    "too_little_data": "there are too few data",
    "no_variation": "one of the two never varies",
    "not_significant": "the data show no effect beyond chance",
    "significant": "the effect is beyond chance, all links of the thread considered",
    "wrong_sign": "the effect goes against the claim",
    "signs_conflict": "two ways of looking give opposite answers",
    "holds_in_both_halves": "it holds in both halves of the units",
    "fails_in_a_half": "it does not hold in both halves of the units",
    "too_few_units_to_halve": "there are too few units to look at each half",
    "change_moved_both": "a recorded change moved both",
    "change_moved_against": "a recorded change moved both, against the claim",
}


def as_dicts(definition: Definition, evidence: tuple[LinkEvidence, ...], grain: Grain) -> list[Mapping[str, Any]]:
    """Every influence link in written order, each with all that is known of it; lags count periods of ``grain``."""
    found = {(one.child, one.parent): one for one in evidence}
    links = [link for link in Tree.of(definition).links if link.kind == "influence"]
    return [
        {
            "child": link.metric,
            "parent": link.feeds,
            "claimed": link.effect,
            "claimed_lag": str(link.lag) if link.lag else None,
            "grain": grain,
            **_known(found.get((link.metric, link.feeds))),
        }
        for link in links
    ]


def missing(shortage: Shortage | None) -> str | None:
    """What is still missing for an estimate, in words."""
    if shortage is None:
        return None
    counts = {"units": shortage.units, "periods": shortage.periods, "cases": shortage.cases}
    told = [f"{count} more {what[:-1] if count == 1 else what}" for what, count in counts.items() if count > 0]
    return " and ".join(told) or None


def _known(found: LinkEvidence | None) -> Mapping[str, Any]:
    """What the data say; a metric that failed has no evidence at all."""
    if found is None:
        return {"grade": "claimed", "effect": None, "reasons": [REASONS["no_data"]], "missing": None, "conflict": False,
                "case": None, "q": None, "level": None, "reach": 1.0}  # fmt: skip
    return {
        "grade": found.grade,
        "effect": _effect(found.estimate),
        "q": found.q,
        "level": found.level,
        "case": _effect(found.case),
        "conflict": found.conflict,
        "reach": found.reach,
        "reasons": [REASONS[reason] for reason in found.reasons],
        "missing": missing(found.shortage),
    }


def _effect(found: Estimate | None) -> Mapping[str, Any] | None:
    if found is None:
        return None
    return {
        "slope": found.slope,
        "low": found.low,
        "high": found.high,
        "lag": found.lag,
        "units": found.units,
        "periods": found.periods,
        "observations": found.observations,
        "p": found.p,
        "method": found.method,
    }
