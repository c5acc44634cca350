"""The journey: the steps as the customer lives them, above the thread, and what customers say at one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from htpy import Element, a, b, li, nav, ol, p, q, section, span

from layouts import marks
from layouts.markup import classes, safe_href
from layouts.parts.text import said_where
from layouts.words import STATUS, Tongue
from scorecard.view import StageView, VoiceView


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the journey: the stage, where it leads, whether it is the one chosen, whether gold begins in it."""

    stage: StageView
    href: str
    chosen: bool = False
    gold: bool = False


def ribbon(steps: Sequence[Step]) -> Element | None:
    """The stages in the customer's order; moments of truth as larger rings, the worst outlined gold."""
    if not steps:
        return None
    return nav(".journey", aria_label="Customer journey")[ol[[_step(step) for step in steps]]]


def step_link(step: Step) -> Element:
    """A step as a link: its ring, its name, and the moment of truth that it holds."""
    stage = step.stage
    status = stage.worst.status if stage.worst else "unknown"
    truth = stage.moment_of_truth
    return a(
        id=f"step-{stage.id}",
        class_=classes((f"status-{status}", "truth" if truth else None, "on" if step.gold else None)),
        href=safe_href(step.href),
        aria_current="step" if step.chosen else None,
    )[
        span(".ring")[marks.status_icon(status)],
        span(".name")[stage.label],
        span(".moment")[span(".said")[", moment of truth: "], truth] if truth else None,
        span(".said")[f", worst measure: {stage.worst.label}, {STATUS[status]}" if stage.worst else ", no measure"],
    ]


def stage_note(stage: StageView, tongue: Tongue) -> Element | None:
    """What a customer wants to be able to say at a step, and what customers do say about it."""
    if not stage.customer and not stage.voices:
        return None
    return section(".stage-note", aria_label=f"Customers at {stage.label}")[
        p[span(".meta")["What customers should be able to say at ", b[stage.label]], q[stage.customer]]
        if stage.customer
        else None,
        [_heard(voice, tongue) for voice in stage.voices],
    ]


def _heard(voice: VoiceView, tongue: Tongue) -> Element:
    return p(".heard")[span(".meta")["One said, ", said_where(replace(voice, stage_label=None), tongue)], q[voice.text]]


def _step(step: Step) -> Element:
    return li[step_link(step)]
