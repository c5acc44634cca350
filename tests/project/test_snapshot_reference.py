"""The reference of a snapshot's files against the files of a real one: every column, its type, in order."""

import re
from pathlib import Path

import pyarrow as pa
import pytest

from scorecard.publishing import publish
from tests.project.tree import ROOT
from tests.samples import snapshot

PAGE = ROOT / "docs" / "reference" / "snapshot.md"
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+?) \|", re.MULTILINE)
METRICS, LEVELS, GRAINS = ("nps", "fix", "stock", "wait"), ("department", "team", "worker"), ("week", "month")


def told() -> dict[str, list[tuple[str, str]]]:
    """The columns of each file, as the page lists them."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        found[1]: ROW.findall(section) for section in sections if (found := re.match(r".*: `([^`]+\.arrow)`", section))
    }


def written(folder: Path, name: str) -> list[tuple[str, str]]:
    """The columns of a file, with M, L and G for the names of metrics, levels and grains; each pattern once."""
    with pa.memory_map(str(folder / name)) as file:
        schema = pa.ipc.open_file(file).schema
    columns: dict[tuple[str, str], None] = {}
    for field in schema:
        columns[(_general(field.name, name), _named(field.type))] = None
    return list(columns)


def _general(column: str, name: str) -> str:
    if name == "members.arrow":
        return "L" if column in LEVELS else column
    parts = ["M" if part in METRICS else "G" if part in GRAINS else part for part in column.split(":")]
    return ":".join(parts)


def _named(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return f"dictionary of {kind.value_type}"
    return "map of string to string" if pa.types.is_map(kind) else str(kind)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(snapshot(), tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize("file", ["org.arrow", "targets.arrow", "restated.arrow", "members.arrow", "signals.arrow",
                                  "voices.arrow"])  # fmt: skip
def test_every_column_is_told_with_its_type(folder: Path, file: str) -> None:
    assert told()[file] == written(folder, file)


def test_every_column_of_readings_is_told_with_its_type(folder: Path) -> None:
    listed = told()["<grain>-<first day>.arrow"]
    own = {"M:worst", "M:decided"}  # of an index and of a score: the sample company's metrics have neither column
    told_of = {name: kinds.split(" or ") for name, kinds in listed if name not in own}
    found = written(folder, "week-2026-02-09.arrow")
    assert list(dict.fromkeys(name for name, _ in found)) == list(told_of)
    assert [(name, kind) for name, kind in found if kind not in told_of[name]] == []


def test_every_file_is_told(folder: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    names = {re.sub(r"^(week|month)-.*", "<grain>-<first day>.arrow", path.name) for path in folder.iterdir()}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
