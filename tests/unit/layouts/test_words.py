"""Numbers in words: examples by format, and what must hold for every number there is."""

from __future__ import annotations

import math
import re
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layouts import words
from layouts.words import Tongue, spoken, spoken_against
from scorecard.definition import Format
from scorecard.judge import Status, status

ENGLISH = Tongue("en_GB", "GBP", 4)
FORMATS = get_args(Format)
NEVER = re.compile(r"nan|inf|none|null", re.IGNORECASE)
numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)
anything = st.one_of(st.none(), st.floats())


def plain(value: float | None, fmt: Format, tongue: Tongue = ENGLISH) -> str:
    return spoken(value, fmt, tongue).plain.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "fmt", "text"),
    [
        (0.814, "percent", "81.4%"),
        (1.0, "percent", "100.0%"),
        (-0.00001, "percent", "0.0%"),
        (38.23, "score", "38.2 pts"),
        (-12.0, "score", "\u221212.0 pts"),
        (1872.4, "currency", "£1,872"),
        (12.5, "currency", "£12.50"),
        (-12.5, "currency", "\u2212£12.50"),
        (412, "number", "412"),
        (1.38, "number", "1.4"),
        (0.0034, "number", "0.0034"),
        (0.02, "number", "0.02"),
        (0, "number", "0"),
        (12_345_678, "number", "12.3M"),
        (0, "duration", "0.0 s"),
        (45.2, "duration", "45 s"),
        (65, "duration", "1 min 5 s"),
        (3599.9, "duration", "1 h"),
        (7200, "duration", "2 h"),
        (7500, "duration", "2 h 5 min"),
        (120_960, "duration", "1.4 days"),
        (-7500, "duration", "\u22122 h 5 min"),
    ],
)
def test_a_value_by_its_format(value: float, fmt: Format, text: str) -> None:
    assert plain(value, fmt) == text


def test_a_value_in_another_locale() -> None:
    german = Tongue("de_DE", "EUR")
    assert plain(1234.5, "currency", german) == "1.234 \u20ac".replace(" ", " ")
    assert plain(0.814, "percent", german) == "81,4%"


def test_full_words_for_those_who_listen() -> None:
    assert spoken(0.814, "percent", ENGLISH).said == "81.4 percent"
    assert spoken(7500, "duration", ENGLISH).said == "2 hours 5 minutes"
    assert spoken(120_960, "duration", ENGLISH).said == "1.4 days"


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_no_value_is_said_as_such(value: float | None, fmt: Format) -> None:
    said = spoken(value, fmt, ENGLISH)
    assert (said.text, said.known) == ("no data", False)


def test_a_withheld_value_says_so_and_not_what_it_is() -> None:
    said = spoken(0.5, "percent", ENGLISH, withheld=True)
    assert said.plain == said.said == "withheld: too few answers"


@given(value=anything, fmt=st.sampled_from(FORMATS), finer=st.integers(0, 6))
@settings(max_examples=300)
def test_nothing_reads_like_a_programs_word_for_nothing(value: float | None, fmt: Format, finer: int) -> None:
    said = spoken(value, fmt, ENGLISH, finer=finer)
    assert not NEVER.search(f"{said.text} {said.unit} {said.said} {said.plain}")


@given(value=numbers, fmt=st.sampled_from(FORMATS))
@settings(max_examples=300)
def test_a_value_that_reads_as_zero_has_no_sign(value: float, fmt: Format) -> None:
    said = spoken(value, fmt, ENGLISH)
    if not re.search(r"[1-9]", said.text):
        assert words.MINUS not in said.text


@given(
    target=st.floats(0.01, 1e6),
    off=st.floats(1e-5, 0.5),
    fmt=st.sampled_from(FORMATS),
    below=st.booleans(),
)
@settings(max_examples=300)
def test_a_value_off_its_target_never_reads_like_it(target: float, off: float, fmt: Format, below: bool) -> None:
    value = target * (1 - off) if below else target * (1 + off)
    judged: Status = status(value, target, target, "higher_is_better" if below else "lower_is_better")
    said, goal = spoken_against(value, target, judged, fmt, ENGLISH)
    assert judged == "near"
    assert goal is not None
    assert said.plain != goal.plain


