"""The proposal as a scorecard: sources, measures, the likeliest outcome, and a thread up to it, all remarked upon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from metrics.checks import check
from metrics.dialects import DIALECTS
from metrics.engines import Engine, QueryError, file_of, open_engine
from metrics.proposing import vocabulary as said
from metrics.proposing.guesses import LEVELS, FactsSeen, RosterSeen, facts, repeated, roster, through, unit_labels
from metrics.proposing.looking import SENTENCE, TableSeen, Unread, look, newest
from metrics.proposing.measures import MOST_OF_A_SOURCE, Idea, customers, ideas, volume
from metrics.proposing.naming import label_of, name_of, told_apart
from metrics.proposing.passing import nothing_happened, passed_over
from metrics.proposing.sourcing import source_remarks, source_words
from metrics.session import Session
from scorecard.definition import Definition, Warehouse
from scorecard.faults import Fault, Faulty
from scorecard.faults import Path as KeyPath
from scorecard.interop.guessing import words_of
from scorecard.interop.notes import Converted, Note
from scorecard.interop.settling import settled
from scorecard.interop.writing import column_text

TOP = "company"
_VARIABLE = "GOLDEN_THREAD_WAREHOUSE"
_STALE = timedelta(days=35)
"""Data whose newest row is older than this is taken to be closed: its own end is then taken for now."""


def propose(url: str, title: str, now: datetime) -> Converted:
    """Look at a database and propose a scorecard that loads, fits its tables and leads to the likeliest outcome.

    ``now`` is a naive moment; data that end long before it are taken as of their own end. Raises :class:`Faulty` where
    the database cannot be opened, or holds nothing that happened at a time.
    """
    engine = open_engine(Warehouse(url=url), Path())
    try:
        seen = list(look(engine))
        draft = _Draft(engine, url, title, tuple(table for table in seen if isinstance(table, TableSeen)))
        draft.notes += [Note(f"table {one.name}", one.reason) for one in seen if isinstance(one, Unread)]
        return settled(draft.made(now), "the proposal", lambda definition: _misfits(engine, url, definition))
    except QueryError as error:
        raise Faulty([Fault(f"the database: {error.reason}", ("warehouse",))]) from error
    finally:
        engine.sqlalchemy.dispose()


def _misfits(engine: Engine, url: str, definition: Definition) -> list[Fault]:
    here = definition.warehouse.model_copy(update={"url": url})
    with engine.connection() as connection:
        return check(Session(engine, connection, definition.model_copy(update={"warehouse": here})))


@dataclass
class _Draft:
    """The proposal as it grows."""

    engine: Engine
    url: str
    title: str
    tables: tuple[TableSeen, ...]
    notes: list[Note] = field(default_factory=list)
    remarks: dict[KeyPath, tuple[str, ...]] = field(default_factory=dict)
    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)

    def made(self, now: datetime) -> Converted:
        who = roster(self.tables)
        again = repeated(self.tables)
        found = [one for table in self.tables if table.name not in again and (one := facts(table, who)) is not None]
        names = told_apart(
            [name_of(one.table.name.rpartition(".")[2]) for one in found], [one.table.name for one in found]
        )
        happened = dict(zip(names, found, strict=True))
        if not happened:
            raise Faulty(nothing_happened(self.tables, self.notes))
        self.notes += passed_over(self.tables, happened.values(), who, again)
        levels = self._levels(who, happened)
        sources = {name: source_words(self.engine, found) for name, found in happened.items()}
        self.remarks |= {
            ("sources", name): source_remarks(found, name, through(found, self.tables, who))
            for name, found in happened.items()
        }
        self._measures(happened, levels, who)
        sections = {
            "title": self.title,
            "promise": "Say in one line what you promise your customers.",
            "calendar": self._calendar(happened, now),
            "warehouse": {"url": _address(self.url), "statement_timeout": "60s"},
            "organisation": self._organisation(who, levels, happened),
            "sources": sources,
            "metrics": self.metrics,
            "cases": self._cases(happened),
            "voices": self._voices(happened),
        }
        self.remarks = {(section,): texts for section, texts in _REMARKS.items()} | self.remarks
        return Converted(sections, self.remarks, tuple(self.notes))

    def _levels(self, who: RosterSeen | None, happened: Mapping[str, FactsSeen]) -> list[str]:
        known = {role for found in happened.values() for role in found.units} | (set(who.columns) if who else set())
        return [TOP, *([role for role in LEVELS if role in known] or ["team"])]

    def _calendar(self, happened: Mapping[str, FactsSeen], now: datetime) -> dict[str, Any]:
        """The calendar; of data that ended long ago, the day after their newest row is taken for now."""
        plain = {"time_zone": "UTC", "week_starts": "monday", "grain": "week"}
        ends = [end for one in happened.values() if (end := newest(self.engine, one.table, one.time))]
        if not ends or max(ends) > now - _STALE:
            return plain
        told = f"The newest row is of {max(ends):%Y-%m-%d}: `as_of` takes the day after it for now."
        self.remarks["calendar",] = ("Set your own zone.", f"{told} Strike it out where rows go on coming in.")
        return {**plain, "as_of": (max(ends) + timedelta(days=1)).date()}

    def _organisation(
        self, who: RosterSeen | None, levels: list[str], happened: Mapping[str, FactsSeen]
    ) -> dict[str, Any]:
        people = {"people": "worker"} if "worker" in levels else {}
        words: dict[str, Any] = {"levels": levels, **people}
        if who is not None:
            ends = {"valid_from": who.valid_from, "valid_to": who.valid_to}
            words["roster"] = {
                "table": who.table.name,
                "columns": {role: who.columns[role].name for role in reversed(LEVELS) if role in who.columns},
                **({"names": {role: column.name for role, column in who.names.items()}} if who.names else {}),
                **{key: column.name for key, column in ends.items() if column},
            }
        labels = {}
        for role in LEVELS[:-1]:
            columns = [one.units[role] for one in happened.values() if role in one.units]
            columns += [who.columns[role]] if who and role in who.columns else []
            used = {value for column in columns for value in column.distinct}
            if not (who and role in who.names) and (called := unit_labels(role, used, self.tables)):
                labels[role] = called
        return words | ({"labels": labels} if labels else {})

    def _measures(self, happened: Mapping[str, FactsSeen], levels: list[str], who: RosterSeen | None) -> None:
        """Every proposed measure, and the one of them that everything else is said to move."""
        chosen = list(self._chosen(happened))
        names = told_apart([name_of(idea.name) for idea, _ in chosen], [found.table.name for _, found in chosen])
        best = max(range(len(chosen)), key=lambda at: chosen[at][0].outcome)
        outcome = names[best] if chosen[best][0].outcome else None
        if outcome is None:
            self.remarks["metrics",] = (*_REMARKS["metrics"], _NO_OUTCOME)
        for at in sorted(range(len(chosen)), key=lambda at: at != best):
            idea, found = chosen[at]
            level = next((level for level in reversed(levels) if level in _known(found, who)), TOP)
            ends = {"outcome": True} if names[at] == outcome else {"feeds": [outcome]} if outcome else {}
            self.metrics[names[at]] = {"label": _label(idea, names[at]), "level": level, **idea.words, **ends}
            self.remarks["metrics", names[at]] = tuple(_remarks(idea, is_outcome=names[at] == outcome))

    def _chosen(self, happened: Mapping[str, FactsSeen]) -> Iterator[tuple[Idea, FactsSeen]]:
        """The first ideas of every source; where none is a verdict of customers, how many customers there are too."""
        every = {source: list(ideas(found, source)) for source, found in happened.items()}
        is_told = any(idea.outcome for of_one in every.values() for idea in of_one)
        stands_in = max(happened, key=lambda name: (happened[name].customer is not None, happened[name].table.rows))
        for source, found in happened.items():
            stand_in = customers(found, source) if source == stands_in and not is_told else None
            all_of_it = [*([stand_in] if stand_in else []), *every[source]] or [volume(found, source)]
            yield from ((idea, found) for idea in all_of_it[:MOST_OF_A_SOURCE])
            for idea in all_of_it[MOST_OF_A_SOURCE:]:
                why = f"not proposed, for a source has {MOST_OF_A_SOURCE} measures to begin with: {idea.why}"
                self.notes.append(Note(f"table {found.table.name}, {idea.name}", why))

    @staticmethod
    def _cases(happened: Mapping[str, FactsSeen]) -> dict[str, Any] | None:
        """The event log: the source with a case and a column of few words that say what happened."""
        for name, found in happened.items():
            activity = next((c for c in found.dimensions if said.ACTIVITY & set(words_of(c.name))), None)
            repeated_case = found.case is not None and found.case is not found.key
            if activity and repeated_case:
                return {"source": name, "activity": column_text(activity.name)}
        return None

    @staticmethod
    def _voices(happened: Mapping[str, FactsSeen]) -> dict[str, Any] | None:
        """What customers said: the source with a column of sentences."""
        for name, found in happened.items():
            for column in found.table.columns:
                telling = column.sort == "text" and said.VOICE & set(words_of(column.name))
                if telling and column.mean_length >= SENTENCE:
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
_NO_OUTCOME = (
    "Nothing here looks like a verdict of customers, so that no measure leads anywhere yet: mark one with"
    " `outcome: true`, and let the others feed it."
)


def _remarks(idea: Idea, *, is_outcome: bool) -> Iterator[str]:
    yield f"{idea.why[0].upper()}{idea.why[1:]}."
    if is_outcome and idea.name == "customers":
        yield "No column holds a verdict of customers: until one does, this stands in for the outcome."
    elif is_outcome:
        yield "The likeliest outcome for customers: everything else is said to move it."
    elif idea.outcome:
        yield "It may be an outcome of its own: then `outcome: true` instead of `feeds`."


def _label(idea: Idea, name: str) -> str:
    """What its column is called, where its name is not that of two."""
    return label_of(idea.name if name == name_of(idea.name) else name)


def _known(found: FactsSeen, who: RosterSeen | None) -> set[str]:
    """The levels whose units a source, with the roster above it, knows."""
    lowest = max((LEVELS.index(role) for role in found.units), default=-1)
    above = {role for role in LEVELS[: lowest + 1] if who and role in who.columns}
    return set(found.units) | above


def _address(url: str) -> str:
    """The address as it may stand in a file: one that may hold a secret is left to the environment."""
    parsed = sa.make_url(url)
    if parsed.password or parsed.query:
        return f"${{{_VARIABLE}}}"
    whole = DIALECTS[parsed.get_backend_name()].embedded
    return file_of(parsed, Path()).render_as_string() if whole else url
