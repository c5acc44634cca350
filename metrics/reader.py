"""Reading: a request becomes a plan, the plan's statements become answers, the answers become readings.

A source that fails takes only its own metrics with it; where one measure makes a shared statement fail, the
statement is split until that measure stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

import pyarrow as pa

from metrics.arrays import Answer, Fetched
from metrics.engines import Engine, QueryError
from metrics.fetching import Fetches, Known, choices
from metrics.plan import Need, Scan, When, plan, wholes
from metrics.question import Question
from metrics.roster import LiveRoster
from metrics.session import Session
from metrics.shapes import Work, shaped
from metrics.sources import LiveSource, SourceError
from metrics.statements import Frame, Span, select
from metrics.tables import Key, Read, tables
from scorecard.definition import Definition
from scorecard.expression import ExpressionError
from scorecard.faults import Fault, Faulty, did_you_mean
from scorecard.measure import Ask, MeasureError, Offsets, order, parts, target_ask
from scorecard.org import TOP, Org, Unit
from scorecard.reading import Readings
from scorecard.time import Period, Window, common_grain, midnight, periods, shifted, stretch
from scorecard.warehouse import Progress, Request

MAX_PERIODS = 20_000
"""More periods than this are not a question people ask; they would only fill the memory."""

WINDOWS_AT_ONCE = 200
"""How many windows one statement asks for; more of them than this are too many for some engines."""

Axes = Mapping[When, tuple[Period, ...]]
_DAY = timedelta(days=1)


def read(
    engine: Engine,
    definition: Definition,
    request: Request,
    now: datetime,
    *,
    progress: Progress | None = None,
    work: Work | None = None,
) -> Readings:
    """Answer a request; ``work`` forces its shape, for tests and the benchmark.

    Raises :class:`Faulty` for one that makes no sense as a whole.
    """
    _check(definition, request)
    with engine.connection() as connection:
        session = Session(engine, connection, definition, keeps=True)
        question = resolve(session, request, now)
        return tables(session, _Reader(session, question, progress, work).read())


def resolve(session: Session, request: Request, now: datetime) -> Question:
    """Find what the metrics of a request, and the metrics that are their targets, are computed from."""
    definition = session.definition
    orders: dict[str, tuple[Ask, ...]] = {}
    targets: dict[str, tuple[Ask, ...]] = {}
    failed: dict[str, str] = {}
    for metric in dict.fromkeys(request.metrics):
        try:
            orders[metric] = order(definition, Ask(metric))
        except MeasureError as error:
            failed[metric] = str(error)
    for metric in orders:
        ask = target_ask(definition.metrics[metric])
        try:
            targets[metric] = order(definition, ask) if ask else ()
        except MeasureError as error:
            session.fault(f"its target cannot be computed: {error}", ("metrics", metric, "target"), warning=True)
    return Question(definition, request, now, orders, targets, failed)


def needs(question: Question) -> list[Need]:
    """Every leaf measure a question rests on, each down to the deepest level a metric above it is shown at."""
    found: dict[Key, int] = {}
    for orders in (question.orders, question.targets):
        for metric, asks in orders.items():
            for ask in asks:
                for leaf in parts(question.definition, ask).leaves.values():
                    key = leaf, ask.offsets
                    found[key] = max(found.get(key, 1), question.depth(metric))
    return [Need(leaf, offsets, depth) for (leaf, offsets), depth in found.items()]


def frame_of(definition: Definition, request: Request) -> Frame:
    """What all statements of a request share."""
    levels = definition.organisation.levels
    everything = any(level == levels[0] for level, _ in request.units)
    units = () if everything else request.units
    return Frame(levels, definition.calendar, request.by, request.where, units)


def axes_of(question: Question, asked: Sequence[Period], wanted: Iterable[Need]) -> Axes:
    """What to read for each offset and window: the periods asked for, moved back and widened, one for one."""
    return {when: _axis(question.definition, asked, *when) for when in dict.fromkeys(need.when for need in wanted)}


def spans_of(scan: Scan, axes: Axes, question: Question, wide: Axes | None = None) -> list[Span]:
    """The time a scan reads: all its periods, cut where the request cuts; several where it has many windows.

    A window reaches back beyond where the request begins. What adds is parted where any window of ``wide`` has an edge.
    """
    request, axis = question.request, axes[scan.when]
    start = min((period.start for period in axis), default=question.now)
    stop = max((period.stop for period in axis), default=question.now)
    if not scan.offsets:
        start = start if scan.window else max(start, request.start or start)
        stop = min(stop, request.stop or stop)
    if scan.window is None:
        return [Span(start, stop, request.grain)]
    windows = tuple(sorted({*axis}))
    if scan.shape in ("additive", "rows"):
        parting = sorted({*(wide or axes)[scan.when]})
        edges = [*(window.start for window in parting), *(window.stop for window in parting[:-1])]
        return [Span(start, stop, common_grain(question.definition.calendar, edges))]
    return [
        Span(max(start, some[0].start), min(stop, some[-1].stop), None, some, at)
        for at in range(0, len(windows), WINDOWS_AT_ONCE)
        if (some := windows[at : at + WINDOWS_AT_ONCE])
    ]


def _check(definition: Definition, request: Request) -> None:
    levels = definition.organisation.levels
    named = {*request.levels, *(level for level, _ in request.units)}
    faults = [
        Fault(f"there is no level {level!r}" + did_you_mean(level, levels)) for level in sorted(named - {*levels})
    ]
    if not request.levels:
        faults.append(Fault("no level is asked for"))
    if request.start and request.stop and request.start >= request.stop:
        faults.append(Fault("the time asked for ends before it begins"))
    if faults:
        raise Faulty(faults)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What scans are run with: the periods of each time, shared fetches, and for wholes the units that are kept."""

    axes: Axes
    fetches: Fetches
    only: tuple[str, ...]


