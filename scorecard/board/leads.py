"""A unit for the one who leads it: the one thing for the huddle, and the people of the team."""

from __future__ import annotations

from scorecard.board.figures import figure
from scorecard.board.metrics import breakdown, changes
from scorecard.board.pulls import standing, weight
from scorecard.board.stand import Stand
from scorecard.board.strands import strand
from scorecard.board.units import measures
from scorecard.definition import Change
from scorecard.lead import Huddle, LeadView, Person, Reason
from scorecard.tree import TreeLink
from scorecard.verdicts import ChangeEffect
from scorecard.view import Figure

PEOPLE, MEASURES = 40, 4
"""The most people named at once, and the most measures told of each."""


def lead(stand: Stand) -> LeadView:
    """What a lead takes from the page of the unit stood at."""
    own = measures(stand)
    people, hidden = _people(stand, own)
    return LeadView(_huddle(stand, own), people, hidden)


def _huddle(stand: Stand, own: tuple[Figure, ...]) -> Huddle | None:
    """A real signal for the worse before the hardest pull, that before what is short, that before good news."""
    pulled = [(found, _hardest(stand, found.metric)) for found in own]
    for reason in ("worsening", "pull", "short", "improving"):
        fitting = [(found, pull) for found, pull in pulled if _fits(reason, found, pull)]
        if fitting:
            return _told(stand, *min(fitting, key=lambda one: one[1][0] if one[1] else 0.0), reason)
    return None


_Pull = tuple[float, TreeLink]
"""How hard a measure pulls, counted in tolerances of what it feeds (negative hurts), and along which link."""


def _hardest(stand: Stand, metric: str) -> _Pull | None:
    found: list[_Pull] = []
    for link in stand.tree.feeds(metric):
        pull, room = weight(stand, link), standing(stand, link.feeds).tolerance
        if pull and room:
            found.append((pull.size / room, link))
    return min(found, key=lambda one: one[0], default=None)


def _fits(reason: Reason, found: Figure, pull: _Pull | None) -> bool:
    match reason:
        case "pull":
            return pull is not None and pull[0] < 0
        case "short":
            return found.status == "missed"
        case _:
            return found.variation == reason


def _told(stand: Stand, found: Figure, pull: _Pull | None, reason: Reason) -> Huddle:
    hurting = pull[1] if pull and pull[0] < 0 else None
    change = _change(stand, found.metric)
    people = stand.definition.organisation.people
    below = [one for one in breakdown(stand, found.metric) if one.status == "missed" and one.unit[0] != people]
    return Huddle(
        figure=found,
        reason=reason,
        strand=strand(stand, hurting) if hurting else None,
        parent=figure(stand, hurting.feeds) if hurting else None,
        worst=next(iter(below), None),
        change=change,
        effect=_effect(stand, change, found.metric) if change else None,
    )


def _change(stand: Stand, metric: str) -> Change | None:
    """The newest change that is live, meant to move the measure, and applies where one stands."""
    today = stand.generation.snapshot.as_of.date()
    here = {":".join(unit) for unit in stand.lineage}
    return next(
        (one for one in changes(stand.definition, metric)
         if one.from_ <= today and (not one.units or here & {*one.units})),
        None,
    )  # fmt: skip


def _effect(stand: Stand, change: Change, metric: str) -> ChangeEffect | None:
    return next(
        (one for one in stand.generation.snapshot.effects if (one.change, one.metric) == (change.id, metric)), None
    )


def _people(stand: Stand, own: tuple[Figure, ...]) -> tuple[tuple[Person, ...], int]:
    """People right beneath, by name, with the unit's first measures; an order of merit is never made of them."""
    level, org = stand.definition.organisation.people, stand.org
    rows = sorted(
        (row for row in stand.beneath() if org.level_of(row) == level), key=lambda row: stand.generation.ranks[row]
    )
    names = [found.metric for found in own if stand.definition.level(found.metric) == level][:MEASURES]
    shown = [
        Person(org.unit_of(row), org.label(org.unit_of(row)), tuple(figure(stand.at(row), name) for name in names))
        for row in rows[:PEOPLE]
    ]
    return tuple(shown), max(0, len(rows) - PEOPLE)
