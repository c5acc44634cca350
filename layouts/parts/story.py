"""The story line: first in words which promise is short, where the pull starts, who has it in hand."""

from __future__ import annotations

from htpy import Element, b, p, span

from layouts import marks
from layouts.parts.figure import words_of
from layouts.words import Tongue, sentence, within
from scorecard.view import Figure, Story


def story_strip(story: Story, tongue: Tongue) -> Element | None:
    """The strip above the thread; nothing where there is no outcome to speak of."""
    if story.outcome is None:
        return None
    first, *rest = story_sentences(story, tongue)
    return p(".story")[marks.thread_mark(), span[b[first], [f" {each}" for each in rest]]]


def story_sentences(story: Story, tongue: Tongue) -> list[str]:
    """The story as sentences: the outcome; the start of the strongest pull; what is being done about it."""
    if story.outcome is None:
        return []
    said = [_outcome(story.outcome, tongue)]
    if story.root is not None and story.root.metric != story.outcome.metric:
        said.append(_root(story, story.root, tongue))
    if story.change is not None:
        said.append(f"Under way: {within(story.change.label or story.change.id.replace('-', ' '))}.")
    return said


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
