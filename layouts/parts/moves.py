"""The thread page's first sentences: what moved, why, who has it in hand; and how many signals chance would raise."""

from __future__ import annotations

from decimal import Decimal

from layouts.numerals import digits
from layouts.parts.verdict import verdict
from layouts.words import Tongue, counted, difference, pull, within
from scorecard.view import Alarms, Because, InHand, Moved

Move = Moved | Because | InHand


def move_words(move: Move, tongue: Tongue, *, named: bool = True) -> str:
    """One sentence; empty where there is nothing to add to the story line.

    Without ``named`` a measure that moved is "it": the sentence before has named it.
    """
    match move:
        case Moved():
            return _moved(move, move.figure.label if named else "It", tongue)
        case Because():
            return _because(move, tongue)
        case InHand():
            return _in_hand(move, tongue)


def alarm_words(alarms: Alarms, tongue: Tongue) -> str:
    """The budget: "5 signals among 33 measures; about 1.9 expected by chance"; empty where nothing has limits."""
    if not alarms.charts:
        return ""
    signals = counted(alarms.signals, "signal", tongue=tongue)
    measures = counted(alarms.charts, "measure", tongue=tongue)
    return f"{signals} among {measures}; about {digits(Decimal(repr(alarms.expected)), 1, tongue)} expected by chance."


def _moved(move: Moved, label: str, tongue: Tongue) -> str:
    moved = difference(move.change, move.figure.format, tongue)
    if moved is None or moved.way == "level":
        return f"{label} did not move."
    stands = "which stands out from chance" if move.signal else "no further than chance takes it"
    return f"{label} {'rose' if moved.way == 'up' else 'fell'} {moved.text}, {stands}."


def _because(move: Because, tongue: Tongue) -> str:
    """One sentence of exact steps and, apart from them, the drivers that are estimated to lie beneath."""
    fmt, told = move.figure.format, []
    if move.steps:
        first, *further = move.steps
        mostly = f", mostly {further[-1].label} ({pull(further[-1].amount, fmt, tongue)})" if further else ""
        told.append(f"{pull(first.amount, fmt, tongue)} of it came through {first.label}{mostly}")
    if move.beneath:
        driver, *under = move.beneath
        where = "" if driver.unit == move.figure.unit else f"at {driver.unit_label} "
        of_it = "" if where else " of it"
        by_way = f", mostly by way of {under[-1].label} (about {pull(under[-1].amount, fmt, tongue)})" if under else ""
        amount = f"{where}about {pull(driver.amount, fmt, tongue)}{of_it}"
        told.append(f"{amount} goes with {driver.label}{by_way}, going by the evidence")
    said = "; ".join(told)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _in_hand(move: InHand, tongue: Tongue) -> str:
    if move.change is None:
        return f"{move.owner} answers for {within(move.root.label)}; no change is under way." if move.owner else ""
    name = within(move.change.label or move.change.id.replace("-", " "))
    who = f"{move.owner} has it in hand" if move.owner else "Under way"
    own = move.effect if move.effect and move.effect.metric == move.root.metric else None
    found = f" ({within(verdict(own, move.root.format, tongue))})" if own else ""
    return f"{who}: {name}{found}."
