"""Encoding: a table's figures as blocks, each number in the fewest bytes that hold it.

Everything that can be done for all periods at once is done so first: a metric's arrays are turned so that a period is
one run of memory, and it is found out which periods fit narrower numbers. A block then only picks its rows. Which
type a column has follows from its own numbers alone, so that equal figures are equal bytes whatever is read with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scorecard.blocks import Block, Rows, arrow, digest, stretches
from scorecard.forms import Form
from scorecard.org import Org
from scorecard.reading import Floats, Table
from scorecard.rollup import depths
from scorecard.time import Period

Flags = NDArray[np.bool_]
_PARTS = ("", ":numerator", ":denominator")
AT_ONCE = 2
"""Blocks are made side by side: most of the work is copying and summing bytes."""


@dataclass(frozen=True)
class Outline:
    """An organisation as blocks name it: worked out once for all blocks over it."""

    org: Org

    @cached_property
    def depths(self) -> Rows:
        """How deep every row lies."""
        return depths(self.org)

    @cached_property
    def names(self) -> tuple[tuple[Any, Rows], ...]:
        """Of levels and of units: the names there are, and which of them each row has."""
        both = zip(*(self.org.unit_of(row) for row in range(self.org.rows)), strict=True)
        found = (np.unique(np.array(texts, dtype=np.str_), return_inverse=True) for texts in both)
        level, unit = ((pa.array(names.tolist(), pa.string()), of) for names, of in found)
        return level, unit


@dataclass(frozen=True)
class _Column:
    """One part of a metric, (periods, rows): its numbers, and the same narrower, with which periods that holds of."""

    wide: NDArray[Any]
    narrow: NDArray[Any]
    fits: Flags

    @classmethod
    def of(cls, wide: NDArray[Any], narrower: type[np.number[Any]]) -> _Column:
        """Numbers, and whether they are the same in a narrower type; only what is needed is held."""
        with np.errstate(over="ignore", invalid="ignore"):
            narrow = wide.astype(narrower)
        fits = ((narrow == wide) | (wide != wide)).all(axis=1)  # noqa: PLR0124 - NaN is none
        return cls(narrow if fits.all() else wide, narrow if fits.any() else wide, fits)

    def picked(self, at: Rows, rows: Rows | tuple[Rows, Rows]) -> NDArray[Any]:
        """The numbers of the periods in some columns: of one period those of some rows, else those of some spots."""
        values = self.narrow if self.fits[at].all() else self.wide
        if isinstance(rows, tuple):
            return values[at[rows[0]], rows[1]]
        period: NDArray[Any] = values[at[0]]
        return period if len(rows) == len(period) else period.take(rows)


class Turned:
    """A table's figures a period at a time, worked out at once."""

    def __init__(self, table: Table, outline: Outline, forms: Mapping[str, Form]) -> None:
        """``outline`` is that of the table's own organisation; ``forms`` are those of the metrics to encode."""
        self.table, self.outline = table, outline
        self.columns = {
            metric + part: column for metric, form in forms.items() for part, column in _columns(table, metric, form)
        }
        self.there = self._there(forms)

    def _there(self, forms: Mapping[str, Form]) -> Flags:
        """Which rows have a figure of their own in which periods: (periods, rows), closed upward."""
        org, deep = self.table.org, self.outline.depths
        there = np.zeros((len(self.table.periods), org.rows), dtype=np.bool_)
        for metric, form in forms.items():
            there |= self.columns[f"{metric}:count"].wide != 0
            for part, nothing in zip(_PARTS, form.blank, strict=True):
                column = self.columns.get(metric + part)
                if column is not None:
                    known = ~np.isnan(column.wide)
                    there |= known if nothing is None else np.where(deep > form.depth, known, column.wide != nothing)
        parents = np.array(org.parents, dtype=np.intp)
        for depth in range(len(org.levels), 1, -1):
            rows = np.flatnonzero(deep[: len(parents)] == depth)
            np.logical_or.at(there.T, parents[rows], there.T[rows])
        for whole, unit in enumerate(org.wholes, len(org.paths)):
            there[:, whole] = there[:, list(org.places[unit])].sum(axis=1) > 1
        return there


def _columns(table: Table, metric: str, form: Form) -> Iterator[tuple[str, _Column]]:
    """The columns of a metric, by what stands behind its name in theirs."""
    cells = table.cells[metric]
    for part, values in zip(_PARTS, (cells.value, cells.numerator, cells.denominator), strict=True):
        if not part or form.quotient:
            yield part, _Column.of(np.ascontiguousarray(plain(values.T)), np.float32)
    yield ":count", _Column.of(np.ascontiguousarray(cells.count.T).astype(np.int64), np.int32)
    if form.score and cells.decided is not None:
        yield ":decided", _Column.of(np.ascontiguousarray(plain(cells.decided.T)), np.float32)
    if form.index:
        yield ":worst", _Column.of(np.ascontiguousarray(table.worst[metric].T).astype(np.int8), np.int8)


def encode(turned: Turned, periods: Sequence[Period], columns: Sequence[int]) -> Block:
    """The block of some periods of a table, which stand in its ``columns``."""
    at, outline = np.array(columns, dtype=np.intp), turned.outline
    period, row = np.nonzero(turned.there[at])
    spots: Rows | tuple[Rows, Rows] = row if len(at) == 1 else (period, row)
    level, unit = (_taken(*named, row) for named in outline.names)
    written: dict[str, Any] = {
        "place": pa.array(outline.org.keys[row]),
        "level": level,
        "unit": unit,
        "period": pa.DictionaryArray.from_arrays(pa.array(period.astype(np.int32)), [each.key for each in periods]),
        "complete": pa.array(turned.table.complete[at[period]]),
        **{name: pa.array(column.picked(at, spots)) for name, column in turned.columns.items()},
    }
    content = arrow(pa.table(written))
    grain = turned.table.grain
    assert grain is not None  # noqa: S101 - a snapshot keeps periods of a grain
    return Block(grain, tuple(periods), digest(content), content)


def blocks(table: Table, forms: Mapping[str, Form]) -> Iterator[Block]:
    """A whole table as blocks, each as soon as it is made."""
    turned = Turned(table, Outline(table.org), forms)
    together = list(stretches(table.periods))
    ends = np.cumsum([len(periods) for periods in together]).tolist()
    columns = [range(end - len(periods), end) for end, periods in zip(ends, together, strict=True)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda periods, at: encode(turned, periods, at), together, columns)


def plain(values: Floats) -> Floats:
    """The same values with one kind of zero and one kind of NaN, of which there are many: equal values, equal bytes."""
    return np.where(np.isnan(values), np.nan, values + 0.0)


def _taken(names: Any, of: Rows, rows: Rows) -> Any:
    """Each row's name, as a dictionary of those that occur."""
    own = of[rows]
    occurs = np.zeros(len(names), dtype=np.bool_)
    occurs[own] = True
    codes = (np.cumsum(occurs) - 1).astype(np.int32).take(own)
    return pa.DictionaryArray.from_arrays(pa.array(codes), names.filter(pa.array(occurs)))
