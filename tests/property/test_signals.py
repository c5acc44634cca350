"""The vectorised charts against a slow one, written from the definitions in exact arithmetic."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.analysis.rulesets import SIGNALS, RuleSet
from scorecard.analysis.signals import assurance, chart, charts, variation
from scorecard.analysis.xmr import SeriesError, judge_series, read_series

tenths = st.integers(-40, 40).map(lambda number: number / 10)
series = st.lists(st.one_of(tenths, tenths, tenths, st.none()), min_size=1, max_size=30)
rule_sets = st.sampled_from(["nhs", "wheeler"])


def exact(value: float) -> Fraction:
    return Fraction(round(value * 10), 10)


def slow_limits(points: list[Fraction], screen: bool) -> tuple[Fraction, Fraction]:
    """Centre and mean moving range."""
    ranges = [abs(after - before) for before, after in pairwise(points)]
    mean = sum(ranges, Fraction(0)) / len(ranges)
    if screen and mean:
        kept = [one for one in ranges if one < Fraction("3.267") * mean]
        mean = sum(kept, Fraction(0)) / len(kept)
    return sum(points, Fraction(0)) / len(points), mean


def windows(length: int, size: int) -> list[range]:
    return [range(start, start + size) for start in range(length - size + 1)]


def slow_signals(points: list[Fraction], rules: RuleSet, screen: bool) -> list[str]:
    if len(points) < 6:
        return ["none"] * len(points)
    centre, mean = slow_limits(points, screen)
    reach = Fraction("2.66") * mean
    away = [point - centre for point in points]
    found: dict[str, set[int]] = {name: set() for name in SIGNALS}
    found["outside"] = {i for i, d in enumerate(away) if abs(d) > reach}
    run, near, of, share = (7, 2, 3, Fraction(2, 3)) if rules == "nhs" else (8, 3, 4, Fraction(1, 2))
    for sign in (1, -1):
        side = [sign * d for d in away]
        for window in windows(len(points), run):
            if all(side[i] > 0 for i in window):
                found["shift"] |= set(window)
        zone = {i for i, d in enumerate(side) if d > share * reach and (rules == "wheeler" or d <= reach)}
        for window in windows(len(points), of):
            if len(zone & set(window)) >= near:
                found["near_limit"] |= zone & set(window)
        for window in windows(len(points), 7) if rules == "nhs" else []:
            if all(sign * points[i] < sign * points[i + 1] for i in window[:-1]):
                found["trend"] |= set(window)
    order = ("outside", "shift", "trend", "near_limit")
    return [next((name for name in order if i in found[name]), "none") for i in range(len(points))]


@given(series, rule_sets, st.booleans())
@settings(max_examples=200, deadline=None)
def test_every_point_as_the_definitions_say(values: list[float | None], rules: RuleSet, screen: bool) -> None:
    drawn = chart(values, rules=rules, screen=screen)
    present = [i for i, value in enumerate(values) if value is not None]
    points = [exact(value) for value in values if value is not None]
    wanted = dict(zip(present, slow_signals(points, rules, screen), strict=True))
    assert [SIGNALS[code] for code in drawn.signal[0]] == [wanted.get(i, "none") for i in range(len(values))]
    if len(points) >= 6:
        centre, mean = slow_limits(points, screen)
        np.testing.assert_allclose(drawn.centre[0], float(centre), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(drawn.upper[0] - drawn.centre[0], float(mean) * 2.66, rtol=1e-9, atol=1e-9)
    else:
        assert np.isnan(drawn.centre).all()


@given(series, rule_sets, st.booleans())
@settings(max_examples=100, deadline=None)
def test_upside_down_is_the_mirror_image(values: list[float | None], rules: RuleSet, screen: bool) -> None:
    up = chart(values, rules=rules, screen=screen)
    down = chart([None if value is None else -value for value in values], rules=rules, screen=screen)
    np.testing.assert_array_equal(up.signal, down.signal)
    np.testing.assert_array_equal(up.side, -down.side)
    assert variation(up, "higher_is_better")[0] == variation(down, "lower_is_better")[0]
    assert assurance(up, 1.0, "higher_is_better")[0] == assurance(down, -1.0, "lower_is_better")[0]


@given(st.lists(series, min_size=1, max_size=5), st.data())
@settings(max_examples=60, deadline=None)
def test_a_series_is_judged_the_same_in_company(rows: list[list[float | None]], data: st.DataObject) -> None:
    width = max(map(len, rows))
    values = np.full((len(rows), width), np.nan)
    for row, one in enumerate(rows):
        values[row, : len(one)] = [np.nan if value is None else value for value in one]
    flags = st.lists(st.booleans(), min_size=width, max_size=width)
    rebase = np.array([[data.draw(flags) for _ in rows]])[0] & (np.arange(width) % 7 == 0)
    complete = np.arange(width) < width - 1
    together = charts(values, complete, rebase=rebase)
    for row in range(len(rows)):
        pieces = np.split(np.arange(width), np.flatnonzero(rebase[row, 1:]) + 1)
        for piece in pieces:
            alone = charts(values[[row]][:, piece], complete[piece])
            np.testing.assert_array_equal(together.signal[row, piece], alone.signal[0])
            np.testing.assert_allclose(together.upper[row, piece], alone.upper[0], rtol=1e-9)


CELLS = st.sampled_from(
    ["1", "2.5", "-3e4", "", "nan", "1e308", "x", '"', ";", ",", "\t", "\n", "\r\n", "\ufeff", "1,5", "\x00"]
)


@given(st.lists(CELLS, max_size=30).map("".join) | st.text(max_size=40))
def test_any_text_is_a_series_or_says_why_not(text: str) -> None:
    try:
        series = read_series(text)
    except SeriesError:
        return
    answer = judge_series(series.periods, series.values)
    assert len(answer["points"]) == len(series.values) > 0
    numbers = [answer["centre"], answer["lower"], answer["upper"], *(point["value"] for point in answer["points"])]
    assert all(number is None or math.isfinite(number) for number in numbers)
