"""The small company's tables of units, as a board would answer them: plain sorting, no arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil, inf

from scorecard.definition import Change
from scorecard.judge import STATUSES
from scorecard.lead import Huddle, LeadView, Person
from scorecard.listing import Breakdown, Row, Wanted
from scorecard.org import Unit
from scorecard.view import Figure, NotFound, Strand
from tests.unit.layouts.reasons import EFFECT

LEVELS = ("department", "team", "worker")
WORST = {"missed": 0, "near": 1, "met": 2, "unknown": 3}


def breakdown(
    wanted: Wanted, unit: Unit, tree: Mapping[Unit, tuple[Unit, ...]], figure: Callable[[Unit], Figure]
) -> Breakdown | NotFound:
    levels = LEVELS[LEVELS.index(unit[0]) + 1 :] if unit[0] in LEVELS else LEVELS
    level = wanted.level or next(iter(levels), "")
    people = level == "worker"
    if wanted.level and level not in levels:
        return NotFound(f"there is no breakdown by {level!r} here")
    if people and (wanted.status or wanted.order not in {None, "name"}):
        return NotFound("there is no order of people but by name")
    every = [Row(figure(below), within) for below, within in beneath(unit, tree, ()) if below[0] == level]
    named = [row for row in every if wanted.find.casefold() in row.figure.unit_label.casefold()]
    found = [row for row in named if wanted.status in {None, row.figure.status}]
    found.sort(key=lambda row: key(row.figure, wanted.order or ("name" if people else "status")))
    found = found[::-1] if wanted.descending else found
    size = wanted.size or max(len(found), 1)
    parts = max(1, ceil(len(found) / size))
    if wanted.part > parts:
        return NotFound(f"there is no page {wanted.part} of this table")
    shown = tuple(found[(wanted.part - 1) * size : wanted.part * size])
    counts = {} if people else {code: sum(row.figure.status == code for row in named) for code in STATUSES}
    return Breakdown(wanted, level, levels, people, shown, len(every), len(found), parts, counts)


def below(unit: Unit, tree: Mapping[Unit, tuple[Unit, ...]]) -> list[Unit]:
    return [found for found, _ in beneath(unit, tree, ())]


def beneath(
    unit: Unit, tree: Mapping[Unit, tuple[Unit, ...]], within: tuple[str, ...]
) -> list[tuple[Unit, tuple[str, ...]]]:
    return [
        line
        for child in tree.get(unit, ())
        for line in [(child, within), *beneath(child, tree, (*within, child[1]))]
    ]  # fmt: skip


def lead(
    unit: Unit,
    people: Sequence[tuple[Unit, str]],
    raised: tuple[Strand, Change, Unit | None] | None,
    figure: Callable[[str, Unit], Figure],
) -> LeadView:
    """Van stock is raised, for the worse, with a change that worked; each person is told of in two measures."""
    huddle = None
    if raised:
        strand, change, worst = raised
        below = figure("van_stock", worst) if worst else None
        own, fed = figure("van_stock", unit), figure("right_part", unit)
        huddle = Huddle(own, "worsening", strand, fed, below, change, EFFECT)
    named = (Person(who, name, (figure("van_stock", who), figure("right_part", who))) for who, name in people)
    return LeadView(huddle, tuple(named), 0)


def key(figure: Figure, order: str) -> tuple[float, float, str]:
    match order:
        case "status":
            return (WORST[figure.status], figure.gap or 0.0, figure.unit_label)
        case "value" | "change":
            value = getattr(figure, order)
            return (inf if value is None else value, 0.0, figure.unit_label)
        case "target" if isinstance(figure.target, float):
            return (figure.target, 0.0, figure.unit_label)
        case _:
            return (0.0, 0.0, figure.unit_label)
