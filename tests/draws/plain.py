"""The answers of a draw in plain pandas, without a line of what computes the product's: rows in, figures out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, get_args

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta

from scorecard.definition.company import Month, Weekday
from tests.draws.company import AS_OF, Company, Row, Source
from tests.draws.metrics import CONDITIONS, FORMULAS, NUMBERS, VALUES

Span = tuple[datetime, datetime]
Figure = tuple[float | None, float | None, float | None, float | None]
"""Value, numerator, denominator, count; a count that says nothing is ``None``."""
NOTHING: Figure = (None, None, None, 0)
UNASSIGNED = "Unassigned"
_EVER, _NEVER = datetime(1, 1, 1), datetime(9999, 1, 1)
_TYPES = {
    "ok": "boolean", "amount": "Float64", "number": "Int64", "id": "Int64", "line": "string", "customer": "string",
    "channel": "string",
}  # fmt: skip
_BINARY = pd.StringDtype("python")


class Plain:
    """What a company's question should be answered with, cell by cell."""

    def __init__(self, company: Company) -> None:
        self.company, self.request = company, company.request
        words = repr(company.metrics)
        self._used = {name: source for name, source in company.sources.items() if repr(name) in words}
        self.frames = {name: self._frame(source) for name, source in self._used.items()}
        self._kept: dict[tuple[str, Span], Mapping[Any, pd.DataFrame]] = {}

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
        order = frame.assign(age=pd.Timestamp(_NEVER).as_unit("us") - frame["local"])
        order = order.sort_values(["age", *columns], na_position="last", kind="stable")
        keyless = order[list(source.key)].isna().any(axis=1)
        return order[keyless | ~order.duplicated(list(source.key))].sort_index()

    def _place(self, source: Source, row: Row) -> Row:
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
            ((member["since"] or _EVER), [_named(member[level]) or UNASSIGNED for level in wanted])
            for member in self.company.members
            if unit and _named(member[key]) == unit
            and (member["since"] or _EVER) <= moment < (member["until"] or _NEVER)
        ]  # fmt: skip
        newest = max((since for since, _ in valid), default=_EVER)
        above = min((units for since, units in valid if since == newest), default=[UNASSIGNED] * len(wanted))
        return dict(zip(wanted, above, strict=True))

    def _segments(self, frame: pd.DataFrame) -> list[tuple[str, ...]]:
        made = {
            "channel": frame.channel,
            "who": frame.customer.str.upper(),
            "good": (frame.amount > 0).map({True: "true", False: "false"}),
            "size": frame.number.astype(_BINARY),
        }
        columns = [made[name].astype(object).where(made[name].notna(), "") for name in self.request["by"]]
        return [*zip(*columns, strict=True)] if columns else [()] * len(frame)

    def rows(self, source: str, span: Span, cut: bool) -> Mapping[Any, pd.DataFrame]:
        """The rows of a source in a span that the request keeps, by segment and unit."""
        request = self.request
        if cut:
            span = max(span[0], request["start"] or _EVER), min(span[1], request["stop"] or _NEVER)
        if (source, span) not in self._kept:
            frame = self.frames[source]
            frame = frame[(frame["local"] >= span[0]) & (frame["local"] < span[1])]
            if request["where"]:
                frame = frame[CONDITIONS[request["where"]](frame).fillna(False).astype(bool)]
            if request["units"]:
                beneath = (frame[f"at_{level}"] == unit for level, unit in request["units"])
                frame = frame[np.logical_or.reduce([*beneath])]
            keys = zip(frame["segment"], frame[f"at_{request['level']}"], strict=True)
            groups: dict[Any, list[int]] = {}
            for at, key in zip(frame.index, keys, strict=True):
                groups.setdefault(key, []).append(at)
            self._kept[source, span] = {key: frame.loc[at] for key, at in groups.items()}
        return self._kept[source, span]

    @cached_property
    def cells(self) -> set[tuple[tuple[str, ...], str, datetime]]:
        """The cells that rows fall into: segment, unit and the start of the period."""
        start, stop = self.request["start"] or _EVER, self.request["stop"] or _NEVER
        found = set()
        shown = repr({metric: words for metric, words in self.company.metrics.items() if self._read(metric)})
        for name, frame in self.frames.items():
            if repr(name) not in shown:
                continue
            for moment in frame["local"]:
                if start <= moment < stop:
                    span = self.span(self.start(moment.to_pydatetime()))
                    found |= {(segment, unit, span[0]) for segment, unit in self.rows(name, span, cut=True)}
        return found

    def _read(self, metric: str) -> bool:
        """Whether a metric is read at the level asked for: for itself, or for another."""
        used = (repr(metric) in repr(words) for words in self.company.metrics.values())
        return not self._hidden(metric) or any(used)

    def _hidden(self, metric: str) -> bool:
        """Whether the level asked for is below the lowest a metric is shown at."""
        levels, lowest = self.company.levels, self.company.metrics[metric].get("level")
        return bool(lowest) and levels.index(self.request["level"]) > levels.index(lowest)

    def start(self, moment: datetime) -> datetime:
        """The start of the period that holds a local time."""
        calendar, grain = self.company.calendar, self.request["grain"]
        day = datetime(moment.year, moment.month, moment.day)
        match grain:
            case None:
                return self._whole[0]
            case "hour":
                return day + timedelta(hours=moment.hour)
            case "day":
                return day
            case "week":
                return day - timedelta((day.weekday() - get_args(Weekday).index(calendar["week_starts"])) % 7)
        size = {"month": 1, "quarter": 3, "year": 12}[grain]
        back = (day.month - 1 - get_args(Month).index(calendar["year_starts"])) % size
        return day.replace(day=1) - relativedelta(months=back)

    @cached_property
    def _whole(self) -> Span:
        """The span without a grain: as asked, else that of the sources' rows, whatever is filtered away."""
        start, stop = self.request["start"], self.request["stop"]
        times = [row["local"] for source in self._used.values() for row in source.rows if row["local"]]
        days = [datetime(moment.year, moment.month, moment.day) for moment in times] or [start or stop or AS_OF]
        return start or min(days), stop or max(*days, start or _EVER) + timedelta(days=1)

    def span(self, start: datetime) -> Span:
        """The period that begins at a moment."""
        grain = self.request["grain"]
        if grain is None:
            return self._whole
        months = {"month": 1, "quarter": 3, "year": 12}.get(grain)
        step = relativedelta(months=months) if months else timedelta(**{f"{grain}s": 1})
        return start, start + step

    def figure(self, metric: str, cell: tuple[tuple[str, ...], str, datetime]) -> Figure:
        """What a metric is in a cell."""
        if self._hidden(metric):
            return NOTHING
        return self._figure(metric, cell[:2], self.span(cell[2]), True, ())

    def _figure(self, metric: str, key: Any, span: Span, cut: bool, filters: tuple[str, ...]) -> Figure:
        words = self.company.metrics[metric]
        match words.get("type"):
            case None:
                return self._leaf(words, key, span, cut, filters)
            case "nps":
                return self._nps(words, key, span, cut)
            case "ratio":
                return self._ratio(words, key, span, cut)
        operands = []
        for alias in "ab":
            given = words["inputs"][alias]
            there, whole = (self._earlier(span, given["offset"]), False) if "offset" in given else (span, cut)
            more = (given["filter"],) if "filter" in given else ()
            operands.append(self._figure(given["metric"], key, there, whole, more)[0])
        return FORMULAS[words["expr"]](*operands), None, None, None

    def _earlier(self, span: Span, offset: str) -> Span:
        """The period that holds the middle of this one moved back."""
        count, unit = offset.split()
        months = {"month": 1, "quarter": 3, "year": 12}.get(unit.rstrip("s"))
        step = relativedelta(months=months) if months else relativedelta(**{f"{unit.rstrip('s')}s": int(count)})
        if self.request["grain"] is None:
            return span[0] - step, span[1] - step
        return self.span(self.start(span[0] + (span[1] - span[0]) / 2 - step))

    def _taken(self, words: Mapping[str, Any], rows: pd.DataFrame, filters: Sequence[str]) -> pd.Series[Any]:
        """What a measure takes from rows, where all its filters are true."""
        expr = words.get("expr")
        values = pd.Series(1, index=rows.index, dtype="Int64")
        if expr is not None:
            values = {**NUMBERS, **VALUES, **CONDITIONS, "amount > 0": lambda f: f.amount > 0}[expr](rows)
        for text in (*filters, *([words["filter"]] if "filter" in words else [])):
            values = values[CONDITIONS[text](rows.loc[values.index]).fillna(False).astype(bool)]
        return values.dropna()

    def _leaf(self, words: Mapping[str, Any], key: Any, span: Span, cut: bool, filters: Sequence[str]) -> Figure:
        rows = self.rows(words["source"], span, cut).get(key)
        if rows is None:
            return NOTHING
        values = self._taken(words, rows, filters)
        number = len(values)
        match words["agg"]:
            case "count":
                return number, None, None, number
            case "count_distinct":
                return len({*values}), None, None, len({*values})
            case "sum_boolean":
                return int(values.sum()), None, None, number
        if not number:
            return (None, None, 0, 0) if words["agg"] == "average" else NOTHING
        floats = values.astype(float)
        match words["agg"]:
            case "average":
                return floats.mean(), floats.sum(), number, number
            case "median" | "percentile":
                return float(np.percentile(floats, 100 * words.get("percentile", 0.5))), None, None, number
        return float(getattr(floats, words["agg"])()), None, None, number

    def _nps(self, words: Mapping[str, Any], key: Any, span: Span, cut: bool) -> Figure:
        rows = self.rows(words["source"], span, cut).get(key)
        if rows is None:
            return NOTHING
        answers = self._taken(words, rows, ())
        answers = answers[(answers >= 0) & (answers <= 10)]
        if not len(answers):
            return None, None, 0, 0
        balance = int((answers >= 9).sum() - (answers <= 6).sum())
        return 100 * balance / len(answers), balance, len(answers), len(answers)

    def _ratio(self, words: Mapping[str, Any], key: Any, span: Span, cut: bool) -> Figure:
        parts = [words["numerator"], words["denominator"]]
        measures = [self.company.metrics[part] if isinstance(part, str) else part for part in parts]
        over, under = (self._leaf(measure, key, span, cut, ()) for measure in measures)
        above = over[0]
        if above is None and under[0] is not None and measures[0]["agg"] in ("count", "count_distinct", "sum_boolean"):
            above = 0
        value = None if above is None or not under[0] else above / under[0]
        return value, above, under[0], under[3]


def _named(unit: object) -> str | None:
    return unit if isinstance(unit, str) and unit.strip(" ") else None
