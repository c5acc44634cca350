"""What is drawn of metrics: expressions and conditions, each with what pandas makes of it, and metrics over them.

A frame has the columns of a source in pandas' nullable types, whose conditions know three answers as SQL's do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import pandas as pd

Frame = pd.DataFrame
Make = Callable[[Frame], "pd.Series[Any]"]


def _rounded(value: float) -> float:
    return float(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))


NUMBERS: Mapping[str, Make] = {
    "amount": lambda f: f.amount,
    "number": lambda f: f.number,
    "amount * 2 - number": lambda f: f.amount * 2 - f.number,
    "coalesce(amount, number, 0)": lambda f: f.amount.fillna(f.number).fillna(0),
    "amount / number": lambda f: f.amount / f.number.mask(f.number == 0),
    "case when ok then amount else -1 end": lambda f: f.amount.where(f.ok.fillna(False), -1.0),
    "round(amount)": lambda f: f.amount.map(_rounded, na_action="ignore"),
    "length(customer)": lambda f: f.customer.str.len(),
    "cast(ok as integer)": lambda f: f.ok.astype("Int64"),
    "greatest(amount, number)": lambda f: f[["amount", "number"]].astype("Float64").max(axis=1),
    "hour(moment)": lambda f: f.local.dt.hour.astype("Int64"),
    "weekday(moment)": lambda f: f.local.dt.day_of_week.astype("Int64") + 1,
}
CONDITIONS: Mapping[str, Make] = {
    "ok": lambda f: f.ok,
    "not ok": lambda f: ~f.ok,
    "ok or amount > 0": lambda f: f.ok | (f.amount > 0),
    "ok and not (number between 2 and 5)": lambda f: f.ok & ~((f.number >= 2) & (f.number <= 5)),
    "customer in ('a', 'b', null)": lambda f: f.customer.isin(["a", "b"]).astype("boolean").replace(False, pd.NA),
    "customer not in ('a', 'ä')": lambda f: (f.customer != "a") & (f.customer != "ä"),
    "customer is null or customer = ''": lambda f: f.customer.isna() | (f.customer == ""),
    "customer like 'A%' or channel like '_eb'": lambda f: (
        f.customer.str.startswith("A") | f.channel.str.fullmatch(".eb")
    ),
    "lower(trim(customer)) = 'b'": lambda f: f.customer.str.strip(" ").str.lower() == "b",
    "customer < 'b' and customer >= 'A'": lambda f: (f.customer < "b") & (f.customer >= "A"),
    "hour(moment) >= 12 or weekday(moment) = 7": lambda f: (f.local.dt.hour >= 12) | (f.local.dt.day_of_week == 6),
    "(amount > number) is not true": lambda f: ~(f.amount > f.number).fillna(False),
    "coalesce(customer, channel) = 'phone'": lambda f: f.customer.fillna(f.channel) == "phone",
    "nullif(number, 3) <> 4": lambda f: f.number.mask(f.number == 3) != 4,
}
VALUES: Mapping[str, Make] = {
    "customer": lambda f: f.customer,
    "number": lambda f: f.number,
    "ok": lambda f: f.ok,
    "upper(customer)": lambda f: f.customer.str.upper(),
    "cast(moment as date)": lambda f: f.local.dt.date,
    "cast(amount as integer)": lambda f: f.amount.map(_rounded, na_action="ignore"),
}
FORMULAS: Mapping[str, Callable[[float | None, float | None], float | None]] = {
    "a / b": lambda a, b: None if a is None or not b else a / b,
    "coalesce(a, 0) - coalesce(b, 1)": lambda a, b: (a or 0.0) - (1.0 if b is None else b),
    "case when a > b then a else nullif(b, 2) end": lambda a, b: (
        a if a is not None and b is not None and a > b else None if b == 2 else b
    ),
    "greatest(a, b) + abs(a)": lambda a, b: None if a is None else max(a, a if b is None else b) + abs(a),
    "a * (b >= 1)": lambda a, b: None if a is None or b is None else a * (b >= 1),
    "a + b": lambda a, b: None if a is None or b is None else a + b,
}
OFFSETS = ("1 day", "1 week", "1 month", "2 weeks", "1 quarter", "1 year")


def metrics_of(dice: Random, sources: Sequence[str], levels: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Simple metrics, and others over them or over measures of their own."""
    found: dict[str, dict[str, Any]] = {}
    simple = [f"m{at}" for at in range(dice.randint(2, 5))]
    for name in simple:
        found[name] = {"source": dice.choice(sources), **_measure(dice)}
    found["nps"] = {"type": "nps", "source": dice.choice(sources), "expr": "number", **_filter(dice)}
    for at in range(dice.randint(0, 2)):
        inline = ({"source": dice.choice(sources), **_measure(dice)} for _ in range(2))
        over, under = (dice.choice((dice.choice(simple), measure)) for measure in inline)
        found[f"ratio{at}"] = {"type": "ratio", "numerator": over, "denominator": under}
    for at in range(dice.randint(0, 2)):
        found[f"derived{at}"] = _derived(dice, [*found])
    if dice.random() < 0.2:
        found[dice.choice(simple)]["level"] = dice.choice(levels)
    return found


def _measure(dice: Random) -> dict[str, Any]:
    agg = dice.choice(
        (
            "count",
            "count",
            "sum",
            "sum",
            "count_distinct",
            "average",
            "min",
            "max",
            "median",
            "percentile",
            "sum_boolean",
        )
    )
    words: dict[str, Any] = {"agg": agg, **_filter(dice)}
    if agg == "percentile":
        words["percentile"] = dice.choice((0.05, 0.25, 0.9, 0.99))
    if agg == "sum_boolean":
        words["expr"] = dice.choice(("ok", "amount > 0"))
    elif agg == "count_distinct":
        words["expr"] = dice.choice([*VALUES])
    elif agg != "count" or dice.random() < 0.4:
        words["expr"] = dice.choice([*NUMBERS])
    return words


def _filter(dice: Random) -> dict[str, str]:
    return {"filter": dice.choice([*CONDITIONS])} if dice.random() < 0.45 else {}


def _derived(dice: Random, known: Sequence[str]) -> dict[str, Any]:
    inputs: dict[str, dict[str, Any]] = {alias: {"metric": dice.choice(known)} for alias in "ab"}
    if dice.random() < 0.5:
        inputs["b"]["offset"] = dice.choice(OFFSETS)
    alone = [name for name in known if name.startswith("m")]
    if dice.random() < 0.3:
        inputs["a"] = {"metric": dice.choice(alone), "filter": dice.choice([*CONDITIONS])}
    return {"type": "derived", "expr": dice.choice([*FORMULAS]), "inputs": inputs}
