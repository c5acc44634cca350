"""Why a figure moved: exact parts as a waterfall that is a real table, and estimates apart from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from htpy import Element, Node, div, h3, p, rect, svg

from layouts.parts.table import Header, table
from layouts.parts.text import panel
from layouts.times import period_name
from layouts.words import Tongue, apart, counted, difference, interval, listed, pull, shows
from scorecard.analysis.evidence import Grade
from scorecard.causes import End, Estimated, Split, Why

SHOWN = 8
"""The largest parts have a row each; the others share one."""
_HALVES = {"numerator", "denominator"}
_STOPPED: Mapping[str, str] = {
    "no_value_before": "there is no figure for the period before",
    "no_value_after": "there is no figure for this period",
    "undefined_between": "the formula has no value somewhere between the two",
    "missing_part": "a part of it has no figure of its own",
    "not_additive": "what is counted in several units counts once in the whole",
    "parts_cancel": "the parts cancel each other out",
    "no_children": "there is nothing beneath this unit",
    "target_not_shared": "the target is not shared out over units",
}
_REVERSED: Mapping[str, str] = {
    "parts_up_whole_down": "Every unit rose and the whole still fell: work moved towards units with lower figures.",
    "parts_down_whole_up": "Every unit fell and the whole still rose: work moved towards units with higher figures.",
}
_GRADES: Mapping[Grade, str] = {
    "claimed": "claimed", "associated": "go together", "replicated": "in both halves", "moved": "moved by a change",
    "contradicted": "contradicted",
}  # fmt: skip
_USUALLY = (
    "What the drivers' own changes usually go with, weighed unit by unit: a driver may rise in all and fall where it"
    " counts. They overlap where one feeds another."
)
_HEADERS = (Header("Part"), Header("Adds", numeric=True), Header("Drawn"))
_DRIVERS = (Header("Driver"), Header("Goes with here"), Header("Its own change", numeric=True), Header("Evidence"))


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar of the waterfall: from where the sum stood to where this part takes it."""

    label: str
    amount: float
    start: float


def why_panel(found: Why, tongue: Tongue) -> Element | None:
    """The panel; nothing where there is no change to explain."""
    if found.change is None:
        return None
    return panel(
        "Why it moved",
        p[" ".join([_moved(found, tongue), *_noise(found)])],
        _split(found, found.organisation, "Where in the organisation", tongue),
        _split(found, _telling(found.drivers), "What it is made of", tongue),
        _estimates(found, tongue),
        id="why",
    )


def _moved(found: Why, tongue: Tongue) -> str:
    moved = difference(found.change, found.format, tongue)
    before, after = apart(found.before.value, found.after.value, found.format, tongue)
    ends = f"{before.plain} ({_when(found.before, tongue)}) to {after.plain} ({_when(found.after, tongue)})"
    if moved is None or moved.way == "level":
        return f"No change worth writing: from {ends}."
    return f"{'Up' if moved.way == 'up' else 'Down'} {moved.text}, from {ends}."


def _when(end: End, tongue: Tongue) -> str:
    return period_name(end.period, tongue) if end.period else "the target"


def _noise(found: Why) -> list[str]:
    if found.noise is None:
        return ["There are too few complete periods to tell whether that stands out."]
    if found.noise.signal is None:
        return ["That does not stand out: this process comes and goes as far by chance."]
    return ["That stands out from chance." if not found.noise.trial else "That stands out, by trial limits."]


def _telling(split: Split | None) -> Split | None:
    """That a ratio's two halves both grew says nothing to anybody."""
    return None if split and any(line.key in _HALVES for line in split.parts) else split


def _split(found: Why, split: Split | None, title: str, tongue: Tongue) -> Node:
    if split is None or split.stopped == "no_children" or not (split.parts or split.stopped):
        return None
    exact = split.stopped is None
    said = _exact(found, split, tongue) if exact else _not_exact(split, tongue)
    rows = _rows(split, tongue, adding=exact)
    name = f"{title}: exact parts" if exact else f"{title}: without each one"
    return div(".split")[
        h3[title + (": exact parts" if exact else "")],
        p[said],
        table(name, _HEADERS, _cells(rows, found, tongue, adding=exact), quiet=True) if rows else None,
    ]


def _exact(found: Why, split: Split, tongue: Tongue) -> str:
    said = []
    if split.residual is not None:
        left = difference(split.residual, found.format, tongue)
        rest = f"but for {left.text} of rounding" if left and left.way != "level" else "nothing is left over"
        said.append(f"The parts add up to the change; {rest}." if rest[0] == "n" else f"The parts add up, {rest}.")
    mix = split.total("mix")
    if shows(mixed := pull(mix, found.format, tongue)):
        said.append(f"{mixed} of it is mix: work that moved between units.")
    if split.reversal:
        said.append(_REVERSED[split.reversal])
    return " ".join(said)


