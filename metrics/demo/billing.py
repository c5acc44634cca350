"""Billing and collections: the bills that a person prepares, whether right and paid, and payment arrangements."""

from dataclasses import dataclass

import numpy as np

from metrics.demo import span, tables
from metrics.demo.customers import Founders
from metrics.demo.draws import Bools, Floats, Ints, arrivals, clock, happens
from metrics.demo.habits import TYPICAL, effect
from metrics.demo.orders import PRICES, Orders
from metrics.demo.tables import Table
from metrics.demo.world import World

CHANGED_A_WEEK = 720
ARREARS_A_WEEK = 200
KINDS = ("first", "changed")
DAYS_TO_PAY = 14
DAYS_OF_ARRANGEMENT = 28


@dataclass(frozen=True, slots=True)
class Bills:
    """Bills prepared by hand: each order's first, then those after a change. `order` is -1 for the latter."""

    order: Ints
    customer: Ints
    handler: Ints
    issued: Ints
    amount: Floats
    checked: Bools
    right: Bools
    paid: Bools

    @property
    def due(self) -> Ints:
        """When each must be paid."""
        return self.issued + DAYS_TO_PAY * span.DAY


def bill(world: World, orders: Orders, connected_at: Ints, founders: Founders) -> Bills:
    """First bills three days after connection (for orders that were connected), and changed bills."""
    rng = world.stream("bills")
    first = np.flatnonzero(connected_at >= 0)
    day = arrivals(rng, np.full(span.WEEKS, float(CHANGED_A_WEEK)), (1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0))
    issued = np.concatenate(
        [
            span.on_a_working_day(connected_at[first] // span.DAY * span.DAY + 3 * span.DAY),
            day,
        ]
    ) + clock(rng, len(first) + len(day), 6, 17)
    week = span.week_of(issued)
    handler = world.roster("billing").draw(rng, week)
    checked = happens(rng, world.habits["bill_checked"][handler, week])
    right = happens(
        rng,
        world.habits["bill_right_first_time"][handler, week] + effect("bill_checked", "bill_right_first_time", checked),
    )
    paid = happens(rng, TYPICAL["paid_on_time"] + effect("bill_right_first_time", "paid_on_time", right))
    price = PRICES[np.concatenate([orders.product[first], rng.integers(0, len(PRICES), len(day))])]
    return Bills(
        order=np.concatenate([orders.id[first], np.full(len(day), -1)]),
        customer=np.concatenate([orders.customer[first], founders.active(rng, issued[len(first) :])]),
        handler=handler,
        issued=issued,
        amount=np.round(price * rng.uniform(0.6, 1.5, len(issued)), 2),
        checked=checked,
        right=right,
        paid=paid,
    )


def tables_of(world: World, bills: Bills, founders: Founders) -> list[Table]:
    """`bills` and `arrangements`."""
    return [_bills_table(world, bills), _arrangements_table(world, founders)]


def _bills_table(world: World, bills: Bills) -> Table:
    rng = world.stream("bills written")
    size = len(bills.issued)
    open_still = bills.due >= span.LENGTH
    return tables.table(
        "bills",
        {
            "bill_id": tables.numbers(6_000_001 + np.arange(size)),
            "order_id": tables.orders(bills.order),
            "customer_id": tables.customers(bills.customer),
            "handler_id": tables.workers(world, bills.handler, tables.forgotten(rng, size)),
            "kind": tables.words((bills.order < 0).astype(np.int64), KINDS),
            "issued_at": tables.moments(bills.issued),
            "amount": tables.numbers(bills.amount),
            "checked": tables.numbers(bills.checked),
            "corrected": tables.numbers(~bills.right),
            "due_at": tables.moments(bills.due),
            "paid_on_time": tables.numbers(bills.paid, open_still),
        },
        bills.issued,
    )


def _arrangements_table(world: World, founders: Founders) -> Table:
    rng = world.stream("arrangements")
    day = arrivals(rng, ARREARS_A_WEEK * (1 + 0.10 * span.winter()), (1.2, 1.0, 1.0, 1.0, 0.9, 0.0, 0.0))
    called = day + clock(rng, len(day), 9, 18)
    week = span.week_of(called)
    worker = world.roster("collecting").draw(rng, week)
    asked = happens(rng, world.habits["budget_asked"][worker, week])
    kept = happens(
        rng, world.habits["arrangement_kept"][worker, week] + effect("budget_asked", "arrangement_kept", asked)
    )
    ends = called + DAYS_OF_ARRANGEMENT * span.DAY
    return tables.table(
        "arrangements",
        {
            "arrangement_id": tables.numbers(1 + np.arange(len(day))),
            "customer_id": tables.customers(founders.active(rng, called)),
            "worker_id": tables.workers(world, worker, tables.forgotten(rng, len(day))),
            "agreed_at": tables.moments(called),
            "budget_asked": tables.numbers(asked),
            "ends_at": tables.moments(ends),
            "kept": tables.numbers(kept, ends >= span.LENGTH),
        },
        called,
    )
