"""Why a figure moved, in plain sentences, for a terminal: screens have words of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scorecard.causes.answer import End, Estimated, Split, Why
from scorecard.definition import Format
from scorecard.time import Period

_NAMED = 3
"""At most so many parts are named in a sentence; the table has them all."""
_LENGTHS = (("days", 86_400), ("h", 3_600), ("min", 60))
_HALVES = ("numerator", "denominator")
_SIGNALS: Mapping[str, str] = {
    "outside": "a point beyond the natural limits",
    "shift": "one of a run on the same side of the centre",
    "trend": "one of a run in the same direction",
    "near_limit": "one of several close to a natural limit",
}
_STOPPED: Mapping[str, str] = {
    "no_value_before": "there is no figure for the earlier end, so there is nothing to split",
    "no_value_after": "there is no figure for the later end, so there is nothing to split",
    "undefined_between": "the formula has no value somewhere between the two ends",
    "missing_part": "a part of it has no figure of its own",
    "not_additive": "the figures of units do not add up to the whole (what is counted or ranked in several of them"
    " counts once in all)",
    "parts_cancel": "the parts cancel each other out",
    "no_children": "there is nothing beneath this unit to split it over",
    "target_not_shared": "the target is not shared out over units",
}
_REVERSED: Mapping[str, str] = {
    "parts_up_whole_down": "Every unit rose and the whole still fell: work moved towards units with lower figures.",
    "parts_down_whole_up": "Every unit fell and the whole still rose: work moved towards units with higher figures.",
}


def amount(form: Format, value: float) -> str:
    """The size of a difference, without its sign."""
    size = abs(value)
    match form:
        case "percent":
            return f"{100 * size:.2f} points"
        case "score":
            return f"{size:.2f} points" if size < 1 else f"{size:.1f} points"
        case "duration":
            return _long(size)
        case _:
            return f"{size:,.4g}"


def figure(form: Format, value: float | None) -> str:
    """A figure."""
    if value is None:
        return "no figure"
    match form:
        case "percent":
            return f"{100 * value:.1f} %"
        case "duration":
            return f"{'−' if value < 0 else ''}{_long(abs(value))}"
        case "score":
            return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"  # noqa: PLR2004 - as people read scores
        case _:
            return f"{value:,.4g}"


def _long(seconds: float) -> str:
    """A length of time in the largest unit it holds at least two of."""
    unit, size = next(((unit, size) for unit, size in _LENGTHS if seconds >= 2 * size), ("s", 1))
    return f"{seconds / size:.0f} {unit}" if size == 1 else f"{seconds / size:.1f} {unit}"


def sentences(found: Why) -> tuple[str, ...]:
    """The answer in plain words: what moved, whether it stands out, where it came from, and how sure that is."""
    return (_moved(found), *_in_words(found), *_stands_out(found), *_units(found), *_drivers(found), *_estimates(found))


def _moved(found: Why) -> str:
    where, before, after = f"{found.label} of {found.unit_label}", found.before, found.after
    if found.change is None:
        return f"{where} has {_at(found, before)} and {_at(found, after)}: the change cannot be told."
    ends = f"{_at(found, after)}, against {_at(found, before)}"
    if found.change == 0:
        return f"{where} did not change: {ends}."
    if before.period is None:
        side = "above" if found.change > 0 else "below"
        return f"{where} is {amount(found.format, found.change)} {side} its target: {ends}."
    return f"{where} {_verb(found.change)} {amount(found.format, found.change)}: {ends}."


def _in_words(found: Why) -> Iterator[str]:
    """The newer figure as the department says it."""
    if found.words is None or found.after.value is None:
        return
    told = {"{value}": figure(found.format, found.after.value), "{target}": figure(found.format, found.target)}
    if found.target is None and "{target}" in found.words:
        return
    said = found.words
    for place, value in told.items():
        said = said.replace(place, value)
    yield f"In other words: {said}"


def _at(found: Why, end: End) -> str:
    value = figure(found.format, end.value)
    return f"a target of {value}" if end.period is None else f"{value} {_when(end.period)}"


def _when(period: Period) -> str:
    return f"in the {period.grain or 'span'} of {period.key}"


def _verb(change: float) -> str:
    return "rose" if change > 0 else "fell"


def _stands_out(found: Why) -> Iterator[str]:
    if found.noise is None:
        yield "Nobody can tell whether that stands out: there are too few complete periods for natural limits."
    elif found.noise.signal is None:
        yield "It does not stand out: figures of this process come and go that far by chance."
    else:
        trial = ", by trial limits" if found.noise.trial else ""
        yield f"It stands out: it is {_SIGNALS[found.noise.signal]}{trial}."


def _units(found: Why) -> Iterator[str]:
    split = found.organisation
    if split is None or found.change is None:
        return
    if found.descent:
        first, *further = found.descent
        mostly = f", mostly {further[-1].label} ({signed(found, further[-1].amount)})" if further else ""
        yield f"{signed(found, first.amount)} of it came through {first.label}{mostly}."
    if found.beneath:
        yield _beneath(found)
    if split.reversal:
        yield _REVERSED[split.reversal]
    mix = split.total("mix")
    if split.parts and found.change and abs(mix) >= abs(found.change) / 10:
        yield f"{signed(found, mix)} of it is mix: not that units did otherwise, but that work moved between them."
    if split.stopped and split.stopped != "no_children":
        yield f"It cannot be split exactly over units: {_stopped(split)}."
        if split.parts:
            yield "Beside each unit stands how far the change would differ without it; these do not add up."


def _beneath(found: Why) -> str:
    """The driver beneath the unit it came through, and the lowest under that: estimates, and said to be."""
    first, *further = found.beneath
    where = "Of it" if first.unit == found.unit else f"At {first.unit_label}"
    by_way = f", mostly by way of {further[-1].label} (about {signed(found, further[-1].amount)})" if further else ""
    return f"{where}, about {signed(found, first.amount)} goes with {first.label}{by_way}, going by the evidence."


def _drivers(found: Why) -> Iterator[str]:
    split = found.drivers
    if split is None or any(line.key in _HALVES for line in split.parts):
        return  # that a ratio's two halves both grew says nothing to anybody
    if split.stopped:
        yield f"It cannot be split over what it is made of: {_stopped(split)}."
        return
    named = sorted(split.parts, key=lambda line: -abs(line.amount))[:_NAMED]
    told = "; ".join(f"{line.label} {signed(found, line.amount)}" for line in named)
    if told:
        yield f"Of what it is made of: {told}."


def _estimates(found: Why) -> Iterator[str]:
    for one in found.estimates[:_NAMED]:
        yield f"Estimated, not split: {_estimated(found, one)}."
    if found.unexplained is not None:
        yield (
            f"The estimates leave {signed(found, found.unexplained)} unexplained; they overlap where one metric feeds"
            " another."
        )


def _estimated(found: Why, one: Estimated) -> str:
    earlier = f" {one.lag} {found.grain}{'' if one.lag == 1 else 's'} before" if one.lag else ""
    off = f"is {amount(one.format, one.moved)} {'above' if one.moved > 0 else 'below'} its target"
    did = off if found.before.period is None else f"{_verb(one.moved)} {amount(one.format, one.moved)}"
    low, high = signed(found, one.low), signed(found, one.high)
    return (
        f"{one.label} {did}{earlier}, which goes with {signed(found, one.amount)} here"
        f" (95 % interval {low} to {high}; {one.grade})"
    )


def signed(found: Why, value: float) -> str:
    """What a part did to a figure, with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{amount(found.format, value)}"


def _stopped(split: Split) -> str:
    about = f" ({', '.join(split.about)})" if split.about else ""
    return _STOPPED[str(split.stopped)] + about
