"""What could be measured in a table of facts, by what its columns hold and are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from metrics.proposing.guesses import FactsSeen
from metrics.proposing.looking import Seen
from scorecard.interop.guessing import words_of
from scorecard.interop.writing import column_text

MOST_OF_A_SOURCE = 5
"""Measures proposed of one source; what is left is named in a remark."""

_BAD = {"repeat", "repeated", "missed", "late", "failed", "failure", "error", "complaint", "complained", "cancelled",
        "canceled", "churn", "churned", "lapsed", "left", "breached", "escalated", "reopened", "refunded", "returned",
        "disputed", "wrong", "broken", "abandoned", "overdue", "transferred", "unpaid", "noshow", "show"}  # fmt: skip
_OUTCOMES = {"retained": 70, "renewed": 70, "kept": 55, "stayed": 65, "churn": 70, "churned": 70, "lapsed": 65,
             "left": 60, "complaint": 50, "repurchased": 60, "cancelled": 40}  # fmt: skip
_RECOMMEND = {"nps", "recommend", "recommendation", "promoter", "likelihood"}
_SATISFIED = {"csat", "satisfaction", "satisfied", "stars", "rating", "score", "ces"}
_MONEY = {"amount", "price", "revenue", "cost", "charge", "fee", "total", "credit", "paid", "refund", "spend", "sales"}
_SECONDS = {"seconds": 1, "secs": 1, "minutes": 60, "mins": 60, "hours": 3600, "days": 86_400}
_LONG = {"duration", "wait", "waited", "delay", "elapsed", "handling", "talk", "hold"}
_ZERO_OR_ONE = {"0", "1", "0.0", "1.0", "True", "False"}
_NPS_TOP, _NPS_LOW = 10, 6


@dataclass(frozen=True)
class Idea:
    """A measure worth proposing: its words, why, and how likely it is the customer's own verdict."""

    name: str
    words: dict[str, Any]
    why: str
    outcome: int = 0
    """0 for a measure on the way; the higher, the likelier it is the outcome."""


def ideas(facts: FactsSeen, source: str) -> Iterator[Idea]:
    """Everything proposed of one source, the most telling first."""
    found = [idea for column in facts.measured for idea in _of_column(column, source)]
    yield from sorted(found, key=lambda idea: -idea.outcome)


def volume(facts: FactsSeen, source: str) -> Idea:
    """How many rows there are: proposed where a table holds nothing else to measure."""
    name = facts.table.name
    return Idea(name, {"source": source, "agg": "count", "direction": "none"}, "how many rows there are")


def _of_column(column: Seen, source: str) -> Iterator[Idea]:
    words = set(words_of(column.name))
    if _is_flag(column):
        yield _share(column, source, words)
    elif column.sort == "number" and column.numbers:
        idea = _score(column, source, words) or _length(column, source, words) or _money(column, source, words)
        if idea:
            yield idea


def _is_flag(column: Seen) -> bool:
    if column.sort == "flag":
        return True
    return (
        column.sort == "number"
        and bool(column.distinct)
        and column.distinct <= {"0", "1", "0.0", "1.0", "True", "False"}
    )


def _share(column: Seen, source: str, words: set[str]) -> Idea:
    text = column_text(column.name)
    true = text if column.sort == "flag" else f"{text} = 1"
    rest = {"filter": f"{text} is not null"} if len(column.filled) < len(column.values) else {}
    better = "lower_is_better" if words & _BAD else "higher_is_better"
    made = {
        "type": "ratio",
        "source": source,
        "numerator": {"agg": "count", "filter": true},
        "denominator": {"agg": "count", **rest},
        "format": "percent",
        "direction": better,
    }
    outcome = max((_OUTCOMES[word] for word in words & _OUTCOMES.keys()), default=0)
    return Idea(column.name, made, f"`{column.name}` is true or false: the share that is true", outcome)


def _score(column: Seen, source: str, words: set[str]) -> Idea | None:
    low, high = column.numbers or (0.0, 0.0)
    text = column_text(column.name)
    within = low >= 0 and _NPS_LOW < high <= _NPS_TOP
    if within and words & (_RECOMMEND | {"score"}):
        likely = 100 if words & _RECOMMEND else 85
        made = {"type": "nps", "source": source, "expr": text, "direction": "higher_is_better"}
        return Idea(column.name, made, f"`{column.name}` goes from {low:g} to {high:g}: a net promoter score", likely)
    if low >= 0 and high <= _NPS_TOP and words & (_SATISFIED | _RECOMMEND):
        made = {"source": source, "agg": "average", "expr": text, "format": "score", "direction": "higher_is_better"}
        return Idea(column.name, made, f"`{column.name}` goes from {low:g} to {high:g}: its average", 80)
    return None


def _length(column: Seen, source: str, words: set[str]) -> Idea | None:
    unit = next((seconds for word, seconds in _SECONDS.items() if word in words), None)
    if unit is None and not words & _LONG:
        return None
    text = column_text(column.name)
    expr = text if unit in (None, 1) else f"{text} * {unit}"
    told = {"format": "duration"} if unit else {}
    made = {"source": source, "agg": "average", "expr": expr, **told, "direction": "lower_is_better"}
    return Idea(column.name, made, f"`{column.name}` is a length of time: its average (`agg: median` is the middle)")


def _money(column: Seen, source: str, words: set[str]) -> Idea | None:
    if not words & _MONEY:
        return None
    made = {"source": source, "agg": "sum", "expr": column_text(column.name), "format": "currency", "direction": "none"}
    return Idea(column.name, made, f"`{column.name}` is an amount: its sum; say which way is good")
