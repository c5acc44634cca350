"""What is known of a warehouse while it is asked: its connection, its sources, the roster, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from metrics import probes
from metrics.engines import Engine, QueryError
from metrics.frame import Facts
from metrics.placing import placements
from metrics.plan import Scan
from metrics.repeats import keyed, repeats
from metrics.roster import LiveRoster, open_roster
from metrics.sources import LiveSource, SourceError, describe, open_source, table
from metrics.typed import local_time, number, text
from scorecard.definition import Definition, TargetTable
from scorecard.expression import ExpressionError
from scorecard.faults import Fault, Path
from scorecard.targets import TargetRow

_ROSTER = ""
"""What faults are about that are no source's."""
Extent = tuple[datetime, datetime]
"""The first and the last local time of some facts."""


@dataclass
class Session:
    """Sources are opened once and fail once; every fault is kept, and told again to each question about its source."""

    engine: Engine
    connection: sa.Connection
    definition: Definition
    keeps: bool = False
    """Whether a source's query is run once and its rows are kept: worth it where many statements will read them."""
    faults: dict[Fault, None] = field(default_factory=dict)
    """What people should know of the question that is being answered."""
    since: dict[str, datetime] = field(default_factory=dict)
    """By source the moment before which its rows enter no figure that will be asked for, where that is known."""
    repeated: dict[str, int] = field(default_factory=dict)
    """By source how many rows repeat the key of another, as far as that is known."""
    _sources: dict[str, LiveSource] = field(default_factory=dict)
    _facts: dict[str, Facts | SourceError] = field(default_factory=dict)
    _roster: LiveRoster | SourceError | None = None
    _extents: dict[str, Extent | None] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)
    _placed: set[tuple[str, ...]] = field(default_factory=set)
    _told: dict[str, dict[Fault, None]] = field(default_factory=dict)

    def anew(self) -> Session:
        """Another on the same connection, which keeps no rows and tells its own faults; nothing is counted twice."""
        return Session(
            self.engine,
            self.connection,
            self.definition,
            since=self.since,
            repeated=self.repeated,
            _roster=self._roster,
        )

    def begin(self) -> None:
        """Begin another question."""
        self.faults = {}

    def fault(self, message: str, path: Path, *, warning: bool = False, about: str | None = None) -> None:
        """Keep something people should know of this question, or of every one ``about`` a source or the roster."""
        fault = Fault(message, path, severity="warning" if warning else "fault")
        self.faults[fault] = None
        if about is not None:
            self._told.setdefault(about, {})[fault] = None

    def roster(self) -> LiveRoster | None:
        """The roster, if there is one. Raises :class:`SourceError` where it does not fit."""
        roster = self.definition.organisation.roster
        if roster is None:
            return None
        if self._roster is None:
            try:
                self._roster = open_roster(self.engine, self.connection, self.definition, roster)
            except SourceError as error:
                self._roster = error
                self.fault(error.message, error.path, about=_ROSTER)
        self.faults |= self._told.get(_ROSTER, {})
        if isinstance(self._roster, SourceError):
            raise self._roster
        return self._roster

    def facts(self, name: str) -> Facts:
        """A source ready to be read. Raises :class:`SourceError` where it does not fit."""
        if name not in self._facts:
            try:
                self._facts[name] = self._open(name)
            except SourceError as error:
                self.give_up(name, error)
        self.faults |= self._told.get(name, {})
        found = self._facts[name]
        if isinstance(found, SourceError):
            raise found
        return found

    def facts_of(self, scan: Scan) -> Facts:
        """What a scan reads: its source, and that of the events that may follow. Raises :class:`SourceError`."""
        facts = self.facts(scan.source)
        return replace(facts, then=self.facts(scan.follow.source)) if scan.follow else facts

    def source(self, name: str) -> LiveSource:
        """A source as it stands, its repeats not looked for. Raises :class:`SourceError`."""
        if name not in self._sources:
            self._sources[name] = self._kept(open_source(self.engine, self.connection, self.definition, name))
        return self._sources[name]

    def give_up(self, name: str, error: SourceError) -> None:
        """Read no more of a source."""
        self._facts[name] = error
        self.fault(error.message, error.path or ("sources", name), about=name)

    def fetch(self, statement: sa.Executable) -> pa.Table:
        """The answer to a statement. Raises :class:`~metrics.engines.QueryError`."""
        return self.engine.fetch(self.connection, statement)

    def take(self, rows: sa.Select[Any]) -> pa.Table:
        """Very many rows of a statement. Raises :class:`~metrics.engines.QueryError`."""
        return self.engine.take(self.connection, rows)

    def repeats(self, rows: sa.FromClause) -> int:
        """How many of some keyed rows repeat the key of another. Raises :class:`~metrics.engines.QueryError`."""
        return int(self.fetch(repeats(rows)).column(0)[0].as_py())

    def extent(self, name: str) -> Extent | None:
        """The first and last local time of a source's facts; ``None`` where it has none.

        Rows without a time are told, once. Raises :class:`SourceError`.
        """
        facts, path = self.facts(name), ("sources", name, "time")
        if name in self._extents:
            return self._extents[name]
        try:
            row = self.fetch(probes.probe(facts.source)).to_pylist()[0]
        except QueryError as error:
            failed = SourceError(f"its times cannot be read: {error.reason}", path)
            self.give_up(name, failed)
            raise failed from error
        untimed = int(row["all"]) - int(row["timed"])
        if untimed:
            rows = "1 row has no time; it is" if untimed == 1 else f"{untimed:,} rows have no time; they are"
            self.fault(f"{rows} in no period and in no figure", path, warning=True, about=name)
        self._sizes[name] = int(row["timed"])
        self._extents[name] = None if row["first"] is None else (_moment(row["first"]), _moment(row["last"]))
        return self._extents[name]

    def size(self, name: str) -> int:
        """How many rows of a source have a time. Raises :class:`SourceError`."""
        self.extent(name)
        return self._sizes[name]

    def tell_overlaps(self, name: str, depth: int) -> None:
        """Tell of units whose memberships overlap, for the levels the roster gives to a source."""
        facts, levels = self.facts(name), self.definition.organisation.levels
        for key, wanted in placements(facts, levels, depth).items():
            if (key, *wanted) in self._placed:
                continue
            self._placed.add((key, *wanted))
            disputed = facts.roster.disputed(key, wanted) if facts.roster else 0
            if disputed:
                who = f"1 {key} has" if disputed == 1 else f"{disputed:,} units of level '{key}' have"
                self.fault(
                    f"{who} overlapping memberships; their rows are counted once, under the one that began last",
                    ("organisation", "roster"),
                    warning=True,
                    about=name,
                )

    def target_rows(self, metric: str, target: TargetTable) -> list[TargetRow]:
        """The rows of a table of targets about a metric. Raises :class:`SourceError`."""
        path = ("metrics", metric, "target")
        scope = describe(self.engine, self.connection, self.definition, target.table, (*path, "table"))
        named = {"metric": target.metric, "value": target.value}
        named |= {key: words for key, words in (("unit", target.unit), ("level", target.level)) if words}
        columns: dict[str, Any] = {}
        try:
            for key, words in named.items():
                found = scope.read(words)
                columns[key] = number(found) if key == "value" else text(found, scope.zone)
            if target.from_:
                columns["since"] = local_time(scope.read(target.from_), scope.zone)
        except ExpressionError as error:
            raise SourceError(str(error), path) from error
        columns["value"] = sa.cast(columns["value"], sa.Double)
        selected = [element.label(key) for key, element in columns.items() if key != "metric"]
        statement = sa.select(*selected).select_from(table(self.definition, target.table))
        try:
            rows = self.fetch(statement.where(columns["metric"] == metric)).to_pylist()
        except QueryError as error:
            raise SourceError(f"its table of targets cannot be read: {error.reason}", path) from error
        return [_target_row(row) for row in rows if row["value"] is not None]

    def newest(self, name: str, columns: Mapping[str, str], limit: int) -> list[Mapping[str, object]]:
        """The newest rows of a source. Raises :class:`SourceError`."""
        source = self.facts(name).source
        try:
            statement, times = probes.newest(source, columns, limit)
            rows: list[dict[str, object]] = self.fetch(statement).to_pylist()
        except (QueryError, ExpressionError) as error:
            raise SourceError(str(error), ("sources", name)) from error
        for row in rows:
            row |= {column: None if row[column] is None else _moment(row[column]) for column in times}
        return list(rows)

    def _open(self, name: str) -> Facts:
        source = self.source(name)
        roster = self.roster()
        if not source.key:
            return Facts(source, roster)
        try:
            if name not in self.repeated:
                self.repeated[name] = self.repeats(keyed(source, self.since.get(name)))
        except QueryError as error:
            raise SourceError(f"its key cannot be read: {error.reason}", ("sources", name, "key")) from error
        repeated = self.repeated[name]
        if repeated:
            rows = "1 row repeats" if repeated == 1 else f"{repeated:,} rows repeat"
            told = f"{rows} the key of another; each key is counted once"
            self.fault(told, ("sources", name, "key"), warning=True, about=name)
        return Facts(source, roster, repeated=repeated > 0)

    def _kept(self, source: LiveSource) -> LiveSource:
        """The source over kept rows of its query, where there is one and they can be kept."""
        if not self.keeps or self.definition.sources[source.name].query is None:
            return source
        columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in source.scope.columns]
        try:
            kept = self.engine.keep(
                self.connection, f"kept {source.name}", sa.select(*columns).select_from(source.relation)
            )
        except QueryError:  # too much to keep, or too slow at once: each statement then asks for what it needs
            kept = None
        return source if kept is None else replace(source, relation=kept)


def _moment(value: object) -> datetime:
    if type(value) is datetime:  # as nearly every engine has it; pandas would be slow for a million of them
        return value
    moment = pd.Timestamp(value)  # type: ignore[arg-type]  # a datetime, or the text SQLite has for it
    return moment.to_pydatetime(warn=False)


def _target_row(row: dict[str, Any]) -> TargetRow:
    since = row.get("since")
    return TargetRow(
        value=float(row["value"]),
        level=row.get("level") or None,
        unit=row.get("unit") or None,
        since=None if since is None else _moment(since),
    )
