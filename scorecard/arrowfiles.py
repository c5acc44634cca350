"""A snapshot's tables as Arrow files, written so that any tool can read them and a web process can map them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scorecard.blocks import arrow
from scorecard.customer.voices import Voice
from scorecard.judge import ASSURANCES, VARIATIONS
from scorecard.org import Org
from scorecard.signalling import Signals
from scorecard.warehouse import Membership


def org_file(org: Org) -> pa.Buffer:
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
            "place": pa.array(org.keys),
            "whole": pa.array([row >= len(org.paths) for row in range(org.rows)]),
        }
    )
    return arrow(table)


def read_org(read: pa.Table, levels: tuple[str, ...]) -> Org:
    """Read the organisation back."""
    rows = read.to_pylist()
    paths: list[tuple[str, ...]] = []
    for row in rows:
        if not row["whole"]:
            above = paths[row["parent"]] if row["parent"] >= 0 else ()
            paths.append((*above, row["unit"]))
    labels = {(row["level"], row["unit"]): row["label"] for row in rows if row["label"] != row["unit"]}
    return Org(levels, tuple(paths), labels)


def members_file(levels: Sequence[str], members: Iterable[Membership]) -> pa.Buffer:
    """The roster's rows as an Arrow file: the unit at each level below the top, since and until."""
    rows = list(members)
    columns: dict[str, Any] = {
        level: pa.array([row.path[at] for row in rows], pa.string()) for at, level in enumerate(levels[1:])
    }
    for name in ("since", "until"):
        columns[f":{name}"] = pa.array([getattr(row, name) for row in rows], pa.timestamp("us"))
    return arrow(pa.table(columns))


def read_members(read: pa.Table) -> tuple[Membership, ...]:
    """Read the roster's rows back."""
    columns = [column.to_pylist() for column in read.columns]
    return tuple(Membership(tuple(path), since, until) for *path, since, until in zip(*columns, strict=True))


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


def voices_file(voices: Iterable[Voice]) -> pa.Buffer:
    """What customers said as an Arrow file."""
    rows = [asdict(voice) | {"units": list((voice.units or {}).items())} for voice in voices]
    return arrow(pa.Table.from_pylist(rows, schema=_VOICE))


def read_voices(read: pa.Table) -> Iterable[Voice]:
    """Read what customers said."""
    return (Voice(**row | {"units": dict(row["units"] or ())}) for row in read.to_pylist())


def signals_file(found: Mapping[str, Mapping[str, Signals]]) -> pa.Buffer:
    """What every series says as an Arrow file: a row a place or whole, columns ``<grain>:<metric>:<answer>``."""
    columns = {}
    for grain, by_metric in found.items():
        for metric, said in by_metric.items():
            columns[f"{grain}:{metric}:variation"] = _named(said.variation, VARIATIONS)
            columns[f"{grain}:{metric}:assurance"] = _named(said.assurance, ASSURANCES)
    return arrow(pa.table(columns))


def read_signals(read: pa.Table) -> dict[str, dict[str, Signals]]:
    """Read what every series says."""
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
