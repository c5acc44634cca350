"""Numbers in words: how a value, a difference, a sentence is written and read out.

Pure functions of a value and a :class:`Tongue` (locale and currency). Three promises, property-tested:
nothing ever reads ``nan``, ``inf`` or ``None``; zero has no sign; and a value is never rounded so far that it
reads like the target it misses.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from babel.lists import format_list

from layouts import numerals
from layouts.numerals import MINUS, Spoken, Tongue, digits, usual_decimals
from scorecard.definition import Format
from scorecard.judge import Assurance, Status, Target, Variation

__all__ = [
    "ASSURANCE", "KEPT", "MINUS", "NO_DATA", "STATUS", "TOO_LARGE", "VARIATION", "WITHHELD", "Difference", "Spoken",
    "Tongue", "apart", "counted", "difference", "distance", "interval", "listed", "pull", "sentence", "shortened",
    "shows", "smallest", "spoken", "spoken_against", "within",
]  # fmt: skip

NO_DATA = "no data"
WITHHELD = "withheld: too few answers"
STATUS: Mapping[Status, str] = {
    "met": "On target",
    "near": "Watch",
    "missed": "Off target",
    "unknown": "No data",
}
KEPT: Mapping[Status, str] = {
    "met": "Kept",
    "near": "Nearly kept",
    "missed": "Not kept",
    "unknown": "Not known yet",
}
"""A promise in the words of the outcome that is in most need."""
VARIATION: Mapping[Variation, str] = {
    "improving": "Improving",
    "worsening": "Worsening",
    "steady": "Steady",
    "unknown": "Too little data for a signal",
}
ASSURANCE: Mapping[Assurance, str] = {
    "passes": "Meets its target every time",
    "fails": "Cannot meet its target as things stand",
    "hit_or_miss": "Hit or miss against its target",
    "unknown": "Too little data to say whether it can meet its target",
}
TOO_LARGE = "too large to show"
READABLE = 1e15
"""From here on a float no longer counts in ones, and nobody reads the figures."""
MAX_FINER = 6
"""How many steps finer than usual a value may be written to tell it from its target."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed: which way the number went (not whether that is good), and by how much."""

    way: Literal["up", "down", "level"]
    text: str
    said: str


def spoken(value: float | None, fmt: Format, tongue: Tongue, *, finer: int = 0, withheld: bool = False) -> Spoken:
    """Write a value.

    Args:
        value: a share (0.88) for ``percent``, seconds for ``duration``, money in whole units for ``currency``.
        fmt: the metric's format.
        tongue: locale and currency.
        finer: how many steps more precise than usual, 0 to :data:`MAX_FINER`.
        withheld: the value is there but may not be shown.
    """
    if withheld:
        return Spoken(WITHHELD, "", WITHHELD, known=False)
    if value is None or not math.isfinite(value):
        return Spoken(NO_DATA, "", NO_DATA, known=False)
    if abs(value) >= READABLE:
        return Spoken(TOO_LARGE, "", TOO_LARGE, known=False)
    return _WRITERS[fmt](value, finer, tongue)


def spoken_against(
    value: float | None, target: Target, status: Status, fmt: Format, tongue: Tongue
) -> tuple[Spoken, Spoken | None]:
    """Write a value and its target (a number or a band) equally precisely.

    A value off its target is written finer until it reads unlike it: "1.38, target 1.40", never
    "1.4, target 1.4, Watch". ``status`` is what the assessment says; nothing is judged here.
    """
    ends = _ends(target)
    said, goals = _alike(value, ends, fmt, tongue, 0)
    for finer in range(1, MAX_FINER + 1):
        if value is None or status not in ("near", "missed") or not _contradicts(value, ends, said, goals):
            break
        said, goals = _alike(value, ends, fmt, tongue, finer)
    return said, _band(goals)


def _ends(target: Target) -> tuple[float, ...]:
    if target is None:
        return ()
    return target if isinstance(target, tuple) else (target,)


def _band(goals: Sequence[Spoken]) -> Spoken | None:
    if len(goals) < 2:  # noqa: PLR2004 - a band has two ends
        return goals[0] if goals else None
    low, high = goals
    if low.unit != high.unit:
        return Spoken(f"{low.plain} to {high.plain}", "", f"{low.said} to {high.said}")
    return Spoken(f"{low.text}\u2013{high.text}", low.unit, f"{low.text} to {high.said}")


def _alike(
    value: float | None, targets: Sequence[float], fmt: Format, tongue: Tongue, finer: int
) -> tuple[Spoken, tuple[Spoken, ...]]:
    """Value and targets with as many decimals as the one that needs most."""
    known = [v for v in (value, *targets) if v is not None and abs(v) < READABLE]
    counted_out = fmt in ("number", "currency") and known
    most = max(usual_decimals(v, fmt) for v in known) if counted_out else 0

    def write(number: float | None) -> Spoken:
        here = number is not None and abs(number) < READABLE
        lift = most - usual_decimals(number, fmt) if counted_out and here and number is not None else 0
        return spoken(number, fmt, tongue, finer=finer + lift)

    return write(value), tuple(write(goal) for goal in targets)


