"""Where a question stands: who asks, of which generation, about which unit and moment."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from scorecard.board.generation import Generation, Judged
from scorecard.definition import Definition
from scorecard.head import Moment
from scorecard.org import Org, Unit
from scorecard.people.principal import Principal
from scorecard.tree import Tree

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stand:
    """A principal's standpoint in a generation: a row of the organisation and a moment."""

    generation: Generation
    principal: Principal
    moment: Moment
    row: int
    _worked_out: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)
    """What this question has asked already: a page asks for the same figure and the same pull several times."""

    @classmethod
    def of(cls, generation: Generation, principal: Principal, moment: Moment, unit: Unit) -> Stand:
        """Stand at a unit's own figures."""
        return cls(generation, principal, moment, generation.org.row_of[unit])

    def at(self, row: int) -> Stand:
        """The same question at another row."""
        return Stand(self.generation, self.principal, self.moment, row, self._worked_out)

    def once(self, what: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, made once for this question at this row."""
        key = (self.row, what)
        if key not in self._worked_out:
            self._worked_out[key] = make()
        return cast("T", self._worked_out[key])

    @property
    def unit(self) -> Unit:
        """The unit stood at."""
        return self.org.unit_of(self.row)

    @property
    def definition(self) -> Definition:
        """The definition."""
        return self.generation.definition

    @property
    def org(self) -> Org:
        """The organisation."""
        return self.generation.org

    @property
    def tree(self) -> Tree:
        """The metrics and their links."""
        return self.generation.tree

    @property
    def lineage(self) -> tuple[Unit, ...]:
        """The units from the top down to the one stood at."""
        return (*self.org.ancestors(self.unit), self.unit)

    def judged(self, metric: str) -> Judged | None:
        """A metric's judged figures at the moment's grain; ``None`` where it failed."""
        return self.generation.judged[self.moment.grain].get(metric)

    def complete(self, metric: str) -> bool:
        """Whether a metric's figure of the moment's period is complete."""
        table = self.generation.released[self.moment.grain].table
        return bool(table.complete_of(metric)[self.moment.position])

    def beneath(self) -> tuple[int, ...]:
        """The rows of the units right beneath; people only where the principal may see them."""
        rows = self.org.children(self.unit)
        hidden = None if self.principal.people else self.definition.organisation.people
        return tuple(row for row in rows if self.org.level_of(row) != hidden)
