"""From metrics to leaf measures: what is read, in which order, and what is refused by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scorecard.definition import Definition, Duration
from scorecard.measure import Ask, Follow, LeafMeasure, MeasureError, goal_of, order, parts, target_ask
from scorecard.time import Window

YEAR = (Duration(1, "year"),)
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
    summed={"type": "cumulative", "metric": "balance", "window": "28 days"},
    twice={"type": "cumulative", "metric": "rolling", "grain_to_date": "year"},
    brief={"type": "cumulative", "metric": "visits", "window": "30 minutes"},
    mixed={"type": "index", "of": {"aimed": 1}},
    lasting={"type": "cumulative", "metric": "mixed", "window": "28 days"},
    aimless={"type": "index", "of": {"visits": 1}},
    level={"source": "visits", "agg": "count", "direction": "none", "target": 3},
    wayless={"type": "index", "of": {"level": 1}},
    bought={
        "type": "conversion",
        "base": {"source": "visits", "agg": "count", "filter": "ok"},
        "conversion": {"source": "calls", "agg": "sum_boolean", "expr": "sold"},
        "entity": "customer",
        "window": "7 days",
        "constant_properties": ["region", {"base": "site", "conversion": "place"}],
    },
    median={
        "type": "conversion",
        "base": {"source": "visits", "agg": "count"},
        "conversion": {"source": "calls", "agg": "median", "expr": "minutes"},
        "entity": "customer",
        "window": "7 days",
    },
    over={"type": "derived", "expr": "twice / visits"},
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


def test_a_window_goes_down_to_what_is_read() -> None:
    window = Window(Duration(28, "day"))
    assert parts(COMPANY, Ask("rolling", ("vip",), YEAR)).asks == {"value": Ask("visits", ("vip",), YEAR, window)}
    rate = parts(COMPANY, Ask("rate", (), (), window))
    assert rate.leaves["numerator"].window == rate.asks["denominator"].window == window
    assert parts(COMPANY, Ask("nps", (), (), window)).leaves["value"].window == window
    assert parts(COMPANY, Ask("gap", (), (), window)).asks["before"].window == window


def test_a_conversion_is_its_base_with_and_without_what_follows() -> None:
    found = parts(COMPANY, Ask("bought", ("vip",))).leaves
    base = LeafMeasure("visits", "count", None, ("ok", "vip"))
    pairs = (("customer", "customer"), ("region", "region"), ("site", "place"))
    follow = Follow("calls", (), "sold", True, pairs, Duration(7, "day"))
    assert found == {"numerator": replace(base, follow=follow), "denominator": base}


def test_an_index_needs_its_parts_and_their_targets() -> None:
    assert parts(COMPANY, Ask("mixed", ("vip",), YEAR)).asks == {
        "aimed": Ask("aimed", ("vip",), YEAR),
        goal_of("aimed"): Ask("visits", (), (*YEAR, *YEAR)),
    }


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
        ("summed", "it needs 'balance': a balance is taken at one instant"),
        ("twice", "it needs 'rolling': it is rolling or to date already"),
        ("brief", "a window of 30 minutes is too short"),
        ("aimless", "its part 'visits' has no target to attain"),
        ("wayless", "its part 'level' has no direction to attain"),
        ("lasting", "it needs 'mixed': an index compares with the targets of its period"),
        ("median", "its conversion: a share is of what is counted or summed, not of 'median'"),
        ("over", "it needs 'rolling': it is rolling or to date already"),
        ("first", "computed from itself: first → second → first"),
        ("typo", "it needs 'visit': there is no metric"),
        ("broken", "its formula: cannot be read"),
        ("sourceless", "names no source"),
    ],
)
def test_refuses_by_name(metric: str, message: str) -> None:
    with pytest.raises(MeasureError, match=message.replace("(", r"\(").replace("?", r"\?")):
        order(COMPANY, Ask(metric))
