"""Fetching: which sources' rows come out, and what becomes of them. Scans of one time share what is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from metrics import coding
from metrics.arrays import Fetched
from metrics.engines import QueryError
from metrics.frame import Frame, Span
from metrics.plan import Scan
from metrics.reduce import reduce
from metrics.rows import Coded, coded
from metrics.session import Session
from metrics.shapes import Choice, Work, can_be_fetched, choose
from scorecard.definition import Grain
from scorecard.expression import ExpressionError
from scorecard.measure import LeafMeasure
from scorecard.org import Org, Unit
from scorecard.time import Period, midnight

_DAY = timedelta(days=1)
_BESIDE = 4
"""Columns of a row that are none of its values, by what they cost."""
Spans = Callable[[Scan], Sequence[Span]]


def choices(session: Session, scans: Iterable[Scan], spans: Spans, forced: Work | None = None) -> dict[str, Choice]:
    """The shape of the work over each source of some scans; ``forced`` is for tests and the benchmark.

    Raises :class:`~metrics.sources.SourceError` and :class:`~metrics.engines.QueryError`.
    """
    by_source: dict[str, list[Scan]] = {}
    for scan in scans:
        by_source.setdefault(scan.source, []).append(scan)
    if forced:
        return {source: Choice(forced, "it was asked for") for source in by_source}
    return {source: _choice(session, source, own, spans) for source, own in by_source.items()}


def _choice(session: Session, source: str, scans: Sequence[Scan], spans: Spans) -> Choice:
    dialect = session.engine.dialect
    rows = session.size(source) if dialect.hands_out else 0
    if rows > dialect.hands_out:
        times = [span for scan in scans if can_be_fetched(scan) for span in spans(replace(scan, shape="rows"))]
        rows = max((_rows_within(session, source, span, rows) for span in times), default=0)
    return choose(dialect, rows, scans)


def _rows_within(session: Session, source: str, span: Span, rows: int) -> int:
    """How many of a source's rows are in a span: as many as would be if they came evenly."""
    extent = session.extent(source)
    if extent is None:
        return 0
    first, last = extent
    shared = min(span.stop, last) - max(span.start, first)
    return max(0, round(rows * (shared / max(last - first, shared))))


@dataclass(frozen=True)
class Known:
    """The paths of units beside those of facts, and the names of units."""

    paths: frozenset[tuple[str, ...]]
    labels: Mapping[Unit, str]


@dataclass
class _Together:
    """Scans over one source whose times touch: their rows are fetched once, and held until the last has them."""

    scans: list[Scan]
    span: Span
    rows: tuple[Coded, Mapping[LeafMeasure, coding.Taken]] | None = None
    left: int = 0


@dataclass
class Fetches:
    """The fetches of one question."""

    session: Session
    frame: Frame
    known: Known
    _groups: list[_Together] = field(default_factory=list)
    _orgs: list[Org] = field(default_factory=list)

    def share(self, scans: Iterable[Scan], spans: Spans) -> None:
        """Let scans of rows over one source share a fetch where their times overlap and begin and end with days."""
        for scan in scans:
            if scan.shape != "rows":
                continue
            (span,) = spans(scan)
            group = next((group for group in self._groups if _worth_sharing(group, scan, span)), None)
            if group is None:
                self._groups.append(_Together([scan], span, left=1))
            else:
                group.scans.append(scan)
                group.left += 1
                group.span = _hull(group.span, span)

    def fetch(self, scan: Scan, span: Span, axis: Iterable[Period]) -> Fetched:
        """Fetch the rows of a scan, or take those fetched for another one too, and reduce them.

        Raises :class:`~metrics.sources.SourceError`, :class:`~metrics.engines.QueryError` and
        :class:`~scorecard.expression.ExpressionError`.
        """
        rows, taken = self._rows(scan, span)
        periods = sorted({*axis})
        within = [_within(each, span) for each in periods]
        own = {leaf: taken[leaf] for leaf in scan.leaves}
        return Fetched(scan, reduce(rows, self.org(rows.paths.texts), within, own))

    def org(self, paths: Iterable[tuple[str, ...]]) -> Org:
        """The organisation of some paths and the known units; the same one for the same places."""
        wanted = self.known.paths.union(paths)
        for org in self._orgs:
            if wanted <= org.place_of.keys() and org.lowest <= wanted:
                return org
        self._orgs.append(Org.of(self.frame.levels, wanted, self.known.labels))
        return self._orgs[-1]

    def _rows(self, scan: Scan, span: Span) -> tuple[Coded, Mapping[LeafMeasure, coding.Taken]]:
        group = next((group for group in self._groups if scan in group.scans), None)
        if group is None:
            return self._fetched(scan, span)
        if group.rows is None:
            try:
                group.rows = self._fetched(_merged(group.scans), group.span)
            except (QueryError, ExpressionError):  # each is then tried alone
                self._groups.remove(group)
                return self._fetched(scan, span)
        found, group.left = group.rows, group.left - 1
        if not group.left:
            self._groups.remove(group)
        return found

    def _fetched(self, scan: Scan, span: Span) -> tuple[Coded, Mapping[LeafMeasure, coding.Taken]]:
        made = coding.fetch(scan, self.session.facts(scan.source), self.frame, span)
        lines = [self.session.fetch(each.statement) for each in made.lines]
        return coded(made, self.session.take(made.statement), lines), made.taken


def _within(period: Period, span: Span) -> Period:
    """What a span holds of a period; nothing, at its end, of a window that begins later than what is asked for ends."""
    return Period(min(max(period.start, span.start), span.stop), min(period.stop, span.stop), None)


def _worth_sharing(group: _Together, scan: Scan, span: Span) -> bool:
    """Whether a scan's rows are fetched with those of others: where their times touch, and less comes out in all.

    A few columns of a month, beside many columns of its last week, would make many columns of a month.
    """
    if not _touch(group, scan, span):
        return False
    leaves = [leaf for other in group.scans for leaf in other.leaves]
    apart = _size(group.span, leaves) + _size(span, scan.leaves)
    return _size(_hull(group.span, span), (*leaves, *scan.leaves)) <= apart


def _size(span: Span, leaves: Iterable[LeafMeasure]) -> float:
    """How much comes out: days times columns, a row's unit, day and marks among them."""
    return (span.stop - span.start) / _DAY * (_BESIDE + len({leaf.expr for leaf in leaves if leaf.expr}))


def _touch(group: _Together, scan: Scan, span: Span) -> bool:
    whole = all(moment == midnight(moment) for each in (group.span, span) for moment in (each.start, each.stop))
    overlap = span.start <= group.span.stop and group.span.start <= span.stop
    return group.scans[0].source == scan.source and group.scans[0].depth == scan.depth and whole and overlap


def _hull(one: Span, other: Span) -> Span:
    grain: Grain = "hour" if "hour" in (one.grain, other.grain) else "day"
    return Span(min(one.start, other.start), max(one.stop, other.stop), grain)


def _merged(scans: Sequence[Scan]) -> Scan:
    return replace(scans[0], leaves=tuple(dict.fromkeys(leaf for scan in scans for leaf in scan.leaves)))
