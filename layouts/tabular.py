"""Tables as files: CSV and Excel with every digit there is, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import xlsxwriter

from scorecard.definition import Format

Cell = str | float | bool | None
Kind = Literal["csv", "xlsx"]
TYPES: Mapping[Kind, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
UNITS: Mapping[Format, str] = {
    "percent": "share, 0 to 1", "duration": "seconds", "score": "points", "currency": "", "number": "",
}  # fmt: skip
"""In which unit a figure of each format stands in a file; of money it is the company's currency."""
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a text begins that some spreadsheet takes for a formula; the last four are full-width."""
_NUMBERS: Mapping[Format, str] = {
    "percent": "0.0%", "duration": "#,##0", "score": "0.0", "currency": "#,##0.00", "number": "#,##0.###",
}  # fmt: skip
_WIDEST, _LOOKED_AT = 48, 200
"""Of a column: its most letters, and how many lines tell how wide it has to be."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name in a file, and whether its numbers are figures of the row's own format."""

    name: str
    figure: bool = False


@dataclass(frozen=True, slots=True)
class Tabular:
    """A table on its way into a file; ``about`` says, in a workbook, what it is of and as of when."""

    name: str
    """The file's name without its ending: plain letters, digits and hyphens."""
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    formats: Sequence[Format]
    """Of the figures of each row: a table may be of several metrics."""
    about: Sequence[tuple[str, str]]
    taken: datetime


def as_file(table: Tabular, kind: Kind) -> bytes:
    """The file's bytes; the same table gives the same bytes."""
    return _csv(table) if kind == "csv" else _xlsx(table)


def csv_cell(cell: Cell) -> Cell:
    """A cell as it may stand in a file that a spreadsheet opens.

    Only text can be taken for a formula, and an apostrophe before it says that it is none; a number stays a number.
    """
    if isinstance(cell, str):
        text = cell.replace("\0", "")
        return f"'{text}" if text.lstrip(" \u00a0").startswith(_RUN) or text.startswith(_RUN) else text
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    return cell


def _csv(table: Tabular) -> bytes:
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\r\n")
    out.writerow([column.name for column in table.columns])
    out.writerows([[_text(csv_cell(cell)) for cell in row] for row in table.rows])
    return written.getvalue().encode()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else repr(cell) if isinstance(cell, float) else str(cell)


def _xlsx(table: Tabular) -> bytes:
    written = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, plain) as book:
        book.set_properties({"created": table.taken.replace(tzinfo=None), "title": table.name})
        shown = {fmt: book.add_format({"num_format": pattern}) for fmt, pattern in _NUMBERS.items()}
        head = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet("Figures")
        sheet.write_row(0, 0, [column.name for column in table.columns], head)
        for at, (row, fmt) in enumerate(zip(table.rows, table.formats, strict=True), start=1):
            for across, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                _put(sheet, (at, across), csv_cell(cell), shown[fmt] if column.figure else None)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
        for across, column in enumerate(table.columns):
            texts = (row[across] for row in table.rows[:_LOOKED_AT])
            widest = max([len(column.name), *(len(text) for text in texts if isinstance(text, str))])
            sheet.set_column(across, across, min(widest + 2, _WIDEST))
        about = book.add_worksheet("About")
        for at, (name, said) in enumerate(table.about):
            about.write_string(at, 0, name, head)
            about.write_string(at, 1, str(csv_cell(said)))
        about.set_column(0, 0, 16)
        about.set_column(1, 1, 80)
    return written.getvalue()


def _put(sheet: Any, at: tuple[int, int], cell: Cell, shown: Any) -> None:
    """Write a cell by its type: what is missing stays empty, and text is never guessed at."""
    if isinstance(cell, bool):
        sheet.write_boolean(*at, cell)
    elif isinstance(cell, str):
        sheet.write_string(*at, cell)
    elif cell is not None:
        sheet.write_number(*at, cell, shown)
