"""The tour of a first visit: four steps, each beside what it explains; ``assets/40-tour.js`` walks them."""

from __future__ import annotations

from htpy import Element, button, dialog, div, h2, p, section, span

STEPS = (
    (
        ".answers",
        "Start here",
        "Three questions in a sentence each: is the promise kept, where does it break most, who has it in hand.",
    ),
    (
        ".journey, .map-step > h2",
        "The customer's journey",
        "Each ring is a step as customers live it; large ones are moments of truth. Choose one, and its measures lead.",
    ),
    (
        ".thread .card.on",
        "The golden thread",
        "Gold is what pulls the promise down most. Point at any card to light its way; “fed by” opens what is beneath.",
    ),
    (
        ".controls",
        "Place and time",
        "Go down to a department or a team, or to another week. All of it is in the address: send it to a colleague.",
    ),
)
"""What each step stands beside, its heading and its words."""


def tour() -> Element:
    """The steps, shut until the script opens them; nothing at all without scripts or on paper."""
    return dialog(id="tour", aria_labelledby="tour-0")[
        [_step(at, heading, words, beside) for at, (beside, heading, words) in enumerate(STEPS)]
    ]


def tour_again() -> Element:
    """Shows the tour again; there for those who have scripts."""
    return button(".tour-again", type="button", data_tour="start", hidden=True)["Show me round"]


def _step(at: int, heading: str, words: str, beside: str) -> Element:
    last = at == len(STEPS) - 1
    return section(data_beside=beside, hidden=at > 0)[
        h2(id=f"tour-{at}", tabindex="-1")[heading],
        p[words],
        div(".tour-foot")[
            span(".meta")[f"{at + 1} of {len(STEPS)}"],
            None if last else button(type="button", data_tour="end")["Skip"],
            button(type="button", data_tour="back")["Back"] if at else None,
            button(".primary", type="button", data_tour="end" if last else "next")["Done" if last else "Next"],
        ],
    ]
