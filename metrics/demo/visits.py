"""Field installation: vans are counted in the morning, customers visited, and again where the first was in vain."""

from dataclasses import dataclass, fields

import numpy as np

from metrics.demo import span, tables
from metrics.demo.customers import REGIONS, region_of
from metrics.demo.draws import Bools, Floats, Ints, Rng, clock, happens
from metrics.demo.habits import TYPICAL, effect
from metrics.demo.orders import PRODUCTS, Orders
from metrics.demo.repairs import Repairs
from metrics.demo.rota import Roster
from metrics.demo.tables import Table
from metrics.demo.world import World

ROUNDS = 3
KINDS = ("install", "repair")
WORKING_DAYS = 6
SECOND_VISIT_BETTER = 0.10
REASONS = ("no part on van", "fault not found", "no access", "needs a second pair of hands")


@dataclass(frozen=True, slots=True)
class Jobs:
    """What calls for a visit.

    `prepared` is what others add to the chance of a first-visit fix, `ready` to that of being connected on the day.
    """

    order: Ints
    customer: Ints
    kind: Ints
    product: Ints
    day: Ints
    prepared: Floats
    ready: Floats


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits in rounds: every job's first visit, then the second ones, then the third."""

    job: Ints
    number: Ints
    engineer: Ints
    planned: Ints
    arrived: Ints
    finished: Ints
    on_time: Bools
    right_part: Bools
    fixed: Bools
    connected: Bools
    notes: Bools


@dataclass(frozen=True, slots=True)
class Counts:
    """Whether each van was counted before the first job. Shape (workers, WEEKS, WORKING_DAYS)."""

    counted: Bools


def jobs(orders: Orders, repairs: Repairs) -> Jobs:
    """All installations that need an engineer, then all repairs."""
    install = np.flatnonzero(orders.by_engineer & ~orders.cancelled)
    nothing = np.zeros(len(repairs.id))
    return Jobs(
        order=np.concatenate([orders.id[install], repairs.id]),
        customer=np.concatenate([orders.customer[install], repairs.customer]),
        kind=np.repeat([0, 1], [len(install), len(repairs.id)]),
        product=np.concatenate([orders.product[install], repairs.customer % len(PRODUCTS)]),
        day=np.concatenate([orders.promised[install], repairs.visit_day]),
        prepared=np.concatenate([np.zeros(len(install)), effect("fault_located", "first_visit_fix", repairs.located)]),
        ready=np.concatenate([orders.readiness[install], nothing]),
    )


def count_vans(world: World) -> Counts:
    """Each engineer's morning count on each working day."""
    rng = world.stream("van checks")
    habit = world.habits["van_stock_counted"]
    return Counts(happens(rng, np.repeat(habit[:, :, None], WORKING_DAYS, axis=2)))


def visit(world: World, todo: Jobs, counts: Counts) -> Visits:
    """Up to three visits a job; what the first leaves undone calls for the next within a fortnight."""
    rng = world.stream("visits")
    roster = world.roster("visiting")
    job, day = np.arange(len(todo.order)), todo.day
    engineer = roster.draw(rng, span.week_of(day))
    rounds: list[Visits] = []
    for number in range(1, ROUNDS + 1):
        done = _round(world, rng, todo, counts, (job, day, engineer, number))
        rounds.append(done)
        again = ~done.fixed
        job = job[again]
        day = span.on_a_working_day(day[again] + rng.integers(6, 11, len(job)) * span.DAY)
        engineer = _same_depot(world, rng, roster, done.engineer[again], (done.planned[again], day))
    return Visits(*(np.concatenate([getattr(one, field.name) for one in rounds]) for field in fields(Visits)))


def _same_depot(world: World, rng: Rng, roster: Roster, before: Ints, when: tuple[Ints, Ints]) -> Ints:
    """Somebody of the depot that came the last time."""
    then, now = (span.week_of(moment) for moment in when)
    return roster.draw_from_team(rng, world.organisation.team_at[before, then], now)


