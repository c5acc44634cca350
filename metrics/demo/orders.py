"""Sales and warehouse: new customers order, their kit is picked and sent; used kit comes back."""

from dataclasses import dataclass

import numpy as np

from metrics.demo import span, tables
from metrics.demo.customers import FOUNDERS, REGIONS, region_of
from metrics.demo.draws import Bools, Floats, Ints, arrivals, clock, happens, pick
from metrics.demo.habits import effect
from metrics.demo.tables import Table
from metrics.demo.world import World

A_WEEK = 345
FIRST_ORDER = 1_000_001
PRODUCTS = ("Fibre 100", "Fibre 500", "Fibre 900")
PRICES = np.array([29.0, 37.0, 49.0])
CHANNELS = ("web", "phone", "shop", "doorstep")
_CHANNEL_OF_TEAM = {"Web Sales": 0, "Doorstep Sales": 3}
NEEDS_ENGINEER = 0.78
CANCELLED = 0.04
DAYS_TO_REVIEW = 28
_SEVEN_DAYS = (1.0, 1.0, 1.0, 1.0, 1.1, 0.9, 0.5)


@dataclass(frozen=True, slots=True)
class Orders:
    """New connections. All arrays have one entry an order; moments are seconds of the span."""

    id: Ints
    customer: Ints
    product: Ints
    channel: Ints
    adviser: Ints
    ordered: Ints
    promised: Ints
    promise_checked: Bools
    needs_asked: Bools
    plan_fits: Bools
    cancelled: Bools
    by_engineer: Bools
    picked: Ints
    shipped: Ints
    same_day: Bools
    kit_right: Bools
    readiness: Floats
    """What sales and warehouse add to the chance of being connected on the day promised."""


@dataclass(frozen=True, slots=True)
class Picks:
    """Items picked for orders; `order` is the position of the order."""

    order: Ints
    picker: Ints
    picked: Ints
    shipped: Ints
    correct: Bools
    same_day: Bools


def take_orders(world: World) -> tuple[Orders, Picks]:
    """Two years of orders and the picking of their kit."""
    rng = world.stream("orders")
    day = arrivals(rng, A_WEEK * (1 + 0.10 * span.winter()), _SEVEN_DAYS)
    ordered = day + clock(rng, len(day), 9, 20)
    week = span.week_of(ordered)
    pull = np.exp(0.15 * world.habits.leadership)
    adviser = world.roster("selling", pull).draw(rng, week)
    checked = happens(rng, world.habits["promise_checked"][adviser, week])
    asked = happens(rng, world.habits["needs_asked"][adviser, week])
    fits = happens(rng, world.habits["plan_fits"][adviser, week] + effect("needs_asked", "plan_fits", asked))
    picks = _pick_kit(world, ordered)
    kit_right = np.bincount(picks.order, ~picks.correct, minlength=len(day)) == 0
    first = np.searchsorted(picks.order, np.arange(len(day)))
    return (
        Orders(
            id=FIRST_ORDER + np.arange(len(day)),
            customer=FOUNDERS + np.arange(len(day)),
            product=pick(rng, (0.42, 0.40, 0.18), len(day)),
            channel=_channel(world, adviser, week),
            adviser=adviser,
            ordered=ordered,
            promised=span.on_a_working_day(day + rng.integers(6, 11, len(day)) * span.DAY),
            promise_checked=checked,
            needs_asked=asked,
            plan_fits=fits,
            cancelled=rng.random(len(day)) < CANCELLED,
            by_engineer=rng.random(len(day)) < NEEDS_ENGINEER,
            picked=picks.picked[first],
            shipped=picks.shipped[first],
            same_day=picks.same_day[first],
            kit_right=kit_right,
            readiness=(
                effect("promise_checked", "connected_on_time", checked)
                + effect("pick_accuracy", "connected_on_time", kit_right)
                + effect("same_day_dispatch", "connected_on_time", picks.same_day[first])
            ),
        ),
        picks,
    )


