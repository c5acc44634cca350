"""Rate and mix, arrivals and departures, NPS, sums, and Simpson's reversal."""

from __future__ import annotations

import numpy as np
import pytest

from scorecard.analysis.attribution import Attribution, Floats, Hindrance, Part
from scorecard.analysis.mix import Rate, reversal, split_nps, split_rate, split_sum

CHANNELS = ("phone", "chat", "web")


def rate(counts: list[float], rates: list[float]) -> Rate:
    return Rate(np.array(counts) * np.array(rates), np.array(counts, dtype=np.float64))


def cells(split: Attribution) -> dict[tuple[str, str], float]:
    return {(part.key, part.kind): part.value for part in split.parts}


def test_golden() -> None:
    split = split_rate(rate([700, 200, 100], [0.6, 0.8, 0.9]), rate([400, 350, 250], [0.62, 0.78, 0.91]), CHANNELS)
    assert (split.before, split.after) == (pytest.approx(0.67), pytest.approx(0.7485))
    assert split.by_kind() == {"rate": pytest.approx(0.00725), "mix": pytest.approx(0.07125)}
    assert cells(split)["phone", "rate"] == pytest.approx(0.55 * 0.02)
    assert cells(split)["phone", "mix"] == pytest.approx(-0.3 * (0.61 - 0.70925))
    assert split.adds_up


def test_entry_and_exit_have_lines_of_their_own_and_still_add_up() -> None:
    before = Rate(np.array([60.0, 30.0, np.nan, 0.0]), np.array([100.0, 50.0, np.nan, 0.0]))
    after = Rate(np.array([70.0, np.nan, 45.0, 0.0]), np.array([100.0, 0.0, 50.0, 0.0]))
    split = split_rate(before, after, ("stays", "leaves", "comes", "idle"))
    middle = (90 / 150 + 115 / 150) / 2
    assert {key for key, _ in cells(split)} == {"stays", "leaves", "comes"}
    assert cells(split)["comes", "entry"] == pytest.approx(50 / 150 * (0.9 - middle))
    assert cells(split)["leaves", "exit"] == pytest.approx(-50 / 150 * (0.6 - middle))
    assert split.adds_up


def test_a_numerator_without_denominator_is_its_own_line() -> None:
    split = split_rate(rate([100, 0], [0.5, 0]), Rate(np.array([50.0, 10.0]), np.array([100.0, 0.0])), ("a", "b"))
    assert cells(split)["b", "unmatched"] == pytest.approx(0.1)
    assert split.adds_up


def test_a_unit_without_its_numerator_hinders_the_split() -> None:
    split = split_rate(rate([100, 10], [0.5, 1]), Rate(np.array([50.0, np.nan]), np.array([100.0, 9.0])), ("a", "b"))
    assert split.hindrance == Hindrance("missing_part", ("b",))
    assert not split.parts


@pytest.mark.parametrize("swap", [False, True])
def test_no_denominator_is_no_value_and_never_zero(swap: bool) -> None:
    none, some = rate([0.0], [0.0]), rate([10.0], [0.5])
    split = split_rate(some, none, ("a",)) if swap else split_rate(none, some, ("a",))
    assert split.hindrance == Hindrance("no_value_after" if swap else "no_value_before")
    assert split.whole is None


def test_nps_is_a_rate_times_a_hundred() -> None:
    before, after = np.array([[48.0, 22.0, 100.0], [10, 5, 20]]), np.array([[60.0, 20.0, 100.0], [10, 9, 30]])
    split = split_nps(before, after, ("a", "b"))
    assert split.before == pytest.approx(100 * 31 / 120)
    assert split.after == pytest.approx(100 * 41 / 130)
    assert split.adds_up


def test_sums_by_unit_with_arrivals_and_departures() -> None:
    split = split_sum(np.array([5.0, 3.0, np.nan, np.nan]), np.array([7.0, np.nan, 4.0, np.nan]), "abcd")
    assert split.parts == (Part("a", "change", 2.0), Part("b", "exit", -3.0), Part("c", "entry", 4.0))
    assert split.whole == 3.0
    assert split.adds_up


def test_a_sum_over_nobody_has_no_value() -> None:
    assert split_sum(np.array([np.nan]), np.array([1.0]), "a").hindrance == Hindrance("no_value_before")


def both_ways(second: list[float]) -> Attribution:
    return split_rate(rate([100, 300], [0.9, 0.5]), rate([10, 390], second), ("easy", "hard"))


def test_simpson_is_detected_only_when_every_part_goes_the_other_way() -> None:
    fallen = both_ways([0.95, 0.52])
    assert fallen.whole is not None
    assert fallen.whole < 0
    assert reversal(fallen) == "parts_up_whole_down"
    assert reversal(both_ways([0.95, 0.49])) is None
    assert reversal(both_ways([0.95, 0.5])) is None
    backwards = split_rate(rate([10, 390], [0.95, 0.52]), rate([100, 300], [0.9, 0.5]), ("easy", "hard"))
    assert reversal(backwards) == "parts_down_whole_up"


def test_no_reversal_without_a_change_or_without_parts() -> None:
    steady = rate([100, 100], [0.5, 0.5])
    assert reversal(split_rate(steady, steady, ("a", "b"))) is None
    assert reversal(split_rate(rate([0], [0]), rate([1], [1]), ("a",))) is None
    assert reversal(split_rate(rate([10], [0.5]), rate([20], [0.4]), ("a",))) is None


def test_shapes_are_checked() -> None:
    wrong: Floats = np.ones(3)
    with pytest.raises(ValueError, match="every column"):
        split_sum(wrong, wrong, "ab")
