"""The contact centre: coaching week by week, and every call, chat, mail and post that an adviser answers."""

from dataclasses import dataclass, fields

import numpy as np

from metrics.demo import span, tables, truth
from metrics.demo.customers import Founders
from metrics.demo.draws import Bools, Floats, Ints, arrivals, clock, happens, pick
from metrics.demo.habits import TYPICAL, effect
from metrics.demo.orders import Orders
from metrics.demo.repairs import Repairs
from metrics.demo.tables import Table
from metrics.demo.world import World

GENERAL_A_WEEK = 760
REASONS = ("where is my order", "fault", "bill", "moving home", "wifi", "price", "second contact")
ORDER, FAULT, AGAIN = 0, 1, 6
CHANNELS = ("call", "chat", "email", "social")
COMES_BACK = 0.5
FAULT_BY_CONTACT = 0.55


@dataclass(frozen=True, slots=True)
class Coaching:
    """One entry a worker and week at work."""

    worker: Ints
    week: Ints
    held: Bools


@dataclass(frozen=True, slots=True)
class Contacts:
    """Answered contacts; `order` is an order or work-order number, -1 where it is about neither."""

    order: Ints
    customer: Ints
    reason: Ints
    started: Ints
    agent: Ints
    channel: Ints
    notes_read: Bools
    transferred: Bools
    in_60s: Bools
    greeting: Bools
    solved: Bools
    handle: Floats


@dataclass(frozen=True, slots=True)
class _Call:
    order: Ints
    customer: Ints
    reason: Ints
    started: Ints


def coach(world: World) -> Coaching:
    """The weekly half hour with a coach, held or not."""
    rng = world.stream("coaching")
    week, worker = np.nonzero(world.organisation.in_pool("answering").T)
    return Coaching(worker, week, happens(rng, world.habits["coaching_held"][worker, week]))


