"""The board over one generation and one principal: who may see what, then what is seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import get_args

from scorecard.analysis.evidence import LinkEvidence
from scorecard.asked import Statement
from scorecard.board import ahead, breakdown, displays, leads, metrics, places, screens, threads, units
from scorecard.board.figures import figure
from scorecard.board.generation import Generation
from scorecard.board.reasons import explained
from scorecard.board.stand import Stand
from scorecard.causes import Why
from scorecard.definition import Definition, Grain
from scorecard.definition.company import Month
from scorecard.faults import Fault
from scorecard.head import Head, Moment, Span
from scorecard.lead import LeadView
from scorecard.lens import NOW, Lens
from scorecard.listing import Breakdown, Wanted
from scorecard.org import TOP, Unit, unit_named
from scorecard.outlook.written import Ahead
from scorecard.people.principal import WALL, Principal
from scorecard.places import PlaceView, Sought
from scorecard.presence import Presence
from scorecard.view import Figure, MetricView, NotFound, ThreadView, UnitView
from scorecard.wallview import DisplayView, ScreenView


@dataclass(frozen=True)
class SnapshotBoard:
    """Answers from a snapshot; see :class:`scorecard.board.Board` for what each method is asked."""

    generation: Generation
    principal: Principal
    now: datetime
    stale_after: timedelta
    since: tuple[Fault, ...] = ()
    open_house: bool = False
    lens: Lens = NOW
    grains: tuple[Grain, ...] = ()
    """Those to choose from; a slice has one of them at hand."""
    pictures: tuple[tuple[str, datetime], ...] = ()
    presence: Presence | None = None

    @property
    def definition(self) -> Definition:
        """The definition the readings were computed by."""
        return self.generation.definition

    def head(self) -> Head:
        """What every page says."""
        snapshot, definition = self.generation.snapshot, self.definition
        calendar = definition.calendar
        told = dict.fromkeys((*snapshot.faults, *self.since))
        age = max(0.0, (self.now - snapshot.taken).total_seconds())
        return Head(
            title=definition.title,
            promise=definition.promise,
            locale=definition.locale,
            currency=definition.currency,
            time_zone=calendar.time_zone,
            fiscal_from=get_args(Month).index(calendar.year_starts) + 1,
            as_of=snapshot.as_of,
            taken=snapshot.taken,
            age=age,
            closed=calendar.as_of is not None,
            stale=calendar.as_of is None and age > self.stale_after.total_seconds(),
            generation=snapshot.id,
            faults=tuple(fault for fault in told if fault.severity == "fault"),
            notes=tuple(fault for fault in told if fault.severity == "warning"),
            open_house=self.open_house,
            grains=self.grains or tuple(self.generation.released),
            levels=definition.organisation.levels,
            lens=self.lens,
            dimensions=tuple(snapshot.dimensions.items()),
            pictures=self.pictures,
        )

    def moment(self, grain: str | None = None, period: str | None = None) -> Moment | NotFound:
        """The period of that key at that grain; by default the newest complete one of the calendar's grain."""
        known = next(
            (kept for kept in self.generation.released if kept == (grain or self.definition.calendar.grain)), None
        )
        if known is None:
            return _not_found("grain", grain or "", list(self.generation.released))
        found = self.generation.moment(known, period)
        return found or _not_found(
            "period", period or "", [p.key for p in self.generation.released[known].table.periods]
        )

    def place(self, unit: Unit) -> PlaceView | NotFound:
        """Where a unit stands in the organisation."""
        return self._missing(unit) or places.place(self.generation, self.principal, unit)

    def seek(self, words: str, limit: int) -> Sought:
        """The units whose name holds all the words, among those the principal may know of."""
        known = [unit for unit in places.named(self.generation, words) if self._may_see(unit)]
        shown = tuple(places.place(self.generation, self.principal, unit, beneath=False) for unit in known[:limit])
        return Sought(shown, len(known))

    def thread(
        self, moment: Moment, unit: Unit | None = None, path: tuple[str, ...] = (), *, whole: bool = False
    ) -> ThreadView | NotFound:
        """The executive's page for a unit, opened along ``path``; ``whole`` adds the whole map."""
        place = unit or self._top
        if missing := self._missing(place) or self._unknown(path):
            return missing
        return threads.thread(self._stand(moment, place), path, whole=whole)

    def metric(self, metric: str, moment: Moment, unit: Unit | None = None) -> MetricView | NotFound:
        """A metric's page."""
        place = unit or self._top
        if missing := self._unknown((metric,)) or self._missing(place):
            return missing
        return metrics.metric(self._stand(moment, place), metric)

    def statements(self, metric: str) -> tuple[Statement, ...] | NotFound:
        """What the warehouse is asked for a metric; of one value of a dimension it is asked otherwise, and live."""
        if not self.principal.statements or self.lens.only is not None:
            return NotFound("there is no page at this address")
        return self._unknown((metric,)) or self.generation.snapshot.statements.about(metric)

    def breakdown(self, metric: str, moment: Moment, unit: Unit | None, wanted: Wanted) -> Breakdown | NotFound:
        """The units beneath one as a table of a metric, a page of it."""
        place = unit or self._top
        if missing := self._unknown((metric,)) or self._missing(place):
            return missing
        return breakdown.breakdown(self._stand(moment, place), metric, wanted)

    def measures(self, moment: Moment, unit: Unit | None = None) -> tuple[Figure, ...] | NotFound:
        """Every metric where one stands, in the order of the definition."""
        place = unit or self._top
        if missing := self._missing(place):
            return missing
        stand = self._stand(moment, place)
        return tuple(figure(stand, metric) for metric in self.definition.metrics)

    def unit(self, unit: Unit, moment: Moment) -> UnitView | NotFound:
        """A unit's page."""
        return self._missing(unit) or units.unit(self._stand(moment, unit))

    def why(self, metric: str, asked: Span, unit: Unit | None = None) -> Why | NotFound:
        """Why a metric moved between two periods, or is off its target."""
        place = unit or self._top
        newest = self.moment(asked.grain)
        if missing := self._unknown((metric,)) or self._missing(place):
            return missing
        return newest if isinstance(newest, NotFound) else explained(self._stand(newest, place), metric, asked)

    def ahead(self, metric: str, unit: Unit | None = None) -> Ahead | NotFound:
        """Whether a metric will land on its target, and what an outcome needs of the leaves."""
        place, newest = unit or self._top, self.moment()
        if missing := self._unknown((metric,)) or self._missing(place):
            return missing
        return newest if isinstance(newest, NotFound) else ahead.ahead(self._stand(newest, place), metric)

    def evidence(self) -> tuple[LinkEvidence, ...]:
        """How far the data bear out each link of the thread: of the whole company, and of nobody in particular."""
        return self.generation.snapshot.evidence

    def lead(self, unit: Unit, moment: Moment) -> LeadView | NotFound:
        """A unit for the one who leads it."""
        return self._missing(unit) or leads.lead(self._stand(moment, unit))

    def display(self, display: str) -> DisplayView | NotFound:
        """A wall screen's scenes, at the newest complete period."""
        known = {wall.id: wall for wall in self.definition.displays}
        wall, moment = known.get(display), self.moment()
        if wall is None or isinstance(moment, NotFound):
            return _not_found("display", display, list(known))
        unit = unit_named(wall.unit) if wall.unit else self._top
        return self._missing(unit) or displays.display(self._stand(moment, unit), wall)

    def screens(self) -> tuple[ScreenView, ...]:
        """Every wall screen as it was last seen, of the units this principal may see; none for a wall itself."""
        if self.presence is None or self.principal.role == WALL.role:
            return ()
        found = screens.screens(self.generation, self.presence.seen(), self.now)
        return tuple(screen for screen in found if self._may_see(screen.unit))

    def _stand(self, moment: Moment, unit: Unit) -> Stand:
        return Stand.of(self.generation, self.principal, moment, unit)

    @property
    def _top(self) -> Unit:
        return self.principal.scope or (self.generation.org.levels[0], TOP)

    def _missing(self, unit: Unit) -> NotFound | None:
        """Why a unit may not be shown: there is none, or this principal may not know of it. Both sound the same."""
        org = self.generation.org
        if unit in org.row_of and self._may_see(unit):
            return None
        return _not_found("unit", ":".join(unit), [":".join(u) for u in org.units(unit[0]) if self._may_see(u)])

    def _may_see(self, unit: Unit) -> bool:
        scope, people = self.principal.scope, self.definition.organisation.people
        if unit[0] == people and not self.principal.people and unit != scope:
            return False
        return scope is None or unit == scope or scope in self.generation.org.ancestors(unit)

    def _unknown(self, asked: tuple[str, ...]) -> NotFound | None:
        strange = next((metric for metric in asked if metric not in self.definition.metrics), None)
        return None if strange is None else _not_found("metric", strange, list(self.definition.metrics))


def _not_found(kind: str, asked: str, known: list[str]) -> NotFound:
    near = get_close_matches(asked, known, n=1)
    return NotFound(f"there is no {kind} {asked!r:.120}", near[0] if near else None)
