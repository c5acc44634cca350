"""What every part of the generator shares: the seed, the organisation, its habits and its rosters."""

from dataclasses import dataclass

from metrics.demo.draws import Floats, Rng, stream
from metrics.demo.habits import Habits
from metrics.demo.organisation import Organisation, organise
from metrics.demo.rota import Roster


@dataclass(frozen=True)
class World:
    """The fixed surroundings of one run."""

    seed: int
    organisation: Organisation
    habits: Habits

    def stream(self, subject: str) -> Rng:
        """The subject's own source of chance."""
        return stream(self.seed, subject)

    def roster(self, pool: str, pull: Floats | None = None) -> Roster:
        """Who can be given a pool's work."""
        return Roster(self.organisation, pool, pull)


def world(seed: int) -> World:
    """The surroundings for a seed."""
    organisation = organise(seed)
    return World(seed, organisation, Habits(organisation, seed))
