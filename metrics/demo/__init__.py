"""Northlight Broadband, a made-up company: two years of facts from a seed, with their causes planted.

`truth` is what was planted, `TRUTH.md` the same in prose. Nothing that the product reads repeats it.
"""

from collections.abc import Callable
from pathlib import Path

from metrics.demo import (
    billing,
    cases,
    contacts,
    customers,
    digital,
    network,
    orders,
    people,
    renewals,
    repairs,
    visits,
)
from metrics.demo import touches as after
from metrics.demo.tables import Table
from metrics.demo.voices import hear
from metrics.demo.voices import table_of as voices_table
from metrics.demo.world import World, world
from metrics.demo.write import write

__all__ = ["make"]

Progress = Callable[[str, float], None]


def make(path: Path, *, seed: int = 7, progress: Progress | None = None) -> None:
    """Write the demo's warehouse to `path`, a DuckDB file that replaces any that is there in one step.

    The same seed gives the same rows. `progress` is told what is being made and the share done, 0 to 1.
    Raises OSError where the folder cannot be written to.
    """
    tell: Progress = progress or (lambda _what, _share: None)
    tell("people", 0.0)
    made = _facts(world(seed), tell)
    tell("writing", 0.7)
    write(path, made)
    tell("done", 1.0)


def _facts(here: World, tell: Progress) -> list[Table]:
    """All tables. What happens later to a customer is drawn later here, since it follows from what came before."""
    tell("orders and visits", 0.1)
    ordered, picks = orders.take_orders(here)
    reported = repairs.report_faults(here)
    counts = visits.count_vans(here)
    visited = visits.visit(here, visits.jobs(ordered, reported), counts)
    installs = int((ordered.by_engineer & ~ordered.cancelled).sum())
    fixed = renewals.first_fix(reported, visited, installs)
    renewed, everyone, reported = renewals.live(here, customers.founders(here.stream("founders")), reported, fixed)
    todo = visits.jobs(ordered, reported)
    connected = cases.connected_at(here, ordered, visited)
    tell("contacts and bills", 0.3)
    coached = contacts.coach(here)
    answered = contacts.answer(here, ordered, reported, everyone, coached)
    billed = billing.bill(here, ordered, connected, everyone)
    crews = network.keep_crews(here)
    mended = network.mend(here, crews, everyone)
    released = digital.release(here)
    browsed = digital.browse(here, released, everyone)
    tell("renewals and voices", 0.45)
    renewed = renewals.joined([renewed, renewals.of_newcomers(here, ordered, billed, connected)])
    heard = hear(
        here,
        [
            after.after_visits(todo, visited),
            after.after_contacts(answered),
            after.after_network_jobs(mended),
            after.after_bills(billed),
            after.after_sessions(browsed),
            after.after_orders(ordered),
            after.after_leaving_calls(renewed),
        ],
    )
    events = cases.log(here, ordered, visited, answered, billed, connected=connected)
    tell("tables", 0.55)
    return [
        people.staff(here),
        people.targets(),
        *orders.tables_of(here, ordered, picks),
        repairs.table_of(here, reported),
        *visits.tables_of(here, todo, counts, visited),
        *network.tables_of(here, crews, mended),
        *contacts.tables_of(here, coached, answered),
        *billing.tables_of(here, billed, everyone),
        *digital.tables_of(here, released, browsed),
        *renewals.tables_of(here, renewed),
        voices_table(here, heard),
        cases.table_of(here, ordered, events),
    ]
