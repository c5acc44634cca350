"""Digital: teams that test releases with customers, and what happens when customers help themselves."""

from dataclasses import dataclass

import numpy as np

from metrics.demo import span, tables, truth
from metrics.demo.customers import Founders
from metrics.demo.draws import Bools, Ints, arrivals, clock, happens, pick
from metrics.demo.habits import TYPICAL, effect
from metrics.demo.network import earlier, team_share
from metrics.demo.organisation import pool_teams
from metrics.demo.tables import Table
from metrics.demo.world import World

SESSIONS_A_WEEK = 1000
RELEASES_A_WORKER = 1.3
TASKS = ("order", "bill", "fault", "plan")


@dataclass(frozen=True, slots=True)
class Releases:
    """Changes to the site, one entry each."""

    worker: Ints
    week: Ints
    tested: Bools


@dataclass(frozen=True, slots=True)
class Sessions:
    """Visits to the site or the app with something to get done; `team` looks after that part of it."""

    customer: Ints
    team: Ints
    started: Ints
    task: Ints
    error: Bools
    done: Bools


def release(world: World) -> Releases:
    """Two years of releases."""
    rng = world.stream("releases")
    week, worker = np.nonzero(world.organisation.in_pool("building").T)
    count = rng.poisson(RELEASES_A_WORKER, len(week))
    week, worker = np.repeat(week, count), np.repeat(worker, count)
    return Releases(worker, week, happens(rng, world.habits["tested_with_customers"][worker, week]))


def browse(world: World, releases: Releases, founders: Founders) -> Sessions:
    """Two years of sessions, a sample of them all."""
    rng = world.stream("sessions")
    day = arrivals(rng, np.full(span.WEEKS, float(SESSIONS_A_WEEK)), (1.1, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1))
    started = day + clock(rng, len(day), 6, 24)
    week = span.week_of(started)
    task = pick(rng, (0.2, 0.35, 0.25, 0.2), len(day))
    codes = np.array([world.organisation.teams.index(name) for name in pool_teams("building")])
    team = codes[task]
    usual = TYPICAL["tested_with_customers"]
    tested = team_share(world, releases.worker, releases.week, releases.tested, usual)
    then = earlier(tested, truth.lag("tested_with_customers", "page_errors"), usual)[team, week]
    error = happens(rng, TYPICAL["page_errors"] + effect("tested_with_customers", "page_errors", then))
    done = happens(rng, TYPICAL["self_service_done"] + effect("page_errors", "self_service_done", error))
    return Sessions(founders.active(rng, started), team, started, task, error, done)


def tables_of(world: World, releases: Releases, sessions: Sessions) -> list[Table]:
    """`releases` and `web_sessions`."""
    return [_releases_table(world, releases), _sessions_table(world, sessions)]


def _releases_table(world: World, releases: Releases) -> Table:
    rng = world.stream("releases written")
    size = len(releases.worker)
    when = releases.week * span.WEEK + rng.integers(0, 5, size) * span.DAY + clock(rng, size, 9, 17)
    return tables.table(
        "releases",
        {
            "release_id": tables.numbers(1 + np.arange(size)),
            "worker_id": tables.workers(world, releases.worker),
            "released_at": tables.moments(when),
            "tested_with_customers": tables.numbers(releases.tested),
        },
        when,
    )


def _sessions_table(world: World, sessions: Sessions) -> Table:
    rng = world.stream("sessions written")
    size = len(sessions.started)
    return tables.table(
        "web_sessions",
        {
            "session_id": tables.numbers(7_000_001 + np.arange(size)),
            "customer_id": tables.customers(np.where(tables.some(rng, size, 0.1), -1, sessions.customer)),
            "team": tables.words(sessions.team, world.organisation.teams),
            "task": tables.words(sessions.task, TASKS),
            "started_at": tables.moments(sessions.started),
            "had_error": tables.numbers(sessions.error),
            "task_done": tables.numbers(sessions.done),
        },
        sessions.started,
    )
