"""Hand-offs: a customer's case that goes from one unit to another, counted from the log of what really happened.

Two events of a case that follow each other, with nobody's in between, are a hand-off at every level at which their
units differ. It is counted in the period of the second, where the case arrives. What a machine does, or somebody the
roster does not know, hands nothing on: the case is then still with whoever had it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from scorecard.definition import Definition, Grain
from scorecard.faults import Faulty
from scorecard.org import TOP, Unit
from scorecard.time import Period
from scorecard.warehouse import Members, Membership, Warehouse

ROWS_READ = 80_000
"""The newest events that are read. Where they do not reach back over twice the period, nothing is told."""

Path = tuple[str | None, ...]
"""The ids of the units of an event, by level below the top."""


@dataclass(frozen=True, slots=True)
class HandOff:
    """How many cases went from one unit to another of the same level."""

    level: str
    source: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class HandOffs:
    """The hand-offs of one period; without a period none are known."""

    grain: Grain | None = None
    period: str = ""
    """Its key."""
    found: tuple[HandOff, ...] = ()

    def about(self, unit: Unit) -> tuple[tuple[HandOff, ...], tuple[HandOff, ...]]:
        """Those to a unit and those from it, the most frequent first."""
        level, id_ = unit
        here = [each for each in self.found if each.level == level]
        return tuple(each for each in here if each.target == id_), tuple(each for each in here if each.source == id_)


HANDED = TypeAdapter(HandOffs)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case, and where."""

    case: str
    at: datetime
    path: Path


def hand_offs(warehouse: Warehouse, definition: Definition, members: Members, period: Period | None) -> HandOffs:
    """The hand-offs of a period; none where the company keeps no log of cases, or it cannot be read."""
    if definition.cases is None or period is None or period.grain is None:
        return HandOffs()
    levels = [level for level in definition.organisation.levels[1:] if level != definition.organisation.people]
    events = _events(warehouse, definition, members)
    reach = min((event.at for event in events), default=period.start)
    if len(events) >= ROWS_READ and reach > period.start - (period.stop - period.start):
        return HandOffs()
    return HandOffs(period.grain, period.key, tuple(counted(events, levels, period)))


def counted(events: Iterable[Event], levels: Sequence[str], period: Period) -> list[HandOff]:
    """Count the hand-offs of a period at each level, given from the first below the top down; the most frequent first.

    Events come in the order in which they happened, where their times alone do not tell.
    """
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.at):
        cases[event.case].append(event)
    found: Counter[tuple[int, str, str]] = Counter()
    for own in cases.values():
        for depth in range(len(levels)):
            had: str | None = None
            for event in own:
                has = event.path[depth]
                if has is None:
                    continue
                if had is not None and has != had and period.start <= event.at < period.stop:
                    found[depth, had, has] += 1
                had = has
    order = sorted(found.items(), key=lambda item: (item[0][0], -item[1], item[0]))
    return [HandOff(levels[depth], source, target, count) for (depth, source, target), count in order]


def _events(warehouse: Warehouse, definition: Definition, members: Members) -> list[Event]:
    assert definition.cases is not None  # noqa: S101 - asked only of a company that has some
    name, below = definition.cases.source, definition.organisation.levels[1:]
    source, known = definition.sources[name], _Known.of(members)
    columns = {"at": source.time, "case": str(source.case)}
    columns |= {f"unit {level}": column for level, column in source.units.items() if level in below}
    try:
        rows = warehouse.rows(name, columns, ROWS_READ)
    except Faulty:  # it was told of when its figures were read
        return []
    found = []
    for row in reversed(rows):
        at, case = row["at"], row["case"]
        if isinstance(at, datetime) and case is not None:
            path = tuple(_id(row.get(f"unit {level}")) for level in below)
            found.append(Event(str(case), at, known.filled(path, at)))
    return found


def _id(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None


@dataclass(frozen=True, slots=True)
class _Known:
    """The roster by unit: who was where when."""

    rows: Mapping[tuple[int, str], Sequence[Membership]]

    @classmethod
    def of(cls, members: Members) -> _Known:
        rows: dict[tuple[int, str], list[Membership]] = defaultdict(list)
        for row in members.rows:
            for depth, id_ in enumerate(row.path):
                if id_ is not None:
                    rows[depth, id_].append(row)
        return cls(rows)

    def filled(self, path: Path, at: datetime) -> Path:
        """A path with the levels above its lowest unit filled from the roster; of several places the latest counts."""
        depth = max((at for at, id_ in enumerate(path) if id_ is not None), default=None)
        if depth is None:
            return path
        there = [row for row in self.rows.get((depth, str(path[depth])), ()) if row.since <= at < row.until]
        above = max(there, key=lambda row: row.since).path if there else path
        return tuple(own if own is not None else other for own, other in zip(path, above, strict=True))


def is_told(unit: Unit, people: str | None) -> bool:
    """Whether hand-offs are told of a unit: neither of the whole company nor of a single person."""
    return unit[1] != TOP and unit[0] != people
