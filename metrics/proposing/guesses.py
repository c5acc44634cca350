"""What tables most likely are: who belongs where, what happened when, and to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from metrics.proposing.looking import Seen, TableSeen
from scorecard.interop.guessing import Role, role_of, words_of

LEVELS: tuple[Role, ...] = ("department", "team", "worker")
_ROSTER_WORDS = {"staff", "employee", "employees", "roster", "people", "workers", "worker", "agents", "team", "teams",
                 "members", "personnel", "hr", "rota"}  # fmt: skip
_FROM = {"valid_from", "from_date", "start_date", "starts_on", "effective_from", "since"}
_TO = {"valid_to", "to_date", "end_date", "ends_on", "effective_to", "until"}
_BEST_TIMES = ("finished", "completed", "closed", "resolved", "ended", "restored", "delivered", "answered", "said",
               "responded", "submitted", "happened", "occurred", "event", "started", "ordered", "created", "opened",
               "issued", "timestamp", "date", "time", "at", "on")  # fmt: skip
_KEY_WORDS = {"id", "key", "uuid", "no", "number", "ref"}
_MAYBE_WORKER = {"user", "owner", "lead", "by"}
_FEW, _MANY = 2, 40
_NEARLY_ALL = 0.9
_KEY_SHARE = 0.98


@dataclass(frozen=True)
class RosterSeen:
    """A table that says who belongs where."""

    table: TableSeen
    columns: dict[Role, Seen]
    names: dict[Role, Seen]
    valid_from: Seen | None
    valid_to: Seen | None


@dataclass(frozen=True)
class FactsSeen:
    """A table whose rows happened at a time."""

    table: TableSeen
    time: Seen
    other_times: tuple[Seen, ...]
    units: dict[Role, Seen]
    customer: Seen | None
    case: Seen | None
    key: Seen | None
    dimensions: tuple[Seen, ...]

    @property
    def measured(self) -> tuple[Seen, ...]:
        """The columns that are none of these: what there is to measure."""
        singles = (self.time, self.customer, self.case, self.key)
        taken = {*singles, *self.other_times, *self.units.values(), *self.dimensions}
        return tuple(column for column in self.table.columns if column not in taken and not is_key(column))


def is_key(column: Seen) -> bool:
    """Whether a column's name says that it identifies something."""
    return bool(_KEY_WORDS.intersection(words_of(column.name)[-1:]))


def roster(tables: Iterable[TableSeen]) -> RosterSeen | None:
    """The table that most likely says who belongs where, dated if possible; ``None`` where none does."""
    found = [(score, seen) for table in tables for score, seen in [_roster(table)] if seen is not None]
    return max(found, key=lambda one: one[0])[1] if found else None


def _roster(table: TableSeen) -> tuple[int, RosterSeen | None]:
    columns: dict[Role, Seen] = {}
    names: dict[Role, Seen] = {}
    for column in table.columns:
        role = role_of(column.name)
        if role in LEVELS and role not in columns and column.sort in ("text", "number"):
            columns[role] = column
    for role in LEVELS:
        named = next((c for c in table.columns if words_of(c.name) == (role, "name") and role in columns), None)
        names |= {role: named} if named else {}
    person = next((c for c in table.columns if c.name.lower() in ("display_name", "full_name", "name")), None)
    if person and "worker" in columns:
        names.setdefault("worker", person)
    begins, ends = (next((c for c in table.columns if c.name.lower() in said), None) for said in (_FROM, _TO))
    called = bool(_ROSTER_WORDS & set(words_of(table.name)))
    score = 2 * bool(begins) + 2 * called + bool(names)
    whole = "worker" in columns and len(columns) > 1 and score > 1
    return score, RosterSeen(table, columns, names, begins, ends) if whole else None


def facts(table: TableSeen, who: RosterSeen | None) -> FactsSeen | None:
    """A table as facts; ``None`` where it has no time at which its rows happened."""
    times = [c for c in table.columns if c.sort == "time" and c.name.lower() not in _FROM | _TO and c.filled]
    if not times or (who and table is who.table):
        return None
    time, *others = sorted(times, key=lambda column: (_rank(column), -len(column.filled)))
    units = _units(table, who)
    singles = {role: _single(table, role, units.values()) for role in ("customer", "case")}
    key = _key(table, (*units.values(), singles["customer"]))
    taken = {time, *others, *units.values(), *singles.values(), key}
    dimensions = tuple(c for c in table.columns if c not in taken and _is_category(c, table.rows))
    return FactsSeen(table, time, tuple(others), units, singles["customer"], singles["case"], key, dimensions)


def _rank(column: Seen) -> int:
    words = words_of(column.name)
    return next((at for at, said in enumerate(_BEST_TIMES) if said in words), len(_BEST_TIMES))


def _units(table: TableSeen, who: RosterSeen | None) -> dict[Role, Seen]:
    """The column with each level's unit: one that holds the roster's ids, else one whose name says so."""
    units: dict[Role, Seen] = {}
    for role in LEVELS:
        known = who.columns[role].distinct if who and role in who.columns else frozenset[str]()
        fitting = [c for c in table.columns if c.sort in ("text", "number") and _fits(c, role, known)]
        if fitting:
            units[role] = max(fitting, key=lambda column: (role_of(column.name) == role, len(column.filled)))
    if not units and who is None:
        maybe = next((c for c in table.columns if is_key(c) and _MAYBE_WORKER & set(words_of(c.name))), None)
        units |= {"worker": maybe} if maybe else {}
    return units


def _fits(column: Seen, role: Role, known: Collection[str]) -> bool:
    if not known:
        return role_of(column.name) == role
    inside = sum(value in known for value in column.distinct)
    return bool(column.distinct) and inside >= _NEARLY_ALL * len(column.distinct)


def _single(table: TableSeen, role: Role, units: Iterable[Seen]) -> Seen | None:
    taken = set(units)
    found = [c for c in table.columns if role_of(c.name) == role and c not in taken and c.sort in ("text", "number")]
    return next((c for c in found if is_key(c)), None)


def _key(table: TableSeen, taken: Iterable[Seen | None]) -> Seen | None:
    """The column that makes a row one row: the first named like a key that hardly ever repeats."""
    used = set(taken)
    for column in table.columns:
        unique = len(column.filled) == table.rows > 1 and len(column.distinct) >= _KEY_SHARE * table.rows
        if is_key(column) and unique and column not in used:
            return column
    return None


def _is_category(column: Seen, rows: int) -> bool:
    few = _FEW <= len(column.distinct) <= _MANY and (rows == 0 or len(column.distinct) <= max(_FEW, rows // 2))
    return column.sort == "text" and few and not is_key(column)
