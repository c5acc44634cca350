"""What every way of measuring a link answers with: an estimate, or what is missing for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["panel", "case", "series"]
Obstacle = Literal["too_little_data", "no_variation"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """How far the parent moves when the child moves by one of its units, and how sure that is."""

    slope: float
    """In the parent's units per child's unit."""
    low: float
    high: float
    """The ends of the 95 % interval of the slope."""
    p: float
    """Two-sided, with the search over lags paid for."""
    lag: int
    """Periods by which the child goes before the parent."""
    units: int
    periods: int
    observations: int
    method: Method

    @property
    def sign(self) -> int:
        """+1 when the parent rises with the child, −1 when it falls, 0 when neither."""
        return (self.slope > 0) - (self.slope < 0)


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why there is no estimate, and how much more would be needed for one."""

    obstacle: Obstacle
    units: int = 0
    """Units still missing."""
    periods: int = 0
    """Periods still missing."""
    cases: int = 0
    """Cases still missing."""
