"""Small SVG: the same bytes for the same figures, open gaps, no odd coordinates, nothing read out."""

from __future__ import annotations

import re
from typing import get_args
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layouts import marks
from scorecard.judge import Assurance, Status, Variation

series = st.lists(st.one_of(st.none(), st.floats()), max_size=30)


def test_every_icon_that_can_be_asked_for_is_in_the_sprite() -> None:
    symbols = set(re.findall(r'id="i-([a-z-]+)"', str(marks.sprite())))
    assert symbols == set(get_args(marks.Icon))
    used = [marks.variation_mark(v) for v in get_args(Variation)] + [
        marks.assurance_mark(a) for a in get_args(Assurance)
    ]
    used += [marks.status_icon(s) for s in get_args(Status)]
    for mark in used:
        assert re.findall(r'href="#i-([a-z-]+)"', str(mark))[0] in symbols


def test_a_gap_stays_open_and_a_lone_value_is_a_dot() -> None:
    drawn = str(marks.sparkline([1, 2, None, 3, None, 2, 1]))
    assert drawn.count("M") == 2
    assert drawn.count('class="lone"') == 1


def test_the_last_point_is_hollow_while_its_period_runs() -> None:
    assert 'class="last partial"' in str(marks.sparkline([1, 2], partial=True))
    assert 'class="last"' in str(marks.sparkline([1, 2]))


def test_a_band_has_two_target_lines() -> None:
    assert str(marks.sparkline([1, 2], (0.5, 1.5))).count('class="target"') == 2


@given(values=series, target=st.one_of(st.none(), st.floats()), partial=st.booleans())
@settings(max_examples=200)
def test_every_series_draws_within_its_frame(values: list[float | None], target: float | None, partial: bool) -> None:
    drawn = str(marks.sparkline(values, target, partial=partial))
    assert drawn == str(marks.sparkline(values, target, partial=partial))
    assert not re.search(r"nan|inf|None|-0[^.]|e[+-]", drawn)
    ET.fromstring(drawn)  # noqa: S314 - our own
    for x, y in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", drawn):
        assert 0 <= float(x) <= marks.SPARK_WIDTH
        assert 0 <= float(y) <= marks.SPARK_HEIGHT


@pytest.mark.parametrize(
    ("share", "width"), [(0.5, "48"), (1.7, "96"), (0.0, None), (None, None), (float("nan"), None)]
)
def test_a_share_never_leaves_its_track(share: float | None, width: str | None) -> None:
    found = re.search(r'class="fill" width="([\d.]+)"', str(marks.share_bar(share)))
    assert (found and found[1]) == width


def test_marks_are_not_read_out() -> None:
    for mark in (marks.sprite(), marks.icon("met"), marks.sparkline([1, 2]), marks.thread_mark(), marks.share_bar(0.1)):
        assert 'aria-hidden="true"' in str(mark)