def test_value_and_target_are_equally_fine() -> None:
    said, goal = spoken_against(1.38, 1.4, "near", "number", ENGLISH)
    assert goal is not None
    assert (said.text, goal.text) == ("1.38", "1.40")
    said, goal = spoken_against(2.7, 3, "met", "number", ENGLISH)
    assert goal is not None
    assert (said.text, goal.text) == ("2.7", "3.0")


def test_a_band_is_one_target_with_two_ends() -> None:
    _, goal = spoken_against(0.97, (0.8, 0.95), "missed", "percent", ENGLISH)
    assert goal is not None
    assert (goal.plain, goal.said) == ("80.0\u201395.0%", "80.0 to 95.0 percent")


def test_differences() -> None:
    moved = words.difference(0.018, "percent", ENGLISH)
    assert moved is not None
    assert (moved.way, moved.text, moved.said) == ("up", "1.8\u00a0pts", "up 1.8 points")
    still = words.difference(0.0000001, "percent", ENGLISH)
    assert still is not None
    assert (still.way, still.text) == ("level", "no change")
    assert words.difference(None, "percent", ENGLISH) is None
    assert words.difference(math.nan, "percent", ENGLISH) is None


def test_distances() -> None:
    def said(value: float | None, target: float | tuple[float, float] | None) -> str:
        return words.distance(value, target, "percent", ENGLISH).replace("\u00a0", " ")

    assert said(0.79, 0.98) == "19.0 pts below target"
    assert said(0.99, 0.98) == "1.0 pts above target"
    assert said(0.98, 0.98) == "at target"
    assert said(0.9, (0.8, 0.95)) == "inside the target band"
    assert said(0.7, (0.8, 0.95)) == "10.0 pts below target"
    assert said(None, 0.98) == said(0.9, None) == ""


def test_pulls_carry_their_sign() -> None:
    assert words.pull(-3.41, "score", ENGLISH) == "\u22123.4\u00a0pts"
    assert words.pull(0.02, "percent", ENGLISH) == "+2.0\u00a0pts"
    assert words.pull(None, "score", ENGLISH) == words.pull(math.nan, "score", ENGLISH) == ""


def test_a_size_too_small_to_write_is_nothing_and_the_least_one_is_told() -> None:
    assert not words.shows(words.pull(-0.0004, "percent", ENGLISH))
    assert words.shows(words.pull(-0.004, "percent", ENGLISH))
    assert words.smallest("percent", ENGLISH) == words.smallest("score", ENGLISH) == "0.1\u00a0pts"
    assert words.smallest("score", Tongue("de_DE")) == "0,1\u00a0pts"


def test_sentences_fill_only_their_own_places() -> None:
    assert words.sentence("{value} of visits", {"value": "81.4%"}) == "81.4% of visits"
    assert words.sentence("{value.__class__} {other}", {"value": "1"}) == "{value.__class__} {other}"


def test_small_words() -> None:
    assert words.listed(["a", "b", "c"], ENGLISH) == "a, b and c"
    assert words.listed([], ENGLISH) == ""
    assert words.counted(1, "measure", tongue=ENGLISH) == "1 measure"
    assert words.counted(1204, "measure", tongue=ENGLISH) == "1,204 measures"
    assert words.within("First-visit fix") == "first-visit fix"
    assert words.within("NPS after a visit") == "NPS after a visit"
    assert words.within("ID check passed") == "ID check passed"


@given(st.text(st.characters(categories=["L", "Zs"]), max_size=60), st.integers(2, 40))
def test_a_shortened_text_fits_and_begins_as_the_whole(text: str, most: int) -> None:
    short = words.shortened(text, most)
    assert len(short) <= most
    assert text.startswith(short.removesuffix("\u2026"))
    assert short == text or short.endswith("\u2026")
