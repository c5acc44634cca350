"""Blocks: the figures of a stretch of periods in a file of their own, so that what is settled is written once.

A block depends on nothing but its own periods: it names places by a key made of their path, and holds only those that
have a figure then (and those above them). A period that is settled is therefore the same file byte for byte in every
snapshot, however the organisation around it grows. Read back, blocks are laid onto the organisation of the snapshot,
one metric at a time and only when it is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import ipc

from scorecard.attainment import NONE, Positions
from scorecard.definition import Grain
from scorecard.forms import Form
from scorecard.org import Org
from scorecard.reading import Cells, Floats, Late, Table
from scorecard.rollup import depths
from scorecard.sheet import Sheet, as_array
from scorecard.time import Period

Keys = NDArray[np.uint64]
Rows = NDArray[np.intp]
_Number = TypeVar("_Number", np.float64, np.int8)
_PARTS = ("", ":numerator", ":denominator")


@dataclass(frozen=True)
class Block:
    """Some periods' figures as an Arrow file."""

    grain: Grain
    periods: tuple[Period, ...]
    digest: str
    content: pa.Buffer
    path: Path | None = None
    """The file of an earlier snapshot that holds it already."""

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.file(self.periods)

    @staticmethod
    def file(periods: Sequence[Period]) -> str:
        """The name of the file of some periods."""
        return f"{periods[0].grain}-{periods[0].start.date().isoformat()}.arrow"

    @property
    def sound(self) -> bool:
        """Whether its bytes are those that were written: all of them are read for it."""
        return digest(self.content) == self.digest

    @cached_property
    def columns(self) -> pa.Table:
        """Its columns, mapped."""
        return mapped(self.content)

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        """Where each column stands: looking a name up in a table goes through all of them."""
        return {name: at for at, name in enumerate(self.columns.column_names)}

    def column(self, name: str) -> NDArray[Any] | None:
        """A column, not copied; ``None`` where there is none or nothing in it."""
        at = self._positions.get(name)
        if at is None or not self.columns.num_rows:
            return None
        (chunk,) = self.columns.column(at).chunks  # a block is written as one batch
        return cast("NDArray[Any]", chunk.to_numpy())

    @cached_property
    def places(self) -> tuple[tuple[int, Keys], ...]:
        """For each of its periods where its rows begin, and the keys of their places."""
        period = self.columns.column("period").combine_chunks().indices.to_numpy()
        keys = self.columns.column("place").combine_chunks().to_numpy()
        starts = np.searchsorted(period, np.arange(len(self.periods) + 1))
        return tuple((int(a), keys[a:b]) for a, b in pairwise(starts))


def mapped(content: pa.Buffer) -> pa.Table:
    """An Arrow file's columns, not copied."""
    return ipc.open_file(pa.BufferReader(content)).read_all()


def arrow(table: pa.Table) -> pa.Buffer:
    """A table as an Arrow file of one batch."""
    whole = table.combine_chunks()
    sink = pa.BufferOutputStream()
    with ipc.new_file(sink, table.schema) as writer:
        writer.write_table(whole, max_chunksize=max(1, table.num_rows))
    return sink.getvalue()


def digest(content: bytes | pa.Buffer) -> str:
    """The checksum of a file's content."""
    return hashlib.sha256(content).hexdigest()


def stretches(periods: Iterable[Period]) -> Iterator[tuple[Period, ...]]:
    """The periods of each block: one each; hours by the day."""
    for _, together in groupby(periods, key=lambda period: period.start.date()):
        yield tuple(together)


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a period's figures go: its position, the rows they go to, and the rows of the block they come from."""

    position: int
    goes: Rows | slice
    comes: Rows | slice
    everywhere: bool
    """Whether every row has one."""


