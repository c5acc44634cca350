"""What is true in the demo company: the planted causes, the planted look-alikes and the dated events.

The generator draws every effect from this module and from nowhere else, so the data cannot drift from it. The
product never reads it: the YAML claims the true and the false links alike, without strengths. `TRUTH.md` tells the
same in prose.

A strength is the change in one row of the effect per unit of the cause, everything else equal: a share for a yes/no,
answer points (0-10) for `nps`, answer points (1-7) for `customer_effort`, log hours for `restore_hours`, pounds for
`lifetime_value`. `restore_hours` as a cause counts hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Grip = Literal["row", "case", "worker", "team"]
"""What ties cause to effect: the same row or working day, another row of the same case, a worker's or a team's week."""


@dataclass(frozen=True, slots=True)
class Link:
    """A cause that really works. `lag` is in weeks between the two metrics' own times.

    `panel` says whether the two metrics are measured in the same teams, so that a team-by-week panel can see the link;
    where they are not, it shows between rows that share a case.
    """

    cause: str
    effect: str
    strength: float
    lag: int
    grip: Grip
    panel: bool = True

    @property
    def sign(self) -> int:
        """+1 where more of the cause raises the effect, -1 where it lowers it."""
        return 1 if self.strength > 0 else -1


@dataclass(frozen=True, slots=True)
class NonLink:
    """A link that the company believes in and that does not exist; `looks_real` says why it seems to."""

    cause: str
    effect: str
    looks_real: str


@dataclass(frozen=True, slots=True)
class Change:
    """A dated change of process: what it moved (`size`, reached after `ramp` weeks) and what it was meant to move."""

    id: str
    start: date
    department: str
    moves: str
    size: float
    ramp: int
    aimed_at: str
    worked: bool
    adoption: Mapping[str, float] = field(default_factory=dict)
    """The share of the effect that arrives in a team; 1 where the team is not named."""


@dataclass(frozen=True, slots=True)
class TeamMove:
    """A whole team that changes department; its work stays the same."""

    team: str
    start: date
    origin: str
    destination: str


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """Teams that become others on one day: former team -> the teams its people go to, in turn."""

    start: date
    successors: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Root:
    """Where the strand that pulls an outcome most begins; `gap` is the team's standing shortfall in the measure,
    `leadership` how well it is led (0 is usual, 1 a standard deviation better)."""

    measure: str
    department: str
    team: str
    gap: float
    leadership: float
    path: tuple[str, ...]


LINKS: tuple[Link, ...] = (
    # field installation
    Link("van_stock_counted", "right_part_on_van", 0.40, 0, "row"),
    Link("right_part_on_van", "first_visit_fix", 0.50, 0, "row"),
    Link("first_visit_fix", "repeat_faults", -1.00, 1, "case"),
    Link("first_visit_fix", "connected_on_time", 0.30, 0, "row"),
    Link("on_time_arrival", "connected_on_time", 0.30, 0, "row"),
    Link("first_visit_fix", "nps", 3.00, 2, "case"),
    Link("on_time_arrival", "nps", 2.20, 2, "case"),
    Link("connected_on_time", "nps", 1.80, 2, "case"),
    Link("first_visit_fix", "customer_effort", -1.30, 2, "case"),
    Link("first_visit_fix", "retention_12m", 0.09, 26, "case", panel=False),
    # sales
    Link("needs_asked", "plan_fits", 0.28, 4, "row"),
    Link("needs_asked", "nps", 1.50, 0, "row"),
    Link("promise_checked", "connected_on_time", 0.14, 1, "case", panel=False),
    Link("plan_fits", "retention_12m", 0.14, 48, "case", panel=False),
    # warehouse
    Link("pick_accuracy", "connected_on_time", 0.35, 1, "case", panel=False),
    Link("same_day_dispatch", "connected_on_time", 0.12, 1, "case", panel=False),
    # network maintenance
    Link("line_tested_first", "fault_located", 0.40, 0, "row"),
    Link("fault_located", "first_visit_fix", 0.16, 0, "case", panel=False),
    Link("spares_checked", "restore_hours", -0.90, 1, "team"),
    Link("restore_hours", "nps", -0.45, 1, "case"),
    Link("work_announced", "work_complaints", -0.60, 0, "row"),
    Link("work_complaints", "customer_effort", 1.40, 1, "case"),
    Link("work_complaints", "nps", -1.80, 1, "case"),
    # contact centre
    Link("case_notes_read", "first_contact_fix", 0.22, 0, "row"),
    Link("coaching_held", "first_contact_fix", 0.10, 4, "worker"),
    Link("transfers", "first_contact_fix", -0.25, 0, "row"),
    Link("first_contact_fix", "nps", 3.00, 1, "case"),
    Link("first_contact_fix", "customer_effort", -1.50, 1, "case"),
    Link("answered_in_60s", "customer_effort", -1.20, 1, "case"),
    Link("transfers", "customer_effort", 0.90, 1, "case"),
    # billing and collections
    Link("bill_checked", "bill_right_first_time", 0.24, 0, "row"),
    Link("bill_right_first_time", "paid_on_time", 0.30, 2, "row"),
    Link("bill_right_first_time", "nps", 4.00, 2, "case"),
    Link("bill_right_first_time", "customer_effort", -2.00, 2, "case"),
    Link("bill_right_first_time", "retention_12m", 0.10, 46, "case", panel=False),
    Link("paid_on_time", "lifetime_value", 110.0, 44, "case", panel=False),
    Link("budget_asked", "arrangement_kept", 0.28, 4, "row"),
    # digital
    Link("tested_with_customers", "page_errors", -0.10, 1, "team"),
    Link("page_errors", "self_service_done", -0.45, 0, "row"),
    Link("self_service_done", "customer_effort", -3.00, 0, "row"),
    Link("self_service_done", "nps", 2.50, 0, "row"),
    # retention
    Link("renewal_call_made", "retention_12m", 0.13, 0, "row"),
    Link("offer_fits", "save_rate", 0.30, 0, "row"),
    Link("save_rate", "nps", 3.00, 1, "case"),
    Link("save_rate", "retention_12m", 0.80, 2, "case"),
    Link("retention_12m", "lifetime_value", 620.0, 0, "row"),
)

NON_LINKS: tuple[NonLink, ...] = (
    NonLink("job_notes_complete", "first_visit_fix", "well-led depots do both"),
    NonLink(
        "jobs_per_day", "first_visit_fix", "visits in vain bring second ones, so the depots that fix least look busiest"
    ),
    NonLink(
        "handle_time", "nps", "winter lengthens calls and sours moods; well-led teams are quicker and better liked"
    ),
    NonLink(
        "greeting_used",
        "first_contact_fix",
        "well-led teams greet by the book and solve more; both measures are the talk of summer 2026",
    ),
    NonLink("discount_given", "save_rate", "the better-led teams have the larger purse"),
    NonLink("toolbox_talks", "restore_hours", "well-led crews talk more and repair faster"),
    NonLink("orders_taken", "plan_fits", "the strongest sales teams sell more and better"),
    NonLink("arrangement_kept", "retention_12m", "nothing in the data ties the two; it stays a claim"),
    NonLink("returns_scanned", "pick_accuracy", "tidy shifts do both"),
)

CHANGES: tuple[Change, ...] = (
    Change(
        id="count-before-first-job",
        start=date(2026, 3, 2),
        department="field",
        moves="van_stock_counted",
        size=0.11,
        ramp=6,
        aimed_at="van_stock_counted",
        worked=True,
        adoption={"Depot North": 0.3},
    ),
    Change(
        id="scripted-greeting",
        start=date(2026, 5, 11),
        department="contact",
        moves="greeting_used",
        size=0.50,
        ramp=3,
        aimed_at="first_contact_fix",
        worked=False,
    ),
)

TEAM_MOVE = TeamMove("Line Test Desk", date(2025, 9, 1), "contact", "network")

REORGANISATION = Reorganisation(
    date(2026, 4, 6),
    {
        "Shop Riverside": ("City Shops",),
        "Shop Station": ("City Shops",),
        "Chat Day": ("Chat Morning", "Chat Afternoon"),
    },
)

ROOT = Root(
    measure="van_stock_counted",
    department="field",
    team="Depot North",
    gap=-0.26,
    leadership=-1.0,
    path=("van_stock_counted", "right_part_on_van", "first_visit_fix", "nps"),
)

_STRENGTH = {(link.cause, link.effect): link.strength for link in LINKS}
_LAG = {(link.cause, link.effect): link.lag for link in LINKS}


def strength(cause: str, effect: str) -> float:
    """The planted strength of a link. Raises KeyError where none was planted."""
    return _STRENGTH[cause, effect]


def lag(cause: str, effect: str) -> int:
    """The planted lag in weeks. Raises KeyError where none was planted."""
    return _LAG[cause, effect]
