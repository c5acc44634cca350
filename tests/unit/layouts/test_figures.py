"""Charts as plain data: gaps, partial periods, signals, changes; nothing a JSON reader would not take."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layouts.figures import Mark, Process, draw
from layouts.parts.signals import Limits, Signal
from layouts.scales import tick_words, ticks
from layouts.theme import DARK, LIGHT
from layouts.words import Tongue
from scorecard.definition import Format
from scorecard.judge import Status
from scorecard.time import Period

ENGLISH = Tongue()
MONDAY = datetime(2026, 5, 25)


def weeks(count: int) -> list[Period]:
    return [Period(MONDAY + timedelta(weeks=i), MONDAY + timedelta(weeks=i + 1), "week") for i in range(count)]


def process(values: list[float | None], **more: Any) -> Process:
    given: dict[str, Any] = {
        "label": "First-visit fix",
        "format": "percent",
        "periods": weeks(len(values)),
        "values": values,
        "targets": [0.88] * len(values),
        "status": "missed",
        "complete": True,
    }
    return Process(**(given | more))


def traces(chart: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in chart["data"]}


def test_gaps_stay_open() -> None:
    line = traces(draw(process([0.8, None, 0.81]), ENGLISH, LIGHT))["line"]
    assert line["y"] == [0.8, None, 0.81]
    assert line["connectgaps"] is False
    assert line["text"][1].endswith("no data")


def test_the_newest_point_has_its_statuss_colour_and_its_value() -> None:
    newest = traces(draw(process([0.8, 0.81]), ENGLISH, LIGHT))["newest"]
    assert newest["marker"]["color"] == LIGHT.missed
    assert newest["text"] == ["<b>81.0%</b>"]


def test_a_running_period_is_hollow_and_off_the_line() -> None:
    found = traces(draw(process([0.8, 0.81, 0.7], complete=False), ENGLISH, LIGHT))
    assert found["line"]["y"] == [0.8, 0.81, None]
    assert found["so far"]["line"]["dash"] == "dot"
    assert found["newest"]["marker"]["color"] == LIGHT.surface
    assert found["newest"]["text"] == ["<b>70.0%</b><br>so far"]


def test_a_running_period_is_hatched_and_a_complete_one_is_not() -> None:
    hatched = traces(draw(process([0.8, 0.81], complete=False), ENGLISH, LIGHT))["running"]
    assert (hatched["x"], hatched["width"], hatched["marker"]["pattern"]["shape"]) == ([1], [1], "/")
    assert "running" not in traces(draw(process([0.8, 0.81]), ENGLISH, LIGHT))


def test_years_stand_beneath_the_first_name_in_them_and_only_where_there_are_several() -> None:
    axis = draw(process([0.8] * 80), ENGLISH, LIGHT)["layout"]["xaxis"]
    assert axis["ticktext"][0].endswith("<br>2026")
    assert [name for name in axis["ticktext"] if "<br>" in name] == [axis["ticktext"][0], next(
        name for name in axis["ticktext"] if name.endswith("<br>2027")
    )]  # fmt: skip
    short = draw(process([0.8] * 8), ENGLISH, LIGHT)["layout"]["xaxis"]
    assert not any("<br>" in name for name in short["ticktext"])


def test_a_telephone_gets_the_newest_periods_and_fewer_names() -> None:
    meta = draw(process([0.8] * 80), ENGLISH, LIGHT)["layout"]["meta"]
    assert meta["wide"]["range"] == [-0.5, 79.5]
    assert meta["narrow"]["range"] == [53.5, 79.5]
    assert len(meta["narrow"]["tickvals"]) == 4
    assert min(meta["narrow"]["tickvals"]) >= 54
    few = draw(process([0.8] * 5), ENGLISH, LIGHT)["layout"]["meta"]
    assert few["narrow"]["range"] == few["wide"]["range"]


@pytest.mark.parametrize(
    ("values", "place"),
    [([0.5, 0.6], "middle right"), ([0.5, 0.87], "top left"), ([0.95, 0.87], "bottom left"),
     ([0.9, 0.8, None], "bottom left")],
)  # fmt: skip
def test_the_newest_value_stands_outside_the_plot_unless_the_target_s_name_is_there(
    values: list[float | None], place: str
) -> None:
    assert traces(draw(process([*values]), ENGLISH, LIGHT))["newest"]["textposition"] == place


def test_an_old_newest_point_bears_no_status() -> None:
    newest = traces(draw(process([0.8, 0.81, None]), ENGLISH, LIGHT))["newest"]
    assert (newest["x"], newest["marker"]["color"]) == ([1], LIGHT.unknown)


def test_signals_are_ringed_and_name_their_rule() -> None:
    found = traces(draw(process([0.8, 0.9], signals=[Signal(1, "beyond a limit")]), ENGLISH, LIGHT))
    assert (found["signal"]["x"], found["signal"]["text"]) == ([1], ["beyond a limit"])


def test_limits_are_a_band_between_two_rows() -> None:
    found = traces(draw(process([0.8, 0.81], limits=Limits([0.7, 0.7], [0.8, 0.8], [0.9, 0.9])), ENGLISH, LIGHT))
    assert found["upper limit"]["fill"] == "tonexty"
    assert [*traces(draw(process([0.8]), ENGLISH, LIGHT))] == ["target", "line", "newest"]


def test_a_change_stands_before_its_first_period_with_its_name_as_text() -> None:
    begun = (MONDAY + timedelta(weeks=1)).date()
    chart = draw(process([0.8, 0.81, 0.8], changes=[Mark(begun, "<b>count</b>", "worked")]), ENGLISH, LIGHT)
    assert [shape["x0"] for shape in chart["layout"]["shapes"]] == [0.5]
    assert "&lt;b&gt;count&lt;/b&gt;<br>Mon 1 Jun 2026, <b>worked</b>" in [
        note["text"] for note in chart["layout"]["annotations"]
    ]


def test_a_change_outside_the_periods_is_not_drawn() -> None:
    changes = [Mark(date(2020, 1, 1), "long ago"), Mark(date(2030, 1, 1), "not yet")]
    assert draw(process([0.8, 0.81], changes=changes), ENGLISH, LIGHT)["layout"]["shapes"] == []


def test_the_target_is_named_at_the_right_and_a_band_at_both_ends() -> None:
    names = [note["text"] for note in draw(process([0.8]), ENGLISH, LIGHT)["layout"]["annotations"]]
    assert names == ["target<br>88.0%"]
    band = process([0.8], targets=[(0.7, 0.9)])
    names = [note["text"] for note in draw(band, ENGLISH, LIGHT)["layout"]["annotations"]]
    assert names == ["low end<br>70.0%", "high end<br>90.0%"]


def test_a_theme_colours_everything() -> None:
    text = json.dumps(draw(process([0.8, 0.81], signals=[Signal(1, "x")]), ENGLISH, DARK))
    assert LIGHT.text not in text.replace(DARK.surface, "")
    assert DARK.missed in text


@given(
    values=st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=1, max_size=30),
    fmt=st.sampled_from(get_args(Format)),
    status=st.sampled_from(get_args(Status)),
    complete=st.booleans(),
    target=st.one_of(st.none(), st.floats(-1e6, 1e6)),
)
@settings(max_examples=100)
def test_every_series_is_json(
    values: list[float | None], fmt: Format, status: Status, complete: bool, target: float | None
) -> None:
    drawn = draw(
        process(values, format=fmt, status=status, complete=complete, targets=[target] * len(values)), ENGLISH, LIGHT
    )
    low, high = drawn["layout"]["yaxis"]["range"]
    assert low < high
    json.dumps(drawn, allow_nan=False)


@pytest.mark.parametrize(
    ("low", "high", "fmt", "said"),
    [
        (0.74, 0.92, "percent", ["75.0%", "80.0%", "85.0%", "90.0%"]),
        (0.0, 7 * 3600.0, "duration", ["0.0 s", "2 h", "4 h", "6 h"]),
        (0.0, 10.0, "number", ["0", "2.5", "5", "7.5", "10"]),
    ],
)
def test_ticks_are_round_and_in_the_pages_words(low: float, high: float, fmt: Format, said: list[str]) -> None:
    words = [word.replace("\u00a0", " ") for word in tick_words(ticks(low, high, fmt), fmt, ENGLISH)]
    assert words == said


@given(low=st.floats(-1e6, 1e6), span=st.floats(1e-6, 1e6), fmt=st.sampled_from(get_args(Format)))
@settings(max_examples=100)
def test_ticks_lie_within_and_are_few(low: float, span: float, fmt: Format) -> None:
    found = ticks(low, low + span, fmt)
    assert len(found) <= 6
    assert all(low - span * 1e-6 <= line <= low + span * (1 + 1e-6) for line in found)
