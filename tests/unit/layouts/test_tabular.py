import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.tabular import Cell, Column, Tabular, as_file, csv_cell

DANGEROUS = [
    "=1+1",
    "+44 20 7946",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\uff1d1",
    "=cmd|'/C calc'!A0",
]
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
cells = st.one_of(st.none(), st.booleans(), texts, st.floats(), st.integers(-(10**9), 10**9))


def tabular(rows: list[list[Cell]], width: int = 2) -> Tabular:
    columns = [Column(f"column {at}", figure=at == 1) for at in range(width)]
    formats = ("percent",) * len(rows)
    return Tabular("name", columns, rows, formats, (("About", "=1"),), datetime(2026, 11, 18, tzinfo=UTC))


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_is_never_a_formula(text: str) -> None:
    assert csv_cell(text) == f"'{text}"
    table = tabular([[text, 1.0]])
    line = list(csv.reader(io.StringIO(as_file(table, "csv").decode(), newline="")))[1]
    assert line[0][0] == "'"
    book = openpyxl.load_workbook(io.BytesIO(as_file(table, "xlsx")))
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_a_number_stays_a_number_and_what_is_none_stays_empty() -> None:
    assert [csv_cell(cell) for cell in (-1.5, 0, True, None, "plain", float("nan"), float("inf"))] == [
        -1.5, 0, True, None, "plain", None, None,
    ]  # fmt: skip
    written = as_file(tabular([[None, -1.5], ["a", float("nan")], ["b", 0.1 + 0.2]]), "csv").decode()
    assert written == "column 0,column 1\r\n,-1.5\r\na,\r\nb,0.30000000000000004\r\n"


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=5))
def test_any_table_becomes_a_file_that_opens(rows: list[list[Cell]]) -> None:
    table = tabular(rows)
    lines = list(csv.reader(io.StringIO(as_file(table, "csv").decode(), newline="")))
    assert len(lines) == len(rows) + 1
    assert all(len(line) == 2 for line in lines)
    book = openpyxl.load_workbook(io.BytesIO(as_file(table, "xlsx")))
    assert book.sheetnames == ["Figures", "About"]
    assert all(cell.data_type != "f" for row in book["Figures"] for cell in row)
