"""Who works where, week by week: 8 departments, 60 teams, 600 seats, and the people who come, go and change places."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from metrics.demo import span, truth
from metrics.demo.draws import Bools, Ints, Rng, stream
from metrics.demo.names import display_names

YEARLY_TURNOVER = 0.11
WEEKS_TO_REPLACE = (2, 6)
PAIRS_WHO_SWAP = 9
ON_LEAVE = 0.07

# department -> pool of work -> team -> seats
_SEATS: dict[str, dict[str, dict[str, int]]] = {
    "sales": {
        "selling": {
            "Web Sales": 9,
            "Phone Sales Day": 10,
            "Phone Sales Evening": 9,
            "Shop Riverside": 8,
            "Shop Station": 8,
            "Shop Market": 8,
            "Doorstep Sales": 9,
            "Small Business Sales": 9,
        }
    },
    "warehouse": {
        "stores": {"Goods In": 9, "Picking Early": 9, "Picking Late": 9, "Picking Night": 9, "Returns Bench": 9}
    },
    "field": {
        "visiting": {
            f"Depot {name}": 11
            for name in (
                "North",
                "South",
                "East",
                "West",
                "Harbour",
                "Moor",
                "Valley",
                "Coast",
                "City",
                "Lakes",
                "Fen",
                "Castle",
            )
        }
    },
    "network": {
        "mending": {f"Network Crew {number}": seats for number, seats in enumerate((9, 9, 9, 9, 9, 9, 8, 8), start=1)}
    },
    "contact": {
        "answering": {
            "Calls Amber": 12,
            "Calls Birch": 12,
            "Calls Cedar": 12,
            "Calls Dawn": 12,
            "Calls Elm": 12,
            "Calls Fern": 12,
            "Chat Day": 12,
            "Chat Evening": 11,
            "Email Desk": 11,
            "Social Desk": 11,
            "Moving Home Desk": 11,
        },
        "testing": {"Line Test Desk": 12},
    },
    "billing": {
        "billing": {"Bills East": 9, "Bills West": 9, "Bills Business": 8},
        "collecting": {"Collections East": 8, "Collections West": 8, "Collections Central": 8},
    },
    "digital": {"building": {"Web Ordering": 9, "My Account": 9, "Help Pages": 8, "The App": 9}},
    "retention": {
        "keeping": {
            "Loyalty North": 12,
            "Loyalty South": 12,
            "Loyalty Central": 12,
            "Leavers Desk": 11,
            "Welcome Back": 11,
        }
    },
}

DEPARTMENTS: tuple[str, ...] = tuple(_SEATS)


@dataclass(frozen=True, slots=True)
class Membership:
    """One worker in one team from one day until another (half-open; None is still so)."""

    worker: int
    team: str
    department: str
    start: date
    stop: date | None


@dataclass(frozen=True, slots=True)
class Stint:
    """A seat's occupant, in weeks of the span; `start` may lie before it."""

    worker: int
    seat: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """The people and their places. Arrays are shaped (workers, WEEKS); a team code of -1 is *not here*."""

    worker_ids: tuple[str, ...]
    names: tuple[str, ...]
    teams: tuple[str, ...]
    memberships: tuple[Membership, ...]
    team_at: Ints
    at_work: Bools

    def in_pool(self, pool: str) -> Bools:
        """Who is at work in a pool of teams in each week. Shape (workers, WEEKS)."""
        codes = [self.teams.index(team) for team in pool_teams(pool)]
        return self.at_work & np.isin(self.team_at, codes)

    def department_of(self, team: str, week: int) -> str:
        """The department a team belongs to in a week."""
        return _department(team, span.monday(week))


def pool_teams(pool: str) -> tuple[str, ...]:
    """Every team that ever does a pool's work, in order, those of the reorganisation last."""
    first = [team for pools in _SEATS.values() for team in pools.get(pool, {})]
    later = [heir for team in first for heir in truth.REORGANISATION.successors.get(team, ())]
    return tuple(dict.fromkeys(first + later))


def organise(seed: int) -> Organisation:
    """The whole organisation over the span, the same for the same seed."""
    rng = stream(seed, "organisation")
    seats = _seats()
    stints = _swapped(rng, seats, _stints(rng, len(seats)))
    people = 1 + max(stint.worker for stint in stints)
    memberships = tuple(
        sorted(_memberships(rng, seats, stints), key=lambda m: (m.worker, m.start)),
    )
    teams = _team_codes()
    team_at = _team_at(memberships, teams, people)
    return Organisation(
        worker_ids=tuple(f"w{number + 1001}" for number in range(people)),
        names=display_names(rng, people),
        teams=teams,
        memberships=memberships,
        team_at=team_at,
        at_work=(team_at >= 0) & (rng.random(team_at.shape) >= ON_LEAVE),
    )


