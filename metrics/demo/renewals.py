"""Retention: each customer's anniversary, the call before it, the call to leave, and what staying was worth.

Whether a customer renews follows from what happened to that customer: the last repair, the order and its first bill.
"""

from dataclasses import dataclass, fields

import numpy as np

from metrics.demo import span, tables
from metrics.demo.billing import Bills
from metrics.demo.customers import FOUNDERS, Founders, latest_before
from metrics.demo.draws import Bools, Floats, Ints, happens
from metrics.demo.habits import effect
from metrics.demo.orders import PRICES, Orders
from metrics.demo.repairs import Repairs
from metrics.demo.tables import Table
from metrics.demo.visits import Visits
from metrics.demo.world import World

YEAR = span.DAYS_A_YEAR * span.DAY
CALL_BEFORE = 14 * span.DAY
WANTS_TO_LEAVE = 0.18
CALLERS_STAY = 0.42
"""How likely a caller stays when `save_rate` stands at its usual level."""
USUAL_VALUE = 1180.0
VALUE_SPREAD = 190.0
REASONS = ("price", "speed", "faults", "service", "moving away")


@dataclass(frozen=True, slots=True)
class Renewals:
    """Anniversaries, one entry each. `adviser` looks after the customer, `caller` of that team takes a call to leave.
    `case` is the customer's latest order or repair in the year before, -1 for none."""

    customer: Ints
    due: Ints
    adviser: Ints
    caller: Ints
    case: Ints
    call_made: Bools
    wants_to_leave: Bools
    offer_fits: Bools
    discount: Floats
    saved: Bools
    kept: Bools
    value: Floats

    @property
    def called(self) -> Ints:
        """When those who want to leave call."""
        return self.due - CALL_BEFORE


@dataclass(frozen=True, slots=True)
class History:
    """What came before each anniversary: the case, and what it adds to staying and to the customer's value."""

    case: Ints
    staying: Floats
    value: Floats


def founders_history(repairs: Repairs, fixed: Bools, customer: Ints, due: Ints) -> History:
    """Founders remember their last repair: whether the first visit fixed it. `fixed` has one entry a repair."""
    place, known = latest_before(customer, due, repairs.customer, repairs.visit_day)
    moved = effect("first_visit_fix", "retention_12m", fixed[place])
    return History(np.where(known, repairs.id[place], -1), np.where(known, moved, 0.0), np.zeros(len(due)))


def newcomers_history(orders: Orders, bills: Bills, order: Ints) -> History:
    """Newcomers remember their order: whether the plan fitted, and the first bill. `order` holds positions."""
    bill = np.full(len(orders.id), -1)
    first = np.flatnonzero(bills.order >= 0)
    bill[bills.order[first] - orders.id[0]] = first
    own = bill[order]
    staying = effect("plan_fits", "retention_12m", orders.plan_fits[order]) + np.where(
        own >= 0, effect("bill_right_first_time", "retention_12m", bills.right[own]), 0.0
    )
    value = np.where(own >= 0, effect("paid_on_time", "lifetime_value", bills.paid[own]), 0.0)
    return History(orders.id[order], staying, value)


def first_fix(repairs: Repairs, visits: Visits, installs: int) -> Bools:
    """Whether each repair's first visit fixed it; repairs follow the installations among the jobs."""
    first = (visits.number == 1) & (visits.job >= installs)
    fixed = np.zeros(len(repairs.id), dtype=np.bool_)
    fixed[visits.job[first] - installs] = visits.fixed[first]
    return fixed


