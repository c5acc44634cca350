"""Figures that stay in the files they are mapped from: an array of which only what is asked for is ever laid out.

A :class:`Sheet` is read as a NumPy array of shape (rows, periods) is: by a row and a period, by lists of them, by
slices. What it gives are numbers and arrays of its own; the whole of it is never in memory, so a web process holds no
copy of a snapshot, and several processes share the pages of the same files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from scorecard.reading import Floats

Where = NDArray[np.int32]
"""(periods, rows): where in a period's column a row's figure stands; -1 where it has none."""
Mask = NDArray[np.bool_]


class Sheet:
    """Columns of figures, one a period, some of them hidden; compares, adds and writes nothing."""

    __slots__ = ("_blank", "_columns", "_hidden", "_instead", "_where")
    ndim = 2

    def __init__(
        self, columns: Sequence[NDArray[Any] | None], where: Where, blank: NDArray[Any], hidden: Mask | None = None
    ) -> None:
        """``columns`` are mapped, or ``None`` where a period has none; ``blank`` (rows,) stands where no figure is.

        ``hidden`` (rows, periods) tells what must not be read: NaN stands there, 0 in a count, -1 in positions.
        """
        self._columns, self._where, self._blank, self._hidden = columns, where, blank, hidden
        self._instead: Any = np.nan

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and periods."""
        periods, rows = self._where.shape
        return rows, periods

    def __len__(self) -> int:
        return self.shape[0]

    def hiding(self, mask: Mask, instead: float) -> Sheet:
        """The same figures with something else where ``mask`` is true."""
        other = Sheet(self._columns, self._where, self._blank, mask)
        other._instead = instead
        return other

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self[:, :], dtype=dtype)

    def __getitem__(self, key: Any) -> Any:
        row, period = key if isinstance(key, tuple) else (key, slice(None))
        if isinstance(row, int | np.integer):
            if isinstance(period, int | np.integer):
                return self._one(int(row), int(period))
            if isinstance(period, slice):
                return self._series(int(row), period)
        rows, periods = _positions(self.shape[0], row), _positions(self.shape[1], period)
        if isinstance(row, slice) or isinstance(period, slice):
            return self._crossed(rows, periods)
        return self._paired(*np.broadcast_arrays(rows, periods)) if periods.ndim else self._column(int(periods), rows)

    def _one(self, row: int, period: int) -> Any:
        if self._hidden is not None and self._hidden[row, period]:
            return self._blank.dtype.type(self._instead)
        column, at = self._columns[period], self._where[period, row]
        return self._blank[row] if column is None or at < 0 else self._blank.dtype.type(column[at])

    def _series(self, row: int, periods: slice) -> NDArray[Any]:
        """One row: read number by number, which beats a handful of array operations for each period."""
        blank, places = self._blank[row].item(), self._where[periods, row].tolist()
        columns = zip(self._columns[periods], places, strict=True)
        out = np.array(
            [blank if column is None or at < 0 else column.item(at) for column, at in columns], dtype=self._blank.dtype
        )
        if self._hidden is not None:
            out[self._hidden[row, periods]] = self._instead
        return out

    def _column(self, period: int, rows: NDArray[np.intp]) -> NDArray[Any]:
        column, blank = self._columns[period], self._blank[rows]
        if column is None:
            out = blank
        else:
            places = self._where[period][rows]
            out = np.where(places < 0, blank, column[places]).astype(self._blank.dtype, copy=False)
        return out if self._hidden is None else masked(out, self._hidden[rows, period], self._instead)

    def _crossed(self, rows: NDArray[np.intp], periods: NDArray[np.intp]) -> NDArray[Any]:
        """Every one of some rows in every one of some periods."""
        flat = [self._column(period, rows) for period in periods.ravel().tolist()]
        if not flat:
            return np.empty((*rows.shape, *periods.shape), dtype=self._blank.dtype)
        return np.stack(flat, axis=-1).reshape(*rows.shape, *periods.shape)

    def _paired(self, rows: NDArray[np.intp], periods: NDArray[np.intp]) -> NDArray[Any]:
        """Each row in its own period."""
        out = np.empty(rows.shape, dtype=self._blank.dtype)
        for period in np.unique(periods).tolist():
            at = periods == period
            out[at] = self._column(period, rows[at])
        return out


def _positions(many: int, index: Any) -> NDArray[np.intp]:
    """What an index names of so many: a slice, a number, numbers, or flags."""
    if not isinstance(index, slice):
        index = np.asarray(index)
        index = index if index.size else index.astype(np.intp)
    return np.asarray(np.arange(many)[index])


def as_array(sheet: Sheet) -> Floats:
    """A sheet where an array is expected: it is read in the same way."""
    return cast("Floats", sheet)


def masked(figures: NDArray[Any] | Sheet, mask: Mask, instead: float) -> NDArray[Any]:
    """Figures, in memory or in a sheet, with something else where ``mask`` is true."""
    if isinstance(figures, Sheet):
        return as_array(figures.hiding(mask, instead))
    return np.where(mask, figures.dtype.type(instead), figures)
