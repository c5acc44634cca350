"""Figures that add up over units or segments: rates as rate and mix, sums as changes, arrivals and departures.

A rate is R = Σ wᵢ rᵢ, with wᵢ the unit's share of the denominator and rᵢ its own rate. Of a unit there both
times, ``rate = ½(w⁰ + w¹)(r¹ − r⁰)`` is what its own change does to the whole, and
``mix = (w¹ − w⁰)(½(r⁰ + r¹) − R̄)`` what its new weight does, where R̄ = ½(R⁰ + R¹): the symmetric form of Marshall
(1920) and Edgeworth that leaves nothing over. A unit that appears has the one line ``w¹(r¹ − R̄)``, one that
vanishes ``−w⁰(r⁰ − R̄)``; R̄ in both is what makes the lines add to the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scorecard.analysis.attribution import Attribution, Floats, Hindrance, Part, missing_end

Reversal = Literal["parts_up_whole_down", "parts_down_whole_up"]

MIN_UNITS = 2
"""One unit cannot disagree with the whole it makes up, but for its weight."""
NOISE = 1e-12
"""Relative size under which a change of the whole is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """Numerators and denominators of one rate at one time, both (units,); NaN or a zero denominator is absence."""

    numerator: Floats
    denominator: Floats

    def filled(self) -> tuple[Floats, Floats]:
        """Numerators and denominators with absence as the zero it adds to the whole."""
        return np.nan_to_num(self.numerator, nan=0.0), np.nan_to_num(self.denominator, nan=0.0)

    def value(self) -> float | None:
        """The whole's rate; None without a denominator."""
        numerator, denominator = self.filled()
        total = float(denominator.sum())
        return float(numerator.sum()) / total if total else None


def split_rate(before: Rate, after: Rate, units: Sequence[str], scale: float = 1.0) -> Attribution:
    """Split the change of ``scale · Σ numerator / Σ denominator`` over units; see the module for the formulas.

    Of a unit without a denominator, only a numerator counts, on a line of its own (`unmatched`). A unit with a
    denominator but no numerator has no rate: it hinders the split and is named.
    """
    _check(units, before.numerator, before.denominator, after.numerator, after.denominator)
    old, new = before.value(), after.value()
    scaled = None if old is None else scale * old, None if new is None else scale * new
    lacking = _without_rate(before) | _without_rate(after)
    hindrance = missing_end(*scaled)
    if not hindrance and lacking.any():
        hindrance = Hindrance("missing_part", tuple(np.asarray(units)[lacking].tolist()))
    if hindrance or old is None or new is None:
        return Attribution("rate_and_mix", *scaled, (), hindrance)
    parts = _rate_parts(before, after, units, (old + new) / 2, scale)
    return Attribution("rate_and_mix", *scaled, tuple(parts))


def split_nps(before: Floats, after: Floats, units: Sequence[str]) -> Attribution:
    """Split the change of a Net Promoter Score; both (units, 3): promoters, detractors, answers.

    NPS is the rate of promoters less detractors among the answers, times 100.
    """
    rates = [Rate(counts[:, 0] - counts[:, 1], counts[:, 2]) for counts in (before, after)]
    return split_rate(rates[0], rates[1], units, scale=100.0)


def split_sum(before: Floats, after: Floats, units: Sequence[str]) -> Attribution:
    """Split the change of a sum or a count over units, both (units,); NaN is a unit that is not there.

    Serves periods as well: of a rolling sum, the periods that came into the window and those that left it.
    """
    _check(units, before, after)
    ends = [float(np.nansum(v)) if np.isfinite(v).any() else None for v in (before, after)]
    hindrance = missing_end(ends[0], ends[1])
    if hindrance:
        return Attribution("sum", ends[0], ends[1], (), hindrance)
    step = np.nan_to_num(after, nan=0.0) - np.nan_to_num(before, nan=0.0)
    there, still = np.isfinite(before), np.isfinite(after)
    parts = tuple(
        Part(unit, "change" if was and stays else "entry" if stays else "exit", float(value))
        for unit, value, was, stays in zip(units, step, there, still, strict=True)
        if was or stays
    )
    return Attribution("sum", ends[0], ends[1], parts)


def reversal(attribution: Attribution) -> Reversal | None:
    """Simpson's (1951) reversal: every unit there both times moved one way, and the whole the other.

    At least two units must have been there both times; a unit that did not move is no reversal.
    """
    rates = [part.value for part in attribution.parts if part.kind == "rate"]
    whole, before, after = attribution.whole, attribution.before, attribution.after
    if whole is None or before is None or after is None or len(rates) < MIN_UNITS:
        return None
    if abs(whole) <= NOISE * max(abs(before), abs(after)):
        return None
    if whole < 0 and min(rates) > 0:
        return "parts_up_whole_down"
    return "parts_down_whole_up" if whole > 0 and max(rates) < 0 else None


def _rate_parts(before: Rate, after: Rate, units: Sequence[str], middle: float, scale: float) -> list[Part]:
    share = [_shares(rate) for rate in (before, after)]
    (made0, weight0), (made1, weight1) = share
    line = (made1 - middle * weight1) - (made0 - middle * weight0)
    was, stays = weight0 != 0, weight1 != 0
    both = was & stays
    r0 = np.divide(made0, weight0, out=np.zeros_like(made0), where=both)
    r1 = np.divide(made1, weight1, out=np.zeros_like(made1), where=both)
    rate = (weight0 + weight1) / 2 * (r1 - r0)
    mix = (weight1 - weight0) * ((r0 + r1) / 2 - middle)
    parts = []
    for i, unit in enumerate(units):
        if both[i]:
            parts += [Part(unit, "rate", scale * float(rate[i])), Part(unit, "mix", scale * float(mix[i]))]
        elif was[i] or stays[i]:
            parts.append(Part(unit, "entry" if stays[i] else "exit", scale * float(line[i])))
        elif made0[i] or made1[i]:
            parts.append(Part(unit, "unmatched", scale * float(line[i])))
    return parts


def _shares(rate: Rate) -> tuple[Floats, Floats]:
    """Each unit's numerator and denominator as shares of the whole's denominator."""
    numerator, denominator = rate.filled()
    total = denominator.sum()
    return numerator / total, denominator / total


def _without_rate(rate: Rate) -> NDArray[np.bool_]:
    return np.asarray(np.isnan(rate.numerator) & (np.nan_to_num(rate.denominator, nan=0.0) != 0))


def _check(units: Sequence[str], *columns: Floats) -> None:
    if any(column.shape != (len(units),) for column in columns):
        raise ValueError(f"every column must be ({len(units)},), not {[column.shape for column in columns]}")
