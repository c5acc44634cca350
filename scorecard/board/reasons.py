"""Why on pages: the split of the last change, the links with their evidence, the page's first sentences."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from scorecard.board.stand import Stand
from scorecard.causes import Why, between, why
from scorecard.head import Span
from scorecard.time import position
from scorecard.tree import TreeLink
from scorecard.verdicts import ChangeEffect
from scorecard.view import Because, Figure, InHand, LinkView, Moved, NotFound, SignalName, Story

TARGET = "target"
"""An end that is no period."""


def split(stand: Stand, metric: str) -> Why | None:
    """Why a metric moved here since the period before; ``None`` where it failed or there is no earlier period."""
    ground, at = stand.generation.grounds[stand.moment.grain], stand.moment.position
    if metric not in ground.table.cells or at == 0:
        return None
    asked = between(ground, metric, stand.row, at - 1, at, people=stand.principal.people)
    return why(ground, asked, stand.generation.evidence, stand.definition.calendar.grain)


def explained(stand: Stand, metric: str, asked: Span) -> Why | NotFound:
    """Why a metric moved between the two ends asked for; ``stand`` is at the newest period of their grain."""
    ground, periods = stand.generation.grounds[stand.moment.grain], stand.moment.periods
    after = stand.moment.position if asked.until is None else position(periods, datetime.fromisoformat(asked.until))
    if after is None:
        return NotFound(f"there is no period {asked.until!r:.40} among those that are kept")
    if metric not in ground.table.cells:
        return NotFound(f"there are no figures of {metric!r:.80}")
    before: int | None = after - 1
    if asked.since is not None:
        before = None if asked.since == TARGET else position(periods, datetime.fromisoformat(asked.since))
    if asked.since != TARGET and (before is None or not 0 <= before < after):
        return NotFound("there is no such earlier period to compare with")
    question = between(ground, metric, stand.row, before, after, people=stand.principal.people)
    return why(ground, question, stand.generation.evidence, stand.definition.calendar.grain)


def links(stand: Stand, metric: str) -> tuple[LinkView, ...]:
    """The links out of a metric and into it, each with its evidence."""
    return tuple(_link(stand, link) for link in (*stand.tree.feeds(metric), *stand.tree.fed_by(metric)))


def effects(stand: Stand, metric: str) -> tuple[ChangeEffect, ...]:
    """What recorded changes did to a metric, the changes that meant to move it first."""
    found = [one for one in stand.generation.snapshot.effects if one.metric == metric]
    return tuple(sorted(found, key=lambda one: not one.meant))


def moves(stand: Stand, story: Story) -> tuple[Moved | Because | InHand, ...]:
    """What the page says first: what moved, why, who has it in hand."""
    told: list[Moved | Because | InHand] = []
    found = split(stand, story.outcome.metric) if story.outcome else None
    if story.outcome and found and found.change is not None:
        signal = found.noise.signal if found.noise else None
        told.append(Moved(story.outcome, found.change, cast("SignalName | None", signal)))
        if found.descent or found.beneath:
            told.append(Because(story.outcome, found.change, found.descent, found.beneath))
    if story.root:
        told.append(InHand(story.root, _owner(stand, story.root), story.change, _verdict(stand, story)))
    return tuple(told)


def _owner(stand: Stand, root: Figure) -> str | None:
    """The department's name, where the owner is a unit of the second level."""
    if root.owner is None:
        return None
    unit = (stand.definition.organisation.levels[1], root.owner)
    return stand.org.label(unit) if unit in stand.org.places else root.owner


def _verdict(stand: Stand, story: Story) -> ChangeEffect | None:
    about = story.change.id if story.change else None
    return next((one for one in stand.generation.snapshot.effects if one.change == about and one.meant), None)


def _link(stand: Stand, link: TreeLink) -> LinkView:
    definition = stand.definition
    return LinkView(
        child=link.metric,
        child_label=definition.label(link.metric),
        child_format=definition.metrics[link.metric].format,
        parent=link.feeds,
        parent_label=definition.label(link.feeds),
        parent_format=definition.metrics[link.feeds].format,
        kind=link.kind,
        effect=link.effect,
        lag=str(link.lag) if link.lag else None,
        grain=definition.calendar.grain,
        evidence=stand.generation.evidence.get((link.metric, link.feeds)),
    )
