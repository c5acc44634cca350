"""What is not said yet: owners, targets, descriptions, words, measures for a stage, and too much at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scorecard.checking import Draft
from scorecard.rules.finding import Finding, listed

_PLACE = re.compile(r"\{(value|target)\}")
_NO_PLACE = re.compile(r"\{[^{}]*\}?|\}")

MOST_AT_ONCE = 9
"""How many measures people can hold on one page."""


def every_metric_is_answered_for(draft: Draft) -> Iterator[Finding]:
    """A metric has an owner, a description and, unless no way is better, a target."""
    for name, metric in draft.definition.metrics.items():
        wanted = ["owner", "description"] + (["target"] if metric.direction != "none" else [])
        missing = [key for key in wanted if getattr(metric, key) is None and draft.whole("metrics", name, key)]
        if missing:
            yield ("metrics", name), f"has no {listed(missing, 'or')}"


def every_stage_is_measured(draft: Draft) -> Iterator[Finding]:
    """A stage of the journey has a measure."""
    if not draft.whole("metrics"):
        return
    measured = {metric.stage for metric in draft.definition.metrics.values()}
    for at, stage in enumerate(draft.definition.journey):
        if stage.id not in measured:
            yield ("journey", at, "id"), f"no measure belongs to the stage {stage.id!r}"


def departments_have_words(draft: Draft) -> Iterator[Finding]:
    """A department whose measure is fed by another's reads that one in its own language.

    Outcomes are everybody's, so a link to one asks for no words of its owner's.
    """
    metrics = draft.definition.metrics
    for name, metric in metrics.items():
        if not metric.owner or not draft.whole("metrics", name, "words"):
            continue
        fed = [metrics[link.feeds] for link in draft.tree.feeds(name) if link.kind != "identity"]
        owners = dict.fromkeys(other.owner for other in fed if other.owner and not other.outcome)
        without = [owner for owner in owners if owner != metric.owner and owner not in metric.words]
        if without:
            yield ("metrics", name), f"has no words for {listed(without)}, whose measures it feeds"


def sentences_can_be_filled(draft: Draft) -> Iterator[Finding]:
    """A sentence about a metric has places for its figure and its target, and no others."""
    for name, metric in draft.definition.metrics.items():
        for department, text in metric.words.items():
            for wrong in _NO_PLACE.findall(_PLACE.sub("", text)):
                message = f"only {{value}} and {{target}} are filled in, not {wrong[:40]!r}"
                yield ("metrics", name, "words", department), message


def readings_can_be_tested(draft: Draft) -> Iterator[Finding]:
    """A golden reading is of a level its metric is shown at."""
    definition, levels = draft.definition, draft.levels
    for at, test in enumerate(definition.tests):
        if not test.unit or levels is None or test.metric not in definition.metrics:
            continue
        asked, shown = test.unit.partition(":")[0], definition.level(test.metric)
        if asked in levels and shown in levels and levels.index(asked) > levels.index(shown):
            yield ("tests", at, "unit"), f"{test.metric!r} is shown no lower than level {shown!r}"


def pages_can_be_held(draft: Draft) -> Iterator[Finding]:
    """One audience, a department at a level, has no more measures on its first page than people can hold."""
    pages: dict[tuple[str, str], list[str]] = {}
    for name, metric in draft.definition.metrics.items():
        if metric.owner and draft.whole("metrics", name, "level"):
            pages.setdefault((metric.owner, draft.definition.level(name)), []).append(name)
    for (owner, level), names in pages.items():
        if len(names) > MOST_AT_ONCE:
            message = (
                f"{owner!r} has {len(names)} measures at level {level!r}, this is the tenth: "
                f"people can hold {MOST_AT_ONCE} at once"
            )
            yield ("metrics", names[MOST_AT_ONCE]), message


def displays_can_be_read(draft: Draft) -> Iterator[Finding]:
    """A wall screen is large enough for readers at its distance: else what it may say at once is a few words."""
    for at, display in enumerate(draft.definition.displays):
        screen = display.screen
        if screen.metres > screen.farthest:
            message = f"a screen of {screen.inches:g} inches is read from {screen.farthest:.1f} m at the most"
            yield ("displays", at, "screen"), message


CHECKS = (
    every_metric_is_answered_for,
    every_stage_is_measured,
    departments_have_words,
    sentences_can_be_filled,
    readings_can_be_tested,
    pages_can_be_held,
    displays_can_be_read,
)