def _channel(world: World, adviser: Ints, week: Ints) -> Ints:
    """The channel a team sells through: shops in the shop, two teams as named, all others by phone."""
    by_team = [2 if "Shop" in team else _CHANNEL_OF_TEAM.get(team, 1) for team in world.organisation.teams]
    return np.array(by_team, dtype=np.int64)[world.organisation.team_at[adviser, week]]


def _pick_kit(world: World, ordered: Ints) -> Picks:
    """One or two items an order, picked within a day and a half; the whole order leaves at once."""
    rng = world.stream("picks")
    items = 1 + tables.some(rng, len(ordered), 0.4)
    order = np.repeat(np.arange(len(ordered)), items)
    started = span.on_a_working_day(ordered + rng.integers(2 * 3600, 30 * 3600, len(ordered)))
    week = span.week_of(started)
    packer = world.roster("stores").draw(rng, week)
    same_day = happens(rng, world.habits["same_day_dispatch"][packer, week])
    wait = np.where(
        same_day, rng.integers(600, 4 * 3600, len(ordered)), rng.integers(span.DAY, 3 * span.DAY, len(ordered))
    )
    picked = started[order] + rng.integers(0, 900, len(order))
    correct = happens(rng, world.habits["pick_accuracy"][packer, week][order])
    return Picks(order, packer[order], picked, (started + 900 + wait)[order], correct, same_day[order])


def tables_of(world: World, orders: Orders, picks: Picks) -> list[Table]:
    """`orders`, `picks` and `kit_returns`."""
    return [_orders_table(world, orders), _picks_table(world, orders, picks), _returns_table(world)]


def _orders_table(world: World, orders: Orders) -> Table:
    rng = world.stream("orders written")
    review = orders.ordered + DAYS_TO_REVIEW * span.DAY
    return tables.table(
        "orders",
        {
            "order_id": tables.orders(orders.id),
            "customer_id": tables.customers(orders.customer),
            "ordered_at": tables.moments(orders.ordered),
            "adviser_id": tables.workers(world, orders.adviser, tables.forgotten(rng, len(orders.id))),
            "channel": tables.words(orders.channel, CHANNELS),
            "region": tables.words(region_of(orders.customer), REGIONS),
            "product_code": tables.words(orders.product, PRODUCTS),
            "promised_for": tables.moments(orders.promised),
            "diary_checked": tables.numbers(orders.promise_checked),
            "needs_asked": tables.numbers(orders.needs_asked),
            "review_at": tables.moments(review),
            "plan_kept": tables.numbers(orders.plan_fits, review >= span.LENGTH),
        },
        orders.ordered,
    )


def _picks_table(world: World, orders: Orders, picks: Picks) -> Table:
    rng = world.stream("picks written")
    return tables.table(
        "picks",
        {
            "pick_id": tables.numbers(2_000_001 + np.arange(len(picks.order))),
            "order_id": tables.orders(orders.id[picks.order]),
            "customer_id": tables.customers(orders.customer[picks.order]),
            "picker_id": tables.workers(world, picks.picker, tables.forgotten(rng, len(picks.order))),
            "picked_at": tables.moments(picks.picked),
            "correct": tables.numbers(picks.correct),
            "shipped_same_day": tables.numbers(picks.same_day),
        },
        picks.picked,
    )


def _returns_table(world: World) -> Table:
    rng = world.stream("returns")
    day = arrivals(rng, np.full(span.WEEKS, 110.0), (1.2, 1.0, 1.0, 1.0, 1.0, 0.4, 0.0))
    received = day + clock(rng, len(day), 7, 18)
    week = span.week_of(received)
    worker = world.roster("stores").draw(rng, week)
    scanned = happens(rng, world.habits["returns_scanned"][worker, week])
    return tables.table(
        "kit_returns",
        {
            "return_id": tables.numbers(1 + np.arange(len(day))),
            "worker_id": tables.workers(world, worker),
            "received_at": tables.moments(received),
            "scanned": tables.numbers(scanned),
        },
        received,
    )
