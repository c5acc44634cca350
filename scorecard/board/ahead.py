"""What lies ahead on pages: only where one stands at the newest point there is, since it is told from there."""

from __future__ import annotations

from scorecard.board.stand import Stand
from scorecard.org import TOP, Unit
from scorecard.outlook import Exported, Needs, WillLand
from scorecard.outlook.written import Ahead


def ahead(stand: Stand, metric: str) -> Ahead:
    """Both of these, of one metric."""
    return Ahead(landing(stand, metric), needs(stand, metric))


def landing(stand: Stand, metric: str) -> WillLand | None:
    """Whether a metric will land on its target where one stands; ``None`` where nobody should say."""
    return stand.generation.landings.get((metric, stand.unit)) if _is_now(stand) else None


def needs(stand: Stand, metric: str) -> Needs | None:
    """What an outcome needs of the leaves, for whom stands at the whole company."""
    at_top = stand.unit == (stand.org.levels[0], TOP)
    return stand.generation.needs.get(metric) if at_top and _is_now(stand) else None


def exported(stand: Stand, metric: str | None = None) -> tuple[Exported, ...]:
    """What units at or beneath this one passed on: of every measure, or of those at one end of which a metric is."""
    if not _is_now(stand):
        return ()
    return tuple(
        one
        for one in stand.generation.snapshot.outlook.exported
        if metric in (None, one.metric, one.feeds) and _is_within(stand, one.unit)
    )


def _is_now(stand: Stand) -> bool:
    newest = stand.generation.moment(stand.moment.grain)
    return newest is not None and stand.moment.position >= newest.position


def _is_within(stand: Stand, unit: Unit) -> bool:
    return unit == stand.unit or (unit in stand.org.places and stand.unit in stand.org.ancestors(unit))
