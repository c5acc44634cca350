"""From metrics to leaf measures: what is read, in which order, and what is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from scorecard.definition import Definition, Duration
from scorecard.measure import Ask, LeafMeasure, MeasureError, order, parts, target_ask

SOURCES = {"visits": {"table": "visits", "time": "at"}, "calls": {"table": "calls", "time": "at"}}


def defined(**metrics: Any) -> Definition:
    return Definition.model_validate({"sources": SOURCES, "metrics": metrics})


COMPANY = defined(
    visits={"source": "visits", "agg": "count", "filter": "not test"},
    rate={
        "type": "ratio",
        "source": "visits",
        "filter": "region = 'n'",
        "numerator": {"agg": "count", "filter": "ok"},
        "denominator": "visits",
    },
    nps={"type": "nps", "source": "calls", "expr": "score"},
    gap={
        "type": "derived",
        "expr": "rate - before + nps",
        "inputs": {"before": {"metric": "rate", "offset": "1 year", "filter": "vip"}},
    },
    balance={"source": "visits", "agg": "sum", "expr": "open", "non_additive": {}},
    rolling={"type": "cumulative", "metric": "visits", "window": "28 days"},
    mixed={"type": "index", "of": {"visits": 1}},
    over={"type": "derived", "expr": "rolling / visits"},
    first={"type": "derived", "expr": "second"},
    second={"type": "derived", "expr": "first"},
    typo={"type": "derived", "expr": "visit + 1"},
    broken={"type": "derived", "expr": "visits +"},
    sourceless={"type": "ratio", "numerator": {"agg": "count"}, "denominator": "visits"},
    aimed={"source": "visits", "agg": "count", "target": {"metric": "visits", "offset": "1 year", "times": 1.1}},
)


def test_filters_add_up_from_the_inside_out() -> None:
    rate = parts(COMPANY, Ask("rate", ("vip",)))
    assert rate.leaves == {"numerator": LeafMeasure("visits", "count", None, ("ok", "region = 'n'", "vip"))}
    assert rate.asks == {"denominator": Ask("visits", ("region = 'n'", "vip"))}


def test_an_input_carries_its_filter_and_its_offset() -> None:
    asks = parts(COMPANY, Ask("gap")).asks
    assert asks["before"] == Ask("rate", ("vip",), (Duration(1, "year"),))
    assert asks["rate"] == Ask("rate")


def test_order_puts_what_is_needed_first() -> None:
    asks = order(COMPANY, Ask("gap"))
    assert asks[-1] == Ask("gap")
    for at, ask in enumerate(asks):
        assert set(parts(COMPANY, ask).asks.values()) <= set(asks[:at])
    assert len(asks) == len(set(asks)) == 6


def test_a_target_may_be_another_metric() -> None:
    assert target_ask(COMPANY.metrics["aimed"]) == Ask("visits", (), (Duration(1, "year"),))
    assert target_ask(COMPANY.metrics["visits"]) is None


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        ("visit", "there is no metric 'visit'; did you mean 'visits'?"),
        ("balance", "balance"),
        ("rolling", "'cumulative' is not computed yet"),
        ("mixed", "'index' is not computed yet"),
        ("over", "it needs 'rolling': a metric of type 'cumulative' is not computed yet"),
        ("first", "computed from itself: first → second → first"),
        ("typo", "it needs 'visit': there is no metric"),
        ("broken", "its formula: cannot be read"),
        ("sourceless", "names no source"),
    ],
)
def test_refuses_by_name(metric: str, message: str) -> None:
    with pytest.raises(MeasureError, match=message.replace("(", r"\(").replace("?", r"\?")):
        order(COMPANY, Ask(metric))