class Laid(Mapping[str, Cells]):
    """The cells of blocks laid onto an organisation, one metric at a time, when it is first asked for."""

    def __init__(self, blocks: Sequence[Block], org: Org, forms: Mapping[str, Form]) -> None:
        """``forms`` are those of the metrics the blocks hold."""
        self._blocks, self._org, self.forms = blocks, org, forms
        self._found: dict[str, Cells] = {}
        self._width = sum(len(block.periods) for block in blocks)

    def __getitem__(self, metric: str) -> Cells:
        """The four arrays of a metric, (rows, periods)."""
        if metric not in self._found:
            form = self.forms[metric]
            value, numerator, denominator = (
                self._lay(metric + part, self._blank(nothing, form.depth))
                for part, nothing in zip(_PARTS, form.blank, strict=True)
            )
            count = self._lay(f"{metric}:count", np.zeros((self._org.rows, 1)))
            decided = self._lay(f"{metric}:decided", self._blank(None, form.depth)) if form.score else None
            self._found[metric] = Cells(value, numerator, denominator, count, decided)
        return self._found[metric]

    def __contains__(self, metric: object) -> bool:
        """Whether the blocks hold it; it is not laid out for that."""
        return metric in self.forms

    def __iter__(self) -> Iterator[str]:
        """The metrics, in written order."""
        return iter(self.forms)

    def __len__(self) -> int:
        """How many metrics there are."""
        return len(self.forms)

    @property
    def worst(self) -> Mapping[str, Positions]:
        """The position of the worst part of every index, (rows, periods)."""
        none = np.full((self._org.rows, 1), NONE, dtype=np.int8)
        return Late(self._indexes, lambda metric: self._lay(f"{metric}:worst", none))

    @property
    def sheets(self) -> Mapping[str, Cells]:
        """The same cells as sheets, which read what is asked from the mapped files and hold nothing."""
        return Late(self.forms, self._sheets)

    @property
    def worst_sheets(self) -> Mapping[str, Positions]:
        """The position of the worst part of every index as a sheet."""
        none = np.full(self._org.rows, NONE, dtype=np.int8)
        return Late(self._indexes, lambda metric: cast("Positions", self._sheet(f"{metric}:worst", none)))

    @property
    def _indexes(self) -> list[str]:
        return [metric for metric, form in self.forms.items() if form.index]

    def _sheets(self, metric: str) -> Cells:
        form = self.forms[metric]
        value, numerator, denominator = (
            as_array(self._sheet(metric + part, self._blank(nothing, form.depth)[:, 0]))
            for part, nothing in zip(_PARTS, form.blank, strict=True)
        )
        count = as_array(self._sheet(f"{metric}:count", np.zeros(self._org.rows)))
        blank = self._blank(None, form.depth)[:, 0]
        decided = as_array(self._sheet(f"{metric}:decided", blank)) if form.score else None
        return Cells(value, numerator, denominator, count, decided)

    def _sheet(self, column: str, blank: NDArray[Any]) -> Sheet:
        mapped = [block.column(column) for block in self._blocks for _ in block.periods]
        return Sheet(mapped, self._where, blank)

    @cached_property
    def _where(self) -> NDArray[np.int32]:
        """(periods, rows): where in its block's columns a row's figures stand, -1 where it has none."""
        where = np.full((self._width, self._org.rows), -1, dtype=np.int32)
        for ways in self._ways:
            for way in ways:
                where[way.position, way.goes] = np.r_[way.comes]
        return where

    def _blank(self, nothing: float | None, depth: int) -> Floats:
        """What stands where a block has no row, (rows, 1)."""
        return np.where(self._depths > depth, np.nan, np.nan if nothing is None else nothing)[:, None]

    def _lay(self, column: str, blank: NDArray[_Number]) -> NDArray[_Number]:
        out = np.empty((self._width, self._org.rows), dtype=blank.dtype)
        for block, ways in zip(self._blocks, self._ways, strict=True):
            values = block.column(column)
            for way in ways:
                if values is None or not way.everywhere:
                    out[way.position] = blank[:, 0]
                if values is not None:
                    out[way.position, way.goes] = values[way.comes]
        return out.T

    @cached_property
    def _depths(self) -> Rows:
        return depths(self._org)

    @cached_property
    def _ways(self) -> list[list[_Way]]:
        """For each block the way of each of its periods."""
        own = self._org.keys
        order = np.argsort(own)
        pairs = [(place, self._org.row_of[unit]) for unit in self._org.wholes for place in self._org.places[unit]]
        places, wholes = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        found, position = [], 0
        for block in self._blocks:
            ways = []
            for begins, named in block.places:
                goes = order[np.searchsorted(own, named, sorter=order).clip(max=len(order) - 1)]
                known = own[goes] == named
                goes, comes = goes[known], begins + np.flatnonzero(known)
                goes, comes = _with_wholes(goes, comes, places, wholes, self._org.rows)
                ways.append(_Way(position, _run(goes), _run(comes), everywhere=len(goes) == self._org.rows))
                position += 1
            found.append(ways)
        return found


def in_place(table: Table) -> Table:
    """The same table; where it stands in blocks, its figures stay there."""
    if not isinstance(table.cells, Laid):
        return table
    return replace(table, cells=table.cells.sheets, worst=table.cells.worst_sheets)


def narrowed(table: Table, blocks: Sequence[Block]) -> Table:
    """The part of a table of blocks that stands in some of them, without its targets."""
    assert isinstance(table.cells, Laid)  # noqa: S101 - asked only of such
    periods = tuple(period for block in blocks for period in block.periods)
    at = [table.periods.index(period) for period in periods]
    cells = Laid(blocks, table.org, table.cells.forms)
    unsettled = {metric: whole[at] for metric, whole in table.unsettled.items()}
    complete = table.complete[at]
    return replace(
        table, periods=periods, complete=complete, cells=cells, targets={}, unsettled=unsettled, worst=cells.worst
    )


def _run(rows: Rows) -> Rows | slice:
    """Rows that follow one another as a slice, which is copied at once."""
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all():
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


def _with_wholes(goes: Rows, comes: Rows, places: Rows, wholes: Rows, rows: int) -> tuple[Rows, Rows]:
    """The whole of a unit with figures at one place only has just those."""
    if not len(places):
        return goes, comes
    at = np.full(rows, -1, dtype=np.intp)
    at[goes] = comes
    alone = (at[places] >= 0) & (at[wholes] < 0)
    return np.concatenate((goes, wholes[alone])), np.concatenate((comes, at[places[alone]]))
