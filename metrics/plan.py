"""The plan: which statements are needed, and what shares one.

All additive measures over one source (of one offset, window and following event) share one statement at the finest
level any of them needs; distinct counts and percentiles have statements of their own, one for each kind and level.
A balance shares the statement of its aggregate: rows of other instants than the one that counts enter as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scorecard.definition import Definition
from scorecard.measure import Follow, LeafAgg, LeafMeasure, Offsets
from scorecard.time import Window

Shape = Literal["additive", "distinct", "percentile", "rows"]
"""What a statement answers; ``rows`` are fetched, for measures of every kind (see :mod:`metrics.shapes`)."""
When = tuple[Offsets, Window | None]
"""How much earlier than the periods asked for something is read, and over which window that ends with them."""
Key = tuple[LeafMeasure, Offsets]
"""A measure as it is read: how much earlier than the periods asked for."""

_SHAPES: Mapping[LeafAgg, Shape] = {"count_distinct": "distinct", "median": "percentile", "percentile": "percentile"}


@dataclass(frozen=True, slots=True)
class Need:
    """A leaf measure at an offset, down to a depth (the top level is 1)."""

    leaf: LeafMeasure
    offsets: Offsets
    depth: int

    @property
    def when(self) -> When:
        """What is read when."""
        return self.offsets, self.leaf.window


@dataclass(frozen=True, slots=True)
class Scan:
    """One statement: measures over one source, grouped by the path of units down to ``depth``.

    With ``whole`` it is grouped by the unit at ``depth`` alone, for units with several places. With a ``window``
    what adds is grouped by the pieces windows are made of, everything else by the windows themselves. With
    ``follow`` only rows that another event follows enter.
    """

    source: str
    shape: Shape
    offsets: Offsets
    depth: int
    leaves: tuple[LeafMeasure, ...]
    whole: bool = False
    window: Window | None = None
    follow: Follow | None = None

    @property
    def when(self) -> When:
        """What is read when."""
        return self.offsets, self.window

    def describe(self, definition: Definition) -> str:
        """The scan in plain words."""
        level = definition.organisation.levels[self.depth - 1]
        by = f"each {level}" + (" over all its places" if self.whole else "")
        earlier = "".join(f", {offset} earlier" for offset in self.offsets)
        measures = "1 measure" if len(self.leaves) == 1 else f"{len(self.leaves)} measures"
        span = "" if self.window is None else f", {self.window}"
        if self.shape == "rows":
            above = " and every level above" if self.depth > 1 else ""
            return f"the rows of '{self.source}', reduced in arrays for {by}{above}: {measures}{span}{earlier}"
        roll = "; levels above are added up from it" if self.shape == "additive" and self.depth > 1 else ""
        then = (
            ""
            if self.follow is None
            else f", of rows that one of '{self.follow.source}' follows within {self.follow.window}"
        )
        return f"one {self.shape} statement over '{self.source}' for {by}: {measures}{then}{span}{earlier}{roll}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Every scan of a request; those for wholes follow once it is known which units have several places."""

    scans: tuple[Scan, ...]


def shape(agg: LeafAgg) -> Shape:
    """Which statements an aggregate can share."""
    return _SHAPES.get(agg, "additive")


def plan(needs: Sequence[Need], depths: Iterable[int]) -> Plan:
    """Plan the reading of leaf measures; ``depths`` are the levels asked for, the top 1."""
    asked = sorted({*depths})
    shared: dict[tuple[str, Shape, Offsets, Window | None, Follow | None, int], dict[LeafMeasure, None]] = {}
    finest: dict[tuple[str, Offsets, Window | None, Follow | None], int] = {}
    for need in needs:
        if shape(need.leaf.agg) == "additive":
            key = need.leaf.source, *need.when, need.leaf.follow
            finest[key] = max(finest.get(key, 1), min(need.depth, asked[-1]))
    for need in needs:
        leaf, kind = need.leaf, shape(need.leaf.agg)
        key = leaf.source, *need.when, leaf.follow
        shown = [depth for depth in asked if depth <= need.depth] or [need.depth]
        at = [finest[key]] if kind == "additive" else shown
        for depth in at:
            shared.setdefault((leaf.source, kind, *need.when, leaf.follow, depth), {})[leaf] = None
    return Plan(
        tuple(
            Scan(source, kind, offsets, depth, tuple(leaves), window=window, follow=follow)
            for (source, kind, offsets, window, follow, depth), leaves in shared.items()
        )
    )


def wholes(scans: Iterable[Scan], depths: Iterable[int]) -> Plan:
    """The further scans for units with several places, at the depths where there are any."""
    there = {*depths}
    made = (scan for scan in scans if scan.shape not in ("additive", "rows") and scan.depth in there)
    return Plan(tuple(replace(scan, whole=True) for scan in made))
