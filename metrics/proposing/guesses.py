"""What tables most likely are: who belongs where, what happened when, and to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from metrics.proposing import vocabulary as said
from metrics.proposing.looking import SENTENCE, Seen, TableSeen
from scorecard.interop.guessing import KEY_ENDS, Role, role_of, role_of_table, words_of

LEVELS: tuple[Role, ...] = ("department", "team", "worker")
_FEW, _MANY = 2, 40
_NEARLY_ALL = 0.9
_KEY_SHARE = 0.98
_SOME = 0.05
"""How many of a view's rows must be among the first of its table: both are only looked at in part."""


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
    return bool(KEY_ENDS.intersection(words_of(column.name)[-1:])) or words_of(column.name) == ("reports", "to")


def roster(tables: Iterable[TableSeen]) -> RosterSeen | None:
    """The table that most likely says who belongs where, dated if possible; ``None`` where none does."""
    found = [(score, seen) for table in tables for score, seen in [_roster(table)] if seen is not None]
    return max(found, key=lambda one: one[0])[1] if found else None


def _roster(table: TableSeen) -> tuple[int, RosterSeen | None]:
    columns: dict[Role, Seen] = {}
    for column in table.columns:
        role = role_of(column.name)
        if role in LEVELS and role not in columns and column.sort in ("text", "number"):
            columns[role] = column
    called = bool(said.ROSTER & set(words_of(table.name)))
    first = table.columns[0] if table.columns else None
    if called and first and "worker" not in columns and is_key(first) and role_of(first.name) is None:
        columns["worker"] = first
    if "worker" not in columns:
        return 0, None
    names = _names(table, columns)
    begins, ends = (_named(table, words) for words in (said.VALID_FROM, said.VALID_TO))
    one_a_person = len(columns["worker"].distinct) == table.rows > 1 and not _event_times(table)
    score = 2 * (bool(begins) + called + one_a_person) + bool(names) + len(columns)
    whole = (begins or called or one_a_person) and (len(columns) > 1 or (called and names))
    return score, RosterSeen(table, columns, names, begins, ends) if whole else None


def _names(table: TableSeen, columns: Collection[Role]) -> dict[Role, Seen]:
    """The columns that hold the names of units."""
    names: dict[Role, Seen] = {}
    for role in columns:
        named = next((c for c in table.columns if words_of(c.name) == (role, "name")), None)
        names |= {role: named} if named else {}
    for words in said.PERSON_NAMES if "worker" in columns else ():
        person = next((c for c in table.columns if words_of(c.name) == words and c.sort == "text"), None)
        if person and "worker" not in names:
            names["worker"] = person
    return names


def _named(table: TableSeen, names: Collection[str]) -> Seen | None:
    return next((column for column in table.columns if "_".join(words_of(column.name)) in names), None)


def unit_labels(role: Role, used: Collection[str], tables: Iterable[TableSeen]) -> dict[str, str]:
    """What the units of a level are called, where a small table of them says it; empty where none does."""
    for table in tables:
        if role_of_table(table.name) != role or not 0 < table.rows <= _MANY or not used:
            continue
        key = next((c for c in table.columns if is_key(c) and c.distinct >= set(used)), None)
        name = next((c for c in table.columns if set(words_of(c.name)) & said.UNIT_NAMES and c.sort == "text"), None)
        if key and name and len(key.distinct) == table.rows:
            return {str(id_): str(label) for id_, label in zip(key.values, name.values, strict=True) if label}
    return {}


def facts(table: TableSeen, who: RosterSeen | None) -> FactsSeen | None:
    """A table as facts; ``None`` where it has no time at which its rows happened."""
    times = _event_times(table)
    if not times or (who and table is who.table):
        return None
    time, *others = sorted(times, key=lambda column: (_rank(column), -len(column.filled)))
    units = _units(table, who)
    singles = {role: _single(table, role, units.values()) for role in ("customer", "case")}
    key = _key(table, (*units.values(), singles["customer"]))
    taken = {time, *others, *units.values(), *singles.values(), key}
    dimensions = tuple(c for c in table.columns if c not in taken and _is_category(c, table.rows))
    return FactsSeen(table, time, tuple(others), units, singles["customer"], singles["case"], key, dimensions)