def answer(world: World, orders: Orders, repairs: Repairs, founders: Founders, coaching: Coaching) -> Contacts:
    """First contacts, and the second ones that half of the unsolved bring within a week."""
    rng = world.stream("contacts")
    first = _answered(world, coaching, _first_calls(world, orders, repairs, founders), "first")
    again = np.flatnonzero(~first.solved & (rng.random(len(first.solved)) < COMES_BACK))
    started = first.started[again] + rng.integers(span.DAY // 4, 7 * span.DAY, len(again))
    call = _Call(first.order[again], first.customer[again], np.full(len(again), AGAIN), started)
    second = _answered(world, coaching, call, "second")
    return Contacts(
        *(np.concatenate([getattr(first, field.name), getattr(second, field.name)]) for field in fields(Contacts))
    )


def _first_calls(world: World, orders: Orders, repairs: Repairs, founders: Founders) -> _Call:
    rng = world.stream("first contacts")
    worried = rng.random(len(orders.id)) < 0.22 + 0.25 * ~orders.same_day + 0.3 * ~orders.promise_checked
    order = np.flatnonzero(worried)
    asked = orders.ordered[order] + rng.integers(span.DAY, 6 * span.DAY, len(order))
    fault = np.flatnonzero(rng.random(len(repairs.id)) < FAULT_BY_CONTACT)
    day = arrivals(rng, GENERAL_A_WEEK * (1 + 0.10 * span.winter()), (1.3, 1.1, 1.0, 1.0, 1.0, 0.8, 0.5))
    general = day + clock(rng, len(day), 8, 20)
    return _Call(
        order=np.concatenate([orders.id[order], repairs.id[fault], np.full(len(day), -1)]),
        customer=np.concatenate([orders.customer[order], repairs.customer[fault], founders.active(rng, general)]),
        reason=np.concatenate(
            [
                np.full(len(order), ORDER),
                np.full(len(fault), FAULT),
                2 + pick(rng, (0.34, 0.16, 0.3, 0.2), len(day)),
            ]
        ),
        started=np.concatenate([asked, repairs.reported[fault], general]),
    )


def _answered(world: World, coaching: Coaching, call: _Call, which: str) -> Contacts:
    rng = world.stream(f"{which} contacts answered")
    size, week = len(call.started), span.week_of(call.started)
    agent = world.roster("answering").draw(rng, week)
    habit = {name: world.habits[name][agent, week] for name in _HABITS}
    read = happens(rng, habit["case_notes_read"])
    transferred = happens(rng, habit["transfers"])
    fix = (
        habit["first_contact_fix"]
        + effect("case_notes_read", "first_contact_fix", read)
        + effect("transfers", "first_contact_fix", transferred)
        + effect("coaching_held", "first_contact_fix", _coached(world, coaching)[agent, week])
    )
    return Contacts(
        order=call.order,
        customer=call.customer,
        reason=call.reason,
        started=call.started,
        agent=agent,
        channel=_channel(world, agent, week),
        notes_read=read,
        transferred=transferred,
        in_60s=happens(rng, habit["answered_in_60s"]),
        greeting=happens(rng, habit["greeting_used"]),
        solved=happens(rng, fix),
        handle=np.exp(habit["handle_time"] + 0.5 * rng.standard_normal(size)),
    )


_HABITS = ("case_notes_read", "transfers", "first_contact_fix", "answered_in_60s", "greeting_used", "handle_time")


def _coached(world: World, coaching: Coaching) -> Floats:
    """Whether each worker was coached the lag's weeks ago; the usual share where not at work then. (workers, WEEKS)."""
    usual = TYPICAL["coaching_held"]
    held = np.full((len(world.organisation.worker_ids), span.WEEKS), usual)
    later = coaching.week + truth.lag("coaching_held", "first_contact_fix")
    known = later < span.WEEKS
    held[coaching.worker[known], later[known]] = coaching.held[known]
    return held


def _channel(world: World, agent: Ints, week: Ints) -> Ints:
    """Each desk answers one channel: as its name says, else the telephone."""
    named = {"Chat": 1, "Email": 2, "Social": 3}
    by_team = [named.get(team.split()[0], 0) for team in world.organisation.teams]
    return np.array(by_team, dtype=np.int64)[world.organisation.team_at[agent, week]]


def tables_of(world: World, coaching: Coaching, contacts: Contacts) -> list[Table]:
    """`coaching` and `contacts`."""
    return [_coaching_table(world, coaching), _contacts_table(world, contacts)]


def _coaching_table(world: World, coaching: Coaching) -> Table:
    rng = world.stream("coaching written")
    size = len(coaching.worker)
    when = coaching.week * span.WEEK + rng.integers(0, 5, size) * span.DAY + clock(rng, size, 9, 16)
    return tables.table(
        "coaching",
        {
            "session_id": tables.numbers(1 + np.arange(size)),
            "worker_id": tables.workers(world, coaching.worker),
            "planned_for": tables.moments(when),
            "held": tables.numbers(coaching.held),
        },
        when,
    )


def _contacts_table(world: World, contacts: Contacts) -> Table:
    rng = world.stream("contacts written")
    size = len(contacts.started)
    wait = np.where(contacts.in_60s, rng.integers(3, 60, size), 60 + rng.geometric(1 / 150, size))
    unsaid = tables.some(rng, size, 0.01)
    made = tables.table(
        "contacts",
        {
            "contact_id": tables.numbers(4_000_001 + np.arange(size)),
            "order_id": tables.orders(contacts.order),
            "customer_id": tables.customers(contacts.customer),
            "agent_id": tables.workers(world, contacts.agent, tables.forgotten(rng, size)),
            "channel": tables.words(contacts.channel, CHANNELS),
            "reason": tables.words(np.where(unsaid, -1, contacts.reason), REASONS),
            "started_at": tables.moments(contacts.started),
            "wait_seconds": tables.numbers(wait),
            "handle_seconds": tables.numbers(np.rint(contacts.handle).astype(np.int64)),
            "case_notes_read": tables.numbers(contacts.notes_read),
            "greeting_used": tables.numbers(contacts.greeting),
            "transferred": tables.numbers(contacts.transferred),
            "solved_first_time": tables.numbers(contacts.solved),
        },
        contacts.started,
    )
    return tables.with_duplicates(rng, made, 80)
