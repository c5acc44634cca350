"""The event log of new connections: the happy path, its detours, the switches of channel and the overrides."""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from metrics.demo import span, tables
from metrics.demo.billing import Bills
from metrics.demo.contacts import ORDER, Contacts
from metrics.demo.draws import Bools, Ints
from metrics.demo.orders import Orders
from metrics.demo.tables import Table
from metrics.demo.visits import Visits
from metrics.demo.world import World

EVENTS = (
    "ordered",
    "credit_check_overridden",
    "date_asked_about",
    "kit_shipped",
    "kit_replaced",
    "visit_failed",
    "installed",
    "cancelled",
    "bill_corrected",
    "payment_reminder",
    "first_bill_paid",
)
CHANNELS = ("web", "phone", "shop", "doorstep", "chat", "email", "social", "visit", "app")
REASONS = ("override", "late kit", "wrong item", "no part on van", "not fixed", "customer changed mind")
OVERRIDE_CASES = ("paid elsewhere for years", "new address not on file", "name misspelt", "manager's promise")
OVERRIDDEN = 0.035
_CONTACT_CHANNEL = np.array([1, 4, 5, 6])
_SYSTEM = -1
_NONE = -1


@dataclass(frozen=True, slots=True)
class Events:
    """Things that happened to orders; `order` is the position of the order, `actor` a worker or the system (-1)."""

    order: Ints
    event: Ints
    at: Ints
    actor: Ints
    channel: Ints
    reason: Ints
    data_case: Ints


def connected_at(world: World, orders: Orders, visits: Visits) -> Ints:
    """When each order was connected: by the visit that did it, or by the customers themselves; -1 for the cancelled."""
    rng = world.stream("connections")
    when = np.where(orders.cancelled, -1, orders.promised + rng.integers(9 * 3600, 21 * 3600, len(orders.id)))
    install = np.flatnonzero(orders.by_engineer & ~orders.cancelled)
    done = visits.fixed & (visits.job < len(install))
    when[install[visits.job[done]]] = visits.finished[done]
    return when


def log(world: World, orders: Orders, visits: Visits, contacts: Contacts, bills: Bills, *, connected: Ints) -> Events:
    """Every event of every order."""
    rng = world.stream("events")
    parts = [
        *_selling(
            rng.random(len(orders.id)) < OVERRIDDEN, rng.integers(0, len(OVERRIDE_CASES), len(orders.id)), orders
        ),
        _asking(orders, contacts),
        *_sending(orders),
        *_visiting(orders, visits, connected),
        *_billing(rng.integers(3, 13, len(bills.issued)), rng.integers(17, 40, len(bills.issued)), orders, bills),
    ]
    return Events(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Events)))


def _events(  # one row an order given; what is the same for all may be given once
    order: Ints,
    event: str,
    at: Ints,
    *,
    actor: Ints | int = _SYSTEM,
    channel: Ints | int = _NONE,
    reason: Ints | int = _NONE,
    data_case: Ints | int = _NONE,
) -> Events:
    every = [
        np.broadcast_to(np.asarray(one, dtype=np.int64), order.shape) for one in (actor, channel, reason, data_case)
    ]
    return Events(order, np.full(len(order), EVENTS.index(event)), at, *every)


def _selling(overridden: Bools, data_case: Ints, orders: Orders) -> list[Events]:
    every, over = np.arange(len(orders.id)), np.flatnonzero(overridden)
    gone = np.flatnonzero(orders.cancelled)
    by_system = orders.channel == CHANNELS.index("web")
    return [
        _events(
            every,
            "ordered",
            orders.ordered,
            actor=np.where(by_system, _SYSTEM, orders.adviser),
            channel=orders.channel,
        ),
        _events(
            over,
            "credit_check_overridden",
            orders.ordered[over] + 900,
            actor=orders.adviser[over],
            reason=REASONS.index("override"),
            data_case=data_case[over],
        ),
        _events(
            gone,
            "cancelled",
            np.maximum(orders.shipped[gone] + 3600, orders.promised[gone] - span.DAY // 2),
            channel=CHANNELS.index("phone"),
            reason=REASONS.index("customer changed mind"),
        ),
    ]


def _asking(orders: Orders, contacts: Contacts) -> Events:
    asked = np.flatnonzero(contacts.reason == ORDER)
    return _events(
        contacts.order[asked] - orders.id[0],
        "date_asked_about",
        contacts.started[asked],
        actor=contacts.agent[asked],
        channel=_CONTACT_CHANNEL[contacts.channel[asked]],
    )


def _sending(orders: Orders) -> list[Events]:
    wrong = np.flatnonzero(~orders.kit_right & ~orders.cancelled)
    late = np.where(orders.same_day, _NONE, REASONS.index("late kit"))
    return [
        _events(np.arange(len(orders.id)), "kit_shipped", orders.shipped, reason=late),
        _events(wrong, "kit_replaced", orders.shipped[wrong] + 2 * span.DAY, reason=REASONS.index("wrong item")),
    ]


def _visiting(orders: Orders, visits: Visits, connected: Ints) -> list[Events]:
    install = np.flatnonzero(orders.by_engineer & ~orders.cancelled)
    at_install = visits.job < len(install)
    failed, done = np.flatnonzero(at_install & ~visits.fixed), np.flatnonzero(at_install & visits.fixed)
    alone = np.flatnonzero(~orders.by_engineer & ~orders.cancelled)
    why = np.where(visits.right_part[failed], REASONS.index("not fixed"), REASONS.index("no part on van"))
    by_van = CHANNELS.index("visit")
    return [
        _events(
            install[visits.job[failed]],
            "visit_failed",
            visits.finished[failed],
            actor=visits.engineer[failed],
            channel=by_van,
            reason=why,
        ),
        _events(
            install[visits.job[done]],
            "installed",
            visits.finished[done],
            actor=visits.engineer[done],
            channel=by_van,
        ),
        _events(alone, "installed", connected[alone], channel=CHANNELS.index("app")),
    ]


def _billing(soon: Ints, late: Ints, orders: Orders, bills: Bills) -> list[Events]:
    first = np.flatnonzero(bills.order >= 0)
    order = bills.order[first] - orders.id[0]
    wrong, unpaid = ~bills.right[first], ~bills.paid[first]
    days = np.where(unpaid, late[first], soon[first])
    return [
        _events(
            order[wrong],
            "bill_corrected",
            bills.issued[first][wrong] + 2 * span.DAY,
            actor=bills.handler[first][wrong],
            channel=CHANNELS.index("phone"),
        ),
        _events(order[unpaid], "payment_reminder", bills.due[first][unpaid] + span.DAY),
        _events(order, "first_bill_paid", bills.issued[first] + days * span.DAY, channel=CHANNELS.index("web")),
    ]


def table_of(world: World, orders: Orders, events: Events) -> Table:
    """`order_events`: actors are worker numbers, or `system`."""
    size = len(events.order)
    actors = (*world.organisation.worker_ids, "system")
    system = len(actors) - 1
    return tables.table(
        "order_events",
        {
            "event_id": pa.array(1 + np.arange(size)),
            "order_id": tables.orders(orders.id[events.order]),
            "customer_id": tables.customers(orders.customer[events.order]),
            "event": tables.words(events.event, EVENTS),
            "happened_at": tables.moments(events.at),
            "actor": tables.words(np.where(events.actor == _SYSTEM, system, events.actor), actors),
            "channel": tables.words(events.channel, CHANNELS),
            "reason": tables.words(events.reason, REASONS),
            "data_case": tables.words(events.data_case, OVERRIDE_CASES),
        },
        events.at,
    )
