"""What a board answers: frozen values that screens draw without computing or judging anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scorecard.analysis.evidence import LinkEvidence
from scorecard.analysis.rulesets import RuleSet
from scorecard.causes import Beneath, Step, Why
from scorecard.definition import Change, Direction, Effect, Format, Grain
from scorecard.head import Moment
from scorecard.judge import Assurance, Status, Target, Variation
from scorecard.org import Unit
from scorecard.outlook import Exported, Needs, WillLand
from scorecard.time import Period
from scorecard.verdicts import ChangeEffect

SignalName = Literal["outside", "shift", "trend", "near_limit"]
PullKind = Literal["attributed", "estimated", "claimed"]
"""How a pull is known: split exactly, estimated with evidence, or only claimed by the definition."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric of one unit at one moment, judged: everything a card shows."""

    metric: str
    label: str
    unit: Unit
    unit_label: str
    format: Format
    direction: Direction
    owner: str | None
    stage: str | None
    outcome: bool
    words: Mapping[str, str]
    description: str | None
    complete: bool
    failed: str | None = None
    """Why there is no figure at all (a failed source), in plain words."""
    apart: bool = False
    """Whether that is only so for the rows asked about: its source does not know the dimension they are chosen by."""
    value: float | None = None
    target: Target = None
    gap: float | None = None
    """Distance to the target in the measure's own units; negative is a shortfall."""
    status: Status = "unknown"
    variation: Variation = "unknown"
    assurance: Assurance = "unknown"
    change: float | None = None
    """Value now less value one period before."""
    numerator: float | None = None
    denominator: float | None = None
    count: int = 0
    withheld: bool = False
    """About fewer people or answers than may be shown."""
    interval: tuple[float, float] | None = None
    """Of a figure from a sample of answers: its 95 % interval."""
    series: tuple[float | None, ...] = ()
    """The value at each of the moment's periods, up to and including it."""
    targets: tuple[Target, ...] = ()
    worst: str | None = None
    """Of an index: the part that attains least of its target, or has no figure; ``None`` where all attain theirs."""
    worst_label: str | None = None
    """What people call that part."""


@dataclass(frozen=True, slots=True)
class Strand:
    """A link of the thread as drawn: ``child`` feeds ``parent``, with how hard it pulls."""

    parent: str
    child: str
    kind: Literal["identity", "influence", "guardrail"]
    effect: Effect | None
    lag: str | None
    why: str | None
    pull: float | None
    """What the child's distance to its target does to the parent, in the parent's own units; negative hurts.
    ``None`` where the link is only claimed: nobody has measured how much."""
    pull_kind: PullKind
    outcome_pull: float | None
    """The same, carried up the golden strand to its outcome, in the outcome's units; ``None`` off the strand."""
    gold: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the drill-down: what feeds ``of``, hardest pull first; the outcomes where ``of`` is None."""

    of: Figure | None
    figures: tuple[Figure, ...]
    strands: tuple[Strand, ...]
    selected: str | None


@dataclass(frozen=True, slots=True)
class Gold:
    """The golden strand: the path that pulls the chosen outcome most, from the outcome down."""

    figures: tuple[Figure, ...]
    strands: tuple[Strand, ...]
    pull_kind: PullKind
    """The weakest of its strands' kinds: what the path as a whole may be called."""


@dataclass(frozen=True, slots=True)
class Story:
    """The page's first line, as facts: which promise is short, where the pull starts, who has it in hand."""

    outcome: Figure | None
    gold: Gold | None
    root: Figure | None
    """The figure at the lower end of the gold strand."""
    worst_unit: Figure | None
    """The same metric at the unit, one level further down, where it falls shortest."""
    change: Change | None
    """A change under way on the root's metric or its unit."""


@dataclass(frozen=True, slots=True)
class StageView:
    """A step of the journey with its measures."""

    id: str
    label: str
    customer: str | None
    owner: str | None
    moment_of_truth: str | None
    weight: float
    figures: tuple[Figure, ...]
    worst: Figure | None
    voices: tuple[VoiceView, ...] = ()
    """The newest words of customers about this step."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved: an outcome between the newest two periods, and whether that stands out from chance."""

    figure: Figure
    change: float
    signal: SignalName | None
    """The rule that calls the newest point a signal; ``None`` where chance does as much."""


@dataclass(frozen=True, slots=True)
class Because:
    """Why: the way down to where most of the change came from, and the drivers beneath; in the outcome's units."""

    figure: Figure
    change: float
    steps: tuple[Step, ...]
    """Exact."""
    beneath: tuple[Beneath, ...] = ()
    """Estimated."""


@dataclass(frozen=True, slots=True)
class InHand:
    """Who has it in hand: the department that owns the strand's root, and a change under way with its verdict."""

    root: Figure
    owner: str | None
    """The department answerable for it, by the name people read."""
    change: Change | None
    effect: ChangeEffect | None


@dataclass(frozen=True, slots=True)
class Alarms:
    """A board's false-alarm budget: "5 signals; about 1.9 expected by chance"."""

    signals: int
    expected: float
    charts: int
    """How many metrics have limits here at all."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole map of a unit: every measure it has, the hardest pull on what it feeds first, and every link."""

    figures: tuple[Figure, ...]
    strands: tuple[Strand, ...]


