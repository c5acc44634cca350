"""What of a database is no part of the proposal, and why: nothing is passed over without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from metrics.proposing.guesses import FactsSeen, RosterSeen
from metrics.proposing.looking import TableSeen
from scorecard.faults import Fault
from scorecard.interop.notes import Note

_MOST_TOLD = 20


def passed_over(
    tables: Iterable[TableSeen], happened: Iterable[FactsSeen], who: RosterSeen | None, again: Mapping[str, str]
) -> Iterator[Note]:
    """A note for each table that became neither a source nor the roster."""
    used = {found.table.name for found in happened} | ({who.table.name} if who else set())
    for table in tables:
        if table.name not in used:
            shown = again.get(table.name)
            why = f"shows rows of {shown} again: a `filter` of a measure can pick them" if shown else _why(table)
            yield Note(f"table {table.name}", why)


def nothing_happened(tables: Sequence[TableSeen], notes: Iterable[Note]) -> list[Fault]:
    """Why nothing can be proposed at all, table by table."""
    told = [*notes, *(Note(f"table {table.name}", _why(table)) for table in tables)]
    if not told:
        return [Fault("the database holds no tables: there is nothing to measure yet")]
    message = "there is no table whose rows happened at a time: nothing can be measured over time"
    left = len(told) - _MOST_TOLD
    more = [Fault(f"and {left:,} tables more", severity="warning")] if left > 0 else []
    return [Fault(message), *(Fault(str(note), severity="warning") for note in told[:_MOST_TOLD]), *more]


def _why(table: TableSeen) -> str:
    if not table.rows:
        return "it is empty: no source"
    strange = next((column for column in table.columns if column.is_a_day_written_otherwise), None)
    if strange:
        written = str(strange.filled[0])[:20]
        return f"its `{strange.name}` is written {written}: a `query:` that makes it a date makes the table a source"
    return "it has no time at which its rows happened: no source; a `query:` can join it"
