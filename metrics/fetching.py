"""Fetching: which sources' rows come out, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from metrics import coding
from metrics.arrays import Fetched
from metrics.plan import Scan
from metrics.reduce import reduce
from metrics.rows import coded
from metrics.session import Session
from metrics.shapes import Choice, Work, choose
from metrics.statements import Frame, Span
from scorecard.org import Org
from scorecard.time import Period


def choices(
    session: Session, scans: Iterable[Scan], spans: Callable[[Scan], Sequence[Span]], forced: Work | None = None
) -> dict[str, Choice]:
    """The shape of the work over each source of some scans; ``forced`` is for tests and the benchmark.

    Raises :class:`~metrics.sources.SourceError` and :class:`~metrics.engines.QueryError`.
    """
    by_source: dict[str, list[Scan]] = {}
    for scan in scans:
        by_source.setdefault(scan.source, []).append(scan)
    if forced:
        return {source: Choice(forced, "it was asked for") for source in by_source}
    return {source: _choice(session, source, own, spans) for source, own in by_source.items()}


def _choice(session: Session, source: str, scans: Sequence[Scan], spans: Callable[[Scan], Sequence[Span]]) -> Choice:
    dialect = session.engine.dialect
    rows = session.size(source) if dialect.hands_out else 0
    if rows > dialect.hands_out:
        facts, read = session.facts(source), {span for scan in scans for span in spans(scan)}
        rows = max(int(session.fetch(coding.count(facts, each)).column(0)[0].as_py()) for each in read)
    return choose(dialect, rows, scans)


@dataclass(frozen=True, slots=True)
class Over:
    """What rows are laid out over: the periods in order, and paths of units beside those of rows."""

    periods: tuple[Period, ...]
    known: frozenset[tuple[str, ...]]


def fetch(session: Session, scan: Scan, frame: Frame, span: Span, over: Over) -> Fetched:
    """Fetch the rows of a scan and reduce them.

    Raises :class:`~metrics.sources.SourceError`, :class:`~metrics.engines.QueryError` and
    :class:`~scorecard.expression.ExpressionError`.
    """
    made = coding.fetch(scan, session.facts(scan.source), frame, span)
    lines = [session.fetch(each.statement) for each in made.lines]
    rows = coded(made, session.fetch(made.statement), lines)
    org = Org.of(frame.levels, {*rows.paths.texts, *over.known})
    return Fetched(scan, reduce(rows, org, over.periods, made.taken))
