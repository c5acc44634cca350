"""The journey ribbon: the steps as the customer lives them, above the thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from htpy import Element, a, li, nav, ol, span

from layouts import marks
from layouts.markup import classes, safe_href
from layouts.words import STATUS
from scorecard.view import StageView


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ribbon: the stage, where it leads, whether it is the one chosen, whether gold ends in it."""

    stage: StageView
    href: str
    chosen: bool = False
    gold: bool = False


def ribbon(steps: Sequence[Step]) -> Element | None:
    """The stages in the customer's order; moments of truth as larger rings, the worst outlined gold."""
    if not steps:
        return None
    return nav(".journey", aria_label="Customer journey")[ol[[_step(step) for step in steps]]]


def _step(step: Step) -> Element:
    stage = step.stage
    status = stage.worst.status if stage.worst else "unknown"
    truth = stage.moment_of_truth is not None
    return li(class_=classes((f"status-{status}", "truth" if truth else None, "on" if step.gold else None)))[
        a(href=safe_href(step.href), aria_current="step" if step.chosen else None, title=stage.customer)[
            span(".ring")[marks.status_icon(status)],
            span(".name")[stage.label],
            span(".said")[
                f", moment of truth: {stage.moment_of_truth}" if truth else None,
                f", worst measure: {stage.worst.label}, {STATUS[status]}" if stage.worst else ", no measure",
            ],
        ]
    ]
