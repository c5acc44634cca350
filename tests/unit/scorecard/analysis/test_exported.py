"""Exported problems are found where planted, and hardly ever where only chance or a season is."""

from __future__ import annotations

import numpy as np
import pytest

from scorecard.analysis.estimate import Shortage
from scorecard.analysis.exported import Exports, Floats, Pair, changes, exported
from tests.bench.calibrate_evidence import ar1, exports

UNITS = tuple(f"team {i:02}" for i in range(40))


def planted() -> tuple[Floats, Floats]:
    """40 teams over 60 weeks; teams 3 and 7 save handling time and cause repeats, 11 only saves, 12 only harms."""
    rng = np.random.default_rng(1)
    own, downstream = 300 + 10 * ar1(rng, 40, 60, 0.5), 0.2 + 0.02 * ar1(rng, 40, 60, 0.5)
    own[[3, 7, 11], -12:] -= 40
    downstream[[3, 7, 12], -12:] += 0.08
    return own, downstream


def find(own: Floats, downstream: Floats, better: int = -1) -> Exports:
    (result,) = exported([Pair(own, downstream, UNITS, better, -1)], 12)
    assert isinstance(result, Exports)
    return result


def test_finds_those_that_got_better_while_what_they_feed_got_worse() -> None:
    result = find(*planted())
    assert sorted(export.unit for export in result.found) == ["team 03", "team 07"]
    assert result.units == 40
    for export in result.found:
        assert export.own == pytest.approx(-40, abs=12)
        assert export.downstream == pytest.approx(0.08, abs=0.025)
        assert export.p <= export.q <= 0.05
    # Three of 40 improved, three worsened: chance pairs 9/40 of a unit, and two or more in about 1 of 70 shuffles.
    assert result.expected == pytest.approx(9 / 40)
    shuffles = [len({3, 7, 11} & set(drawn)) >= 2 for drawn in draws()]
    assert result.pairing == pytest.approx(np.mean(shuffles), abs=0.005)


def draws() -> Floats:
    rng = np.random.default_rng(2)
    return np.array([rng.choice(40, 3, replace=False) for _ in range(4000)])


def test_direction_decides_what_is_better() -> None:
    own, downstream = planted()
    assert not find(own, downstream, better=1).found
    assert len(find(-own, downstream, better=1).found) == 2


def test_what_is_common_to_all_is_nobodys_export() -> None:
    own, downstream = planted()
    own[:, -12:] -= 100
    downstream[:, -12:] += 0.5
    assert {export.unit for export in find(own, downstream).found} == {"team 03", "team 07"}


def test_gaps_and_units_without_data_are_not_judged() -> None:
    own, downstream = planted()
    own[0], downstream[1, -12:], own[2] = np.nan, np.nan, 250.0
    own[7, ::5] = np.nan
    result = find(own, downstream)
    assert result.units == 38
    assert {export.unit for export in result.found} == {"team 03", "team 07"}


def test_nothing_found_nothing_expected() -> None:
    rng = np.random.default_rng(3)
    result = find(ar1(rng, 40, 60), ar1(rng, 40, 60))
    assert (result.found, result.expected, result.pairing) == ((), 0.0, 1.0)


def test_many_pairs_pay_for_being_many() -> None:
    own, downstream = planted()
    noise = [
        Pair(ar1(np.random.default_rng(i), 40, 60), ar1(np.random.default_rng(-i % 99), 40, 60), UNITS, 1, 1)
        for i in range(9)
    ]
    alone = find(own, downstream)
    together, *others = exported([Pair(own, downstream, UNITS, -1, -1), *noise], 12)
    assert isinstance(together, Exports)
    assert {one.unit for one in together.found} <= {one.unit for one in alone.found}
    q = {one.unit: one.q for one in alone.found}
    assert all(one.q > q[one.unit] for one in together.found)
    assert not any(other.found for other in others if isinstance(other, Exports))


def test_what_is_missing_is_said() -> None:
    short = np.ones((40, 30))
    assert exported([Pair(short, short, UNITS, 1, 1)], 12) == [Shortage("too_little_data", periods=18)]
    few = ar1(np.random.default_rng(4), 5, 60)
    assert exported([Pair(few, few, UNITS[:5], 1, 1)], 12) == [Shortage("too_little_data", units=3)]
    with pytest.raises(ValueError, match="must be"):
        exported([Pair(short, short[:, 1:], UNITS, 1, 1)], 12)


def test_changes_are_recent_less_before_and_missing_where_mostly_unseen() -> None:
    values = np.array([[0.0, 2.0, 4.0, 8.0, 9.0, 9.0], [1.0, np.nan, np.nan, np.nan, 5.0, 5.0]])
    found = changes(values, 2)
    assert found[0].tolist() == [5.0, 5.5, 3.0]
    assert found[1].tolist() == pytest.approx([np.nan, np.nan, np.nan], nan_ok=True)


def test_calibration() -> None:
    false, found = exports(60, 104, 13, runs=15)
    assert false <= 0.1
    assert found >= 0.25
