"""Every way to write a target, over units and periods."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from scorecard.definition import Definition
from scorecard.org import TOP, Org
from scorecard.targets import TargetRow, contradicting, target_array
from scorecard.time import Period

ORG = Org.of(("company", "team", "worker"), [(TOP, "n", "ann"), (TOP, "s", "ann"), (TOP, "s", "bob")])
NO = np.nan
PERIODS = tuple(Period(datetime(2026, month, 1), datetime(2026, month + 1, 1), "month") for month in (1, 2, 3))
SHAPE = (ORG.rows, 3)


def metric(target: Any) -> Any:
    words = {"source": "s", "agg": "count", "target": target, "direction": "in_range"}
    return Definition.model_validate({"metrics": {"m": words}}).metrics["m"]


def row(array: np.ndarray, level: str, unit: str) -> list[float]:
    return array[ORG.row_of[level, unit]].tolist()


def test_none() -> None:
    assert target_array(metric(None), ORG, PERIODS) is None


def test_a_number() -> None:
    np.testing.assert_equal(target_array(metric(0.9), ORG, PERIODS), np.full(SHAPE, 0.9))


def test_a_band() -> None:
    found = target_array(metric({"low": 1, "high": 2}), ORG, PERIODS)
    assert found.shape == (2, *SHAPE)
    assert (found[0] == 1).all()
    assert (found[1] == 2).all()


def test_steps_hold_from_the_period_that_begins_with_them() -> None:
    steps = [{"from": "2026-03-01", "value": 3}, {"from": "2026-01-02", "value": 2}]
    found = target_array(metric(steps), ORG, PERIODS)
    np.testing.assert_equal(row(found, "company", TOP), [NO, 2, 3])


def test_a_free_span_is_held_to_the_target_at_its_end() -> None:
    span = Period(datetime(2025, 1, 1), datetime(2026, 2, 1), None)
    found = target_array(metric([{"from": "2026-01-02", "value": 2}]), ORG, (span,))
    assert (found == 2).all()


def test_by_unit_reaches_every_place_of_it() -> None:
    found = target_array(metric({"default": 1, "worker:ann": 5, "team:gone": 9}), ORG, PERIODS)
    assert row(found, "worker", "ann") == [5, 5, 5]
    assert found[ORG.place_of[TOP, "s", "ann"]].tolist() == [5, 5, 5]
    assert row(found, "worker", "bob") == row(found, "team", "s") == [1, 1, 1]
    without = target_array(metric({"worker:ann": 5}), ORG, PERIODS)
    np.testing.assert_equal(row(without, "team", "s"), [NO] * 3)


def test_another_metric() -> None:
    other = np.arange(ORG.rows * 3.0).reshape(SHAPE)
    target = metric({"metric": "x", "times": 2})
    np.testing.assert_equal(target_array(target, ORG, PERIODS, other=other), other * 2)
    assert np.isnan(target_array(target, ORG, PERIODS)).all()


@pytest.mark.parametrize("turn", [1, -1])
def test_a_table_goes_from_the_general_to_the_particular(turn: int) -> None:
    rows = [
        TargetRow(1),
        TargetRow(2, since=datetime(2026, 2, 1)),
        TargetRow(7, level="team"),
        TargetRow(5, level="worker", unit="ann"),
        TargetRow(6, level="worker", unit="ann", since=datetime(2026, 3, 1)),
        TargetRow(8, unit="s", since=datetime(2026, 1, 31)),
        TargetRow(9, level="worker", unit="nobody"),
    ][::turn]
    found = target_array(metric({"table": "t", "metric": "m", "value": "v"}), ORG, PERIODS, rows)
    assert row(found, "company", TOP) == [1, 2, 2]
    assert row(found, "worker", "ann") == [5, 5, 6]
    assert row(found, "team", "n") == [7, 7, 7]
    assert row(found, "team", "s") == [7, 8, 8]
    assert row(found, "worker", "bob") == [1, 2, 2]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_rows_that_contradict_each_other_the_highest_holds_however_they_come(turn: int) -> None:
    rows = [TargetRow(2), TargetRow(3), TargetRow(-1), TargetRow(5, level="team"), TargetRow(5, level="team")][::turn]
    found = target_array(metric({"table": "t", "metric": "m", "value": "v"}), ORG, PERIODS, rows)
    assert row(found, "company", TOP) == [3, 3, 3]
    assert contradicting(rows) == 1
