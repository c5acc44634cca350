"""Customers' words, chosen for a page."""

from __future__ import annotations

from collections.abc import Iterator

from scorecard.board.generation import Generation
from scorecard.customer.voices import Voice, themes
from scorecard.org import Unit
from scorecard.view import VoiceView


def voices(generation: Generation, unit: Unit, stage: str | None = None, limit: int = 3) -> tuple[VoiceView, ...]:
    """The newest words about a unit and a stage; where nobody named the unit, about the stage alone."""
    about = [voice for voice in generation.snapshot.voices if stage is None or voice.stage == stage]
    own = [voice for voice in about if _concerns(generation, voice, unit)]
    return tuple(_views(generation, (own or about)[:limit]))


def _concerns(generation: Generation, voice: Voice, unit: Unit) -> bool:
    """Whether a voice names the unit, or one of its own beneath it."""
    org = generation.org
    if unit[0] == org.levels[0]:
        return True
    named = [(level, id_) for level, id_ in (voice.units or {}).items() if (level, id_) in org.row_of]
    return any(unit in (member, *org.ancestors(member)) for member in named)


def _views(generation: Generation, chosen: list[Voice]) -> Iterator[VoiceView]:
    about = generation.definition.voices
    for voice in chosen:
        found = themes(voice.text, about.themes) if about else ()
        yield VoiceView(voice.text, voice.score, voice.channel, voice.stage, voice.said, found)
