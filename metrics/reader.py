"""Reading: a request becomes a plan, the plan's statements become answers, the answers become readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from metrics.asking import Axes, axes_of, frame_of, needs, resolve, spans_of
from metrics.fetching import Fetches, Known, choices
from metrics.plan import Key, Need, Scan, plan, wholes
from metrics.question import Question
from metrics.roster import LiveRoster
from metrics.running import Running
from metrics.session import Session
from metrics.shapes import Choice, Work, shaped
from metrics.sources import LiveSource, SourceError
from metrics.tables import Read, tables
from scorecard.definition import Definition
from scorecard.expression import ExpressionError
from scorecard.faults import Fault, Faulty, did_you_mean
from scorecard.org import TOP, Unit
from scorecard.reading import Readings
from scorecard.time import Period, midnight, periods
from scorecard.warehouse import Progress, Request

MAX_PERIODS = 20_000
"""More periods than this are not a question people ask; they would only fill the memory."""

_DAY = timedelta(days=1)


def read(
    session: Session,
    request: Request,
    now: datetime,
    *,
    progress: Progress | None = None,
    work: Work | None = None,
    chosen: dict[str, Choice] | None = None,
) -> Readings:
    """Answer a request; ``work`` forces its shape, for tests and the benchmark; ``chosen`` takes down which it was.

    Raises :class:`Faulty` for one that makes no sense as a whole.
    """
    _check(session.definition, request)
    session.begin()
    question = resolve(session, request, now)
    return tables(session, _Reader(session, question, progress, work, {} if chosen is None else chosen).read())


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


@dataclass
class _Reader:
    """The work on one question: what has been answered, and what was lost on the way."""

    session: Session
    question: Question
    progress: Progress | None
    work: Work | None = None
    chosen: dict[str, Choice] = field(default_factory=dict)
    """The shape of the work over each source."""
    lost: dict[Key, str] = field(default_factory=dict)

    def read(self) -> Read:
        """Read everything the question needs."""
        wanted = [need for need in needs(self.question) if self._can_be_read(need)]
        asked = self._periods({need.leaf.source for need in wanted})
        axes = axes_of(self.question, asked, wanted)
        scans, wide = self._shaped(wanted, axes)
        self._tell_placements(scans)
        fetches = Fetches(self.session, frame_of(self.question.definition, self.question.request), self._known(asked))
        fetches.share(scans, lambda scan: spans_of(scan, axes, self.question, wide))
        running = Running(self.session, self.question, self.progress, wide)
        running.run(scans, axes, fetches)
        org = fetches.org(running.paths)
        crowded = {org.levels.index(level) + 1 for level, _ in org.wholes}
        running.run(wholes((*scans, *running.instead), crowded).scans, axes, fetches, org.wholes)
        return Read(self.question, org, asked, axes, wide, running.answers, self.lost | running.lost)

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
        self.chosen.update(chosen)
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

    def _roster(self) -> LiveRoster | None:
        try:
            return self.session.roster()
        except SourceError:
            return None


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
