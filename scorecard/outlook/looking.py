"""The whole outlook of one refresh, from released tables alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from scorecard.analysis.evidence import LinkEvidence
from scorecard.causes import Ground
from scorecard.definition import Definition, Grain
from scorecard.outlook.answer import Outlook
from scorecard.outlook.exports import exports
from scorecard.outlook.landings import landings
from scorecard.outlook.needs import needs
from scorecard.privacy import release
from scorecard.reading import Table


def look(
    definition: Definition, tables: Mapping[Grain, Table], evidence: Sequence[LinkEvidence], now: datetime
) -> Outlook:
    """What lies ahead at ``now`` (naive local), from the tables of one snapshot."""
    minimum = definition.privacy.minimum_group
    released = {grain: release(table, minimum, definition) for grain, table in tables.items()}
    grounds = {grain: Ground(definition, one.table, one.withheld) for grain, one in released.items()}
    ground = grounds[definition.calendar.grain]
    return Outlook(landings(grounds, now), needs(ground, evidence), exports(ground))
