"""Answers to arrays: groups of rows are placed in the organisation and rolled up, without a loop over groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from metrics.aggregates import COMBINE
from metrics.frame import PERIOD, ROWS, level_column, part_column, segment_column
from metrics.plan import Scan
from metrics.reduce import Counts, Reduced
from scorecard.measure import LeafMeasure
from scorecard.org import TOP, Org
from scorecard.reading import Floats
from scorecard.rollup import MERGE, Combine, Ladder, Rows, Spots, roll_up
from scorecard.time import Period

Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Answer:
    """A scan's rows, with the paths (or, of a whole, the units) and segments its groups belong to."""

    scan: Scan
    rows: pa.Table
    paths: tuple[tuple[str, ...], ...]
    path_of: Codes
    segments: tuple[tuple[str, ...], ...]
    segment_of: Codes

    @classmethod
    def of(cls, scan: Scan, rows: pa.Table, dimensions: int) -> Answer:
        """Find the distinct paths and segments of a statement's answer."""
        columns = [level_column(scan.depth)] if scan.whole else [level_column(at) for at in range(2, scan.depth + 1)]
        paths, path_of = _distinct(rows, columns)
        segments, segment_of = _distinct(rows, [segment_column(at) for at in range(dimensions)])
        paths = paths if scan.whole else tuple((TOP, *path) for path in paths)
        return cls(scan, rows, paths, path_of, segments, segment_of)

    def within(self, periods: Sequence[Period]) -> Answer:
        """Only the groups of some periods in order: those a year before may leave out a day, such as 29 February."""
        if PERIOD not in self.rows.column_names or not periods:
            return self
        at = _starts(self.rows, [period.start for period in periods])
        stops = np.array([period.stop for period in periods], dtype="datetime64[us]")
        inside = (at >= 0) & (pc.cast(self.rows[PERIOD], pa.timestamp("us")).to_numpy() < stops[at])
        if inside.all():
            return self
        rows = self.rows.filter(pa.array(inside))
        return replace(self, rows=rows, path_of=self.path_of[inside], segment_of=self.segment_of[inside])

    def part(self, name: str) -> Floats:
        """A column of figures; missing is NaN."""
        return np.asarray(self.rows[name].to_numpy(), dtype=np.float64)

    def outside(self, periods: Sequence[Period]) -> dict[LeafMeasure, Counts]:
        """How many answers of each score lay outside its scale, by period."""
        at, width = _starts(self.rows, [period.start for period in periods]), len(periods)
        return {
            leaf: np.bincount(at, np.nan_to_num(self.part(part_column(position, "outside"))), width).astype(np.int64)
            for position, leaf in enumerate(self.scan.leaves)
            if leaf.agg == "nps"
        }


