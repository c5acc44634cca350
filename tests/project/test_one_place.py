"""What is an engine's own stays in its file: nothing else of the program names an engine in what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from metrics.dialects import DIALECTS

ROOT = Path(__file__).parents[2]
FOLDERS = ("scorecard", "metrics", "layouts")
KNOWN = {
    ("scorecard/rules/numbers.py", "duckdb"),  # `files` are DuckDB's alone, which the YAML says by name
}


def words(file: Path) -> Iterator[str]:
    """The texts of a module that are not its documentation."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_no_other_module_asks_which_engine_it_is() -> None:
    own = ROOT / "metrics" / "dialects"
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py") if own not in file.parents]
    found = {(str(file.relative_to(ROOT)), text) for file in files for text in words(file) if text in DIALECTS}
    assert found == KNOWN


def test_every_engine_has_one_file() -> None:
    modules = {dialect.__module__ for dialect in DIALECTS.values()}
    assert len(modules) == len(DIALECTS)
    assert all(module.startswith("metrics.dialects.") for module in modules)