def _seats() -> tuple[str, ...]:
    """The team of each seat on the first day."""
    return tuple(
        team
        for pools in _SEATS.values()
        for sizes in pools.values()
        for team, size in sizes.items()
        for _ in range(size)
    )


def _team_codes() -> tuple[str, ...]:
    heirs = (heir for names in truth.REORGANISATION.successors.values() for heir in names)
    return tuple(dict.fromkeys((*_seats(), *heirs)))


def _stints(rng: Rng, seats: int) -> list[Stint]:
    """Each seat's occupants in turn: people leave at random and are replaced some weeks later."""
    stints: list[Stint] = []
    workers = seats
    for seat in range(seats):
        worker, start = seat, -int(rng.integers(4, 420))
        while True:
            stop = max(start, 0) + 1 + int(rng.geometric(YEARLY_TURNOVER / 52))
            stints.append(Stint(worker, seat, start, min(stop, span.WEEKS)))
            start = stop + int(rng.integers(*WEEKS_TO_REPLACE))
            if start >= span.WEEKS:
                break
            worker, workers = workers, workers + 1
    return stints


def _swapped(rng: Rng, seats: tuple[str, ...], stints: list[Stint]) -> list[Stint]:
    """A few people who stay throughout change places with somebody of another team in the same pool."""
    stayers = [stint for stint in stints if stint.start < 0 and stint.stop == span.WEEKS]
    order = [stayers[index] for index in rng.permutation(len(stayers))]
    moved: list[Stint] = []
    gone: set[Stint] = set()
    for one in order:
        if len(gone) >= 2 * PAIRS_WHO_SWAP:
            break
        other = next((two for two in order if two not in gone and _may_swap(seats, one, two)), None)
        if other is None or one in gone:
            continue
        week = int(rng.integers(20, span.WEEKS - 20))
        gone |= {one, other}
        for mine, theirs in ((one, other), (other, one)):
            moved += [replace(mine, stop=week), replace(mine, seat=theirs.seat, start=week)]
    return [stint for stint in stints if stint not in gone] + moved


def _may_swap(seats: tuple[str, ...], one: Stint, two: Stint) -> bool:
    teams = seats[one.seat], seats[two.seat]
    return teams[0] != teams[1] and _pool(teams[0]) == _pool(teams[1])


def _pool(team: str) -> str:
    return next(pool for pools in _SEATS.values() for pool, sizes in pools.items() if team in sizes)


def _memberships(rng: Rng, seats: tuple[str, ...], stints: list[Stint]) -> Iterator[Membership]:
    """Stints as dated memberships, cut where a team moves or becomes another."""
    for stint in stints:
        team = seats[stint.seat]
        start = span.monday(stint.start)
        if stint.start < 0:
            start -= timedelta(days=int(rng.integers(0, 7)))
        stop = None if stint.stop == span.WEEKS else span.monday(stint.stop)
        for cut, name in _pieces(team, stint.seat):
            first, last = max(start, cut[0]), min(stop or date.max, cut[1])
            if first < last:
                until = None if last == date.max else last
                yield Membership(stint.worker, name, _department(name, first), first, until)


def _pieces(team: str, seat: int) -> list[tuple[tuple[date, date], str]]:
    """The names a seat's team goes by, each with its half-open span."""
    heirs = truth.REORGANISATION.successors.get(team)
    if heirs:
        cut = truth.REORGANISATION.start
        return [((date.min, cut), team), ((cut, date.max), heirs[seat % len(heirs)])]
    if team == truth.TEAM_MOVE.team:
        cut = truth.TEAM_MOVE.start
        return [((date.min, cut), team), ((cut, date.max), team)]
    return [((date.min, date.max), team)]


def _department(team: str, day: date) -> str:
    if team == truth.TEAM_MOVE.team and day >= truth.TEAM_MOVE.start:
        return truth.TEAM_MOVE.destination
    former = next((old for old, heirs in truth.REORGANISATION.successors.items() if team in heirs), team)
    return next(name for name, pools in _SEATS.items() if any(former in sizes for sizes in pools.values()))


def _team_at(memberships: tuple[Membership, ...], teams: tuple[str, ...], people: int) -> Ints:
    codes = {team: code for code, team in enumerate(teams)}
    grid = np.full((people, span.WEEKS), -1, dtype=np.int64)
    for one in memberships:
        first = max(0, span.week_number(one.start))
        last = span.WEEKS if one.stop is None else span.week_number(one.stop)
        grid[one.worker, first:last] = codes[one.team]
    return grid
