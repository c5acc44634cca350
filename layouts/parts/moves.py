"""The thread page's first sentences: what moved, why, who has it in hand; and how many signals chance would raise."""

from __future__ import annotations

from decimal import Decimal

from layouts.numerals import digits
from layouts.parts.verdict import verdict
from layouts.words import Tongue, counted, difference, pull, within
from scorecard.view import Alarms, Because, InHand, Moved

Move = Moved | Because | InHand


def move_words(move: Move, tongue: Tongue) -> str:
    """One sentence; empty where there is nothing to add to the story line."""
    match move:
        case Moved():
            return _moved(move, tongue)
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


def _moved(move: Moved, tongue: Tongue) -> str:
    label, moved = move.figure.label, difference(move.change, move.figure.format, tongue)
    if moved is None or moved.way == "level":
        return f"{label} did not move."
    stands = "which stands out from chance" if move.signal else "no further than chance takes it"
    return f"{label} {'rose' if moved.way == 'up' else 'fell'} {moved.text}, {stands}."


def _because(move: Because, tongue: Tongue) -> str:
    if not move.steps:
        return ""
    fmt, (first, *further) = move.figure.format, move.steps
    mostly = f", mostly {further[-1].label} ({pull(further[-1].amount, fmt, tongue)})" if further else ""
    return f"{pull(first.amount, fmt, tongue)} of it came through {first.label}{mostly}."


def _in_hand(move: InHand, tongue: Tongue) -> str:
    if move.change is None:
        return f"{move.owner} answers for {within(move.root.label)}; no change is under way." if move.owner else ""
    name = within(move.change.label or move.change.id.replace("-", " "))
    who = f"{move.owner} has it in hand" if move.owner else "Under way"
    own = move.effect if move.effect and move.effect.metric == move.root.metric else None
    found = f" ({within(verdict(own, move.root.format, tongue))})" if own else ""
    return f"{who}: {name}{found}."
