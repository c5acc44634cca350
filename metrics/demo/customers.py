"""Customers as numbers: those there from the start, those who join by an order, and when each comes up for renewal."""

from dataclasses import dataclass

import numpy as np

from metrics.demo import span
from metrics.demo.draws import Bools, Ints, Rng, clock

FOUNDERS = 60_000
"""Customers on the first day, coded 0 ... FOUNDERS - 1; those who order later follow in the order of ordering."""
REGIONS = ("Harbour", "Uplands", "City", "Lakeside", "Fenland", "Vale")


@dataclass(frozen=True, slots=True)
class Founders:
    """Customers of the first day. `left` is the moment a founder left, far in the future for those who have not."""

    anniversary: Ints
    left: Ints

    def without(self, customer: Ints, when: Ints) -> "Founders":
        """The same customers, some of whom leave at the moments given."""
        left = self.left.copy()
        left[customer] = when
        return Founders(self.anniversary, left)

    def active(self, rng: Rng, when: Ints) -> Ints:
        """A founder who is still a customer, for each moment."""
        chosen = rng.integers(0, FOUNDERS, len(when))
        return self.instead_of_gone(rng, chosen, when)

    def instead_of_gone(self, rng: Rng, chosen: Ints, when: Ints) -> Ints:
        """The same customers, with another in place of each who had left by then."""
        gone = self.left[chosen] <= when
        while gone.any():
            chosen = chosen.copy()
            chosen[gone] = rng.integers(0, FOUNDERS, int(gone.sum()))
            gone = self.left[chosen] <= when
        return chosen


def founders(rng: Rng) -> Founders:
    """Everybody of the first day, none of whom has left."""
    anniversary = rng.integers(0, span.DAYS_A_YEAR, FOUNDERS) * span.DAY + clock(rng, FOUNDERS, 8, 18)
    return Founders(anniversary, np.full(FOUNDERS, np.iinfo(np.int64).max))


def region_of(customer: Ints) -> Ints:
    """Where a customer lives, fixed for life. Codes into REGIONS."""
    return (customer * 7919) % len(REGIONS)


def latest_before(customer: Ints, when: Ints, case_customer: Ints, case_when: Ints) -> tuple[Ints, Bools]:
    """Each customer's latest case in the year before a moment: its position, and whether there is one.

    Positions without a case are 0 and to be ignored.
    """
    wide = np.int64(2) ** 32
    order = np.argsort(case_customer * wide + case_when, kind="stable")
    keys = (case_customer * wide + case_when)[order]
    place = np.searchsorted(keys, customer * wide + when) - 1
    found = order[np.maximum(place, 0)]
    recent = case_when[found] >= when - span.DAYS_A_YEAR * span.DAY
    known = (place >= 0) & (case_customer[found] == customer) & recent
    return np.where(known, found, 0), known
