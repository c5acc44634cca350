"""The board: the questions screens ask. Its answers are frozen values, judged and ready to be drawn.

A board stands over one generation (definition, organisation and readings of one snapshot) and one principal.
No screen reaches a table past it.
"""

from __future__ import annotations

from typing import Protocol

from scorecard.analysis.evidence import LinkEvidence
from scorecard.asked import Statement
from scorecard.causes import Why
from scorecard.definition import Definition
from scorecard.head import Head, Moment, Span
from scorecard.lead import LeadView
from scorecard.lens import Lens
from scorecard.listing import Breakdown, Wanted
from scorecard.org import TOP, Unit
from scorecard.outlook.written import Ahead
from scorecard.people.principal import Principal
from scorecard.places import PlaceView, Sought
from scorecard.presence import Presence
from scorecard.view import Figure, MetricView, NotFound, ThreadView, UnitView
from scorecard.wallview import DisplayView, ScreenView

__all__ = ["TOP", "Board", "Boards"]


class Board(Protocol):
    """What one principal may ask of one generation. Every method is pure; unknown things are ``NotFound``."""

    @property
    def definition(self) -> Definition:
        """The definition the readings were computed by."""

    @property
    def principal(self) -> Principal:
        """Who asks."""

    def head(self) -> Head:
        """What every page says."""

    def moment(self, grain: str | None = None, period: str | None = None) -> Moment | NotFound:
        """The period of that key (``Period.key``) at that grain; by default the newest complete one."""

    def place(self, unit: Unit) -> PlaceView | NotFound:
        """Where a unit stands in the organisation."""

    def seek(self, words: str, limit: int) -> Sought:
        """The units whose name holds all the words, among those the principal may know of."""

    def thread(
        self, moment: Moment, unit: Unit | None = None, path: tuple[str, ...] = (), *, whole: bool = False
    ) -> ThreadView | NotFound:
        """The executive's page for a unit (default: the top), opened along ``path``; ``whole`` adds the whole map."""

    def metric(self, metric: str, moment: Moment, unit: Unit | None = None) -> MetricView | NotFound:
        """A metric's page."""

    def statements(self, metric: str) -> tuple[Statement, ...] | NotFound:
        """What the warehouse is asked for a metric; nothing is known of it to those who may not see that."""

    def breakdown(self, metric: str, moment: Moment, unit: Unit | None, wanted: Wanted) -> Breakdown | NotFound:
        """The units beneath one as a table of a metric, a page of it."""

    def measures(self, moment: Moment, unit: Unit | None = None) -> tuple[Figure, ...] | NotFound:
        """Every metric where one stands, in the order of the definition."""

    def unit(self, unit: Unit, moment: Moment) -> UnitView | NotFound:
        """A unit's page."""

    def why(self, metric: str, asked: Span, unit: Unit | None = None) -> Why | NotFound:
        """Why a metric moved between two periods, or is off its target."""

    def ahead(self, metric: str, unit: Unit | None = None) -> Ahead | NotFound:
        """Whether a metric will land on its target, and what an outcome needs of the leaves."""

    def evidence(self) -> tuple[LinkEvidence, ...]:
        """How far the data bear out each link of the thread."""

    def lead(self, unit: Unit, moment: Moment) -> LeadView | NotFound:
        """A unit for the one who leads it: one thing for the huddle, the people of the team."""

    def display(self, display: str) -> DisplayView | NotFound:
        """A wall screen's scenes, at the newest complete period."""

    def screens(self) -> tuple[ScreenView, ...]:
        """Every wall screen of the definition as it was last seen; none for a principal on a wall."""


class Boards(Protocol):
    """Where boards come from: always of the newest good generation."""

    def for_(self, principal: Principal) -> Board | None:
        """The board for a principal; ``None`` while no snapshot has ever been made."""

    def through(self, principal: Principal, lens: Lens) -> Board | NotFound | None:
        """The board through a lens; ``NotFound`` where it names a picture or a value there is none of.

        Raises :class:`~scorecard.lens.Busy` where rows must be read first and cannot be just now.
        """

    @property
    def presence(self) -> Presence:
        """Where the beats of wall screens are noted."""
