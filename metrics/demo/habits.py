"""How each worker tends to work, week by week, before any planted cause acts on it.

A habit is a level plus a lasting difference of the team, one of the worker, a wandering of the team and one of the
worker (both first-order autoregressions), the pull of winter, and the team's general good leadership. The last two
make the look-alike links: they move several measures at once, and vanish once units and weeks are held fixed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.demo import span, truth
from metrics.demo.draws import Floats, stream, wander
from metrics.demo.organisation import Organisation

WORKER_SPREAD = 0.04
WORKER_WANDER = 0.03


@dataclass(frozen=True, slots=True)
class Habit:
    """One measure's usual level and what sways it, in the measure's own unit (shares, unless said otherwise)."""

    level: float
    sway: float = 0.05
    """Standard deviation of the team's wandering from week to week."""
    leadership: float = 0.0
    winter: float = 0.0
    yearly: float = 0.0
    """Drift over a year, for everybody."""


HABITS: dict[str, Habit] = {
    "van_stock_counted": Habit(0.80, sway=0.06),
    "right_part_on_van": Habit(0.86, sway=0.02),
    "first_visit_fix": Habit(0.815, sway=0.02, leadership=0.014, winter=-0.012),
    "on_time_arrival": Habit(0.90, sway=0.05, winter=-0.012),
    "job_notes_complete": Habit(0.86, sway=0.04, leadership=0.06, winter=-0.02),
    "promise_checked": Habit(0.80, sway=0.06, yearly=0.02),
    "needs_asked": Habit(0.74, sway=0.07),
    "plan_fits": Habit(0.90, sway=0.02, leadership=0.015),
    "pick_accuracy": Habit(0.972, sway=0.008, leadership=0.006),
    "same_day_dispatch": Habit(0.93, sway=0.03),
    "returns_scanned": Habit(0.88, sway=0.04, leadership=0.03),
    "line_tested_first": Habit(0.84, sway=0.06),
    "fault_located": Habit(0.66, sway=0.03),
    "spares_checked": Habit(0.80, sway=0.09),
    "toolbox_talks": Habit(0.72, sway=0.09, leadership=0.07),
    "restore_hours": Habit(1.35, sway=0.05, leadership=-0.06, winter=0.05),  # log hours
    "work_announced": Habit(0.82, sway=0.07),
    "case_notes_read": Habit(0.73, sway=0.07),
    "first_contact_fix": Habit(0.765, sway=0.02, leadership=0.03, winter=-0.01),
    "handle_time": Habit(6.02, sway=0.05, leadership=-0.08, winter=0.05),  # log seconds
    "answered_in_60s": Habit(0.80, sway=0.06, winter=-0.02),
    "transfers": Habit(0.17, sway=0.04),
    "greeting_used": Habit(0.28, sway=0.06, leadership=0.04),
    "coaching_held": Habit(0.72, sway=0.10),
    "bill_checked": Habit(0.78, sway=0.08),
    "bill_right_first_time": Habit(0.935, sway=0.01),
    "budget_asked": Habit(0.66, sway=0.10),
    "arrangement_kept": Habit(0.64, sway=0.03),
    "tested_with_customers": Habit(0.62, sway=0.12),
    "renewal_call_made": Habit(0.66, sway=0.07),
    "retention_12m": Habit(0.93, sway=0.01),
    "offer_fits": Habit(0.64, sway=0.08),
    "discount_given": Habit(0.14, sway=0.015, leadership=0.02),
    "save_rate": Habit(0.55, sway=0.03, leadership=0.03),
}
TYPICAL: Mapping[str, float] = {
    **{name: habit.level for name, habit in HABITS.items()},
    "restore_hours": 4.3,  # hours, although the habit is in log hours
    "connected_on_time": 0.88,
    "repeat_faults": 0.17,
    "work_complaints": 0.35,
    "paid_on_time": 0.86,
    "page_errors": 0.085,
    "self_service_done": 0.74,
}
"""Where each cause usually stands: planted effects act on the distance from here, so levels stay as they are named."""

LEVEL_SPREAD = 0.4
"""Lasting differences between teams, as a share of their wandering."""


class Habits:
    """Each measure's habit as an array of shape (workers, WEEKS), drawn once for a seed."""

    def __init__(self, organisation: Organisation, seed: int) -> None:
        self._organisation = organisation
        self._seed = seed
        self.leadership: Floats = stream(seed, "leadership").standard_normal(len(organisation.teams))
        self.leadership[organisation.teams.index(truth.ROOT.team)] = truth.ROOT.leadership
        self._made: dict[str, Floats] = {}

    def __getitem__(self, measure: str) -> Floats:
        if measure not in self._made:
            self._made[measure] = self._make(measure, HABITS[measure])
        return self._made[measure]

    def _make(self, measure: str, habit: Habit) -> Floats:
        rng = stream(self._seed, f"habit {measure}")
        teams, workers = len(self._organisation.teams), len(self._organisation.worker_ids)
        scale = habit.sway / HABITS["van_stock_counted"].sway
        by_team = (
            habit.level
            + rng.standard_normal((teams, 1)) * habit.sway * LEVEL_SPREAD
            + self.leadership[:, None] * habit.leadership
            + wander(rng, teams, span.WEEKS, habit.sway)
            + self._event(measure)
        )
        by_worker = scale * (
            rng.standard_normal((workers, 1)) * WORKER_SPREAD + wander(rng, workers, span.WEEKS, WORKER_WANDER)
        )
        by_week = habit.winter * span.winter() + habit.yearly * (np.arange(span.WEEKS) / 52 - 1)
        return by_team[self._organisation.team_at, np.arange(span.WEEKS)] + by_worker + by_week

    def _event(self, measure: str) -> Floats:
        """The planted standing gap and the planted changes. Shape (teams, WEEKS)."""
        effect = np.zeros((len(self._organisation.teams), span.WEEKS))
        if measure == truth.ROOT.measure:
            effect[self._organisation.teams.index(truth.ROOT.team)] += truth.ROOT.gap
        for change in truth.CHANGES:
            if change.moves == measure:
                adoption = np.array([change.adoption.get(team, 1.0) for team in self._organisation.teams])
                effect += change.size * adoption[:, None] * _ramp(change.start, change.ramp)
        return effect


def _ramp(start: date, weeks: int) -> Floats:
    """0 before the day, then rising to 1 over the weeks."""
    since = np.arange(span.WEEKS) - span.week_number(start)
    return np.clip((since + 1) / weeks, 0.0, 1.0)


def effect(cause: str, on: str, happened: Floats | np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """What a planted link adds to the effect when the cause stood at `happened` rather than at its usual level."""
    return truth.strength(cause, on) * (np.asarray(happened, dtype=np.float64) - TYPICAL[cause])
