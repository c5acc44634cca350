"""What ``/api/v1/why`` and ``/api/v1/evidence`` hold, key by key: checked on the way out, told in the API's document.

The values are those of ``golden-thread why`` and ``golden-thread evidence``; ``docs/explanation/attribution.md`` and
``docs/explanation/evidence.md`` say what each key means.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scorecard.analysis.attribution import Method
from scorecard.analysis.estimate import Method as Ways
from scorecard.analysis.evidence import Grade
from scorecard.analysis.mix import Reversal
from scorecard.causes.answer import Along, LineKind, Stopped
from scorecard.definition import Grain
from scorecard.definition.metric import Effect
from scorecard.outlook.answer import Needs


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WhyEnd(_Shape):
    """One end of a change."""

    period: str | None
    target: bool
    value: float | None
    numerator: float | None
    denominator: float | None
    count: int
    complete: bool


class WhyPart(_Shape):
    """An exact part, in the metric's own units."""

    key: str
    label: str
    kind: LineKind
    amount: float
    share: float | None


class WhyEstimate(_Shape):
    """What a driver's own change goes with, by the evidence."""

    key: str
    label: str
    kind: Literal["estimated"]
    amount: float
    low: float
    high: float
    moved: float
    lag: int
    grade: Grade


class WhyStep(_Shape):
    """A step on the way down; exact."""

    key: str
    label: str
    amount: float


class WhyBeneath(_Shape):
    """A driver beneath the lowest step; an estimate."""

    key: str
    label: str
    unit: str
    unit_label: str
    amount: float


class WhyLanding(_Shape):
    """The chance of standing at the target at the end of the span."""

    metric: str
    unit: str
    span: Grain
    until: str
    grain: Grain
    left: int
    so_far: float | None
    target: float
    chance: float
    needed: float | None
    usual: float
    points: int


class WhyData(_Shape):
    """Why a metric moved, or is off its target."""

    metric: str
    label: str
    unit: str
    unit_label: str
    grain: Grain | None
    from_: WhyEnd = Field(alias="from")
    to: WhyEnd
    change: float | None
    along: Along | None
    method: Method | None
    parts: tuple[WhyPart, ...]
    residual: float | None
    stopped: Stopped | None
    reversal: Reversal | None
    drivers: tuple[WhyPart | WhyEstimate, ...]
    unexplained: float | None
    descent: tuple[WhyStep, ...]
    beneath: tuple[WhyBeneath, ...]
    signal: Literal["outside", "shift", "trend", "near_limit", "none"] | None
    sentences: tuple[str, ...]
    landing: WhyLanding | None
    needs: Needs | None


class LinkEffect(_Shape):
    """How far the parent moves with one unit of the child, and what that rests on."""

    slope: float
    low: float
    high: float
    lag: int
    units: int
    periods: int
    observations: int
    p: float
    method: Ways


class LinkData(_Shape):
    """How far the data bear out one link."""

    child: str
    parent: str
    claimed: Effect | None
    claimed_lag: str | None
    grain: Grain
    grade: Grade
    effect: LinkEffect | None
    q: float | None
    level: str | None
    case: LinkEffect | None
    conflict: bool
    reach: float
    reasons: tuple[str, ...]
    missing: str | None
