"""Faults reported by customers, and the line tests that network maintenance runs before anybody is sent."""

from dataclasses import dataclass, replace

import numpy as np

from metrics.demo import span, tables
from metrics.demo.customers import FOUNDERS
from metrics.demo.draws import Bools, Ints, arrivals, clock, happens
from metrics.demo.habits import effect
from metrics.demo.tables import Table
from metrics.demo.world import World

A_WEEK = 640
DESK_SHARE = 0.4
"""What the desk tests, whichever department it stands in; the crews test the rest."""
FIRST_REPAIR = 5_000_001
_SEVEN_DAYS = (1.3, 1.1, 1.0, 1.0, 1.0, 0.7, 0.5)


@dataclass(frozen=True, slots=True)
class Repairs:
    """Repair cases, one entry each; `tester` ran the line test, `tested` before the visit was booked or not at all."""

    id: Ints
    customer: Ints
    reported: Ints
    tester: Ints
    checked: Ints
    tested: Bools
    located: Bools
    visit_day: Ints

    def of_customers(self, customer: Ints) -> "Repairs":
        """The same cases, of other customers."""
        return replace(self, customer=customer)


def report_faults(world: World) -> Repairs:
    """Two years of reported faults, each of some founder."""
    rng = world.stream("repairs")
    day = arrivals(rng, A_WEEK * (1 + 0.12 * span.winter()), _SEVEN_DAYS)
    reported = day + clock(rng, len(day), 7, 21)
    checked = reported + rng.integers(600, 5 * 3600, len(day))
    week = span.week_of(checked)
    desk, crews = world.roster("testing"), world.roster("mending")
    tester = np.where(tables.some(rng, len(day), DESK_SHARE), desk.draw(rng, week), crews.draw(rng, week))
    tested = happens(rng, world.habits["line_tested_first"][tester, week])
    located = happens(
        rng, world.habits["fault_located"][tester, week] + effect("line_tested_first", "fault_located", tested)
    )
    return Repairs(
        id=FIRST_REPAIR + np.arange(len(day)),
        customer=rng.integers(0, FOUNDERS, len(day)),
        reported=reported,
        tester=tester,
        checked=checked,
        tested=tested,
        located=located,
        visit_day=span.on_a_working_day(day + rng.integers(1, 4, len(day)) * span.DAY),
    )


def table_of(world: World, repairs: Repairs) -> Table:
    """`line_tests`: one row a repair case."""
    rng = world.stream("line tests written")
    size = len(repairs.id)
    return tables.table(
        "line_tests",
        {
            "test_id": tables.numbers(1 + np.arange(size)),
            "order_id": tables.orders(repairs.id),
            "customer_id": tables.customers(repairs.customer),
            "tester_id": tables.workers(world, repairs.tester, tables.forgotten(rng, size)),
            "checked_at": tables.moments(repairs.checked),
            "tested_before_dispatch": tables.numbers(repairs.tested),
            "fault_located": tables.numbers(repairs.located),
        },
        repairs.checked,
    )
