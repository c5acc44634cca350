"""A board's answers as JSON: the same frozen values that screens draw, in snake_case, ``null`` for no value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel

from layouts.ask import Ask
from layouts.parts.wall import WallBoard, wall_board
from layouts.whyshape import LinkData, WhyData
from scorecard.asked import Statement
from scorecard.board import Board
from scorecard.causes.links import as_dicts
from scorecard.causes.written import as_dict
from scorecard.head import Moment, Span
from scorecard.lead import LeadView
from scorecard.listing import Breakdown
from scorecard.outlook import written
from scorecard.view import Figure, MetricView, NotFound, ThreadView, UnitView
from scorecard.wallview import ScreenView

T = TypeVar("T")


class Unknown(Exception):  # noqa: N818 - a state of what is asked, not an error of the program
    """There is no such thing, or the asker may not know of it."""

    def __init__(self, found: NotFound) -> None:
        self.found = found
        super().__init__(found.what)


@dataclass(frozen=True, slots=True)
class Stamped:
    """What every answer from a picture says of it: its name, the moment it shows, when it was taken."""

    generation: str
    as_of: datetime
    taken: datetime


@dataclass(frozen=True, slots=True)
class OfPeriod(Stamped):
    """The same, about one period."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class ThreadAnswer(Stamped):
    """The thread with what it depends on."""

    data: ThreadView


@dataclass(frozen=True, slots=True)
class MetricAnswer(OfPeriod):
    """A metric with what it depends on."""

    data: MetricView


@dataclass(frozen=True, slots=True)
class UnitAnswer(OfPeriod):
    """A unit with what it depends on."""

    data: UnitView
    lead: LeadView | None
    """For the one who leads it; nothing of a single person."""


@dataclass(frozen=True, slots=True)
class UnitsAnswer(OfPeriod):
    """A metric in the units beneath one, with what it depends on."""

    data: Breakdown


@dataclass(frozen=True, slots=True)
class MeasuresAnswer(OfPeriod):
    """Every metric where one stands, with what it depends on."""

    data: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ScreensAnswer:
    """Every wall screen as it was last seen."""

    data: tuple[ScreenView, ...]


@dataclass(frozen=True, slots=True)
class WhyAnswer(Stamped):
    """Why a metric moved, as `golden-thread why --format json` writes it."""

    data: WhyData


@dataclass(frozen=True, slots=True)
class EvidenceAnswer(Stamped):
    """How far the data bear out each link, as `golden-thread evidence --format json` writes it."""

    data: tuple[LinkData, ...]


@dataclass(frozen=True, slots=True)
class StatementsAnswer(Stamped):
    """What the warehouse is asked for a metric, for the whole of what is kept, by the calendar's own grain."""

    data: tuple[Statement, ...]


Answer = (
    ThreadAnswer
    | MetricAnswer
    | UnitsAnswer
    | StatementsAnswer
    | MeasuresAnswer
    | UnitAnswer
    | ScreensAnswer
    | WallBoard
    | WhyAnswer
    | EvidenceAnswer
)
UNITS = "units"
"""The part of a metric's page that is an answer of its own: its table."""


STATEMENTS = "statements"
"""The part that is what the warehouse is asked."""


def answer(board: Board, ask: Ask, part: str = "") -> Answer:
    """What a board answers to ``ask``, or to a part of it; raises :class:`Unknown`."""
    if ask.page in ("wall", "displays"):
        return _of_walls(board, ask)
    head = board.head()
    stamp = (head.generation, head.as_of, head.taken)
    if ask.page == "why":
        found = _known(board.why(ask.id, Span(ask.grain, ask.since, ask.period), ask.unit))
        told = {**as_dict(found), **written.as_dict(_known(board.ahead(ask.id, ask.unit)))}
        return WhyAnswer(*stamp, WhyData.model_validate(told))
    if ask.page == "evidence":
        links = as_dicts(board.definition, board.evidence(), board.definition.calendar.grain)
        return EvidenceAnswer(*stamp, tuple(map(LinkData.model_validate, links)))
    moment = _known(board.moment(ask.grain, ask.period))
    if ask.page == "metric":
        return _of_a_metric(board, ask, moment, part)
    if ask.page == "measures":
        return MeasuresAnswer(*stamp, moment, _known(board.measures(moment, ask.unit)))
    if ask.page == "unit" and ask.unit:
        unit = _known(board.unit(ask.unit, moment))
        return UnitAnswer(*stamp, moment, unit, None if unit.person else _known(board.lead(ask.unit, moment)))
    return ThreadAnswer(*stamp, _known(board.thread(moment, ask.unit, ask.path, whole=ask.view == "map")))


def _of_a_metric(board: Board, ask: Ask, moment: Moment, part: str) -> MetricAnswer | UnitsAnswer | StatementsAnswer:
    head = board.head()
    stamp = (head.generation, head.as_of, head.taken)
    if part == STATEMENTS:
        return StatementsAnswer(*stamp, _known(board.statements(ask.id)))
    if part == UNITS:
        return UnitsAnswer(*stamp, moment, _known(board.breakdown(ask.id, moment, ask.unit, ask.rows)))
    return MetricAnswer(*stamp, moment, _known(board.metric(ask.id, moment, ask.unit)))


def _of_walls(board: Board, ask: Ask) -> ScreensAnswer | WallBoard:
    if ask.page == "displays":
        return ScreensAnswer(board.screens())
    return wall_board(board.head(), _known(board.display(ask.id)))


def as_bytes(value: object) -> bytes:
    """Write an answer as JSON; NaN and infinities, should one ever get here, are ``null``."""
    return orjson.dumps(value, default=_plain)


def _known(found: T | NotFound) -> T:
    if isinstance(found, NotFound):
        raise Unknown(found)
    return found


def _plain(value: Any) -> Any:
    """What orjson does not write by itself: models as their YAML reads, other mappings and sequences as theirs."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if hasattr(value, "items"):
        return dict(value)
    raise TypeError(f"cannot be written as JSON: {type(value).__name__}")