def _contradicts(value: float, targets: Sequence[float], said: Spoken, goals: Sequence[Spoken]) -> bool:
    return any(goal != value and said.plain == words.plain for goal, words in zip(targets, goals, strict=True))


def difference(change: float | None, fmt: Format, tongue: Tongue) -> Difference | None:
    """Write how far a value moved (now less before); ``None`` when that is not known.

    Shares and scores move by points. A move too small to be written is "no change".
    """
    if change is None or not abs(change) < READABLE:
        return None
    size = _size(abs(change), fmt, tongue)
    if not shows(size.text):
        return Difference("level", "no change", "no change")
    way: Literal["up", "down"] = "up" if change > 0 else "down"
    return Difference(way, size.plain, f"{way} {size.said}")


def distance(value: float | None, target: Target, fmt: Format, tongue: Tongue) -> str:
    """Write how far a value is from its target: "19.0 pts below target"; "" where either is missing.

    Of a band it is the distance to the nearer end, or "inside the target band".
    """
    ends = _ends(target)
    if value is None or not ends:
        return ""
    if len(ends) > 1 and ends[0] <= value <= ends[-1]:
        return "inside the target band"
    moved = difference(min((value - end for end in ends), key=abs), fmt, tongue)
    if moved is None:
        return ""
    return "at target" if moved.way == "level" else f"{moved.text} {_SIDES[moved.way]} target"


def pull(points: float | None, fmt: Format, tongue: Tongue, finer: int = 0) -> str:
    """Write what a feeding metric adds to or takes from an outcome, with its sign: "−3.4 pts"."""
    if points is None or not abs(points) < READABLE:
        return ""
    size = _size(abs(points), fmt, tongue, finer)
    if not shows(size.text):
        return size.plain
    return f"{MINUS if points < 0 else '+'}{size.plain}"


def shows(text: str) -> bool:
    """Whether a size that is written differs from nothing: "0.0 pts" does not."""
    return any(digit in "123456789" for digit in text)


def smallest(fmt: Format, tongue: Tongue) -> str:
    """The least difference that is written as one: "0.1 pts"."""
    size = _size(0.0, fmt, tongue)
    return f"{size.plain[::-1].replace('0', '1', 1)[::-1]}"


def listed(items: Sequence[str], tongue: Tongue) -> str:
    """Join as people do: "a, b and c"."""
    return format_list(list(items), locale=tongue.cldr) if items else ""


def counted(count: int, one: str, many: str | None = None, *, tongue: Tongue) -> str:
    """Write a count and its noun: "1 measure", "1,204 measures"."""
    return f"{digits(Decimal(count), 0, tongue)} {one if count == 1 else many or one + 's'}"


def sentence(template: str, fields: Mapping[str, str]) -> str:
    """Fill ``{name}`` places of a template; a place nobody fills stays as it is written.

    Not ``str.format``: a template is configuration, and ``{value.__class__}`` is no place of ours.
    """
    return _PLACEHOLDER.sub(lambda place: fields.get(place[1], place[0]), template)


def within(label: str) -> str:
    """Write a label as it stands inside a sentence: first letter small, unless the word is a name like NPS."""
    first = label.split(" ", 1)[0]
    return label if any(letter.isupper() for letter in first[1:]) or len(first) == 1 else label[:1].lower() + label[1:]


def shortened(text: str, most: int) -> str:
    """The beginning of a text, to the end of a word where there is one: "count the van before the…"."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    return (kept.rpartition(" ")[0] or kept).rstrip(" ,;:") + "\u2026"


def interval(value: float, low: float, high: float, fmt: Format, tongue: Tongue) -> str:
    """Write an estimated difference with its 95 % interval: "+0.48 pts, 95 % interval +0.45 to +0.52".

    As fine as it takes for the three to read differently; "" where any of them cannot be written.
    """
    said: tuple[str, ...] = ()
    for finer in range(MAX_FINER + 1):
        said = tuple(pull(each, fmt, tongue, finer) for each in (value, low, high))
        if len(set(said)) == len({value, low, high}):
            break
    points = "\u00a0pts"
    ends = [each.removesuffix(points) for each in said[1:]] if said[0].endswith(points) else said[1:]
    return f"{said[0]}, 95\u00a0% interval {ends[0]} to {ends[1]}" if all(said) else ""


def apart(first: float | None, second: float | None, fmt: Format, tongue: Tongue) -> tuple[Spoken, Spoken]:
    """Write two values equally precisely, as fine as it takes for them to read differently where they differ."""
    for finer in range(MAX_FINER + 1):
        said = spoken(first, fmt, tongue, finer=finer), spoken(second, fmt, tongue, finer=finer)
        if first == second or said[0].plain != said[1].plain:
            break
    return said


def _size(size: float, fmt: Format, tongue: Tongue, finer: int = 0) -> Spoken:
    """A difference's size: shares move by percentage points, the rest by their own unit."""
    if fmt == "percent":
        return numerals.score(size * 100, finer, tongue)
    return _WRITERS[fmt](size, finer, tongue)


_WRITERS: Mapping[Format, Callable[[float, int, Tongue], Spoken]] = {
    "number": numerals.number,
    "percent": numerals.percent,
    "currency": numerals.currency,
    "duration": numerals.duration,
    "score": numerals.score,
}
_SIDES = {"up": "above", "down": "below"}
