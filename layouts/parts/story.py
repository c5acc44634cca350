"""The story in words: which promise is short, where the pull starts, who has it in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from layouts.parts.figure import words_of
from layouts.parts.moves import Move, move_words
from layouts.parts.promise import Answer, kept_answer
from layouts.words import Tongue, difference, sentence, within
from scorecard.view import Because, Figure, InHand, Moved, Story


@dataclass(frozen=True, slots=True)
class Leads:
    """Where the answers lead and what they are called by: all of it the screen knows and a figure does not."""

    stage: str | None
    """The step of the journey where the pull starts, by name."""
    owner: str | None
    """The department that answers for it, by name."""
    start: str | None
    """The address of where the pull starts."""
    root: str | None
    """The address of the measure it starts with."""


def story_answers(story: Story, told: Sequence[Move], leads: Leads, tongue: Tongue) -> list[Answer]:
    """The page's three questions, each with its answer and one sentence; none where there is no outcome."""
    if story.outcome is None:
        return []
    given = [kept_answer(story.outcome.status, _kept(story.outcome, told, tongue))]
    if story.root is None or story.root.metric == story.outcome.metric:
        return [*given, Answer("Where does it break?", "Not known", "No measure beneath it is known to pull it down.")]
    where = leads.stage or story.root.label
    given.append(Answer("Where does it break most?", where, _root(story, story.root, tongue), leads.start))
    said = " ".join(
        filter(None, (move_words(replace(one, owner=None), tongue) for one in told if isinstance(one, InHand)))
    )
    given.append(
        Answer("Who has it in hand?", leads.owner or "Nobody yet", said or "No change is under way.", leads.root)
    )
    return given


def _kept(outcome: Figure, told: Sequence[Move], tongue: Tongue) -> str:
    """The outcome against its target and, as one sentence, how far it moved and why."""
    still = any(isinstance(one, Moved) and _is_level(one, tongue) for one in told)
    moved = [
        move_words(one, tongue, named=not (isinstance(one, Moved) and one.figure.metric == outcome.metric)).rstrip(".")
        for one in told
        if not isinstance(one, InHand) and not (still and isinstance(one, Because))
    ]
    because = f" {'; '.join(filter(None, moved))}." if any(moved) else ""
    return f"{_outcome(outcome, tongue)}{because}"


def _is_level(move: Moved, tongue: Tongue) -> bool:
    """Whether a move is none as it is written: there is nothing to split."""
    moved = difference(move.change, move.figure.format, tongue)
    return moved is None or moved.way == "level"


def _outcome(figure: Figure, tongue: Tongue) -> str:
    words = words_of(figure, tongue)
    if not words.value.known:
        return f"{figure.label}: {words.value.text}."
    aim = f", target {words.target.plain}" if words.target else ""
    return f"{figure.label} is {words.value.plain}{aim}."


def _root(story: Story, root: Figure, tongue: Tongue) -> str:
    at = story.worst_unit or root
    words = words_of(at, tongue)
    pulls = (
        "The strongest pull" if story.gold and story.gold.pull_kind == "attributed" else "The strongest pull we know of"
    )
    aim = f" against {words.target.plain}" if words.target else ""
    where = f"with {at.unit_label}" if story.worst_unit else f"with {root.owner}" if root.owner else "here"
    return f"{pulls} starts {where}: {within(at.label)} is {words.value.plain}{aim}."


def own_words(figure: Figure, tongue: Tongue, audience: str = "default") -> str | None:
    """The figure in a department's own language, as the definition's ``words`` put it."""
    template = figure.words.get(audience) or figure.words.get("default")
    if template is None:
        return None
    words = words_of(figure, tongue)
    if not words.value.known:
        return None
    return sentence(template, {"value": words.value.plain, "target": words.target.plain if words.target else ""})
