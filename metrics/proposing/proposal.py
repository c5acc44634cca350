"""The proposal as a scorecard: sources, measures, the likeliest outcome, and a thread up to it, all remarked upon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from metrics.checks import check
from metrics.engines import Engine, QueryError, open_engine
from metrics.proposing.guesses import LEVELS, FactsSeen, RosterSeen, facts, roster
from metrics.proposing.looking import Seen, TableSeen, Unread, look
from metrics.proposing.measures import MOST_OF_A_SOURCE, Idea, ideas, volume
from scorecard.definition import Definition, Warehouse
from scorecard.faults import Fault, Faulty
from scorecard.faults import Path as KeyPath
from scorecard.interop.guessing import words_of
from scorecard.interop.notes import Converted, Note
from scorecard.interop.settling import settled
from scorecard.interop.writing import column_text

TOP = "company"
_VARIABLE = "GOLDEN_THREAD_WAREHOUSE"
_LONG_TEXT = 25
_VOICE = {"comment", "comments", "feedback", "verbatim", "remark", "remarks", "said", "message", "review"}
_ACTIVITY = {"event", "activity", "action", "step", "status"}


def propose(url: str, title: str) -> Converted:
    """Look at a database and propose a scorecard that loads, fits its tables and leads to the likeliest outcome.

    Raises :class:`Faulty` where the database cannot be opened, or holds nothing that happened at a time.
    """
    engine = open_engine(Warehouse(url=url), Path())
    try:
        seen = list(look(engine))
        draft = _Draft(url, title, tuple(table for table in seen if isinstance(table, TableSeen)))
        draft.notes += [Note(f"table {one.name}", one.reason) for one in seen if isinstance(one, Unread)]
        return settled(draft.made(), "the proposal", lambda definition: _misfits(engine, url, definition))
    except QueryError as error:
        raise Faulty([Fault(f"the database: {error.reason}", ("warehouse",))]) from error
    finally:
        engine.sqlalchemy.dispose()


def _misfits(engine: Engine, url: str, definition: Definition) -> list[Fault]:
    here = definition.warehouse.model_copy(update={"url": url})
    return check(engine, definition.model_copy(update={"warehouse": here}))


@dataclass
class _Draft:
    """The proposal as it grows."""

    url: str
    title: str
    tables: tuple[TableSeen, ...]
    notes: list[Note] = field(default_factory=list)
    remarks: dict[KeyPath, tuple[str, ...]] = field(default_factory=dict)
    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)

    def made(self) -> Converted:
        who = roster(self.tables)
        happened = {_name(table.name): found for table in self.tables if (found := facts(table, who)) is not None}
        if not happened:
            raise Faulty([Fault("there is no table whose rows happened at a time: nothing can be measured over time")])
        self._passed_over(happened, who)
        levels = self._levels(who, happened)
        sources = {name: self._source(name, found) for name, found in happened.items()}
        self._measures(happened, levels, who)
        sections = {
            "title": self.title,
            "promise": "Say in one line what you promise your customers.",
            "calendar": {"time_zone": "UTC", "week_starts": "monday", "grain": "week"},
            "warehouse": {"url": _address(self.url), "statement_timeout": "60s"},
            "organisation": self._organisation(who, levels),
            "sources": sources,
            "metrics": self.metrics,
            "cases": self._cases(happened),
            "voices": self._voices(happened),
        }
        self.remarks |= {(section,): texts for section, texts in _REMARKS.items()}
        return Converted(sections, self.remarks, tuple(self.notes))

    def _passed_over(self, happened: Mapping[str, FactsSeen], who: RosterSeen | None) -> None:
        used = {id(found.table) for found in happened.values()} | ({id(who.table)} if who else set())
        for table in self.tables:
            if id(table) not in used:
                why = "is empty or has no time at which its rows happened: no source; a `query:` can join it"
                self.notes.append(Note(f"table {table.name}", why))

    def _levels(self, who: RosterSeen | None, happened: Mapping[str, FactsSeen]) -> list[str]:
        known = {role for found in happened.values() for role in found.units} | (set(who.columns) if who else set())
        return [TOP, *([role for role in LEVELS if role in known] or ["team"])]

    def _organisation(self, who: RosterSeen | None, levels: list[str]) -> dict[str, Any]:
        people = {"people": "worker"} if "worker" in levels else {}
        if who is None:
            return {"levels": levels, **people}
        ends = {"valid_from": who.valid_from, "valid_to": who.valid_to}
        return {
            "levels": levels,
            **people,
            "roster": {
                "table": who.table.name,
                "columns": {role: who.columns[role].name for role in reversed(LEVELS) if role in who.columns},
                **({"names": {role: column.name for role, column in who.names.items()}} if who.names else {}),
                **{key: column.name for key, column in ends.items() if column},
            },
        }

    def _source(self, name: str, found: FactsSeen) -> dict[str, Any]:
        told = [f"`{found.time.name}` is taken for the moment a row belongs to" + _instead(found.other_times)]
        if not found.units:
            told.append("No column says who did it: add `units` if one does.")
        measured = {idea.name for idea in ideas(found, name)}
        if unused := [f"`{column.name}`" for column in found.measured if column.name not in measured]:
            told.append(f"Not used yet: {', '.join(unused)}.")
        if found.key is None:
            told.append("No column was found that makes a row one row: add `key` if one does.")
        self.remarks["sources", name] = tuple(told)
        parts: dict[str, Any] = {
            "units": {role: column_text(found.units[role].name) for role in LEVELS if role in found.units},
            "dimensions": {_name(column.name): column_text(column.name) for column in found.dimensions},
            "case": found.case and column_text(found.case.name),
            "customer": found.customer and column_text(found.customer.name),
            "key": found.key and column_text(found.key.name),
        }
        words = {"table": found.table.name, "time": column_text(found.time.name)}
        return words | {key: value for key, value in parts.items() if value}

    def _measures(self, happened: Mapping[str, FactsSeen], levels: list[str], who: RosterSeen | None) -> None:
        """Every proposed measure, and the one of them that everything else is said to move."""
        chosen: list[tuple[Idea, FactsSeen]] = []
        for source, found in happened.items():
            all_of_it = list(ideas(found, source)) or [volume(found, source)]
            chosen += [(idea, found) for idea in all_of_it[:MOST_OF_A_SOURCE]]
            for idea in all_of_it[MOST_OF_A_SOURCE:]:
                why = f"not proposed, for a source has {MOST_OF_A_SOURCE} measures to begin with: {idea.why}"
                self.notes.append(Note(f"table {found.table.name}, column {idea.name}", why))
        names = _names([idea for idea, _ in chosen], [found.table.name for _, found in chosen])
        best = max(range(len(chosen)), key=lambda at: chosen[at][0].outcome)
        outcome = names[best] if chosen[best][0].outcome else None
        for at in sorted(range(len(chosen)), key=lambda at: at != best):
            idea, found = chosen[at]
            level = next((level for level in reversed(levels) if level in _known(found, who)), TOP)
            ends = {"outcome": True} if names[at] == outcome else {"feeds": [outcome]} if outcome else {}
            self.metrics[names[at]] = {"label": _label(names[at]), "level": level, **idea.words, **ends}
            self.remarks["metrics", names[at]] = tuple(_remarks(idea, is_outcome=names[at] == outcome))

    @staticmethod
    def _cases(happened: Mapping[str, FactsSeen]) -> dict[str, Any] | None:
        """The event log: the source with a case and a column of few words that say what happened."""
        for name, found in happened.items():
            activity = next((c for c in found.dimensions if _ACTIVITY & set(words_of(c.name))), None)
            repeated = found.case is not None and found.case is not found.key
            if activity and repeated:
                return {"source": name, "activity": column_text(activity.name)}
        return None

    @staticmethod
    def _voices(happened: Mapping[str, FactsSeen]) -> dict[str, Any] | None:
        """What customers said: the source with a column of sentences."""
        for name, found in happened.items():
            for column in found.table.columns:
                if column.sort == "text" and _VOICE & set(words_of(column.name)) and _mean_length(column) >= _LONG_TEXT:
                    return {"source": name, "text": column_text(column.name)}
        return None


_REMARKS: dict[str, tuple[str, ...]] = {
    "promise": ("Every page shows it.",),
    "calendar": ("Set your own zone. If the data are closed, `as_of: 2026-01-31` takes that day for now.",),
    "organisation": ("Levels, top first. People are personal data: the privacy rules apply to them.",),
    "metrics": (
        "Strike out what does not matter. Each that stays still needs an `owner`, a `target` and a `description`.",
        "`feeds` are claims: keep those that people believe, and write beside them `why`.",
    ),
    "cases": ("The event log: what really happened to each case. Add `stage` to place it on the customer's journey.",),
    "voices": ("What customers said. Add `score`, `channel` and `themes`.",),
}


def _remarks(idea: Idea, *, is_outcome: bool) -> Iterator[str]:
    yield f"{idea.why[0].upper()}{idea.why[1:]}."
    if is_outcome:
        yield "The likeliest outcome for customers: everything else is said to move it."
    elif idea.outcome:
        yield "It may be an outcome of its own: then `outcome: true` instead of `feeds`."


def _known(found: FactsSeen, who: RosterSeen | None) -> set[str]:
    """The levels whose units a source, with the roster above it, knows."""
    lowest = max((LEVELS.index(role) for role in found.units), default=-1)
    above = {role for role in LEVELS[: lowest + 1] if who and role in who.columns}
    return set(found.units) | above


def _instead(others: Iterable[Seen]) -> str:
    names = ", ".join(f"`{column.name}`" for column in others)
    return f"; it could also be {names}." if names else "."


def _names(found: list[Idea], tables: list[str]) -> list[str]:
    """A name for each idea: its column's, with its table's before it where two share one."""
    plain = [_name(idea.name) for idea in found]
    return [
        name if plain.count(name) == 1 else _name(f"{table}_{name}") for name, table in zip(plain, tables, strict=True)
    ]


def _name(text: str) -> str:
    """A name this format takes, near to what a table or column is called."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", text).strip("_")
    return (plain if plain[:1].isalpha() else f"x_{plain}")[:64]


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _mean_length(column: Seen) -> float:
    return sum(len(str(value)) for value in column.filled) / len(column.filled) if column.filled else 0.0


def _address(url: str) -> str:
    """The address as it may stand in a file: one that may hold a secret is left to the environment."""
    parsed = sa.make_url(url)
    return f"${{{_VARIABLE}}}" if parsed.password or parsed.query else url
