"""Why a figure moved, as JSON-ready values. ``docs/explanation/attribution.md`` says what each key holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scorecard.causes.answer import Beneath, End, Estimated, Line, Split, Why
from scorecard.causes.wording import sentences


def as_dict(found: Why) -> Mapping[str, Any]:
    """The whole answer. ``parts`` run over units, or over the drivers where there is nothing beneath."""
    split = _told(found)
    return {
        "metric": found.metric,
        "label": found.label,
        "unit": ":".join(found.unit),
        "unit_label": found.unit_label,
        "grain": found.grain,
        "from": _end(found.before),
        "to": _end(found.after),
        "change": found.change,
        "along": split.along if split else None,
        "method": split.method if split and split.parts else None,
        "parts": [_line(line) for line in split.parts] if split else [],
        "residual": split.residual if split else None,
        "stopped": split.stopped if split else None,
        "reversal": split.reversal if split else None,
        "drivers": [*map(_line, found.drivers.parts if found.drivers else ()), *map(_estimated, found.estimates)],
        "unexplained": found.unexplained,
        "descent": [{"key": step.key, "label": step.label, "amount": step.amount} for step in found.descent],
        "beneath": list(map(_beneath, found.beneath)),
        "signal": None if found.noise is None else found.noise.signal or "none",
        "sentences": list(sentences(found)),
    }


def _told(found: Why) -> Split | None:
    over = found.organisation
    if over is not None and (over.parts or found.drivers is None or not found.drivers.parts):
        return over
    return found.drivers or over


def _end(end: End) -> Mapping[str, Any]:
    return {
        "period": end.period.key if end.period else None,
        "target": end.period is None,
        "value": end.value,
        "numerator": end.numerator,
        "denominator": end.denominator,
        "count": end.count,
        "complete": end.complete,
    }


def _line(line: Line) -> Mapping[str, Any]:
    return {"key": line.key, "label": line.label, "kind": line.kind, "amount": line.amount, "share": line.share}


def _beneath(one: Beneath) -> Mapping[str, Any]:
    return {
        "key": one.metric,
        "label": one.label,
        "unit": ":".join(one.unit),
        "unit_label": one.unit_label,
        "amount": one.amount,
    }


def _estimated(one: Estimated) -> Mapping[str, Any]:
    return {
        "key": one.metric,
        "label": one.label,
        "kind": "estimated",
        "amount": one.amount,
        "low": one.low,
        "high": one.high,
        "moved": one.moved,
        "lag": one.lag,
        "grade": one.grade,
    }
