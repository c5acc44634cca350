"""The colours: one table in Python, the same in CSS, and the contrast that the look promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layouts.theme import DARK, LIGHT, Theme, rgba, theme

ASSETS = Path(__file__).parents[3] / "layouts" / "assets"
PAIR = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\)")
SINGLE = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-F]{6});")


def luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_css_tokens_and_the_table_are_the_same() -> None:
    found = {name: (light, dark) for name, light, dark in PAIR.findall((ASSETS / "tokens.css").read_text())}
    assert found == {name: (LIGHT.tokens()[name], DARK.tokens()[name]) for name in LIGHT.tokens()}


def test_the_wall_wears_the_dark_theme() -> None:
    found = dict(SINGLE.findall((ASSETS / "wall" / "wall.css").read_text()))
    assert len(found) > 8
    assert found == {name: DARK.tokens()[name] for name in found}


@pytest.mark.parametrize("file", sorted(ASSETS.glob("*.css")), ids=lambda file: file.name)
def test_no_other_file_names_a_colour_of_its_own(file: Path) -> None:
    allowed = {"tokens.css", "print.css"}
    text = file.read_text().replace("light-dark(#8F0E3F, #F4668A)", "")  # the banner's icon, a hole in its own ground
    assert file.name in allowed or not re.search(r"#[0-9A-Fa-f]{3,8}\b(?![^{]*\{)", text)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("text", "ground", 15.0),
        ("text-2", "ground", 8.0),
        ("muted", "ground", 5.0),
        ("met", "ground", 4.5),
        ("near", "ground", 4.5),
        ("missed", "ground", 4.5),
        ("met", "surface", 4.5),
        ("near", "surface", 4.5),
        ("missed", "surface", 4.5),
        ("met", "met-tint", 4.6),
        ("near", "near-tint", 4.6),
        ("missed", "missed-tint", 4.6),
        ("unknown", "unknown-tint", 4.6),
        ("control", "ground", 3.2),
        ("focus", "ground", 3.0),
        ("text", "gold-tint", 7.0),
        ("gold-edge", "ground", 8.0),
        ("surface", "missed", 4.5),
    ],
)
def test_contrast(colours: Theme, front: str, back: str, least: float) -> None:
    tokens = colours.tokens()
    assert round(contrast(tokens[front], tokens[back]), 2) >= least


def oklab(colour: str) -> tuple[float, float, float]:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    # Viénot, Brettel, Mollon (1999): what a deuteranope sees, in linear RGB
    seen = 0.29275 * red + 0.70725 * green
    blue = -0.02234 * red + 0.02234 * green + blue
    red = green = seen
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_statuses_stay_apart_under_deuteranopia(colours: Theme) -> None:
    seen = [oklab(colour) for colour in (colours.met, colours.near, colours.missed)]
    apart = [
        sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 * 100
        for a, b in zip(seen, seen[1:] + seen[:1], strict=True)
    ]
    assert min(apart) >= 12


def test_a_theme_by_name_is_light_unless_it_is_dark() -> None:
    assert theme("dark") is DARK
    assert theme("light") is LIGHT
    assert theme(None) is LIGHT
    assert theme("<script>") is LIGHT


def test_unknown_statuses_are_never_red_or_green() -> None:
    assert {LIGHT.status(name) for name in ("unknown", "", "nan")} == {LIGHT.unknown}
    assert (LIGHT.status("met"), LIGHT.status("missed")) == (LIGHT.met, LIGHT.missed)


def test_rgba() -> None:
    assert rgba("#F2B632", 0.5) == "rgba(242,182,50,0.5)"
