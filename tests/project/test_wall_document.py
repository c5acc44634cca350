"""The how-to for walls: its YAML is accepted, its distances are computed, its bars are what a wall really says."""

import re

import pytest

from layouts.parts.wall import OLD_AFTER
from scorecard.definition import Display
from scorecard.definition.people import Scene, Screen
from scorecard.presence import DARK_AFTER
from scorecard.yamlfile import parse
from tests.project.tree import ROOT

PAGE = (ROOT / "docs" / "how-to" / "put-it-on-a-wall.md").read_text()
SCRIPTS = (ROOT / "layouts" / "assets" / "wall" / "wall.js").read_text()
FACES = (ROOT / "layouts" / "assets" / "wall" / "faces.js").read_text()


def test_its_yaml_is_a_display_with_every_scene_there_is() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (display,) = parse(block.encode(), "wall.yaml").root.plain()["displays"]
    found = Display.model_validate(display)
    assert set(found.scenes) == set(Scene.__args__)
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(found.scenes)


@pytest.mark.parametrize("line", re.findall(r"^\| (\d+) inches \| ([\d.]+) m \| ([\d.]+) m \|$", PAGE, re.MULTILINE))
def test_its_distances_are_those_of_the_type(line: tuple[str, str, str]) -> None:
    inches, most, farthest = map(float, line)
    screen = Screen(inches=inches)
    usual, largest, comfort = (
        float(found[1])
        for name in ("USUAL", "LARGEST", "COMFORT")
        if (found := re.search(rf"const {name} = ([\d.]+);", FACES))
    )
    assert farthest == round(screen.farthest, 1)
    height = screen.farthest / largest / comfort
    assert most == round(height * usual * comfort, 1)


def test_its_bars_are_what_the_script_says() -> None:
    bars = re.findall(r"^\| `([^`]+)` \| .* \| .* \|$", PAGE, re.MULTILINE)
    said = [bar for bar in bars if bar.endswith(".")]
    assert len(said) == 5
    for bar in said:
        words = re.split(r"\d+ \w+|Wed 06:00", bar)  # what is filled in
        assert all(part in SCRIPTS for part in words if part), bar


def test_its_limits_are_the_program_s() -> None:
    assert "`GOLDEN_THREAD_STALE_AFTER` (26 hours)" in PAGE
    assert OLD_AFTER == 26 * 3600
    assert Display(id="d").hide_after.seconds == 24 * 3600
    assert "`hide_after` (24 hours)" in PAGE
    assert DARK_AFTER.total_seconds() == 60
