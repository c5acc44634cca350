"""A process chart in words: which limits, which signals by which rule, what stands in the way of either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from htpy import Element, Fragment, details, fragment, li, p, summary, ul

from layouts.times import period_name
from layouts.words import Tongue, counted
from scorecard.analysis.rulesets import RuleSet
from scorecard.time import Period
from scorecard.view import ChartView, SignalName

SHOWN = 3
"""The newest signals stand open; the earlier ones are one click away."""
_RULES: Mapping[RuleSet, str] = {"nhs": "the NHS rules", "wheeler": "Wheeler's rules"}


@dataclass(frozen=True, slots=True)
class Limits:
    """A process's natural limits at each point, and its centre; ``None`` where none are drawn.

    A change that rebases them is a step in the three rows.
    """

    low: Sequence[float | None]
    centre: Sequence[float | None]
    high: Sequence[float | None]
    trial: bool = False
    """Too few points yet to be relied on."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A point that is no noise: its position, and the rule that says so."""

    position: int
    rule: str


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring points that one rule calls a signal, first to last."""

    rule: SignalName
    side: int
    first: int
    last: int


def limits_of(chart: ChartView) -> Limits | None:
    """The limits to draw; ``None`` where no period has any."""
    if all(high is None for high in chart.upper):
        return None
    return Limits(chart.lower, chart.centre, chart.upper, chart.trial)


def signals_of(chart: ChartView, periods: Sequence[Period], tongue: Tongue) -> list[Signal]:
    """Each signal with the words that stand at its ring."""
    return [
        Signal(at, f"{period_name(periods[at], tongue)}. {run_words(run, periods, tongue)}")
        for run in runs(chart)
        for at in range(run.first, run.last + 1)
    ]


def runs(chart: ChartView) -> list[Run]:
    """The signals, neighbours of one rule, side and stretch taken together, oldest first."""
    found: list[Run] = []
    for at, rule in enumerate(chart.signals):
        if rule is None:
            continue
        before = found[-1] if found else None
        same = before and before.last == at - 1 and (before.rule, before.side) == (rule, chart.sides[at])
        if before and same and chart.stretches[at] == chart.stretches[before.last]:
            found[-1] = Run(rule, before.side, before.first, at)
        else:
            found.append(Run(rule, chart.sides[at], at, at))
    return found


def run_words(run: Run, periods: Sequence[Period], tongue: Tongue) -> str:
    """A signal by its rule's plain name: "Shift: 9 weeks on one side of the usual level, above it"."""
    many = counted(run.last - run.first + 1, periods[run.last].grain or "period", tongue=tongue)
    above = run.side > 0
    match run.rule:
        case "outside":
            return f"Outside: {many} {'above the upper' if above else 'below the lower'} limit"
        case "shift":
            return f"Shift: {many} on one side of the usual level, {'above' if above else 'below'} it"
        case "trend":
            return f"Trend: {many} {'rising' if above else 'falling'} without a break"
        case "near_limit":
            return f"Close to a limit: {many} near the {'upper' if above else 'lower'} one"


def chart_notes(chart: ChartView, periods: Sequence[Period], tongue: Tongue) -> Fragment:
    """What is to be said beneath the chart."""
    if limits_of(chart) is None:
        return fragment[p["Too few points for natural limits: nothing here can be called a signal yet."]]
    return fragment[p[" ".join(_limits(chart, tongue))], _signals(chart, periods, tongue)]


def _limits(chart: ChartView, tongue: Tongue) -> Iterator[str]:
    yield f"Limits by {_RULES[chart.rules]}, around the usual level."
    if chart.none:
        yield "Since the newest change there are too few points for limits."
    elif chart.trial:
        yield "These are trial limits, from fewer than twelve points: they will still move."
    if chart.autocorrelated:
        yield "Neighbouring points are alike here, so limits are too narrow and some signals are none."
    if not any(chart.signals):
        yield f"No signals in {counted(len(chart.signals), 'period', tongue=tongue)}."


def _signals(chart: ChartView, periods: Sequence[Period], tongue: Tongue) -> list[Element]:
    lines = [li[f"{run_words(run, periods, tongue)}, {_when(run, periods, tongue)}."] for run in reversed(runs(chart))]
    found = [ul(".signals")[lines[:SHOWN]]] if lines else []
    if lines[SHOWN:]:
        many = counted(len(lines[SHOWN:]), "earlier signal", tongue=tongue)
        found.append(details[summary[many], ul(".signals")[lines[SHOWN:]]])
    return found


def _when(run: Run, periods: Sequence[Period], tongue: Tongue) -> str:
    return f"{'in' if run.first == run.last else 'up to'} {period_name(periods[run.last], tongue)}"