def renew(world: World, customer: Ints, due: Ints, history: History, which: str) -> Renewals:
    """What becomes of each anniversary."""
    rng = world.stream(f"renewals {which}")
    size, week = len(due), span.week_of(due)
    roster = world.roster("keeping")
    adviser = roster.draw(rng, week)
    earlier = span.week_of(due - CALL_BEFORE)
    caller = roster.draw_from_team(rng, world.organisation.team_at[adviser, week], earlier)
    call_made = happens(rng, world.habits["renewal_call_made"][adviser, week])
    wants = rng.random(size) < WANTS_TO_LEAVE
    fits = happens(rng, world.habits["offer_fits"][caller, earlier])
    saved = happens(rng, world.habits["save_rate"][caller, earlier] + effect("offer_fits", "save_rate", fits))
    moved = effect("renewal_call_made", "retention_12m", call_made) + history.staying
    silent = world.habits["retention_12m"][adviser, week] + moved
    asked = CALLERS_STAY + effect("save_rate", "retention_12m", saved) + moved
    kept = happens(rng, np.where(wants, asked, silent))
    value = (
        USUAL_VALUE
        + effect("retention_12m", "lifetime_value", kept)
        + history.value
        + VALUE_SPREAD * rng.standard_normal(size)
        + 6.0 * (PRICES[customer % len(PRICES)] - PRICES.mean())
    )
    given = world.habits["discount_given"][caller, earlier] + 0.04 * rng.standard_normal(size)
    return Renewals(
        customer=customer,
        due=due,
        adviser=adviser,
        caller=caller,
        case=history.case,
        call_made=call_made,
        wants_to_leave=wants,
        offer_fits=fits,
        discount=np.clip(np.round(given, 3), 0.0, 0.4),
        saved=saved,
        kept=kept,
        value=np.round(np.maximum(value, 60.0), 2),
    )


def live(world: World, everyone: Founders, repairs: Repairs, fixed: Bools) -> tuple[Renewals, Founders, Repairs]:
    """The founders' anniversaries year by year, the founders with when they left, and the repairs as they then were.

    A fault after a customer has left is somebody else's: the work is the same, the name on it is not.
    """
    made: list[Renewals] = []
    customer, due = np.arange(FOUNDERS), everyone.anniversary
    for year in ("first", "second", "third"):
        history = founders_history(repairs, fixed, customer, due)
        made.append(renew(world, customer, due, history, f"of the {year} year"))
        everyone = everyone.without(customer[~made[-1].kept], due[~made[-1].kept])
        stand_in = everyone.instead_of_gone(
            world.stream(f"leavers of the {year} year"), repairs.customer, repairs.reported
        )
        repairs = repairs.of_customers(stand_in)
        stayed = made[-1].kept & (due + YEAR < span.LENGTH + CALL_BEFORE)
        customer, due = customer[stayed], due[stayed] + YEAR
    return joined(made), everyone, repairs


def of_newcomers(world: World, orders: Orders, bills: Bills, connected_at: Ints) -> Renewals:
    """The first anniversaries of those who were connected a year ago."""
    order = np.flatnonzero((connected_at >= 0) & (connected_at + YEAR < span.LENGTH + CALL_BEFORE))
    history = newcomers_history(orders, bills, order)
    return renew(world, orders.customer[order], connected_at[order] + YEAR, history, "of newcomers")


def joined(parts: list[Renewals]) -> Renewals:
    """Several lots of anniversaries as one."""
    return Renewals(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Renewals)))


def tables_of(world: World, renewals: Renewals) -> list[Table]:
    """`renewals` and `leaving_calls`."""
    rng = world.stream("renewals written")
    size = len(renewals.due)
    anniversaries = tables.table(
        "renewals",
        {
            "renewal_id": tables.numbers(9_000_001 + np.arange(size)),
            "order_id": tables.orders(renewals.case),
            "customer_id": tables.customers(renewals.customer),
            "adviser_id": tables.workers(world, renewals.adviser, tables.forgotten(rng, size)),
            "anniversary_at": tables.moments(renewals.due),
            "called_before": tables.numbers(renewals.call_made),
            "kept": tables.numbers(renewals.kept),
            "lifetime_value": tables.numbers(renewals.value),
        },
        renewals.due,
    )
    leaving = np.flatnonzero(renewals.wants_to_leave)
    why = np.where(tables.some(rng, len(leaving), 0.06), -1, rng.integers(0, len(REASONS), len(leaving)))
    calls = tables.table(
        "leaving_calls",
        {
            "call_id": tables.numbers(1 + np.arange(len(leaving))),
            "order_id": tables.orders(renewals.case[leaving]),
            "customer_id": tables.customers(renewals.customer[leaving]),
            "adviser_id": tables.workers(world, renewals.caller[leaving]),
            "called_at": tables.moments(renewals.called[leaving]),
            "reason": tables.words(why, REASONS),
            "offer_fits_usage": tables.numbers(renewals.offer_fits[leaving]),
            "discount": tables.numbers(renewals.discount[leaving]),
            "stayed": tables.numbers(renewals.saved[leaving]),
        },
        np.where(renewals.called[leaving] < 0, span.LENGTH, renewals.called[leaving]),
    )
    return [anniversaries, calls]