@dataclass
class _Reader:
    """The work on one question: what has been answered, and what was lost on the way."""

    session: Session
    question: Question
    progress: Progress | None
    work: Work | None = None
    answers: dict[When, list[Answer | Fetched]] = field(default_factory=dict)
    instead: list[Scan] = field(default_factory=list)
    """Statements asked because rows did not come out."""
    lost: dict[Key, str] = field(default_factory=dict)
    wide: Axes = field(default_factory=dict)
    """The periods of all that the question is a part of."""

    def read(self) -> Read:
        """Read everything the question needs."""
        wanted = [need for need in needs(self.question) if self._can_be_read(need)]
        asked = self._periods({need.leaf.source for need in wanted})
        axes = axes_of(self.question, asked, wanted)
        scans, self.wide = self._shaped(wanted, axes)
        self._tell_placements(scans)
        fetches = Fetches(self.session, frame_of(self.question.definition, self.question.request), self._known(asked))
        fetches.share(scans, lambda scan: spans_of(scan, axes, self.question, self.wide))
        self._run(scans, axes, fetches)
        org = self._org(fetches)
        crowded = {org.levels.index(level) + 1 for level, _ in org.wholes}
        self._run(wholes((*scans, *self.instead), crowded).scans, axes, fetches, org.wholes)
        return Read(self.question, org, asked, axes, self.wide, self.answers, self.lost)

    def _shaped(self, wanted: Sequence[Need], axes: Axes) -> tuple[tuple[Scan, ...], Axes]:
        """The scans for what is wanted, shaped as when all is read that it is a part of; and the periods of that."""
        request, depths = self.question.request, self.question.depths
        scans, whole, wide = plan(wanted, depths).scans, self.question, axes
        every = scans
        if request.over is not None and request.grain is not None:
            sources = {need.leaf.source for need in wanted}
            whole = resolve(self.session, request.widened(), self.question.now)
            needed = [need for need in needs(whole) if need.leaf.source in sources and self._can_be_read(need)]
            every = plan(needed, depths).scans
            wide = axes_of(whole, tuple(periods(whole.definition.calendar, request.grain, *request.over)), needed)
        chosen = choices(self.session, every, lambda scan: spans_of(scan, wide, whole), self.work)
        deep: dict[object, int] = {}
        for scan in shaped(every, chosen):
            deep[_kind(scan)] = max(deep.get(_kind(scan), 1), scan.depth)
        added = ("additive", "rows")
        made = (replace(s, depth=deep[_kind(s)]) if s.shape in added else s for s in shaped(scans, chosen))
        return tuple(made), wide

    def _can_be_read(self, need: Need) -> bool:
        """Hold the source of a measure, and what the request asks of every source, against the database."""
        name, request = need.leaf.source, self.question.request
        try:
            for name in self._sources(need):
                self.session.facts(name)
            source = self.session.facts(name).source
            self.session.extent(name)
            if reason := _too_fine(source, need, request):
                self.lost[need.leaf, need.offsets] = reason
                return False
            for dimension in request.by:
                if dimension not in source.dimensions:
                    hint = did_you_mean(dimension, source.dimensions)
                    self.lost[need.leaf, need.offsets] = f"source '{name}' has no dimension {dimension!r}{hint}"
                    return False
            if request.where:
                source.where_scope.condition(request.where)
        except SourceError as error:
            self.lost[need.leaf, need.offsets] = f"source '{name}': {error.message}"
            return False
        except ExpressionError as error:
            self.lost[need.leaf, need.offsets] = f"the condition asked for: {error}"
            return False
        return True

    def _sources(self, need: Need) -> tuple[str, ...]:
        """The sources a measure is read from, its own last."""
        return (need.leaf.follow.source, need.leaf.source) if need.leaf.follow else (need.leaf.source,)

    def _periods(self, sources: Iterable[str]) -> tuple[Period, ...]:
        """The periods to answer. Raises :class:`Faulty` for more than people ask for, or past the calendar's end."""
        try:
            return self._asked(sources)
        except (OverflowError, ValueError) as error:
            reason = "the time asked for reaches past the end of the calendar: say from when to when"
            raise Faulty([Fault(reason)]) from error

    def _asked(self, sources: Iterable[str]) -> tuple[Period, ...]:
        """The periods of the grain, or the whole span as one."""
        request = self.question.request
        extents = [extent for source in sorted({*sources}) if (extent := self.session.extent(source))]
        if request.start and request.stop:
            start, stop = request.start, request.stop
        else:
            first = min((extent[0] for extent in extents), default=request.stop or self.question.now)
            last = max((extent[1] for extent in extents), default=request.start or self.question.now)
            start = request.start or midnight(first)
            stop = request.stop or max(midnight(last), start) + _DAY
            start = min(start, stop - _DAY) if request.start is None else start
        if request.grain is None:
            return (Period(start, stop, None),)
        found = tuple(islice(periods(self.question.definition.calendar, request.grain, start, stop), MAX_PERIODS + 1))
        if len(found) > MAX_PERIODS:
            raise Faulty([Fault(f"more than {MAX_PERIODS:,} periods are asked for: choose a larger grain")])
        return found

    def _tell_placements(self, scans: Iterable[Scan]) -> None:
        deepest: dict[str, int] = {}
        for scan in scans:
            deepest[scan.source] = max(deepest.get(scan.source, 1), scan.depth)
        for source, depth in deepest.items():
            self.session.tell_overlaps(source, depth)

    def _run(self, scans: Sequence[Scan], axes: Axes, fetches: Fetches, whole_units: Sequence[Unit] = ()) -> None:
        levels = self.question.definition.organisation.levels
        for at, scan in enumerate(scans):
            if self.progress:
                self.progress(f"reading {scan.source}", at, len(scans))
            only = [id_ for level, id_ in whole_units if level == levels[scan.depth - 1]]
            self.answers.setdefault(scan.when, []).extend(self._scan(scan, _Asked(axes, fetches, tuple(only))))
        if self.progress and scans:
            self.progress("reading", len(scans), len(scans))

    def _scan(self, scan: Scan, asked: _Asked) -> list[Answer | Fetched]:
        """The answers of a scan: one, or several where it had to be split around what fails."""
        request = self.question.request
        frame, spans = frame_of(self.question.definition, request), spans_of(scan, asked.axes, self.question, self.wide)
        try:
            if scan.shape == "rows":
                return [asked.fetches.fetch(scan, span, asked.axes[scan.when]) for span in spans]
            facts = self.session.facts_of(scan)
            rows = [self.session.fetch(select(scan, facts, frame, span, asked.only)) for span in spans]
        except (SourceError, QueryError, ExpressionError) as error:
            return self._split(scan, asked, error)
        return [Answer.of(scan, pa.concat_tables(rows, promote_options="permissive"), len(request.by))]

    def _split(self, scan: Scan, asked: _Asked, error: Exception) -> list[Answer | Fetched]:
        """Try the halves of a statement that failed; give up a measure alone, or a source out of time.

        Where rows do not come out, figures are asked for.
        """
        if isinstance(error, QueryError) and error.timed_out:
            self.session.give_up(scan.source, SourceError(str(error)))
        elif scan.shape == "rows" and isinstance(error, QueryError):
            needed = [Need(leaf, scan.offsets, scan.depth) for leaf in scan.leaves]
            scans = plan(needed, self.question.depths).scans
            self.instead.extend(scans)
            return [answer for each in scans for answer in self._scan(each, asked)]
        elif len(scan.leaves) > 1 and not isinstance(error, SourceError):
            half = len(scan.leaves) // 2
            halves = (replace(scan, leaves=scan.leaves[:half]), replace(scan, leaves=scan.leaves[half:]))
            return [answer for each in halves for answer in self._scan(each, asked)]
        for leaf in scan.leaves:
            self.lost[leaf, scan.offsets] = f"source '{scan.source}': {error}"
        return []

    def _known(self, asked: Sequence[Period]) -> Known:
        """The units of the roster at the time, as deep as any metric asked for goes, and the names of all."""
        organisation = self.question.definition.organisation
        levels, units = organisation.levels, self.question.request.units
        depth = min(max(self.question.depths), max(map(self.question.depth, self.question.orders), default=1))
        paths: set[tuple[str, ...]] = set()
        labels: dict[Unit, str] = {}
        roster = self._roster()
        if roster is not None and asked:
            there = ((TOP, *path) for path in roster.paths(levels[1:], asked[0].start, asked[-1].stop))
            paths = {path[:depth] for path in there if _beneath(path, levels, units)}
            labels |= roster.labels()
        labels |= {(level, id_): label for level, ids in organisation.labels.items() for id_, label in ids.items()}
        return Known(frozenset(paths), labels)

    def _org(self, fetches: Fetches) -> Org:
        """Every unit with facts and those that are known besides."""
        paths = {
            path
            for found in self.answers.values()
            for answer in found
            if not answer.scan.whole
            for path in answer.paths
        }
        return fetches.org(paths)

    def _roster(self) -> LiveRoster | None:
        try:
            return self.session.roster()
        except SourceError:
            return None


def _axis(
    definition: Definition, asked: Sequence[Period], offsets: Offsets, window: Window | None
) -> tuple[Period, ...]:
    found = shifted(definition.calendar, asked, offsets)
    return found if window is None else tuple(stretch(definition.calendar, period, window) for period in found)


def _too_fine(source: LiveSource, need: Need, request: Request) -> str | None:
    """Why a source that knows only days has no figures of hours."""
    window = need.leaf.window
    hours = {request.grain, window and window.since, window and window.length and window.length.unit}
    if source.daily and "hour" in hours:
        return f"source '{source.name}' knows days and no hours: ask for days or more"
    return None


def _kind(scan: Scan) -> object:
    """What scans have in common whose sums are made alike."""
    return scan.source, scan.shape, scan.when, scan.follow


def _beneath(path: Sequence[str], levels: Sequence[str], units: Sequence[Unit]) -> bool:
    """Whether a path lies beneath one of the units that are kept; all of them are where none is named."""
    return not units or any(unit in units for unit in zip(levels, path, strict=False))
