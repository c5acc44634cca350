"""What is asked, as the control row shows it: place, grain, period and picture, all of them in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from htpy import Element

from layouts.ask import Ask
from layouts.parts.bar import Choice, Link, ask_form
from layouts.parts.controls import Search, Way, Whereabouts, control_row, step_link
from layouts.screens.places import place_of
from layouts.times import period_name
from layouts.words import Tongue
from scorecard.board import TOP, Board
from scorecard.definition import Grain
from scorecard.head import Head, Moment
from scorecard.org import Unit
from scorecard.places import PlaceView, Sought
from scorecard.view import NotFound

MOST_BENEATH = 120
"""How many units beneath one are named; more are found by their name."""
MOST_FOUND = 12
_GRAINS: dict[Grain, str] = {
    "hour": "Hours", "day": "Days", "week": "Weeks", "month": "Months", "quarter": "Quarters", "year": "Years",
}  # fmt: skip


def controls(board: Board, ask: Ask, head: Head, tongue: Tongue) -> Element | None:
    """The row for a page; nothing where the place or the time is not known."""
    moment, newest = board.moment(ask.grain, ask.period), board.moment(ask.grain)
    place = board.place(place_of(board, ask))
    if isinstance(moment, NotFound) or isinstance(newest, NotFound) or isinstance(place, NotFound):
        return None
    times = _Times(ask, moment, newest, tongue).forms(head.grains, board.definition.calendar.grain)
    held = [ask_form(_where(ask), [_held(head)], _kept(ask, "only", "seek"))] if head.dimensions else []
    return control_row(_whereabouts(board, ask, place), [*held, *times], _pictures(ask))


def _whereabouts(board: Board, ask: Ask, place: PlaceView) -> Whereabouts:
    def way(unit: Unit, label: str, under: str = "") -> Way:
        return Way(label, _at(board, ask, unit).address, under)

    sought = board.seek(ask.seek, MOST_FOUND) if ask.seek else Sought((), 0)
    found = [way(unit.unit, unit.label, ", ".join(label for _, label in unit.above[1:])) for unit in sought.units]
    return Whereabouts(
        above=[way(unit, label) for unit, label in place.above],
        label=place.label,
        beneath=[way(unit, label) for unit, label in place.beneath[:MOST_BENEATH]],
        count=len(place.beneath),
        search=Search(_where(ask), _kept(ask, "seek"), ask.seek, found, sought.count),
    )


def _at(board: Board, ask: Ask, unit: Unit) -> Ask:
    """The same page of another unit; a path through the thread belongs to the unit it was opened for."""
    if ask.page == "unit":
        return ask.of_unit(unit)
    top = (board.definition.organisation.levels[0], TOP)
    return replace(ask, path=()).at(None if unit == top else unit)


def _pictures(ask: Ask) -> list[Link]:
    if ask.page != "thread":
        return []
    columns, whole = replace(ask, view=None, seek=""), replace(ask, view="map", seek="")
    return [
        Link("Columns", columns.address, ask.view is None),
        Link("Whole map", whole.address, ask.view == "map"),
    ]


def _held(head: Head) -> Choice:
    """To which rows a page may be held: everything, or one value of one dimension."""
    groups = [
        (
            dimension_words(dimension).capitalize(),
            [(f"{dimension}:{value}", f"{dimension_words(dimension).capitalize()}: {value}") for value in values],
        )
        for dimension, values in head.dimensions
    ]
    only = head.lens.only
    return Choice("only", "Filter", [("", "Everything")], f"{only.dimension}:{only.value}" if only else "", groups)


@dataclass(frozen=True, slots=True)
class _Times:
    """The time asked for, beside what an address without one means."""

    ask: Ask
    moment: Moment
    newest: Moment
    tongue: Tongue

    def forms(self, kept: Sequence[Grain], usual: Grain) -> list[Element]:
        """Grain and period, each its own form: another grain forgets the period, whose key belongs to the old one."""
        ask, moment, where = self.ask, self.moment, _where(self.ask)
        grains = [("" if grain == usual else grain, _GRAINS[grain]) for grain in kept]
        periods = [self.period(at) for at in reversed(range(len(moment.periods)))]
        grain = "" if moment.grain == usual else moment.grain
        return [
            ask_form(where, [Choice("grain", "Grain", grains, grain)], _kept(ask, "grain", "period", "seek")),
            step_link(self.step(-1), "before"),
            ask_form(
                where,
                [Choice("period", "Period", periods, self.period(moment.position)[0])],
                _kept(ask, "period", "seek"),
            ),
            step_link(self.step(1), "after"),
        ]

    def step(self, by: int) -> Link | None:
        """The period before or after this one."""
        at = self.moment.position + by
        if not 0 <= at < len(self.moment.periods):
            return None
        key, name = self.period(at)
        return Link(name, replace(self.ask, period=key or None, seek="").address)

    def period(self, at: int) -> tuple[str, str]:
        """A period to choose; the newest complete one is what an address without a period means."""
        name = period_name(self.moment.periods[at], self.tongue)
        if at == self.newest.position:
            return "", name
        return self.moment.periods[at].key, f"{name}, so far" if at > self.newest.position else name


def dimension_words(dimension: str) -> str:
    """A dimension's name as people read it."""
    return dimension.replace("_", " ")


def _where(ask: Ask) -> str:
    return ask.address.partition("?")[0]


def _kept(ask: Ask, *without: str) -> list[tuple[str, str]]:
    """What the address says beside what a form asks anew."""
    return [(name, text) for name, text in ask.query() if name not in without]
