"""Links as drawn: how hard each metric pulls on what it feeds, and the golden strand."""

from __future__ import annotations

import math

from scorecard.analysis.strand import Step, gold_strand
from scorecard.board.figures import figure, is_measured
from scorecard.board.pulls import pull_of, standing, weight
from scorecard.board.stand import Stand
from scorecard.judge import better
from scorecard.tree import TreeLink
from scorecard.view import Gold, Strand


def strand(stand: Stand, link: TreeLink, step: Step | None = None) -> Strand:
    """A link where one stands, with its pull; ``step`` where it lies on the golden strand."""
    found = weight(stand, link)
    return Strand(
        parent=link.feeds,
        child=link.metric,
        kind=link.kind,
        effect=link.effect,
        lag=str(link.lag) if link.lag else None,
        why=link.why,
        pull=found.shown if found else None,
        pull_kind=found.kind if found else "claimed",
        outcome_pull=step.pull if step and step.basis != "claimed" else None,
        gold=step is not None,
    )


def hurts(stand: Stand, metric: str) -> float:
    """A key to sort by: the hardest pull on anything the metric feeds, counted in that parent's tolerances."""
    found = [0.0]
    for link in stand.tree.feeds(metric):
        pull, room = weight(stand, link), standing(stand, link.feeds).tolerance
        if pull and room:
            found.append(pull.size / room)
    return min(found)


def feeders(stand: Stand, parent: str) -> list[TreeLink]:
    """What feeds a metric, the hardest pull first: measured ones that hurt, then claimed ones, then all the others."""

    def order(link: TreeLink) -> tuple[int, float, str]:
        found = weight(stand, link)
        if found is None or found.size >= 0:
            return (2, found.size if found else math.inf, link.metric)
        return (int(found.kind == "claimed"), found.size, link.metric)

    return sorted(stand.tree.fed_by(parent), key=order)


def gold(stand: Stand, outcome: str) -> Gold:
    """The golden strand: the way down from an outcome along which it is hurt most, drawn.

    A pull whose size nobody has measured is followed only where no measured one hurts.
    """
    links = {
        (link.feeds, link.metric): link
        for parent in (outcome, *stand.tree.beneath(outcome))
        for link in stand.tree.fed_by(parent)
        if link.kind != "guardrail" and is_measured(stand, link.metric)
    }
    metrics = {outcome, *(child for _, child in links)}
    found = gold_strand(
        outcome,
        int(better(stand.definition.metrics[outcome].direction)),
        [standing(stand, metric) for metric in sorted(metrics)],
        [pull_of(stand, link) for link in _followed(stand, list(links.values()))],
    )
    return Gold(
        figures=tuple(figure(stand, metric) for metric in found.path),
        strands=tuple(strand(stand, links[step.parent, step.child], step) for step in found.steps),
        pull_kind=found.basis or "claimed",
    )


def _followed(stand: Stand, links: list[TreeLink]) -> list[TreeLink]:
    """The links that may carry the strand: of a parent that a measured pull hurts, the measured ones alone."""
    found = {link: weight(stand, link) for link in links}
    measured = {link for link, pull in found.items() if pull and pull.kind != "claimed"}
    hurt = {link.feeds for link in measured if (pull := found[link]) and pull.size < 0}
    return [link for link in links if link in measured or link.feeds not in hurt]


def way_up(stand: Stand, metric: str) -> tuple[str, ...]:
    """The metrics from this one up to an outcome, by the shortest way; the metric alone where none is reached."""
    return min(stand.tree.thread(metric), key=len, default=(metric,))
