"""The reference of addresses says what the program takes: pages, asks, tables and their columns."""

import re

from layouts import ask, tables
from tests.project.tree import ROOT

TEXT = (ROOT / "docs/reference/addresses.md").read_text()
PAGES = {"/": "thread", "/metric/<metric>": "metric", "/unit/<level>/<id>": "unit", "/measures": "measures"}


def rows(first: str) -> list[list[str]]:
    """The rows of the table whose head begins with a word."""
    table = TEXT.partition(f"\n| {first} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_page_s_asks_are_told_in_the_order_of_the_program() -> None:
    told = {PAGES[page]: code(row[-1]) for row in rows("page") if (page := code(row[0])[0]) in PAGES}
    assert told.keys() == {*PAGES.values()}
    for page, asks in told.items():
        assert sorted(asks) == sorted(ask._QUERIES[page])  # type: ignore[index]  # a page's name


def test_every_ask_has_a_meaning() -> None:
    told = {code(row[0])[0] for row in rows("asks")}
    assert told == {name for page in PAGES.values() for name in ask._QUERIES[page]}  # type: ignore[index]  # as above


def test_every_table_and_every_column_is_told() -> None:
    told = {(PAGES[code(row[1])[0]], code(row[0])[0]) for row in rows("table")}
    assert told == {*tables.NAMES}
    columns = re.findall(r"columns ((?:`\w+`[^.]*?, ?\n?)+`\w+`)|A series has ((?:`\w+`, ?\n?)+`\w+`)", TEXT)
    figures, series = (re.findall(r"`(\w+)`", found[at]) for at, found in enumerate(columns))
    assert figures == [column.name for column in tables._COLUMNS]
    assert series == [column.name for column in tables._PERIODS]
