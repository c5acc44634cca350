"""A snapshot's tables as Arrow files, written so that any tool can read them and a web process can map them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import ipc

from scorecard.customer.voices import Voice
from scorecard.judge import ASSURANCES, VARIATIONS
from scorecard.org import Org
from scorecard.reading import Cells, Floats, Table
from scorecard.signalling import Signals
from scorecard.time import Period


def readings_file(table: Table) -> bytes:
    """Readings as one Arrow file: a row a (place, period), columns as :mod:`scorecard.snapshot` lists them."""
    rows, count = table.org.rows, len(table.periods)
    level, unit = zip(*(table.org.unit_of(row) for row in range(rows)), strict=True)
    columns: dict[str, Any] = {
        "row": pa.array(np.repeat(np.arange(rows, dtype=np.int32), count)),
        "level": _repeated(level, count),
        "unit": _repeated(unit, count),
        "period": pa.DictionaryArray.from_arrays(
            pa.array(np.tile(np.arange(count, dtype=np.int32), rows)), [period.key for period in table.periods]
        ),
        "complete": pa.array(np.tile(table.complete, rows)),
    }
    for metric, cells in table.cells.items():
        columns[metric] = _flat(cells.value)
        columns[f"{metric}:numerator"] = _flat(cells.numerator)
        columns[f"{metric}:denominator"] = _flat(cells.denominator)
        columns[f"{metric}:count"] = _flat(cells.count)
    for metric, target in table.targets.items():
        if target.ndim == 3:  # noqa: PLR2004 - a band: low and high
            columns[f"{metric}:low"], columns[f"{metric}:high"] = _flat(target[0]), _flat(target[1])
        else:
            columns[f"{metric}:target"] = _flat(target)
    for metric, whole in table.unsettled.items():
        columns[f"{metric}:complete"] = pa.array(np.tile(whole, rows))
    for metric, worst in table.worst.items():
        columns[f"{metric}:worst"] = pa.array(np.ascontiguousarray(worst, dtype=np.int8).ravel())
    return _arrow(pa.table(columns))


def _repeated(texts: Iterable[str], times: int) -> Any:
    values, codes = np.unique(np.array(list(texts), dtype=object).astype(str), return_inverse=True)
    return pa.DictionaryArray.from_arrays(pa.array(np.repeat(codes.astype(np.int32), times)), values.tolist())


def _flat(values: Floats) -> Any:
    return pa.array(np.ascontiguousarray(values, dtype=np.float64).ravel())


def read_readings(path: Path, periods: tuple[Period, ...], metrics: Iterable[str], org: Org) -> Table:
    """Map a file of readings back onto its organisation and periods, without copying a figure."""
    read = _map(path)
    shape = (org.rows, len(periods))
    metrics = tuple(metrics)

    def column(name: str) -> Floats:
        found = read.column(name).chunk(0) if read.num_rows else pa.array([], pa.float64())
        return cast("Floats", found.to_numpy(zero_copy_only=True).reshape(shape))

    names, targets = set(read.column_names), {}
    for metric in metrics:
        if f"{metric}:target" in names:
            targets[metric] = column(f"{metric}:target")
        elif f"{metric}:low" in names:
            targets[metric] = np.stack([column(f"{metric}:low"), column(f"{metric}:high")])
    return Table(
        grain=periods[0].grain,
        periods=periods,
        complete=read.column("complete").to_numpy()[: shape[1]],
        org=org,
        cells={
            name: Cells(
                column(name), column(f"{name}:numerator"), column(f"{name}:denominator"), column(f"{name}:count")
            )
            for name in metrics
        },
        targets=targets,
        unsettled={
            name: read.column(f"{name}:complete").to_numpy()[: shape[1]]
            for name in metrics
            if f"{name}:complete" in names
        },
        worst={
            name: read.column(f"{name}:worst").to_numpy().reshape(shape) for name in metrics if f"{name}:worst" in names
        },
    )


def org_file(org: Org) -> bytes:
    """The organisation as an Arrow file: a row a place, then a row a whole."""
    units = [org.unit_of(row) for row in range(org.rows)]
    beyond = org.rows - len(org.paths)
    table = pa.table(
        {
            "level": [unit[0] for unit in units],
            "unit": [unit[1] for unit in units],
            "label": [org.label(unit) for unit in units],
            "parent": pa.array([*org.parents, *[-1] * beyond], pa.int32()),
            "end": pa.array([*org.ends, *range(len(org.paths) + 1, org.rows + 1)], pa.int32()),
            "whole": pa.array([row >= len(org.paths) for row in range(org.rows)]),
        }
    )
    return _arrow(table)


def read_org(path: Path, levels: tuple[str, ...]) -> Org:
    """Read the organisation back."""
    read = _map(path).to_pylist()
    paths: list[tuple[str, ...]] = []
    for row in read:
        if not row["whole"]:
            above = paths[row["parent"]] if row["parent"] >= 0 else ()
            paths.append((*above, row["unit"]))
    labels = {(row["level"], row["unit"]): row["label"] for row in read if row["label"] != row["unit"]}
    return Org(levels, tuple(paths), labels)


_VOICE = pa.schema(
    [
        ("said", pa.timestamp("us")),
        ("text", pa.string()),
        ("score", pa.float64()),
        ("channel", pa.string()),
        ("stage", pa.string()),
        ("units", pa.map_(pa.string(), pa.string())),
    ]
)


def voices_file(voices: Iterable[Voice]) -> bytes:
    """What customers said as an Arrow file."""
    rows = [asdict(voice) | {"units": list((voice.units or {}).items())} for voice in voices]
    return _arrow(pa.Table.from_pylist(rows, schema=_VOICE))


def read_voices(path: Path) -> Iterable[Voice]:
    """Read what customers said."""
    return (Voice(**row | {"units": dict(row["units"] or ())}) for row in _map(path).to_pylist())


def _map(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as file:
        return ipc.open_file(file).read_all()


def _arrow(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return cast("bytes", sink.getvalue().to_pybytes())


def signals_file(found: Mapping[str, Mapping[str, Signals]]) -> bytes:
    """What every series says as an Arrow file: a row a place or whole, columns ``<grain>:<metric>:<answer>``."""
    columns = {}
    for grain, by_metric in found.items():
        for metric, said in by_metric.items():
            columns[f"{grain}:{metric}:variation"] = _named(said.variation, VARIATIONS)
            columns[f"{grain}:{metric}:assurance"] = _named(said.assurance, ASSURANCES)
    return _arrow(pa.table(columns))


def read_signals(path: Path) -> dict[str, dict[str, Signals]]:
    """Read what every series says."""
    read = _map(path)
    found: dict[str, dict[str, Signals]] = {}
    for name in read.column_names:
        grain, metric, answer = name.split(":")
        if answer == "variation":
            codes = (
                read.column(f"{grain}:{metric}:{a}").chunk(0).indices.to_numpy() for a in ("variation", "assurance")
            )
            found.setdefault(grain, {})[metric] = Signals(*codes)
    return found


def _named(codes: NDArray[np.int8], names: tuple[str, ...]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), list(names))