def _event_times(table: TableSeen) -> list[Seen]:
    """The times at which something may have happened: not those of a person's life, or of a row's validity."""
    times = [column for column in table.columns if column.sort == "time" and column.filled]
    spans = said.VALID_FROM | said.VALID_TO
    return [c for c in times if not said.OF_A_LIFE & set(words_of(c.name)) and "_".join(words_of(c.name)) not in spans]


def _rank(column: Seen) -> int:
    """How far a time is from being the moment at which a row was over."""
    words = set(words_of(column.name))
    best = (*said.DONE, *said.BEGUN, *said.PLAIN_TIMES)
    rank = next((at for at, word in enumerate(best) if word in words), len(best))
    return rank + len(best) * (1 + bool(words & said.TOUCHED)) * bool(words & (said.PROMISED | said.TOUCHED))


def _units(table: TableSeen, who: RosterSeen | None) -> dict[Role, Seen]:
    """The column with each level's unit: one that holds the roster's ids, else one whose name says so."""
    units: dict[Role, Seen] = {}
    for role in LEVELS:
        known = who.columns[role].distinct if who and role in who.columns else frozenset[str]()
        fitting = [c for c in table.columns if c.sort in ("text", "number") and _fits(c, role, known)]
        if fitting:
            units[role] = max(fitting, key=lambda column: (role_of(column.name) == role, len(column.filled)))
    if not units and who is None:
        maybe = next((c for c in table.columns if is_key(c) and said.MAYBE_WORKER & set(words_of(c.name))), None)
        units |= {"worker": maybe} if maybe else {}
    return units


def through(found: FactsSeen, tables: Iterable[TableSeen], who: RosterSeen | None) -> tuple[str, str, str] | None:
    """A table that knows who did it, by a key that both have: the table, the key, the unit's column."""
    own = {column.name for column in found.table.columns}
    for table in tables:
        units = {} if table is found.table or (who and table is who.table) else _units(table, who)
        keys = [c for c in table.columns if c.name in own and is_key(c) and len(c.distinct) == table.rows > 1]
        if units and keys:
            return table.name, keys[0].name, list(units.values())[-1].name
    return None


def _fits(column: Seen, role: Role, known: Collection[str]) -> bool:
    """Whether a column names units of a level. Small numbers are the ids of everything: there the name decides too."""
    named = role_of(column.name)
    if not known:
        return named == role
    inside = sum(value in known for value in column.distinct)
    holds = bool(column.distinct) and inside >= _NEARLY_ALL * len(column.distinct)
    telling = named == role or (column.sort == "text" and not _countable(known)) or (is_key(column) and named is None)
    return holds and telling


def _countable(ids: Collection[str]) -> bool:
    return all(id_.isdigit() for id_ in ids)


def _single(table: TableSeen, role: Role, units: Iterable[Seen]) -> Seen | None:
    taken = set(units)
    found = [c for c in table.columns if role_of(c.name) == role and c not in taken and c.sort in ("text", "number")]
    return next((c for c in found if is_key(c)), None) or next((c for c in found if role == "customer"), None)


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
    if column.sort != "text" or not few or is_key(column) or column.is_a_day_written_otherwise:
        return False
    return column.mean_length < SENTENCE


def repeated(tables: Iterable[TableSeen]) -> dict[str, str]:
    """Views that show another table's rows again, by name: none of the columns is new, nor are the rows."""
    kept: list[TableSeen] = []
    again: dict[str, str] = {}
    for table in sorted(tables, key=lambda one: (-len(one.columns), -one.rows, one.name)):
        same = next((one for one in kept if _shows_again(table, one)), None)
        if same:
            again[table.name] = same.name
        else:
            kept.append(table)
    return again


def _shows_again(table: TableSeen, other: TableSeen) -> bool:
    own, theirs = ({column.name: column.values for column in one.columns} for one in (table, other))
    if len(own) <= _FEW or not own.keys() <= theirs.keys() or not table.rows:
        return False
    rows = set(zip(*own.values(), strict=True))
    return len(rows.intersection(zip(*(theirs[name] for name in own), strict=True))) >= _SOME * len(rows)
