"""The tree itself: modules stay small, links lead somewhere, and nothing of one machine is in it."""

import re
from pathlib import Path

import pytest

from tests.project.tree import ROOT, name, own

LONGEST = 400
"""Lines of a module. About 300 is the aim; past this a module has more than one subject."""
ROOMS = ("scorecard", "metrics", "layouts")


def test_no_module_is_too_long() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in own(".py")}
    assert {module: lines for module, lines in lengths.items() if lines > LONGEST} == {}


def test_no_drawer_for_odds_and_ends() -> None:
    odd = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common_functions)$")
    assert [name(path) for path in own(".py") if odd.search(path.stem)] == []


def test_no_path_of_somebodys_machine() -> None:
    home = re.compile(r"(?<![\w.$}/-])/(?:home|Users)/[a-z]\w*|(?<![\w.$}/-])/root/\w|[A-Z]:\\Users\\")
    found = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in own(".py", ".toml", ".md", ".yaml", ".yml", ".js", ".css", ".lock", ".txt", ".json", "")
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if home.search(line) and path != Path(__file__)
    ]
    assert found == []


def test_config_holds_no_python() -> None:
    assert [name(path) for path in own(".py") if path.is_relative_to(ROOT / "config")] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_folder_of_modules_is_a_package(room: str) -> None:
    folders = {path.parent for path in own(".py") if path.is_relative_to(ROOT / room)}
    assert [name(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_four_meet_in_under_ten_lines() -> None:
    assert len((ROOT / "app.py").read_text().splitlines()) < 10
