"""The roster: who belongs where, dated. It places facts at the levels their source does not carry.

Where memberships of a unit never overlap, facts are joined to the roster as it stands. Where they do, or where the
unit is not the roster's own row (the department of a *team*), the roster is first cut into stretches that do not
overlap, each under the membership that began last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import sqlalchemy as sa

from metrics import portable
from metrics.engines import Engine, QueryError
from metrics.expressions import Scope
from metrics.portable import Element
from metrics.sources import SourceError, describe, table, unit_text
from metrics.typed import local_time, text
from scorecard.definition import Definition, Roster
from scorecard.expression import ExpressionError
from scorecard.org import UNASSIGNED, Unit

FIRST = datetime(1, 1, 1)  # noqa: DTZ001 - local and naive, as all moments here
LAST = datetime(9999, 12, 31)  # noqa: DTZ001 - as above


@dataclass(frozen=True, slots=True)
class LiveRoster:
    """The roster as the database has it now.

    ``members`` is a SELECT of text ids as ``in_<level>``, ``since`` and ``until``; ``frame`` holds its rows, and names
    as ``name_<level>``. ``crowded`` are the levels of which a unit has two memberships at one moment, ``numbered``
    those whose ids are whole numbers.
    """

    levels: tuple[str, ...]
    members: sa.Select[tuple[object, ...]]
    frame: pd.DataFrame
    crowded: frozenset[str]
    numbered: frozenset[str]

    def disputed(self, key: str, wanted: Sequence[str]) -> int:
        """How many units of a level belong under different units above at one moment."""
        if key not in self.crowded:
            return 0
        own, above = member(key), [member(level) for level in wanted]
        known = self.frame.dropna(subset=[own])
        known = known.assign(above=known.groupby([own, *above], dropna=False).ngroup())
        spans = _merged(known, own)
        return int(spans.loc[_overlapping(spans, [own]), own].nunique())

    def paths(self, levels: Sequence[str], start: datetime, stop: datetime) -> set[tuple[str, ...]]:
        """The paths beneath the top of the units valid at some moment of ``[start, stop)``."""
        valid = self.frame[(self.frame["since"] < stop) & (self.frame["until"] > start)]
        ids = (
            valid.reindex(columns=[member(level) for level in levels])
            .astype(object)
            .where(lambda ids: ids.notna(), UNASSIGNED)
        )
        return {_trimmed(path) for path in ids.drop_duplicates().itertuples(index=False, name=None)}

    def labels(self) -> dict[Unit, str]:
        """The latest name of every unit that has one."""
        latest = self.frame.sort_values("since", kind="stable")
        found: dict[Unit, str] = {}
        for level in self.levels:
            own, name_ = member(level), f"name_{level}"
            if name_ in latest:
                named = latest[[own, name_]].dropna().drop_duplicates(own, keep="last")
                found |= {(level, id_): name for id_, name in named.itertuples(index=False, name=None)}
        return found


def open_roster(engine: Engine, connection: sa.Connection, definition: Definition, roster: Roster) -> LiveRoster:
    """Read the roster. Raises :class:`SourceError` where it does not fit the database."""
    scope = describe(engine, connection, definition, roster.table, ("organisation", "roster", "table"))
    selected = roster_columns(roster, scope)
    relation = table(definition, roster.table)
    ids = tuple(level for level in definition.organisation.levels[1:] if level in roster.columns)
    known = {level: scope.read(roster.columns[level]) for level in ids}
    numbered = {level: typed.element for level, typed in known.items() if typed.kind == "integer"}
    selected = {**selected, **{number(level): element for level, element in numbered.items()}}
    statement = sa.select(*(element.label(name) for name, element in selected.items())).select_from(relation)
    try:
        rows = engine.fetch(connection, statement)
    except QueryError as error:
        raise SourceError(f"the roster cannot be read: {error.reason}", ("organisation", "roster")) from error
    frame = rows.to_pandas()
    frame["since"] = _moments(frame["since"], FIRST)
    frame["until"] = _moments(frame["until"], LAST)
    inner = statement.subquery("roster")
    members = sa.select(
        *(inner.c[member(level)] for level in ids),
        *(inner.c[number(level)] for level in numbered),
        sa.func.coalesce(inner.c.since, portable.Moment(FIRST)).label("since"),
        sa.func.coalesce(inner.c.until, portable.Moment(LAST)).label("until"),
    )
    crowded = frozenset(level for level in ids if _is_crowded(frame, member(level)))
    return LiveRoster(ids, members, frame, crowded, frozenset(numbered))


def roster_columns(roster: Roster, scope: Scope) -> dict[str, Element]:
    """Ids and names by level, ``since`` and ``until``. Raises :class:`SourceError` with the place in the YAML."""
    root = ("organisation", "roster")
    selected: dict[str, Element] = {}
    for section, parts in (("columns", roster.columns), ("names", roster.names)):
        for level, words in parts.items():
            try:
                found = scope.read(words)
                name = member(level) if section == "columns" else f"name_{level}"
                selected[name] = unit_text(found, scope.zone) if section == "columns" else text(found, scope.zone)
            except ExpressionError as error:
                raise SourceError(str(error), (*root, section, level)) from error
    for name, key, moment in (("since", "valid_from", roster.valid_from), ("until", "valid_to", roster.valid_to)):
        try:
            never = sa.cast(sa.null(), sa.DateTime)
            selected[name] = never if moment is None else local_time(scope.read(moment), scope.zone)
        except ExpressionError as error:
            raise SourceError(str(error), (*root, key)) from error
    return selected


def memberships(roster: LiveRoster, key: str, wanted: Sequence[str], name: str) -> sa.FromClause:
    """A relation of ``key``, ``wanted``, ``since`` and ``until`` in which no two rows of a key overlap."""
    members = roster.members.cte(f"{name}_members")
    own, above = member(key), [member(level) for level in wanted]
    if key not in roster.crowded:
        return sa.select(members).where(members.c[own].is_not(None)).subquery(name)
    ids = [members.c[column] for column in (own, *above)]
    rows = (
        sa.select(*ids, members.c.since, sa.func.max(members.c.until).label("until"))
        .where(members.c[own].is_not(None), members.c.since < members.c.until)
        .group_by(*ids, members.c.since)
        .cte(f"{name}_rows")
    )
    begins, ends = (sa.select(rows.c[own], moment.label("edge")) for moment in (rows.c.since, rows.c.until))
    edges = sa.union(begins, ends).cte(f"{name}_edges")
    following = sa.func.lead(edges.c.edge).over(partition_by=edges.c[own], order_by=edges.c.edge)
    spans = sa.select(edges.c[own], edges.c.edge.label("since"), following.label("until")).cte(f"{name}_spans")
    newest_first = (
        rows.c.since.desc(),
        *(portable.Letters(sa.func.coalesce(rows.c[column], UNASSIGNED)) for column in above),
    )
    rank = sa.func.row_number().over(partition_by=(spans.c[own], spans.c.since), order_by=newest_first)
    covers = sa.and_(rows.c[own] == spans.c[own], rows.c.since <= spans.c.since, spans.c.since < rows.c.until)
    ranked = (
        sa.select(spans.c[own], *(rows.c[column] for column in above), spans.c.since, spans.c.until, rank.label("rank"))
        .select_from(spans.join(rows, covers))
        .cte(f"{name}_ranked")
    )
    columns = [ranked.c[column] for column in (own, *above)]
    return sa.select(*columns, ranked.c.since, ranked.c.until).where(ranked.c.rank == 1).subquery(name)


def member(level: str) -> str:
    """The name of the column that holds a level's unit; no level can be named like the columns beside it."""
    return f"in_{level}"


