"""What could be measured in a table of facts, by what its columns hold and are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from metrics.proposing import vocabulary as said
from metrics.proposing.guesses import FactsSeen
from metrics.proposing.looking import Seen
from scorecard.interop.guessing import words_of
from scorecard.interop.writing import column_text

MOST_OF_A_SOURCE = 5
"""Measures proposed of one source; what is left is named in a remark."""

_NPS_TOP, _NPS_LOW = 10, 6
_YES_AND_NO = 2
_KEPT_PROMISE = 45
_STAND_IN = 5


@dataclass(frozen=True)
class Idea:
    """A measure worth proposing: its words, why, and how likely it is the customer's own verdict."""

    name: str
    words: dict[str, Any]
    why: str
    outcome: int = 0
    """0 for a measure on the way; the higher, the likelier it is the outcome."""
    weight: int = 0
    """Of measures on the way: which come first."""


def ideas(facts: FactsSeen, source: str) -> Iterator[Idea]:
    """Everything proposed of one source, the most telling first."""
    found = [*_of_times(facts, source), *(idea for column in facts.measured for idea in _of_column(column, source))]
    found += [idea for column in facts.dimensions for idea in _of_words(column, source)]
    yield from sorted(found, key=lambda idea: (-idea.outcome, -idea.weight))


def volume(facts: FactsSeen, source: str) -> Idea:
    """How many rows there are: proposed where a table holds nothing else to measure."""
    return Idea(
        facts.table.name.rpartition(".")[2],
        {"source": source, "agg": "count", "direction": "none"},
        "how many rows there are",
    )


def customers(facts: FactsSeen, source: str) -> Idea | None:
    """How many customers there are: stands in for an outcome where no column holds a verdict of theirs."""
    if facts.customer is None:
        return None
    made = {"source": source, "agg": "count_distinct", "expr": column_text(facts.customer.name)}
    why = f"how many different `{facts.customer.name}` there are"
    return Idea("customers", {**made, "direction": "higher_is_better"}, why, _STAND_IN)


def _of_times(facts: FactsSeen, source: str) -> Iterator[Idea]:
    """How long it took from beginning to end, and whether it was over by when it was promised."""
    times = (facts.time, *facts.other_times)
    done = next((time for time in times if _told(time, said.DONE)), None)
    due = next((time for time in times if _told(time, said.PROMISED)), None)
    begun = next(
        (t for t in times if t not in (done, due) and _told(t, said.BEGUN) and not _told(t, said.TOUCHED)), None
    )
    if done is None:
        return
    end = column_text(done.name)
    if due is not None and due is not done and due.epoch == done.epoch:
        by = column_text(due.name)
        last = f"cast({end} as date)" if due.holds_days and not done.holds_days else end
        made = _ratio(source, f"{last} <= {by}", f"{end} is not null and {by} is not null", "higher_is_better")
        why = f"whether `{done.name}` was no later than `{due.name}`: the promise that was kept"
        yield Idea(f"{facts.table.name.rpartition('.')[2]}_on_time", made, why, _KEPT_PROMISE)
    for end_of_it in (done, next((time for time in times if _told(time, {"first"}) and time is not begun), None)):
        if begun is not None and end_of_it is not None and begun.epoch == end_of_it.epoch:
            yield _span(facts, source, begun, end_of_it)


def _span(facts: FactsSeen, source: str, begun: Seen, done: Seen) -> Idea:
    start, end = column_text(begun.name), column_text(done.name)
    per = f" / {done.epoch}" if done.epoch and done.epoch > 1 else ""
    expr = f"({end} - {start}){per}" if done.epoch else f"seconds_between({start}, {end})"
    made = {"source": source, "agg": "median", "expr": expr, "format": "duration", "direction": "lower_is_better"}
    why = f"how long it takes from `{begun.name}` to `{done.name}`: the middle of all"
    ended = "_".join(word for word in words_of(done.name) if word not in said.PLAIN_TIMES)
    return Idea(f"{facts.table.name.rpartition('.')[2]}_time_to_{ended}", made, why, weight=3)


def _told(column: Seen, words: set[str] | tuple[str, ...]) -> bool:
    return bool(set(words).intersection(words_of(column.name)))