def _not_exact(split: Split, tongue: Tongue) -> str:
    about = f" ({listed(split.about, tongue)})" if split.about else ""
    beside = " Beside each stands how far the change would differ without it; these do not add up."
    return f"It cannot be split exactly: {_STOPPED[str(split.stopped)]}{about}.{beside if split.parts else ''}"


def _rows(split: Split, tongue: Tongue, *, adding: bool) -> list[_Bar]:
    """The largest parts first, each where the one before it ended; side by side where they do not add up."""
    parts = sorted(split.by_key().values(), key=lambda part: -abs(part[1]))
    rest = parts[SHOWN:]
    kept = parts[:SHOWN]
    if rest and adding:
        kept = [*kept, (counted(len(rest), "other", tongue=tongue), sum(amount for _, amount in rest))]
    bars, reached = [], 0.0
    for label, amount in kept:
        bars.append(_Bar(label, amount, reached))
        reached += amount if adding else 0.0
    return bars


def _cells(rows: list[_Bar], found: Why, tongue: Tongue, *, adding: bool) -> list[list[Node]]:
    """A row each; where they add up, between the value before and the value now."""
    ends = [0.0, *(each for bar in rows for each in (bar.start, bar.start + bar.amount))]
    low, reach = min(ends), max(ends) - min(ends)
    cells: list[list[Node]] = [
        [bar.label, pull(bar.amount, found.format, tongue), _drawn(bar, low, reach, adding=adding) if reach else None]
        for bar in rows
    ]
    if not adding:
        return cells
    before, after = apart(found.before.value, found.after.value, found.format, tongue)
    at = [
        _end(_across(place, low, reach), top) if reach else None for place, top in ((0.0, _HIGH / 2), (ends[-1], 0.0))
    ]
    first: list[Node] = [f"From {before.plain}, {_when(found.before, tongue)}", None, at[0]]
    last: list[Node] = [
        f"To {after.plain}, {_when(found.after, tongue)}", pull(found.change, found.format, tongue), at[1]
    ]  # fmt: skip
    return [first, *cells, last]


_ACROSS, _HIGH = 160, 8
"""The plane of a row's drawing: its row's whole height, so that the lines from row to row meet."""


def _drawn(bar: _Bar, low: float, reach: float, *, adding: bool) -> Element:
    """The bar, hung by hairlines from where the one before ended to where the next begins; or from nothing.

    Which way it goes is said by the figure beside it.
    """
    ends = bar.start, bar.start + bar.amount
    return _plane(
        _hair(_across(bar.start, low, reach), 0, _HIGH / 2 if adding else _HIGH),
        _hair(_across(ends[1], low, reach), _HIGH / 2, _HIGH / 2) if adding else None,
        rect(
            class_="up" if bar.amount >= 0 else "down",
            x=f"{_across(min(ends), low, reach):.1f}", y="2",
            width=f"{max(_ACROSS * abs(bar.amount) / reach, 1):.1f}", height="4",
        ),
    )  # fmt: skip


def _end(x: float, top: float) -> Element:
    """Where the fall begins or ends: a mark of its own, and the hairline that leads from it or to it."""
    return _plane(_hair(x, top, _HIGH / 2), rect(class_="end", x=f"{x - 2:.1f}", y="2", width="4", height="4"))


def _across(value: float, low: float, reach: float) -> float:
    return _ACROSS * (value - low) / reach


def _hair(x: float, top: float, height: float) -> Element:
    return rect(class_="zero", x=f"{x:.1f}", y=f"{top:g}", width="1", height=f"{height:g}")


def _plane(*shapes: Node) -> Element:
    box = f"-3 0 {_ACROSS + 6} {_HIGH}"
    return svg(".fall", viewBox=box, preserveAspectRatio="none", aria_hidden="true")[shapes]


def _estimates(found: Why, tongue: Tongue) -> Node:
    if not found.estimates:
        return None
    left = pull(found.unexplained, found.format, tongue)
    rest = f" They leave {left} of the change unexplained." if left else ""
    return div(".split")[
        h3["Drivers: estimated, not split"],
        p[_USUALLY + rest],
        table(
            "Estimated contributions of drivers",
            _DRIVERS,
            [_driver(one, found, tongue) for one in found.estimates],
            quiet=True,
        ),
    ]


def _driver(one: Estimated, found: Why, tongue: Tongue) -> list[Node]:
    before = f" ({counted(one.lag, found.grain or 'period', tongue=tongue)} before)" if one.lag else ""
    return [
        one.label,
        interval(one.amount, one.low, one.high, found.format, tongue),
        f"{pull(one.moved, one.format, tongue)}{before}",
        _GRADES[one.grade],
    ]