@dataclass(frozen=True, slots=True)
class ThreadView:
    """The executive's page: the story, the journey above, the columns of the drill-down, the golden strand."""

    moment: Moment
    unit: Unit
    unit_label: str
    story: Story
    stages: tuple[StageView, ...]
    columns: tuple[Column, ...]
    """Outcomes first; each next one is what feeds the selected figure on its left."""
    gold: Gold | None
    path: tuple[str, ...]
    """The metrics selected from left to right; the golden path where nothing was asked."""
    moves: tuple[Moved | Because | InHand, ...] = ()
    """The page's first sentences as facts, three at most: what moved, why, who has it in hand."""
    alarms: Alarms | None = None
    """Signals on the figures of this unit, beside what chance alone would raise."""
    landing: WillLand | None = None
    """Whether the story's outcome will land on its target; silent unless its process is stable."""
    needs: Needs | None = None
    """What the leaves would have to do for the story's outcome to reach its target."""
    whole: Whole | None = None
    """Every measure and link, where the whole map was asked for."""


@dataclass(frozen=True, slots=True)
class VoiceView:
    """What a customer said; names, numbers and addresses are masked."""

    text: str
    score: float | None
    channel: str | None
    stage: str | None
    said: datetime
    themes: tuple[str, ...]
    stage_label: str | None = None
    """The stage's name, as people read it."""


@dataclass(frozen=True, slots=True)
class LineOfSight:
    """How one measure of a unit reaches the customer: the path of metrics from it to an outcome."""

    figure: Figure
    path: tuple[str, ...]
    labels: tuple[str, ...]
    sentence: str | None
    """The definition's own words for it, of the unit's department where there are some."""
    landing: WillLand | None = None


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A unit at the other end of hand-offs, and how many there were."""

    unit: Unit
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class HandOffsView:
    """The hand-offs of a unit in a period, the most frequent first."""

    came: tuple[HandedOn, ...]
    came_besides: int
    """How many units are not named: beyond the first few, or with fewer hand-offs than may be told."""
    went: tuple[HandedOn, ...]
    went_besides: int


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit: where it stands, its measures, what is beneath it."""

    unit: Unit
    label: str
    level_label: str
    person: bool
    above: tuple[tuple[Unit, str], ...]
    beneath: tuple[tuple[Unit, str], ...]
    measures: tuple[LineOfSight, ...]
    """Worst pull first."""
    voices: tuple[VoiceView, ...]
    exported: tuple[Exported, ...] = ()
    """What this unit, or one beneath it, passed on."""
    handoffs: HandOffsView | None = None
    """From whom its cases came and to whom they went; in the newest complete period of the calendar's grain only."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link into or out of a metric, with the evidence for it."""

    child: str
    child_label: str
    child_format: Format
    parent: str
    parent_label: str
    parent_format: Format
    kind: Literal["identity", "influence", "guardrail"]
    effect: Effect | None
    """What the definition claims."""
    lag: str | None
    """What the definition claims."""
    grain: Grain
    """The grain of the evidence: its lags and periods are counted in it."""
    evidence: LinkEvidence | None
    """Grade, slope with interval, lag, units, periods, p, q, reasons, what is missing; none for other kinds."""


@dataclass(frozen=True, slots=True)
class ChartView:
    """A process chart of one series: one value a period, up to and including the moment."""

    rules: RuleSet
    centre: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    signals: tuple[SignalName | None, ...]
    """The rule that calls a period's point a signal."""
    sides: tuple[int, ...]
    """Of a signal: +1 above (of a trend: rising), -1 below; 0 without one."""
    stretches: tuple[int, ...]
    """Which stretch each period belongs to: limits begin anew with each."""
    trial: bool
    """The limits of the newest stretch rest on fewer than twelve points."""
    none: bool
    """The newest stretch has too few points for limits."""
    autocorrelation: float | None
    autocorrelated: bool
    """Neighbouring points are so alike that limits are too narrow and signals too many."""


@dataclass(frozen=True, slots=True)
class MetricView:
    """A metric's own page: figure, thread above, what feeds it and what it feeds, its units."""

    figure: Figure
    rail: tuple[Figure, ...]
    """From the outcome down to this metric."""
    feeds: tuple[tuple[Strand, Figure], ...]
    fed_by: tuple[tuple[Strand, Figure], ...]
    units: tuple[Figure, ...]
    """The same metric one level down, within this unit, worst first (people by name): the first page of its table."""
    changes: tuple[Change, ...]
    voices: tuple[VoiceView, ...]
    periods: tuple[Period, ...]
    formula: str
    """How it is computed, in plain words."""
    source: str | None
    links: tuple[LinkView, ...] = ()
    """What it feeds, then what feeds it, with the evidence."""
    split: Why | None = None
    """Why it moved from the period before to this one: the waterfall's parts, the way down, the estimates."""
    chart: ChartView | None = None
    effects: tuple[ChangeEffect, ...] = ()
    """What each recorded change did to this metric; its change is the one of that id."""
    landing: WillLand | None = None
    """Whether it will land on its target; silent unless the process is stable."""
    needs: Needs | None = None
    """Of an outcome of the whole company: what the leaves would have to do for it to reach its target."""
    exported: tuple[Exported, ...] = ()
    """Units within this one whose measure got better while what it feeds got worse, or the other way round."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """There is no such thing (or the asker may not know of it); ``near`` is what may have been meant."""

    what: str
    near: str | None = None
