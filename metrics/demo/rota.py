"""Who takes the next job: draws of workers who are at work in the week it falls in."""

from functools import cached_property

import numpy as np

from metrics.demo import span
from metrics.demo.draws import Bools, Floats, Ints, Rng
from metrics.demo.organisation import Organisation


class Roster:
    """Draws from one pool of teams, in proportion to each team's `pull` (1 for every worker where not given)."""

    def __init__(self, organisation: Organisation, pool: str, pull: Floats | None = None) -> None:
        here = organisation.in_pool(pool)
        weight: Floats = here * (np.ones(1) if pull is None else pull[organisation.team_at])
        self._organisation = organisation
        self._here: Bools = here
        self._edges, self._workers = _edges(weight.T)

    def draw(self, rng: Rng, week: Ints) -> Ints:
        """A worker for each job, by the job's week."""
        place = np.searchsorted(self._edges, week + rng.random(len(week)), side="right")
        return self._workers[np.minimum(place, len(self._workers) - 1)]

    def draw_from_team(self, rng: Rng, team: Ints, week: Ints) -> Ints:
        """A worker of the given team for each job; whoever is there of the pool where the team has nobody that week."""
        edges, workers = self._by_team
        group = team * span.WEEKS + week
        place = np.searchsorted(edges, group + rng.random(len(week)), side="right")
        found = workers[np.minimum(place, len(workers) - 1)]
        right = self._organisation.team_at[found, week] == team
        return np.where(right & self._here[found, week], found, self.draw(rng, week))

    @cached_property
    def _by_team(self) -> tuple[Floats, Ints]:
        worker, week = np.nonzero(self._here)
        group = self._organisation.team_at[worker, week] * span.WEEKS + week
        order = np.argsort(group, kind="stable")
        group = group[order]
        place = np.arange(len(group)) - np.searchsorted(group, group) + 1
        return group + place / np.bincount(group)[group], worker[order].astype(np.int64)


def _edges(weight: Floats) -> tuple[Floats, Ints]:
    """For each group (row) its members' upper edges within [group, group + 1), and the members, both flat."""
    group, member = np.nonzero(weight)
    total = weight.sum(axis=1)
    share = np.cumsum(weight, axis=1)[group, member] / total[group]
    return group + share, member.astype(np.int64)
