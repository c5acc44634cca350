"""A small company as a board: a real implementation of the port, over a handful of frozen values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np

from scorecard.analysis.evidence import LinkEvidence
from scorecard.asked import Statement
from scorecard.causes import Why
from scorecard.definition import Definition, Grain
from scorecard.faults import Fault, Place
from scorecard.head import Head, Moment, Span
from scorecard.judge import gaps, status
from scorecard.lead import LeadView
from scorecard.lens import Busy, Lens, Only
from scorecard.listing import Breakdown, Wanted
from scorecard.org import Unit
from scorecard.outlook.written import Ahead
from scorecard.people.principal import Principal
from scorecard.places import PlaceView, Sought
from scorecard.presence import Presence
from scorecard.time import Period
from scorecard.view import (
    Column,
    Figure,
    Gold,
    HandedOn,
    HandOffsView,
    LineOfSight,
    MetricView,
    NotFound,
    StageView,
    Story,
    Strand,
    ThreadView,
    UnitView,
    VoiceView,
    Whole,
)
from scorecard.wallview import DisplayView, ScreenView
from tests.unit.layouts import lines, reasons, walls
from tests.unit.layouts.northlight import CHANGE, DEFINITION

TOP: Unit = ("enterprise", "all")
NORTH: Unit = ("team", "Depot North")
ODD: Unit = ("team", "Süd/West & Co?")
"""A unit whose id needs every kind of escaping."""
WORKER: Unit = ("worker", "w-7")
HANDED = HandOffsView((HandedOn(("team", "Night desk"), "Night desk", 1204),), 2, (), 3)
TREE: Mapping[Unit, tuple[Unit, ...]] = {
    TOP: (("department", "field"), ("department", "care")),
    ("department", "field"): (NORTH, ODD),
    ("department", "care"): (("team", "Night desk"),),
    NORTH: (WORKER, ("worker", "w-8")),
}
STATEMENT = Statement(
    "one additive statement over 'visits' for each worker: 2 measures", ("SELECT '</pre><b>' AS nasty",), 1, ("nps",)
)
LABELS: Mapping[Unit, str] = {
    TOP: "Northlight", ("department", "field"): "Field service", ("department", "care"): "Customer care",
    WORKER: "Ada Okafor", ("worker", "w-8"): "Bo Lindqvist",
}  # fmt: skip
LEVELS = {"nps": 38.2, "retention": 0.906, "first_visit_fix": 0.814, "handoffs": 1.43, "right_part": 0.872,
          "van_stock": 0.79}  # fmt: skip
TARGETS = {"nps": 45.0, "retention": 0.92, "first_visit_fix": 0.88, "handoffs": 1.4, "right_part": 0.95,
           "van_stock": 0.98}  # fmt: skip
PULLS = {("nps", "first_visit_fix"): -3.4, ("nps", "handoffs"): -1.1, ("retention", "handoffs"): -0.01,
         ("retention", "broken"): None, ("first_visit_fix", "right_part"): -0.049,
         ("right_part", "van_stock"): -0.136}  # fmt: skip
CARRIED = {"first_visit_fix": -3.4, "right_part": -2.6, "van_stock": -2.1}
GOLDEN = ("nps", "first_visit_fix", "right_part", "van_stock")
AS_OF = datetime(2026, 11, 18, 6, 0)
VOICE = VoiceView("Second time they came without the part.", 4.0, "chat", "get_connected", AS_OF, ("late",))
STEPS: Mapping[Grain, timedelta] = {"week": timedelta(days=7), "day": timedelta(days=1)}


def periods(grain: Grain, count: int = 13) -> tuple[Period, ...]:
    first, step = datetime(2026, 8, 24), STEPS[grain]
    return tuple(Period(first + at * step, first + (at + 1) * step, grain) for at in range(count))


@dataclass(frozen=True)
class SmallBoard:
    """One company, seven metrics, three levels of units."""

    principal: Principal
    head_: Head
    definition: Definition = DEFINITION
    seen: tuple[ScreenView, ...] = ()

    def head(self) -> Head:
        return self.head_

    def moment(self, grain: str | None = None, period: str | None = None) -> Moment | NotFound:
        known = next((kept for kept in STEPS if kept == (grain or "week")), None)
        if known is None:
            return NotFound(f"there is no grain {grain!r}", "week")
        kept = periods(known)
        at = len(kept) - 2 if period is None else next((i for i, p in enumerate(kept) if p.key == period), None)
        if at is None:
            return NotFound(f"there is no period {period!r}")
        return Moment(known, kept[at], at, kept, complete=at < len(kept) - 1)

    def place(self, unit: Unit) -> PlaceView | NotFound:
        if missing := self._missing(unit):
            return missing
        above = tuple((up, LABELS.get(up, up[1])) for up in TREE if unit in lines.below(up, TREE))
        beneath = tuple((below, LABELS.get(below, below[1])) for below in TREE.get(unit, ()))
        return PlaceView(unit, LABELS.get(unit, unit[1]), unit[0].capitalize(), above, beneath)

    def seek(self, words: str, limit: int) -> Sought:
        known = [unit for unit in (TOP, *lines.below(TOP, TREE)) if not self._missing(unit)]
        found = [unit for unit in known if words.lower() in LABELS.get(unit, unit[1]).lower()]
        views = (self.place(unit) for unit in found[:limit])
        return Sought(tuple(view for view in views if isinstance(view, PlaceView)), len(found))

    def thread(
        self, moment: Moment, unit: Unit | None = None, path: tuple[str, ...] = (), *, whole: bool = False
    ) -> ThreadView | NotFound:
        place = unit or TOP
        if missing := self._missing(place, *path):
            return missing
        along = path or GOLDEN
        stages = [self._stage(stage.id, moment, place) for stage in DEFINITION.journey]
        golden = self._gold(moment, place)
        root = self.figure("van_stock", moment, place)
        outcomes = tuple(self.figure(metric, moment, place) for metric in ("nps", "retention"))
        return ThreadView(
            moment, place, LABELS.get(place, place[1]),
            Story(outcomes[0], golden, root, self.figure("van_stock", moment, NORTH), CHANGE),
            tuple(stages),
            (Column(None, outcomes, (), along[0]), *self._columns(along, moment, place)),
            golden, along,
            moves=reasons.moves(outcomes[0], root, CHANGE), alarms=reasons.ALARMS,
            landing=reasons.ahead("nps", place).landing, needs=reasons.ahead("nps", place).needs,
            whole=self._whole(moment, place) if whole else None,
        )  # fmt: skip

    def _whole(self, moment: Moment, place: Unit) -> Whole:
        figures = tuple(self.figure(metric, moment, place) for metric in DEFINITION.metrics)
        return Whole(figures, tuple(self._strand(*ends) for ends in PULLS))

    def metric(self, metric: str, moment: Moment, unit: Unit | None = None) -> MetricView | NotFound:
        place = unit or TOP
        if missing := self._missing(place, metric):
            return missing
        links = [(self._strand(*ends), ends) for ends in PULLS]
        units = tuple(self.figure(metric, moment, below) for below in TREE.get(place, ()))
        return MetricView(
            figure=self.figure(metric, moment, place),
            rail=tuple(self.figure(m, moment, place) for m in GOLDEN[: GOLDEN.index(metric) + 1])
            if metric in GOLDEN else (self.figure(metric, moment, place),),
            feeds=tuple((s, self.figure(up, moment, place)) for s, (up, down) in links if down == metric),
            fed_by=tuple((s, self.figure(down, moment, place)) for s, (up, down) in links if up == metric),
            units=units, changes=(CHANGE,) if metric == "van_stock" else (), voices=(VOICE,),
            periods=moment.periods[: moment.position + 1],
            formula="counted over visits", source="visits",
            links=tuple(reasons.link(*ends, DEFINITION) for ends in PULLS if metric in ends),
            split=None if metric == "broken" or not moment.position
            else reasons.split(self.figure(metric, moment, place), units, moment.periods[moment.position - 1 :]),
            chart=None if metric == "broken" else reasons.chart(LEVELS[metric], moment.position + 1),
            effects=(reasons.EFFECT,) if metric == "van_stock" else (),
            landing=reasons.ahead(metric, place).landing, needs=reasons.ahead(metric, place).needs,
            exported=(reasons.EXPORTED,) if metric in ("handoffs", "nps") else (),
        )  # fmt: skip

    def statements(self, metric: str) -> tuple[Statement, ...] | NotFound:
        if not self.principal.statements:
            return NotFound("there is no page at this address")
        return self._missing(TOP, metric) or (STATEMENT,)

    def breakdown(self, metric: str, moment: Moment, unit: Unit | None, wanted: Wanted) -> Breakdown | NotFound:
        if missing := self._missing(unit or TOP, metric):
            return missing
        return lines.breakdown(wanted, unit or TOP, TREE, lambda below: self.figure(metric, moment, below))

    def measures(self, moment: Moment, unit: Unit | None = None) -> tuple[Figure, ...] | NotFound:
        return self._missing(unit or TOP) or tuple(
            self.figure(metric, moment, unit or TOP) for metric in DEFINITION.metrics
        )

    def unit(self, unit: Unit, moment: Moment) -> UnitView | NotFound:
        if missing := self._missing(unit):
            return missing
        above = [(up, LABELS.get(up, up[1])) for up in TREE if unit in lines.below(up, TREE)]
        beneath = tuple((below, LABELS.get(below, below[1])) for below in TREE.get(unit, ()))
        names = ("van_stock", "right_part", "first_visit_fix", "handoffs")
        return UnitView(
            unit, LABELS.get(unit, unit[1]), unit[0].capitalize(), unit[0] == "worker", tuple(above), beneath,
            tuple(self._sight(name, moment, unit) for name in names), (VOICE,),
            (reasons.EXPORTED,) if unit == NORTH else (), HANDED if unit == NORTH else None,
        )  # fmt: skip

    def why(self, metric: str, asked: Span, unit: Unit | None = None) -> Why | NotFound:
        place, moment = unit or TOP, self.moment(asked.grain, asked.until)
        if isinstance(moment, NotFound):
            return moment
        if missing := self._missing(place, metric):
            return missing
        figure = self.figure(metric, moment, place)
        units = tuple(self.figure(metric, moment, below) for below in TREE.get(place, ()))
        return reasons.split(figure, units, moment.periods[moment.position - 1 :])

    def ahead(self, metric: str, unit: Unit | None = None) -> Ahead | NotFound:
        return self._missing(unit or TOP, metric) or reasons.ahead(metric, unit or TOP)

    def evidence(self) -> tuple[LinkEvidence, ...]:
        return tuple(reasons.evidence(down, up) for up, down in PULLS)

    def lead(self, unit: Unit, moment: Moment) -> LeadView | NotFound:
        people = [(who, LABELS[who]) for who in TREE.get(unit, ()) if who[0] == "worker" and self.principal.people]
        worst = NORTH if unit == ("department", "field") else None
        raised = None if unit == ODD else (self._strand("right_part", "van_stock"), CHANGE, worst)
        return self._missing(unit) or lines.lead(unit, people, raised, lambda m, u: self.figure(m, moment, u))

    def display(self, display: str) -> DisplayView | NotFound:
        moment = self.moment()
        if display != "depot-north" or isinstance(moment, NotFound):
            return NotFound(f"there is no display {display!r}", "depot-north")
        figures = tuple(self.figure(name, moment, NORTH) for name in reversed(GOLDEN))
        outcomes = tuple(self.figure(m, moment, TOP) for m in ("nps", "retention"))
        scenes = walls.scenes(outcomes, figures, self._gold(moment, NORTH).strands, VOICE, CHANGE)
        return DisplayView("depot-north", "Depot North", NORTH, "Depot North", 55, 8, 20, scenes, moment)

    def screens(self) -> tuple[ScreenView, ...]:
        return () if self.principal.role == "wall" else self.seen

    def figure(self, metric: str, moment: Moment, unit: Unit) -> Figure:
        about, target = DEFINITION.metrics[metric], TARGETS.get(metric)
        series = tuple(self._value(metric, unit, at) for at in range(moment.position + 1))
        value = series[-1]
        gap = None
        if value is not None and target is not None:
            gap = float(gaps(np.array([value]), np.array([target]), about.direction)[0])
        withheld = unit == ("worker", "w-8")
        return Figure(
            metric=metric, label=DEFINITION.label(metric), unit=unit, unit_label=LABELS.get(unit, unit[1]),
            format=about.format, direction=about.direction, value=None if withheld else value, target=target,
            gap=None if withheld else gap,
            status="unknown" if withheld or not moment.complete
            else status(value, target, about.tolerance, about.direction),
            variation="worsening" if metric == "van_stock" else "steady", assurance="hit_or_miss",
            change=None if withheld or value is None or series[-2] is None else value - series[-2],
            numerator=None, denominator=None, count=0 if withheld else 240, complete=moment.complete,
            withheld=withheld, failed="the source calls could not be read" if metric == "broken" else None,
            series=(None,) * len(series) if withheld else series, targets=(target,) * len(series),
            owner=about.owner, stage=about.stage, outcome=about.outcome, words=about.words,
            description=about.description,
        )  # fmt: skip

    @staticmethod
    def _value(metric: str, unit: Unit, at: int) -> float | None:
        if metric == "broken":
            return None
        wave = math.sin(at * 1.7 + len(unit[1]) + len(metric)) * 0.02
        return LEVELS[metric] * (1 + wave - 0.002 * at)

    def _strand(self, up: str, down: str) -> Strand:
        links = {link.metric: link for link in DEFINITION.metrics[down].feeds}
        golden = (up, down) in pairwise(GOLDEN)
        size = PULLS[up, down]
        return Strand(
            parent=up,
            child=down,
            kind="influence",
            effect="raises",
            lag=None,
            why=links[up].why,
            pull=size,
            pull_kind="claimed" if size is None else "estimated",
            outcome_pull=CARRIED[down] if golden else None,
            gold=golden,
        )

    def _gold(self, moment: Moment, unit: Unit) -> Gold:
        strands = tuple(self._strand(*ends) for ends in pairwise(GOLDEN))
        return Gold(tuple(self.figure(metric, moment, unit) for metric in GOLDEN), strands, "estimated")

    def _columns(self, along: tuple[str, ...], moment: Moment, unit: Unit) -> list[Column]:
        columns = []
        for at, metric in enumerate(along):
            fed = [down for up, down in PULLS if up == metric]
            if fed:
                columns.append(
                    Column(
                        self.figure(metric, moment, unit),
                        tuple(self.figure(down, moment, unit) for down in fed),
                        tuple(self._strand(metric, down) for down in fed),
                        along[at + 1] if at + 1 < len(along) else None,
                    )
                )
        return columns

    def _stage(self, stage: str, moment: Moment, unit: Unit) -> StageView:
        about = next(found for found in DEFINITION.journey if found.id == stage)
        figures = tuple(self.figure(m, moment, unit) for m, d in DEFINITION.metrics.items() if d.stage == stage)
        truth = about.moment_of_truth
        return StageView(
            stage, about.label or stage, about.customer, about.owner, truth.label if truth else None,
            truth.weight if truth else 1.0, figures, figures[0] if figures else None,
            (VOICE,) if stage == VOICE.stage else (),
        )  # fmt: skip

    def _sight(self, metric: str, moment: Moment, unit: Unit) -> LineOfSight:
        way = tuple(reversed(GOLDEN[: GOLDEN.index(metric) + 1])) if metric in GOLDEN else (metric, "nps")
        figure = self.figure(metric, moment, unit)
        labels = tuple(DEFINITION.label(step) for step in way)
        said = figure.words.get("default") or figure.description
        return LineOfSight(figure, way, labels, said, reasons.ahead(metric, unit).landing)

    def _missing(self, unit: Unit, *metrics: str) -> NotFound | None:
        if unit not in TREE and not any(unit in below for below in TREE.values()):
            return NotFound(f"there is no unit {':'.join(unit)!r}", ":".join(NORTH))
        if unit[0] == "worker" and not self.principal.people:
            return NotFound(f"there is no unit {':'.join(unit)!r}")
        strange = next((metric for metric in metrics if metric not in DEFINITION.metrics), None)
        return NotFound(f"there is no metric {strange!r}", "nps") if strange else None


HEAD = Head(
    title="Northlight Broadband", promise="Connected when we said, and it stays that way.", locale="en_GB",
    currency="GBP", time_zone="Europe/London", fiscal_from=4, as_of=AS_OF,
    taken=datetime(2026, 11, 18, 6, 2, tzinfo=UTC),
    age=7_200.0,
    closed=False, stale=False, generation="g1", faults=(), notes=(), open_house=False, grains=("week", "day"),
    levels=DEFINITION.organisation.levels,
    dimensions=(("region", ("North & <East>", "South")),),
    pictures=(("20261118T060200000000Z", datetime(2026, 11, 18, 6, 2, tzinfo=UTC)),
              ("20261117T060200000000Z", datetime(2026, 11, 17, 6, 2, tzinfo=UTC))),
)  # fmt: skip
FAULT = Fault("there is no metric 'npz'; did you mean 'nps'?", ("metrics", "x"), Place("config/field.yaml", 20, 9))
TODAY = date(2026, 11, 18)


@dataclass
class SmallBoards:
    """Where the small boards come from; ``head`` is what a test makes of the house, ``None`` before any snapshot."""

    head: Head | None = HEAD
    asked: list[Principal] = field(default_factory=list)

    presence: Presence = field(default_factory=lambda: Presence(None, lambda: datetime.now(UTC)))
    screens: tuple[ScreenView, ...] = walls.SCREENS

    def for_(self, principal: Principal) -> SmallBoard | None:
        self.asked.append(principal)
        return None if self.head is None else SmallBoard(principal, self.head, seen=self.screens)

    def through(self, principal: Principal, lens: Lens) -> SmallBoard | NotFound | None:
        """The same figures through a lens; a value called busy is one that the warehouse has no time for."""
        if lens.only and lens.only.value == "busy":
            raise Busy
        if lens.only not in (None, Only("region", "North & <East>")):
            return NotFound("there is nothing of that name")
        return None if self.head is None else SmallBoard(principal, replace(self.head, lens=lens))

    def become(self, **changes: object) -> None:
        self.head = replace(self.head or HEAD, **changes)
