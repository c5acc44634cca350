"""The rows of a draw in plain pandas: each key once, where every row belongs, and what expressions make of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd

from tests.draws.company import Company, Row, Source
from tests.draws.words import CONDITIONS, NUMBERS, VALUES, Make

Span = tuple[datetime, datetime]
Key = tuple[tuple[str, ...], str]
"""A segment and a unit."""
UNASSIGNED = "Unassigned"
EVER, NEVER = datetime(1, 1, 1), datetime(9999, 1, 1)
_TYPES = {
    "ok": "boolean", "amount": "Float64", "number": "Int64", "id": "Int64", "line": "string", "customer": "string",
    "channel": "string",
}  # fmt: skip
_BINARY = pd.StringDtype("python")
_DIMENSIONS: Mapping[str, Make] = {
    "channel": lambda f: f.channel,
    "who": lambda f: f.customer.str.upper(),
    "good": lambda f: (f.amount > 0).map({True: "true", False: "false"}),
    "size": lambda f: f.number.astype(_BINARY),
}
_MAKES: Mapping[str, Make] = {**NUMBERS, **VALUES, **CONDITIONS, "amount > 0": lambda f: f.amount > 0}


class Facts:
    """The rows of one source as a question sees them."""

    def __init__(self, company: Company, name: str) -> None:
        self.company, self.request = company, company.request
        self.frame = self._frame(company.sources[name])
        self.times: list[datetime] = [moment.to_pydatetime() for moment in self.frame["local"]]
        self._made: dict[object, Mapping[int, Any]] = {}
        self._by: dict[str, Mapping[int, Any]] = {}

    def taken(self, expr: str | None, filters: Iterable[str]) -> Mapping[int, Any]:
        """What an expression is in the rows for which all filters are true and it says anything."""
        found = self._values(expr)
        for words in filters:
            true = self._values(words)
            found = {at: value for at, value in found.items() if true.get(at, False)}
        return found

    def column(self, name: str) -> Mapping[int, Any]:
        """What a column says, where it says anything."""
        return _by_row(self.frame[name].dropna())

    def by(self, name: str) -> Mapping[int, Any]:
        """What every row has of a level or dimension, none among it."""
        if name not in self._by:
            column = _DIMENSIONS[name](self.frame) if name in _DIMENSIONS else self.frame[f"at_{name}"]
            self._by[name] = _by_row(column.astype(object).where(column.notna(), None))
        return self._by[name]

    @cached_property
    def kept(self) -> list[int]:
        """The rows that the question's condition keeps, in order of time."""
        kept = [self.request["where"]] if self.request["where"] else []
        return sorted(self.taken(None, kept), key=self.times.__getitem__)

    @cached_property
    def mine(self) -> Mapping[Key, tuple[list[datetime], list[int]]]:
        """Of every segment and unit the times of its rows, in order, and the rows."""
        found: dict[Key, tuple[list[datetime], list[int]]] = {}
        level = self.request["level"]
        segments, units = [*self.frame["segment"]], [*self.frame[f"at_{level}"]]
        for at in self.kept:
            beneath = [self.frame.at[at, f"at_{level}"] == unit for level, unit in self.request["units"]]
            if not beneath or any(beneath):
                times, rows = found.setdefault((segments[at], units[at]), ([], []))
                times.append(self.times[at])
                rows.append(at)
        return found

    def within(self, key: Key, span: Span) -> list[int]:
        """The rows of a segment and unit in a span."""
        times, rows = self.mine.get(key, ([], []))
        return rows[bisect_left(times, span[0]) : bisect_left(times, span[1])]

    def _values(self, expr: str | None) -> Mapping[int, Any]:
        if expr not in self._made:
            nothing = expr is None or not len(self.frame)
            made = pd.Series(1, index=self.frame.index) if nothing else _MAKES[str(expr)](self.frame)
            self._made[expr] = _by_row(made.dropna())
        return self._made[expr]

    def _frame(self, source: Source) -> pd.DataFrame:
        """A source's rows, each key once, with the units they belong to and the split they are part of."""
        frame = pd.DataFrame([*source.rows], columns=[*_TYPES, "moment", "local", *source.carries])
        frame["local"] = pd.to_datetime(frame["local"]).astype("datetime64[us]")
        frame = frame.astype({column: _BINARY if kind == "string" else kind for column, kind in _TYPES.items()})
        if source.key:
            frame = self._once(frame, source)
        frame = frame[frame["local"].notna()].reset_index(drop=True)
        places = [self._place(source, row) for row in frame.to_dict("records")]
        for level in self.company.levels:
            frame[f"at_{level}"] = pd.Series([place[level] for place in places], index=frame.index, dtype=object)
        frame["segment"] = pd.Series([*self._segments(frame)], index=frame.index, dtype=object)
        return frame

    def _once(self, frame: pd.DataFrame, source: Source) -> pd.DataFrame:
        """The newest row of each key; of several as new, the first by all its columns in order, nothing last."""
        columns = ["moment", *source.carries, "id", "line", "ok", "amount", "number", "customer", "channel"]
        order = frame.assign(age=pd.Timestamp(NEVER).as_unit("us") - frame["local"])
        order = order.sort_values(["age", *columns], na_position="last", kind="stable")
        keyless = order[list(source.key)].isna().any(axis=1)
        return order[keyless | ~order.duplicated(list(source.key))].sort_index()

    def _place(self, source: Source, row: Mapping[Any, Any]) -> Row:
        """The units a row belongs to: those it names, above them those of the membership that began last."""
        levels, placed = self.company.levels, self.company.placed
        own = {level: _named(row[level]) for level in source.carries}
        found: Row = {level: own.get(level) or UNASSIGNED for level in levels}
        found[levels[0]] = "all"
        asked: dict[str, list[str]] = {}
        for at, level in enumerate(levels[1:], 1):
            key = next((below for below in levels[at + 1 :] if below in source.carries and below in placed), None)
            if level not in source.carries and level in placed and key:
                asked.setdefault(key, []).append(level)
        for key, wanted in asked.items():
            found |= self._above(key, own[key], wanted, row["local"].to_pydatetime())
        return found

    def _above(self, key: str, unit: str | None, wanted: Sequence[str], moment: datetime) -> Row:
        valid = [
            ((member["since"] or EVER), [_named(member[level]) or UNASSIGNED for level in wanted])
            for member in self.company.members
            if unit and _named(member[key]) == unit
            and (member["since"] or EVER) <= moment < (member["until"] or NEVER)
        ]  # fmt: skip
        newest = max((since for since, _ in valid), default=EVER)
        above = min((units for since, units in valid if since == newest), default=[UNASSIGNED] * len(wanted))
        return dict(zip(wanted, above, strict=True))

    def _segments(self, frame: pd.DataFrame) -> list[tuple[str, ...]]:
        made = [_DIMENSIONS[name](frame) for name in self.request["by"]]
        columns = [column.astype(object).where(column.notna(), "") for column in made]
        return [*zip(*columns, strict=True)] if columns else [()] * len(frame)


def _by_row(column: pd.Series[Any]) -> dict[int, Any]:
    return dict(zip(column.index, column, strict=True))


def _named(unit: object) -> str | None:
    return unit if isinstance(unit, str) and unit.strip(" ") else None
