"""The tutorial is run as it stands: its files are written, its commands are called, its answers are compared."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial" / "first-thread.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command, *arguments = line.split()
    assert command == "golden-thread"
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "GOLDEN_THREAD_VAR": str(folder / "var")}
    call = [sys.executable, "-m", "scorecard", *arguments]
    return subprocess.run(call, cwd=folder, env=environ, capture_output=True, text=True, check=False)


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    said = ""
    for kind, name, body in BLOCK.findall(text):
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(body, encoding="utf-8")
        elif kind == "text":
            assert said == body
        elif kind == "sh":
            done = run(body.strip(), tmp_path)
            assert done.returncode == 0, done.stderr
            said = done.stdout
    assert (tmp_path / "var" / "snapshots" / "windows" / "current").exists()


def test_the_misspelling_is_told_as_the_tutorial_says(tmp_path: Path) -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    told = re.search(r"`(windows/scorecard\.yaml:\d+:\d+: .*?)`$", text, re.MULTILINE)
    (tmp_path / "windows").mkdir()
    for _, name, body in BLOCK.findall(text):
        if name:
            misspelt = body.replace("feeds: [recommend]", "feeds: [recomend]", 1)
            (tmp_path / name).write_text(misspelt, encoding="utf-8")
    done = run("golden-thread check windows", tmp_path)
    assert done.returncode == 1
    assert told is not None
    assert told[1] in done.stdout.splitlines()