def number(level: str) -> str:
    """The name of the column that holds a level's unit as a whole number, where it is one."""
    return f"number_{level}"


def _trimmed(path: tuple[str, ...]) -> tuple[str, ...]:
    """The path without what is missing at its end: a roster of teams says nothing of workers."""
    while path and path[-1] == UNASSIGNED:
        path = path[:-1]
    return path


def _moments(column: pd.Series, empty: datetime) -> pd.Series:
    moments = pd.to_datetime(column, format="ISO8601").astype("datetime64[us]")
    return moments.fillna(pd.Timestamp(empty).as_unit("us"))


def _overlapping(spans: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """For every span in order of its beginning whether an earlier one of the same keys is still valid."""
    ordered = spans[spans["since"] < spans["until"]].sort_values([*keys, "since"], kind="stable")
    before = ordered.groupby(list(keys))["until"].cummax().groupby([ordered[key] for key in keys]).shift()
    return (ordered["since"] < before).reindex(spans.index, fill_value=False)


def _is_crowded(frame: pd.DataFrame, column: str) -> bool:
    return bool(_overlapping(frame.dropna(subset=[column]), [column]).any())


def _merged(known: pd.DataFrame, key: str) -> pd.DataFrame:
    """The stretches a unit spends under each set of units above, joined where they touch or overlap."""
    ordered = known[known["since"] < known["until"]].sort_values([key, "above", "since"], kind="stable")
    reached = ordered.groupby([key, "above"])["until"].cummax().groupby([ordered[key], ordered["above"]]).shift()
    stretch = (reached.isna() | (ordered["since"] > reached)).cumsum()
    merged = ordered.groupby([key, "above", stretch.rename("stretch")], as_index=False)
    return merged.agg(since=("since", "min"), until=("until", "max")).reset_index(drop=True)
