"""What is drawn of measures: expressions and conditions, each with what pandas makes of it, and aggregates of them.

A frame has the columns of a source in pandas' nullable types, whose conditions know three answers as SQL's do.
"""

from __future__ import annotations

import math
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
    "sqrt(a) + coalesce(b, 0)": lambda a, b: None if a is None or a < 0 else math.sqrt(a) + (b or 0.0),
    "ln(a) - ln(b)": lambda a, b: None if not a or not b or a < 0 or b < 0 else math.log(a) - math.log(b),
    "exp(least(a, b) / 100)": lambda a, b: (
        None if a is None and b is None else math.exp(min(each for each in (a, b) if each is not None) / 100)
    ),
}
AGGREGATES = (
    "count", "count", "sum", "sum", "count_distinct", "average", "min", "max", "median", "percentile", "sum_boolean",
)  # fmt: skip


def measure(dice: Random, aggregates: Sequence[str] = AGGREGATES, often: float = 0.45) -> dict[str, Any]:
    """An aggregate of an expression, as often as said of some rows only."""
    agg = dice.choice(aggregates)
    words: dict[str, Any] = {"agg": agg, **filtered(dice, often)}
    if agg == "percentile":
        words["percentile"] = dice.choice((0.05, 0.25, 0.9, 0.99))
    if agg == "sum_boolean":
        words["expr"] = dice.choice(("ok", "amount > 0"))
    elif agg == "count_distinct":
        words["expr"] = dice.choice([*VALUES])
    elif agg != "count" or dice.random() < 0.4:
        words["expr"] = dice.choice([*NUMBERS])
    return words


def filtered(dice: Random, often: float) -> dict[str, str]:
    """A filter, as often as said."""
    return {"filter": dice.choice([*CONDITIONS])} if dice.random() < often else {}
