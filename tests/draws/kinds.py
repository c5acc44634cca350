"""What is drawn of the other types: balances, rolling and to-date figures, conversions, targets and indexes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.draws.words import measure

DAYS = ("1 day", "3 days", "7 days", "2 weeks", "28 days", "1 month", "1 quarter", "1 year")
HOURS = ("1 hour", "5 hours", "36 hours")
SOON = ("20 minutes", "36 hours", "3 days", "1 week", "2 weeks", "1 month")
TO_DATE = ("day", "week", "month", "quarter", "year")
SHARED = ("count", "count", "sum", "sum_boolean", "count_distinct")
DIMENSIONS = ("channel", "who", "good", "size")
Words = dict[str, Any]


def balance(dice: Random, source: str, levels: Sequence[str]) -> Words:
    """A measure taken at one instant of the period, for each level or dimension of some."""
    by = dice.sample([*levels, *DIMENSIONS], dice.choice((0, 0, 1, 1, 2)))
    words: Words = {"window": dice.choice(("last", "first"))} if dice.random() < 0.6 else {}
    return {"source": source, **measure(dice), "non_additive": words | ({"by": by} if by else {})}


def cumulative(dice: Random, metric: str, *, hourly: bool) -> Words:
    """A figure over a window or to date; windows of hours only where sources know hours."""
    if dice.random() < 0.4:
        return {"type": "cumulative", "metric": metric, "grain_to_date": dice.choice(TO_DATE)}
    return {"type": "cumulative", "metric": metric, "window": dice.choice(DAYS + HOURS * hourly)}


def conversion(dice: Random, sources: Sequence[str]) -> Words:
    """The share of events that others follow, of the same entity, perhaps alike in more."""
    base, then = ({"source": source, **measure(dice, SHARED, often=0.3)} for source in dice.choices(sources, k=2))
    entity, *more = dice.choice((("customer", "line"), ("customer", "id"), ("line", "number"), ("number", "customer")))
    words: Words = {
        "type": "conversion", "base": base, "conversion": then, "entity": entity, "window": dice.choice(SOON),
    }  # fmt: skip
    if dice.random() < 0.3:
        same = dice.choice([more[0], "channel", {"base": "channel", "conversion": "line"}])
        words["constant_properties"] = [same]
    return words


def index(dice: Random, aimed: Sequence[str]) -> Words:
    """The weighted attainment of some metrics that have targets."""
    parts = dice.sample(aimed, dice.randint(1, min(3, len(aimed))))
    return {"type": "index", "of": {part: dice.choice((1, 2, 0.5)) for part in parts}}


def aim(dice: Random, known: Sequence[str], units: Mapping[str, Sequence[str]], begin: datetime) -> Words:
    """A target of any kind, and which way is good."""
    number = dice.choice((-1, 0, 0.5, 1, 2, 5, 40))
    if dice.random() < 0.2:
        return {"direction": "in_range", "target": {"low": number, "high": number + dice.choice((0, 1, 3))}}
    direction = dice.choice(("higher_is_better", "lower_is_better"))
    named = [f"{level}:{unit}" for level, ids in units.items() for unit in ids if unit.strip()]
    days = [begin + timedelta(days=dice.randint(-5, 40)) for _ in range(3)]
    kind = dice.choice(("number", "number", "steps", "units", "metric", "table"))
    target: Any = number
    if kind == "steps":
        target = [{"from": day.date(), "value": dice.choice((1, 2, -3))} for day in {*days}]
    elif kind == "units":
        target = {name: dice.choice((0.5, 3)) for name in dice.sample(named, min(2, len(named)))}
        target |= {"default": number} if dice.random() < 0.6 or not target else {}
    elif kind == "metric":
        target = {"metric": dice.choice(known), "times": dice.choice((1, 0.5, 2))}
        target |= {"offset": dice.choice(("1 day", "1 week", "1 month"))} if dice.random() < 0.5 else {}
    elif kind == "table":
        target = {"table": "goals", "metric": "metric", "unit": "unit", "level": "level", "from": "since",
                  "value": "goal"}  # fmt: skip
    return {"direction": direction, "target": target}


def goals(
    dice: Random, metrics: Mapping[str, Words], units: Mapping[str, Sequence[str]], begin: datetime
) -> list[Words]:
    """The rows of the table of targets: for a unit, a level or everybody, from a day on or always."""
    rows = []
    for name, words in metrics.items():
        target = words.get("target")
        if not (isinstance(target, dict) and "table" in target):
            continue
        for _ in range(dice.randint(0, 4)):
            level = dice.choice((None, *units))
            unit = dice.choice(units[level]) if level and dice.random() < 0.6 else None
            since = begin + timedelta(days=dice.randint(0, 40)) if dice.random() < 0.6 else None
            value = dice.choice((None, 1, 2.5, -1, 7))
            rows.append({"metric": name, "level": level, "unit": unit, "since": since, "goal": value})
    return rows