def _of_column(column: Seen, source: str) -> Iterator[Idea]:
    words = set(words_of(column.name))
    if _is_flag(column):
        text = column_text(column.name)
        yield _share(column, source, text if column.sort == "flag" else f"{text} = 1")
    elif column.sort == "text":
        yield from _of_words(column, source)
    elif column.sort == "number" and column.numbers:
        found = (_score, _length, _money, _faults)
        yield from [idea for make in found if (idea := make(column, source, words))][:1]


def _is_flag(column: Seen) -> bool:
    return column.sort == "flag" or (column.sort == "number" and {*map(float, column.filled)} == {0.0, 1.0})


def _of_words(column: Seen, source: str) -> Iterator[Idea]:
    """A text of two words, one of which means yes."""
    plain = {value.strip().lower(): value for value in column.distinct}
    if len(plain) != _YES_AND_NO or not (plain.keys() & said.YES and plain.keys() & said.NO):
        return
    yes = next(value for word, value in plain.items() if word in said.YES)
    quoted = yes.replace("'", "''")
    yield _share(column, source, f"{column_text(column.name)} = '{quoted}'")


def _share(column: Seen, source: str, true: str) -> Idea:
    words = set(words_of(column.name))
    rest = f"{column_text(column.name)} is not null" if len(column.filled) < len(column.values) else None
    better = "lower_is_better" if words & said.BAD else "higher_is_better"
    outcome = max((said.OUTCOMES[word] for word in words & said.OUTCOMES.keys()), default=0)
    outcome = max(outcome, 75 if words & (said.SATISFIED | said.RECOMMEND) else 0)
    why = f"`{column.name}` is one thing or the other: the share of rows for which `{true}`"
    return Idea(column.name, _ratio(source, true, rest, better), why, outcome, weight=2)


def _ratio(source: str, true: str, among: str | None, better: str) -> dict[str, Any]:
    return {
        "type": "ratio",
        "source": source,
        "numerator": {"agg": "count", "filter": true},
        "denominator": {"agg": "count", **({"filter": among} if among else {})},
        "format": "percent",
        "direction": better,
    }


def _score(column: Seen, source: str, words: set[str]) -> Idea | None:
    low, high = column.numbers or (0.0, 0.0)
    text = column_text(column.name)
    within = low >= 0 and _NPS_LOW < high <= _NPS_TOP
    if within and words & (said.RECOMMEND | {"score"}):
        likely = 100 if words & said.RECOMMEND else 85
        made = {"type": "nps", "source": source, "expr": text, "direction": "higher_is_better"}
        return Idea(column.name, made, f"`{column.name}` goes from {low:g} to {high:g}: a net promoter score", likely)
    if low >= 0 and high <= _NPS_TOP and words & (said.SATISFIED | said.RECOMMEND):
        made = {"source": source, "agg": "average", "expr": text, "format": "score", "direction": "higher_is_better"}
        return Idea(column.name, made, f"`{column.name}` goes from {low:g} to {high:g}: its average", 80)
    return None


def _length(column: Seen, source: str, words: set[str]) -> Idea | None:
    unit = next((seconds for word, seconds in said.SECONDS.items() if word in words), None)
    if unit is None and not words & said.LONG:
        return None
    text = column_text(column.name)
    expr = text if unit in (None, 1) else f"{text} * {unit:g}"
    told = {"format": "duration"} if unit else {}
    made = {"source": source, "agg": "average", "expr": expr, **told, "direction": "lower_is_better"}
    why = f"`{column.name}` is a length of time: its average (`agg: median` is the middle)"
    return Idea(column.name, made, why, weight=1)


def _money(column: Seen, source: str, words: set[str]) -> Idea | None:
    if not words & said.MONEY:
        return None
    made = {"source": source, "agg": "sum", "expr": column_text(column.name), "format": "currency", "direction": "none"}
    return Idea(column.name, made, f"`{column.name}` is an amount: its sum; say which way is good")


def _faults(column: Seen, source: str, words: set[str]) -> Idea | None:
    """A count of what should not be: the share of rows that have any."""
    low, _ = column.numbers or (0.0, 0.0)
    if not words & said.BAD or low < 0:
        return None
    text = column_text(column.name)
    rest = f"{text} is not null" if len(column.filled) < len(column.values) else None
    why = f"`{column.name}` counts what should not be: the share of rows that have any"
    return Idea(column.name, _ratio(source, f"{text} > 0", rest, "lower_is_better"), why, weight=2)
