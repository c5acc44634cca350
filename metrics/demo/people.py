"""The tables beside the facts: who works where, and the targets kept outside the configuration."""

from datetime import date

import pyarrow as pa

from metrics.demo.tables import Table
from metrics.demo.world import World

DEPARTMENT_NAMES = {
    "sales": "Sales",
    "warehouse": "Warehouse",
    "field": "Field installation",
    "network": "Network maintenance",
    "contact": "Contact centre",
    "billing": "Billing and collections",
    "digital": "Digital",
    "retention": "Retention",
}
# metric, level, unit, first day, value
_TARGETS = (
    ("answered_in_60s", "enterprise", "all", date(2024, 4, 1), 0.72),
    ("answered_in_60s", "enterprise", "all", date(2026, 4, 1), 0.75),
    ("answered_in_60s", "team", "Social Desk", date(2024, 4, 1), 0.68),
    ("answered_in_60s", "team", "Email Desk", date(2024, 4, 1), 0.68),
)


def staff(world: World) -> Table:
    """`staff`: dated memberships, half-open; an empty `valid_to` is still so."""
    organisation = world.organisation
    rows = organisation.memberships
    return Table(
        "staff",
        pa.table(
            {
                "worker_id": [organisation.worker_ids[one.worker] for one in rows],
                "display_name": [organisation.names[one.worker] for one in rows],
                "team": [one.team for one in rows],
                "department": [one.department for one in rows],
                "department_name": [DEPARTMENT_NAMES[one.department] for one in rows],
                "valid_from": pa.array([one.start for one in rows], pa.date32()),
                "valid_to": pa.array([one.stop for one in rows], pa.date32()),
            }
        ),
    )


def targets() -> Table:
    """`targets`: dated targets by unit."""
    names = ("metric_id", "level", "unit_id", "valid_from", "target")
    columns = dict(zip(names, (list(column) for column in zip(*_TARGETS, strict=True)), strict=True))
    return Table("targets", pa.table(columns))
