"""Units as places: what is above and beneath one, and which bear a name that is looked for."""

from __future__ import annotations

from scorecard.board.figures import unit_label
from scorecard.board.generation import Generation
from scorecard.org import Unit
from scorecard.people.principal import Principal
from scorecard.places import PlaceView


def place(generation: Generation, principal: Principal, unit: Unit, *, beneath: bool = True) -> PlaceView:
    """A unit with the names above it and, where asked, right beneath it: people only where they may be seen."""
    org = generation.org
    hidden = None if principal.people else generation.definition.organisation.people
    below = dict.fromkeys(org.unit_of(row) for row in org.children(unit)) if beneath else {}
    return PlaceView(
        unit=unit,
        label=unit_label(generation, unit),
        level_label=unit[0].replace("_", " ").capitalize(),
        above=tuple((up, unit_label(generation, up)) for up in _above(generation, principal, unit)),
        beneath=tuple((member, unit_label(generation, member)) for member in below if member[0] != hidden),
    )


def _above(generation: Generation, principal: Principal, unit: Unit) -> list[Unit]:
    """The units above one, from the principal's own downward: they may not know of those above it."""
    above = generation.org.ancestors(unit)
    return above[above.index(principal.scope) :] if principal.scope in above else [] if principal.scope else above


def named(generation: Generation, words: str) -> list[Unit]:
    """The units whose name holds all the words: names that begin with them first, then the higher ones."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    org, levels = generation.org, generation.org.levels
    rows = [row for row, name in enumerate(generation.names) if all(word in name for word in wanted)]
    found = {org.unit_of(row): generation.names[row] for row in rows}

    def order(unit: Unit) -> tuple[bool, int, str]:
        return (not found[unit].startswith(wanted[0]), levels.index(unit[0]), found[unit])

    return sorted(found, key=order)
