"""Signal and cause for the small company: charts, evidence, splits and verdicts as a board would answer them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scorecard.analysis.effect import Effect, Size
from scorecard.analysis.estimate import Estimate, Shortage
from scorecard.analysis.evidence import LinkEvidence, Reason
from scorecard.causes import End, Estimated, Line, Noise, Split, Step, Why
from scorecard.definition import Change, Definition
from scorecard.org import Unit
from scorecard.outlook import Exported, LeafNeed, Needs, WillLand
from scorecard.outlook.written import Ahead
from scorecard.time import Period
from scorecard.verdicts import ChangeEffect
from scorecard.view import Alarms, Because, ChartView, Figure, InHand, LinkView, Moved, SignalName

ALARMS = Alarms(signals=5, expected=1.87, charts=33)
WORKED = Effect("worked", (), Size(0.096, 0.072, 0.12, 0.001), p_value=0.01, placebos=99)
EFFECT = ChangeEffect("count-first", "van_stock", True, ("team:Depot North",), "2026-10-26", WORKED)
LANDING = WillLand(
    "nps", ("enterprise", "all"), "quarter", datetime(2027, 1, 1), "week", 6, 35.9, 45.0, 0.34, 55.3, 33.7, 26
)  # fmt: skip
NEEDS = Needs("nps", 33.9, 45.0, 41.2, (
    LeafNeed("right_part", 40.0, True, 0.872, 1.15, 0.82, 0.92, "different_process"),
    LeafNeed("van_stock", 5.2, True, 0.79, 2.9, 0.74, 0.84, "different_process"),
))  # fmt: skip
EXPORTED = Exported(
    ("team", "Depot North"), "Depot North", "handoffs", "nps", -0.4, -6.2, "week", 13, 40, 0.0004, 0.021
)  # fmt: skip
ESTIMATE = Estimate(0.48, 0.45, 0.52, 0.0001, 2, 163, 104, 12_512, "panel")


def evidence(child: str, parent: str) -> LinkEvidence:
    """Borne out where the figure is there; of ``broken`` nobody can tell."""
    if child == "broken":
        lacking = Shortage("too_little_data", units=4)
        return LinkEvidence(child, parent, "claimed", None, None, None, None, False, lacking, ("too_little_data",))
    reasons: tuple[Reason, ...] = ("significant", "holds_in_both_halves")
    return LinkEvidence(child, parent, "replicated", ESTIMATE, 0.0004, "worker", None, False, None, reasons)


def link(parent: str, child: str, definition: Definition) -> LinkView:
    ends = definition.metrics[child], definition.metrics[parent]
    return LinkView(
        child, definition.label(child), ends[0].format, parent, definition.label(parent), ends[1].format,
        "influence", "raises", None, "week", evidence(child, parent),
    )  # fmt: skip


def chart(level: float, count: int) -> ChartView:
    """Limits of four percent around a level, with a shift in the first seven periods and a point outside at last."""
    return ChartView(
        "nhs", (level,) * count, (0.96 * level,) * count, (1.04 * level,) * count, _signals(count),
        ((1,) * 7 + (0,) * (count - 8) + (-1,))[-count:], (0,) * count, trial=True, none=False, autocorrelation=0.7,
        autocorrelated=True,
    )  # fmt: skip


def _signals(count: int) -> tuple[SignalName | None, ...]:
    shift: SignalName = "shift"
    return (*[shift] * 7, *[None] * (count - 8), "outside")[-count:]


def split(figure: Figure, units: Sequence[Figure], ends: Sequence[Period]) -> Why | None:
    """A change of -0.05 of a figure: two exact parts over units, and a driver estimated at -0.02."""
    if figure.value is None:
        return None
    before, after = (
        End(period, value, None, None, 240, complete=True)
        for period, value in zip(ends[:2], (figure.value + 0.05, figure.value), strict=True)
    )
    parts = tuple(
        Line(":".join(unit.unit), unit.unit_label, "rate", amount, amount / -0.05, unit.unit)
        for unit, amount in zip(units, (-0.07, 0.02), strict=False)
    )
    over = Split("organisation", "rate_and_mix", parts, 0.0) if len(parts) > 1 else None
    drivers = Split("drivers", "lmdi", (), None, "undefined_between", ("Right part",))
    driver = Estimated("right_part", "Right part on the van", -0.1, "percent", -0.02, -0.03, -0.01, "associated", 2)
    return Why(
        figure.metric, figure.label, figure.format, figure.unit, figure.unit_label, "week", before, after, over,
        drivers, (), (driver,), Noise("outside", -1, trial=False),
    )  # fmt: skip


def moves(outcome: Figure, root: Figure, change: Change) -> tuple[Moved | Because | InHand, ...]:
    steps = (
        Step("department:field", "Field service", -0.9),
        Step("team:Depot North", "Depot North", -0.7),
    )
    return (
        Moved(outcome, -1.2, "outside"),
        Because(outcome, -1.2, steps),
        InHand(root, "Field service", change, EFFECT),
    )


def ahead(metric: str, unit: Unit) -> Ahead:
    """What lies ahead of the net promoter score of the whole company; silence of the others."""
    return Ahead(LANDING, NEEDS) if metric == "nps" and unit == LANDING.unit else Ahead()
