"""The metrics of a draw: simple ones, and others over them or over measures of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from tests.draws import kinds
from tests.draws.kinds import Words
from tests.draws.words import CONDITIONS, FORMULAS, filtered, measure

OFFSETS = ("1 day", "1 week", "1 month", "2 weeks", "1 quarter", "1 year")


@dataclass(frozen=True)
class Ground:
    """What metrics are drawn over."""

    sources: Sequence[str]
    units: Mapping[str, Sequence[str]]
    begin: datetime
    hourly: bool
    """Whether every source knows hours."""


def metrics_of(dice: Random, ground: Ground) -> dict[str, Words]:
    """Metrics of every type, most of them now and then."""
    found: dict[str, Words] = {}

    def add(kind: str, times: Sequence[int], make: Callable[[], Words]) -> None:
        found.update((f"{kind}{at}", make()) for at in range(dice.choice(times)))

    add("m", (2, 3, 4), lambda: _simple(dice, ground))
    simple = [*found]
    add("nps", (0, 1), lambda: _nps(dice, ground))
    add("ratio", (0, 0, 1, 2), lambda: _ratio(dice, ground, simple))
    add("followed", (0, 0, 1), lambda: kinds.conversion(dice, ground.sources))
    add("each", (0, 0, 0, 1), lambda: _derived(dice, simple))
    rolled = [*found]
    add("rolling", (0, 1, 1, 2, 3), lambda: kinds.cumulative(dice, dice.choice(rolled), hourly=ground.hourly))
    add("balance", (0, 0, 1, 2), lambda: kinds.balance(dice, dice.choice(ground.sources), [*ground.units]))
    add("share", (0, 0, 0, 1), lambda: _ratio(dice, ground, _countable(found)))
    _aim(dice, ground, found)
    aimed = [name for name, words in found.items() if "target" in words]
    if aimed:
        add("index", (0, 1, 1, 1), lambda: kinds.index(dice, aimed))
    add("derived", (0, 1, 2), lambda: _derived(dice, [*found]))
    if dice.random() < 0.2:
        found[dice.choice(simple)]["level"] = dice.choice(("all", *ground.units))
    return found


def _simple(dice: Random, ground: Ground) -> Words:
    return {"source": dice.choice(ground.sources), **measure(dice)}


def _nps(dice: Random, ground: Ground) -> Words:
    return {"type": "nps", "source": dice.choice(ground.sources), "expr": "number", **filtered(dice, 0.45)}


def _ratio(dice: Random, ground: Ground, known: Sequence[str]) -> Words:
    inline = (_simple(dice, ground) for _ in range(2))
    over, under = (dice.choice((dice.choice(known), words)) for words in inline)
    return {"type": "ratio", "numerator": over, "denominator": under, **filtered(dice, 0.2)}


def _countable(found: Mapping[str, Words]) -> list[str]:
    """Simple metrics, balances, and simple metrics over windows."""
    return [name for name, words in found.items() if "agg" in found.get(words.get("metric", name), {})]


def _aim(dice: Random, ground: Ground, found: dict[str, Words]) -> None:
    """Give some metrics a target."""
    known = [*found]
    for name in dice.sample(known, dice.choice((0, 1, 2, min(4, len(known))))):
        found[name] |= kinds.aim(dice, [other for other in known if other != name], ground.units, ground.begin)


def _derived(dice: Random, known: Sequence[str]) -> Words:
    inputs: dict[str, Words] = {alias: {"metric": dice.choice(known)} for alias in "ab"}
    if dice.random() < 0.5:
        inputs["b"]["offset"] = dice.choice(OFFSETS)
    if dice.random() < 0.4:
        inputs[dice.choice("ab")]["filter"] = dice.choice([*CONDITIONS])
    return {"type": "derived", "expr": dice.choice([*FORMULAS]), "inputs": inputs}
