"""What lies ahead, in words: whether a target will be reached in time, what that would take, what was passed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from htpy import Element, Node, details, li, p, summary, ul

from layouts.numerals import digits
from layouts.parts.table import Header, table
from layouts.parts.text import facts, panel
from layouts.times import day
from layouts.words import Tongue, counted, pull, spoken, within
from scorecard.definition import Definition, Format
from scorecard.outlook import Exported, LeafNeed, Needs, WillLand
from scorecard.outlook.answer import Answer

SHOWN = 6
"""The leaves nearest to what is needed have a row each; the others are counted."""
ALMOST = 0.01
"""A chance nearer to never or always than this is not written as a figure: the simulation cannot tell it."""
_ANSWERS: Mapping[Answer, str] = {
    "within_limits": "Within what this process already does on its good days",
    "different_process": "Needs a different process, not more effort",
    "no_effect": "Does not move it",
    "unknown": "No limits to set it against yet",
}
_LANDING = (
    "The periods still to come are taken to be like the last stable stretch of this process, drawn again as they"
    " were; how often each may come is drawn too. Nothing is said where the process is not stable."
)
_SOLVED = (
    "By itself, each would have to stand here for the outcome to reach its target: the gap, divided by what one unit of"
    " the measure moves the outcome, over all ways up. Set against the natural limits of the measure's own process."
)
_PASSED = (
    "Both changes are set against the other units of the same periods, and against how such changes come and go by"
    " chance. q is the share of false finds to expect among finds as sure as this one."
)
_HEADERS = (Header("Measure"), Header("Now", numeric=True), Header("Would have to be", numeric=True), Header("Verdict"))


@dataclass(frozen=True, slots=True)
class Names:
    """How metrics are called and written."""

    definition: Definition

    def label(self, metric: str) -> str:
        """The name people read."""
        return self.definition.label(metric)

    def format(self, metric: str) -> Format:
        """How its figures are written."""
        return self.definition.metrics[metric].format


def landing_words(found: WillLand, fmt: Format, tongue: Tongue) -> str:
    """One sentence with the chance, one with what it takes."""
    target, until = spoken(found.target, fmt, tongue).plain, day(found.until - timedelta(seconds=1), tongue)
    said = f"{_chance(found.chance, tongue)} chance of {target} for the {found.span} to {until}."
    if found.needed is None:
        return said
    left = counted(found.left, found.grain, tongue=tongue)
    needed, usual = (_level(value, fmt, tongue) for value in (found.needed, found.usual))
    return f"{said} The {left} left would have to bring {needed}; a {found.grain} now brings {usual}."


def landing(found: WillLand | None, fmt: Format, tongue: Tongue) -> Element | None:
    """The sentence, which opens into how it was got."""
    if found is None:
        return None
    so_far = spoken(found.so_far, fmt, tongue).plain if found.so_far is not None else None
    pairs = (
        ("Stands at", so_far),
        ("Taken from", f"{counted(found.points, found.grain, tongue=tongue)} without a signal"),
        ("How", _LANDING),
    )
    return details(".landing.evidence")[summary[landing_words(found, fmt, tongue)], facts(pairs)]


def outcome(found: WillLand | None, needs: Needs | None, names: Names, tongue: Tongue) -> Element | None:
    """What lies ahead of the outcome that a page is about, on one line that opens."""
    if found is None:
        return None
    fmt, label = names.format(found.metric), names.label(found.metric)
    said = f"{label}: {within(landing_words(found, fmt, tongue))}"
    pairs = (("What it takes", needs_words(needs, names, tongue) if needs else None), ("How", _LANDING))
    return details(".landing.evidence")[summary[said], facts(pairs)]


def needs_panel(found: Needs | None, names: Names, tongue: Tongue) -> Element | None:
    """What each leaf would have to do for an outcome to reach its target."""
    if found is None:
        return None
    fmt, shown = names.format(found.outcome), found.leaves[:SHOWN]
    more = len(found.leaves) - len(shown)
    target = spoken(found.target, fmt, tongue).plain
    return panel(
        f"What {target} would take",
        p[needs_words(found, names, tongue)],
        details(".evidence")[
            summary["Measure by measure"],
            p[_SOLVED],
            table(
                "What each measure would have to be", _HEADERS, [_row(one, names, tongue) for one in shown], quiet=True
            ),
            p[f"{counted(more, 'other', tongue=tongue)} would have to go further still."] if more else None,
        ],
        id="needs",
    )


def needs_words(found: Needs, names: Names, tongue: Tongue) -> str:
    """Where the outcome stands, and whether anything beneath it gets it to its target."""
    fmt, label = names.format(found.outcome), names.label(found.outcome)
    stands = f"{label} stands at {_level(found.centre, fmt, tongue)}, on average."
    able = [one for one in found.leaves if one.answer == "within_limits"]
    if able:
        best = within(names.label(able[0].metric))
        level = _level(able[0].level, names.format(able[0].metric), tongue)
        return f"{stands} Alone, {best} at {level} would do it, which its process already reaches on its good days."
    if found.at_best is None:
        return f"{stands} Nothing beneath it has natural limits to set that against yet."
    best = _level(found.at_best, fmt, tongue)
    reaches = (found.at_best - found.target) * (found.target - found.centre) >= 0
    together = f"all of them together, each at the best its process now does, would bring {best}"
    verdict = "which is enough" if reaches else "which needs a different process, not more effort"
    return f"{stands} No measure beneath it gets there alone; {together}, {verdict}."


def exported_panel(found: Iterable[Exported], names: Names, tongue: Tongue) -> Element | None:
    """Units that got better at the cost of what they feed; nothing where there are none."""
    lines = [li[exported_item(one, names, tongue)] for one in found]
    return panel("Passed on to others", ul(".signals")[lines], id="exported") if lines else None


def exported_item(one: Exported, names: Names, tongue: Tongue) -> Element:
    """One find, which opens into how it was got."""
    return details(".evidence")[
        summary[exported_words(one, names, tongue)],
        facts(
            (
                (
                    "Compared",
                    f"{counted(one.units, one.unit[0].replace('_', ' '), tongue=tongue)}, {_recent(one, tongue)}",
                ),
                ("Chance of a false find (q)", _small(one.q, tongue)),
                ("Chance (p)", _small(one.p, tongue)),
                ("How", _PASSED),
            )
        ),
    ]


def exported_words(one: Exported, names: Names, tongue: Tongue) -> str:
    """The find as a sentence: "Depot East: jobs a day +0.6, while first-visit fix −3.1 pts"."""
    own, other = pull(one.own, names.format(one.metric), tongue), pull(one.downstream, names.format(one.feeds), tongue)
    got = f"{within(names.label(one.metric))} got better ({own})"
    lost = f"{within(names.label(one.feeds))}, which it feeds, got worse ({other})"
    return f"{one.unit_label}: {got} while {lost}. {_false(one.q, tongue)}"


def _recent(one: Exported, tongue: Tongue) -> str:
    return f"the last {counted(one.recent, one.grain, tongue=tongue)} against as many before"


def _false(q: float, tongue: Tongue) -> str:
    return f"Chance of a false find: {_small(q, tongue)}."


def _small(chance: float, tongue: Tongue) -> str:
    least = Decimal("0.001")
    return f"under {digits(least, 3, tongue)}" if chance < least else digits(Decimal(repr(chance)), 3, tongue)


def _chance(chance: float, tongue: Tongue) -> str:
    if chance < ALMOST:
        return "Under 1\u00a0%"
    if chance > 1 - ALMOST:
        return "Over 99\u00a0%"
    return f"{digits(Decimal(repr(100 * chance)), 0, tongue)}\u00a0%"


def _level(value: float | None, fmt: Format, tongue: Tongue) -> str:
    """A level that a process would have to reach; of a share, what is beyond nothing or all is said so."""
    if fmt == "percent" and value is not None and not 0 <= value <= 1:
        return "more than there is" if value > 1 else "less than nothing"
    return spoken(value, fmt, tongue).plain


def _row(one: LeafNeed, names: Names, tongue: Tongue) -> list[Node]:
    fmt = names.format(one.metric)
    known = "" if not one.estimated else " (estimated)"
    return [
        names.label(one.metric), _level(one.centre, fmt, tongue), _level(one.level, fmt, tongue) + known,
        _ANSWERS[one.answer],
    ]  # fmt: skip