@dataclass(frozen=True, slots=True)
class Fetched:
    """A scan whose rows were fetched and reduced, over the organisation they know and the periods of the scan."""

    scan: Scan
    reduced: Reduced

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Every path there is."""
        return self.reduced.org.paths

    @property
    def segments(self) -> tuple[tuple[str, ...], ...]:
        """Every segment there is."""
        return self.reduced.segments

    def outside(self, periods: Sequence[Period]) -> Mapping[LeafMeasure, Counts]:  # noqa: ARG002 - they are its own
        """How many answers of each score lay outside its scale, by period."""
        return self.reduced.outside


@dataclass(frozen=True, slots=True)
class Grid:
    """What arrays are laid out over: the organisation, the segments and the periods that were read.

    Of a ``rolling`` grid the periods are windows that overlap. What adds is read for the pieces between any two of
    their edges, and then summed window by window: never as a difference of two running sums, which would cancel.
    """

    org: Org
    ladder: Ladder
    segments: tuple[tuple[str, ...], ...]
    periods: tuple[Period, ...]
    rolling: bool = False
    wide: tuple[Period, ...] = ()
    """Further windows whose edges part the pieces too: those of all that these are a part of."""

    @property
    def edges(self) -> tuple[datetime, ...]:
        """Where the pieces that are read begin; the end of the last is not among them."""
        if not self.rolling:
            return tuple(period.start for period in self.periods)
        own = {moment for window in self.periods for moment in (window.start, window.stop)}
        others = {moment for window in self.wide for moment in (window.start, window.stop)}
        moments = sorted(own | {moment for moment in others if min(own) < moment < max(own)} if own else ())
        return tuple(moments[:-1])

    def spots(self, answer: Answer) -> Spots:
        """Where the groups of an answer belong."""
        if answer.scan.whole:
            level = self.org.levels[answer.scan.depth - 1]
            row_of = {path: self.org.row_of[level, path[0]] for path in answer.paths}
        else:
            row_of = self.org.place_of
        rows = np.array([row_of[path] for path in answer.paths], dtype=np.intp)
        at = {segment: position for position, segment in enumerate(self.segments)}
        segments = np.array([at[segment] for segment in answer.segments], dtype=np.intp)
        pieces = self._pieces(answer)
        columns = segments[answer.segment_of] * pieces + self._positions(answer)
        return Spots(rows[answer.path_of], columns, len(self.segments) * pieces)

    def gathered(self, values: Floats, combine: Combine) -> Floats:
        """Rolled up pieces (rows, segments × pieces) as windows (rows, segments × periods)."""
        if not self.rolling:
            return values
        starts = np.array(self.edges, dtype="datetime64[us]")
        apart = values.reshape(len(values), len(self.segments), len(starts))
        windows: Floats = np.empty((len(values), len(self.segments), len(self.periods)))
        for at, window in enumerate(self.periods):
            first, last = np.searchsorted(starts, np.array([window.start, window.stop], dtype="datetime64[us]"))
            windows[:, :, at] = MERGE[combine](apart[:, :, first:last], axis=2)
        return windows.reshape(len(values), -1)

    def _pieces(self, answer: Answer) -> int:
        """How many columns an answer has for each segment."""
        return len(self.edges) if answer.scan.shape == "additive" else len(self.periods)

    def _positions(self, answer: Answer) -> Rows:
        if self.rolling and answer.scan.shape != "additive" and PERIOD in answer.rows.column_names:
            # a window is told by its position
            return np.asarray(answer.rows[PERIOD].to_numpy(), dtype=np.intp)
        return _starts(answer.rows, self.edges)


def leaf_parts(grid: Grid, answers: Iterable[Answer | Fetched]) -> dict[LeafMeasure, dict[str, Floats]]:
    """The parts of every measure in some answers, each of shape (rows, segments × periods)."""
    found: dict[LeafMeasure, dict[str, Floats]] = {}
    for answer in answers:
        if isinstance(answer, Fetched):
            found |= _moved(grid, answer.reduced)
            continue
        answer = answer if grid.rolling else answer.within(grid.periods)  # noqa: PLW2901 - what the grid holds of it
        spots = grid.spots(answer)
        additive = answer.scan.shape == "additive"
        rows = grid.gathered(roll_up(grid.ladder, spots, answer.part(ROWS), "add"), "add") if additive else None
        for at, leaf in enumerate(answer.scan.leaves):
            parts = found.setdefault(leaf, {})
            if rows is not None:
                parts[ROWS] = rows
            else:
                _put(parts, ROWS, grid, spots, answer.part(ROWS))
            for name, combine in COMBINE[leaf.agg].items():
                values = answer.part(part_column(at, name))
                if additive:
                    known = np.nan_to_num(values) if combine == "add" else values
                    parts[name] = grid.gathered(roll_up(grid.ladder, spots, known, combine), combine)
                else:
                    _put(parts, name, grid, spots, values)
    return found


def _starts(rows: pa.Table, starts: Sequence[datetime]) -> Rows:
    """Which of some beginnings each row of an answer comes after."""
    if PERIOD not in rows.column_names:
        return np.zeros(rows.num_rows, dtype=np.intp)
    moments = pc.cast(rows[PERIOD], pa.timestamp("us")).to_numpy()
    return np.asarray(np.searchsorted(np.array(starts, dtype="datetime64[us]"), moments, side="right") - 1, np.intp)


def outside(answers: Iterable[Answer | Fetched], periods: Sequence[Period]) -> dict[LeafMeasure, Counts]:
    """How many answers of each score lay outside its scale, by period."""
    return {leaf: counts for answer in answers for leaf, counts in answer.outside(periods).items()}


def _moved(grid: Grid, reduced: Reduced) -> dict[LeafMeasure, dict[str, Floats]]:
    """Reduced parts where the grid has their places, wholes and segments."""
    own, org = reduced.org, grid.org
    if own.paths == org.paths and reduced.segments == grid.segments:
        return {leaf: dict(parts) for leaf, parts in reduced.parts.items()}
    come = np.arange(len(own.paths))
    goes = np.array([org.place_of[path] for path in own.paths], dtype=np.intp)
    wholes = [(own.row_of[unit], org.row_of[unit]) for unit in org.wholes if unit in own.row_of]
    rows_from, rows_to = np.concatenate(
        [np.stack([come, goes]), np.array(wholes, dtype=np.intp).reshape(-1, 2).T], axis=1
    )
    at = {segment: position for position, segment in enumerate(grid.segments)}
    width, periods = len(grid.periods), np.arange(len(grid.periods))
    first = np.array([at[segment] * width for segment in reduced.segments], dtype=np.intp)
    columns = (first[:, None] + periods).ravel()
    moved: dict[int, Floats] = {}

    def move(name: str, values: Floats) -> Floats:
        if id(values) not in moved:
            moved[id(values)] = np.full((org.rows, len(at) * width), np.nan if name == "figure" else 0.0)
            moved[id(values)][np.ix_(rows_to, columns)] = values[rows_from]
        return moved[id(values)]

    return {leaf: {name: move(name, values) for name, values in parts.items()} for leaf, parts in reduced.parts.items()}


def _put(parts: dict[str, Floats], name: str, grid: Grid, spots: Spots, values: Floats) -> None:
    """Figures computed for each place go where they belong; elsewhere there is nothing."""
    if name not in parts:
        parts[name] = np.full((grid.ladder.rows, spots.width), 0.0 if name in (ROWS, "count") else np.nan)
    parts[name][spots.places, spots.periods] = values


def _distinct(rows: pa.Table, columns: Sequence[str]) -> tuple[tuple[tuple[str, ...], ...], Codes]:
    """The distinct combinations of text columns and which of them each row has."""
    if not columns:
        return ((),), np.zeros(rows.num_rows, dtype=np.intp)
    codes: Codes = np.zeros(rows.num_rows, dtype=np.intp)
    for column in columns:
        encoded = rows[column].combine_chunks().dictionary_encode()
        own = encoded.indices.to_numpy(zero_copy_only=False).astype(np.intp)
        codes = np.unique(codes * (len(encoded.dictionary) + 1) + own, return_inverse=True)[1]
    _, first = np.unique(codes, return_index=True)
    texts = [rows[column].take(pa.array(first)).to_pylist() for column in columns]
    return tuple(zip(*texts, strict=True)), codes


def split(grid: Grid, parts: Mapping[str, Floats], segment: int, take: Codes) -> dict[str, Floats]:
    """The parts of one segment, its periods taken in the order of ``take``."""
    columns = segment * len(grid.periods) + take
    return {name: array[:, columns] for name, array in parts.items()}
