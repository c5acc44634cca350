"""Network maintenance: crews check spares and talk, restore outages and do planned work."""

from dataclasses import dataclass

import numpy as np

from metrics.demo import span, tables, truth
from metrics.demo.customers import Founders
from metrics.demo.draws import Bools, Floats, Ints, arrivals, clock, happens
from metrics.demo.habits import TYPICAL, effect
from metrics.demo.tables import Table
from metrics.demo.world import World

A_WEEK = 195
FIRST_WORK_ORDER = 8_000_001
KINDS = ("outage", "planned")
OUTAGES = 0.45
HOURS_SPREAD = 0.45
LONGEST_HOURS = 20


@dataclass(frozen=True, slots=True)
class NetworkJobs:
    """Outages (`kind` 0) and planned work (`kind` 1), one entry each; `customer` is one of those affected."""

    id: Ints
    kind: Ints
    customer: Ints
    lead: Ints
    started: Ints
    hours: Floats
    announced: Bools
    complained: Bools


@dataclass(frozen=True, slots=True)
class CrewWeeks:
    """What each member of a crew did in a week at work."""

    worker: Ints
    week: Ints
    spares: Bools
    talk: Bools


def keep_crews(world: World) -> CrewWeeks:
    """The weekly check of spares and the toolbox talk."""
    rng = world.stream("crew checks")
    week, worker = np.nonzero(world.organisation.in_pool("mending").T)
    return CrewWeeks(
        worker,
        week,
        spares=happens(rng, world.habits["spares_checked"][worker, week]),
        talk=happens(rng, world.habits["toolbox_talks"][worker, week]),
    )


def team_share(world: World, worker: Ints, week: Ints, done: Bools, usual: float) -> Floats:
    """What share of a team's rows in each week were done; the usual share where it has none. Shape (teams, WEEKS)."""
    teams = len(world.organisation.teams)
    cell = world.organisation.team_at[worker, week] * span.WEEKS + week
    rows = np.bincount(cell, minlength=teams * span.WEEKS)
    hits = np.bincount(cell, done, minlength=teams * span.WEEKS)
    return np.where(rows > 0, hits / np.maximum(rows, 1), usual).reshape(teams, span.WEEKS)


def earlier(share: Floats, weeks: int, usual: float) -> Floats:
    """The same shares, each standing `weeks` later; the usual share before the first."""
    moved = np.full_like(share, usual)
    moved[:, weeks:] = share[:, : share.shape[1] - weeks]
    return moved


def mend(world: World, crews: CrewWeeks, everyone: Founders) -> NetworkJobs:
    """Two years of outages and planned work."""
    rng = world.stream("network jobs")
    day = arrivals(rng, A_WEEK * (1 + 0.06 * span.winter()), (1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.5))
    started = day + clock(rng, len(day), 5, 22)
    week = span.week_of(started)
    lead = world.roster("mending").draw(rng, week)
    kind = (rng.random(len(day)) >= OUTAGES).astype(np.int64)
    spares = team_share(world, crews.worker, crews.week, crews.spares, TYPICAL["spares_checked"])
    then = earlier(spares, truth.lag("spares_checked", "restore_hours"), TYPICAL["spares_checked"])
    log_hours = (
        world.habits["restore_hours"][lead, week]
        + effect("spares_checked", "restore_hours", then[world.organisation.team_at[lead, week], week])
        + HOURS_SPREAD * rng.standard_normal(len(day))
    )
    announced = happens(rng, world.habits["work_announced"][lead, week])
    complain = TYPICAL["work_complaints"] + effect("work_announced", "work_complaints", announced)
    return NetworkJobs(
        id=FIRST_WORK_ORDER + np.arange(len(day)),
        kind=kind,
        customer=everyone.active(rng, started + LONGEST_HOURS * 3600),
        lead=lead,
        started=started,
        hours=np.minimum(np.exp(log_hours), float(LONGEST_HOURS)),
        announced=announced,
        complained=happens(rng, complain),
    )


def tables_of(world: World, crews: CrewWeeks, done: NetworkJobs) -> list[Table]:
    """`crew_checks` and `network_jobs`."""
    return [_checks_table(world, crews), _jobs_table(world, done)]


def _checks_table(world: World, crews: CrewWeeks) -> Table:
    rng = world.stream("crew checks written")
    size = len(crews.worker)
    when = crews.week * span.WEEK + rng.integers(0, 5, size) * span.DAY + clock(rng, size, 7, 9)
    return tables.table(
        "crew_checks",
        {
            "check_id": tables.numbers(1 + np.arange(size)),
            "worker_id": tables.workers(world, crews.worker),
            "checked_at": tables.moments(when),
            "spares_checked": tables.numbers(crews.spares),
            "talk_held": tables.numbers(crews.talk),
        },
        when,
    )


def _jobs_table(world: World, done: NetworkJobs) -> Table:
    rng = world.stream("network jobs written")
    size, planned = len(done.id), done.kind == KINDS.index("planned")
    finished = done.started + np.rint(done.hours * 3600).astype(np.int64)
    return tables.table(
        "network_jobs",
        {
            "work_order_id": tables.orders(done.id),
            "lead_id": tables.workers(world, done.lead, tables.forgotten(rng, size)),
            "kind": tables.words(done.kind, KINDS),
            "started_at": tables.moments(done.started),
            "restored_at": tables.moments(finished),
            "hours_down": tables.numbers(np.round(done.hours, 2), planned),
            "customers_affected": tables.numbers(1 + rng.geometric(1 / 40, size)),
            "announced": tables.numbers(done.announced, ~planned),
            "complained": tables.numbers(done.complained, ~planned),
        },
        finished,
    )