def _round(world: World, rng: Rng, todo: Jobs, counts: Counts, plan: tuple[Ints, Ints, Ints, int]) -> Visits:
    job, day, engineer, number = plan
    size, week = len(job), span.week_of(day)
    weekday = np.minimum((day // span.DAY) % 7, WORKING_DAYS - 1)
    habit = {name: world.habits[name][engineer, week] for name in _HABITS}
    counted = counts.counted[engineer, week, weekday]
    right = happens(rng, habit["right_part_on_van"] + effect("van_stock_counted", "right_part_on_van", counted))
    fix = habit["first_visit_fix"] + effect("right_part_on_van", "first_visit_fix", right) + todo.prepared[job]
    fixed = happens(rng, fix + SECOND_VISIT_BETTER * (number > 1)) | (number == ROUNDS)
    on_time = happens(rng, habit["on_time_arrival"])
    connect = (
        TYPICAL["connected_on_time"]
        + effect("first_visit_fix", "connected_on_time", fixed)
        + effect("on_time_arrival", "connected_on_time", on_time)
        + todo.ready[job]
    )
    planned = day + 7200 * rng.integers(4, 9, size)
    late = np.where(on_time, clock(rng, size, 0, 1.9), clock(rng, size, 2.0, 4.5))
    return Visits(
        job=job,
        number=np.full(size, number),
        engineer=engineer,
        planned=planned,
        arrived=planned + late,
        finished=planned + late + clock(rng, size, 0.5, 1.6),
        on_time=on_time,
        right_part=right,
        fixed=fixed,
        connected=happens(rng, connect),
        notes=happens(rng, habit["job_notes_complete"]),
    )


_HABITS = ("right_part_on_van", "first_visit_fix", "on_time_arrival", "job_notes_complete")


def tables_of(world: World, todo: Jobs, counts: Counts, visits: Visits) -> list[Table]:
    """`van_checks` and `engineer_visits`."""
    return [_checks_table(world, counts), _visits_table(world, todo, visits)]


def _checks_table(world: World, counts: Counts) -> Table:
    rng = world.stream("van checks written")
    here = world.organisation.in_pool("visiting")
    week, worker = np.nonzero(here.T)
    week, worker = np.repeat(week, WORKING_DAYS), np.repeat(worker, WORKING_DAYS)
    weekday = np.tile(np.arange(WORKING_DAYS), len(week) // WORKING_DAYS)
    checked = (week * 7 + weekday) * span.DAY + clock(rng, len(week), 6.5, 7.9)
    counted = counts.counted[worker, week, weekday]
    short = np.where(counted, rng.poisson(0.2, len(week)), rng.poisson(1.4, len(week)))
    return tables.table(
        "van_checks",
        {
            "check_id": tables.numbers(1 + np.arange(len(week))),
            "engineer_id": tables.workers(world, worker),
            "checked_at": tables.moments(checked),
            "counted_before_first_job": tables.numbers(counted),
            "items_short": tables.numbers(short, ~counted & (tables.some(rng, len(week), 0.4))),
        },
        checked,
    )


def _visits_table(world: World, todo: Jobs, visits: Visits) -> Table:
    rng = world.stream("visits written")
    size, first = len(visits.job), visits.number == 1
    customer = todo.customer[visits.job]
    reason = np.where(visits.right_part, rng.integers(1, len(REASONS), size), 0)
    unsaid = visits.fixed | (tables.some(rng, size, 0.05))
    late_entry = np.where(
        tables.some(rng, size, 0.01), rng.integers(1, 12, size) * span.DAY, rng.integers(60, 7200, size)
    )
    made = tables.table(
        "engineer_visits",
        {
            "visit_id": tables.numbers(3_000_001 + np.arange(size)),
            "order_id": tables.orders(todo.order[visits.job]),
            "customer_id": tables.customers(customer),
            "engineer_id": tables.workers(world, visits.engineer, tables.forgotten(rng, size)),
            "kind": tables.words(todo.kind[visits.job], KINDS),
            "visit_number": tables.numbers(visits.number),
            "region": tables.words(region_of(customer), REGIONS),
            "product_code": tables.words(todo.product[visits.job], PRODUCTS),
            "window_start": tables.moments(visits.planned),
            "arrived_at": tables.moments(visits.arrived),
            "finished_at": tables.moments(visits.finished),
            "arrived_in_window": tables.numbers(visits.on_time),
            "right_part": tables.numbers(visits.right_part),
            "repeat_within_14d": tables.numbers(~visits.fixed),
            "repeat_reason": tables.words(np.where(unsaid, -1, reason), REASONS),
            "connected_on_day": tables.numbers(visits.connected, ~first | (todo.kind[visits.job] == 1)),
            "notes_complete": tables.numbers(visits.notes),
            "recorded_at": tables.moments(visits.finished + late_entry),
        },
        visits.finished + late_entry,
    )
    return tables.with_duplicates(rng, made, 60)
