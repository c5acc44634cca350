"""Targets as an Arrow file: for each metric and period the one of the whole company, then those that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from scorecard.definition import Grain
from scorecard.encoding import plain
from scorecard.org import Org
from scorecard.reading import Floats, Table

EVERYBODY = -1
"""In the column ``row``: every row of the organisation that is not named itself."""
_SCHEMA = pa.schema(
    [
        ("grain", pa.dictionary(pa.int8(), pa.string())),
        ("metric", pa.dictionary(pa.int32(), pa.string())),
        ("period", pa.dictionary(pa.int32(), pa.string())),
        ("row", pa.int32()),
        ("level", pa.string()),
        ("unit", pa.string()),
        ("target", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
    ]
)


def targets_table(tables: Mapping[Grain, Table]) -> pa.Table:
    """The targets of every metric at every grain; ``target`` is null where they are bands, ``low`` to ``high``."""
    parts = [
        _metric(table, metric, target)
        for table in tables.values()
        for metric, target in table.targets.items()
        if len(table.periods)
    ]
    return pa.concat_tables(parts).unify_dictionaries() if parts else _SCHEMA.empty_table()


def _metric(table: Table, metric: str, target: Floats) -> pa.Table:
    ends = target if target.ndim == 3 else target[None]  # noqa: PLR2004 - (low and high, rows, periods)
    usual = ends[:, :1]
    differs = ~np.all((ends == usual) | (np.isnan(ends) & np.isnan(usual)), axis=0)
    period, row = np.nonzero(differs.T)
    periods = len(table.periods)
    at = np.concatenate((np.arange(periods), period))
    rows = np.concatenate((np.full(periods, EVERYBODY), row)).astype(np.int32)
    values = [plain(np.concatenate((end[0], own[row, period]))) for end, own in zip(usual, ends, strict=True)]
    none = pa.nulls(len(rows), pa.float64())
    units = [None if row == EVERYBODY else table.org.unit_of(row) for row in rows.tolist()]
    columns = {
        "grain": _named(np.zeros(len(rows), np.int8), [str(table.grain)]),
        "metric": _named(np.zeros(len(rows), np.int32), [metric]),
        "period": _named(at.astype(np.int32), [period.key for period in table.periods]),
        "row": rows,
        "level": pa.array([unit and unit[0] for unit in units], pa.string()),
        "unit": pa.array([unit and unit[1] for unit in units], pa.string()),
        "target": values[0] if len(values) == 1 else none,
        "low": values[0] if len(values) > 1 else none,
        "high": values[1] if len(values) > 1 else none,
    }
    return pa.table(columns, schema=_SCHEMA)


def _named(codes: NDArray[Any], names: list[str]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes), names)


class Laid(Mapping[str, Floats]):
    """The targets of one grain laid onto an organisation, one metric at a time, when it is first asked for."""

    def __init__(self, read: pa.Table, grain: Grain, periods: Iterable[str], org: Org) -> None:
        """``read`` is the file's table, ``periods`` are the keys of the grain's periods in order."""
        self._org, self._found = org, dict[str, Floats]()
        self._at = {key: at for at, key in enumerate(periods)}
        self._read = read.filter(pc.equal(read.column("grain").cast(pa.string()), grain))
        names = self._read.column("metric").combine_chunks()
        self._codes = np.asarray(names.indices)
        self._names = dict.fromkeys(names.dictionary[code].as_py() for code in dict.fromkeys(self._codes.tolist()))
        self._dictionary = names.dictionary.to_pylist()

    def __getitem__(self, metric: str) -> Floats:
        """The targets of a metric: (rows, periods), or (2, rows, periods) for a band."""
        if metric not in self._found:
            if metric not in self._names:
                raise KeyError(metric)
            self._found[metric] = self._lay(metric)
        return self._found[metric]

    def __contains__(self, metric: object) -> bool:
        """Whether a metric has targets, without laying them out to see."""
        return metric in self._names

    def __iter__(self) -> Iterator[str]:
        """The metrics that have targets, in written order."""
        return iter(self._names)

    def __len__(self) -> int:
        """How many metrics have targets."""
        return len(self._names)

    def _lay(self, metric: str) -> Floats:
        mine = self._read.take(pa.array(np.flatnonzero(self._codes == self._dictionary.index(metric))))
        band = mine.column("target").null_count == mine.num_rows
        rows = mine.column("row").to_numpy()
        at = np.array([self._at[key] for key in mine.column("period").cast(pa.string()).to_pylist()], dtype=np.intp)
        ends = []
        for name in ("low", "high") if band else ("target",):
            values = mine.column(name).to_numpy()
            usual = rows == EVERYBODY
            everybody: Floats = np.empty(len(self._at))
            everybody[at[usual]] = values[usual]
            out = np.broadcast_to(everybody, (self._org.rows, len(self._at)))  # one row, shown as all of them
            if not usual.all():
                out = out.copy()
                out[rows[~usual], at[~usual]] = values[~usual]
            ends.append(out)
        return np.stack(ends) if band else ends[0]
