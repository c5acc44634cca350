"""Customers' words, chosen for a page."""

from __future__ import annotations

from collections.abc import Iterator

from scorecard.board.stand import Stand
from scorecard.customer.voices import Voice, themes
from scorecard.org import Unit
from scorecard.view import VoiceView


def voices(stand: Stand, stage: str | None = None, limit: int = 3) -> tuple[VoiceView, ...]:
    """The newest words about the unit stood at and a stage; where nobody named it, about the nearest unit above."""
    about = [voice for voice in stand.generation.snapshot.voices if stage is None or voice.stage == stage]
    for unit in reversed(stand.lineage):
        own = [voice for voice in about if _concerns(stand, voice, unit)]
        if own:
            return tuple(_views(stand, own[:limit]))
    return ()


def said_once(stand: Stand, limit: int) -> tuple[VoiceView, ...]:
    """As :func:`voices`, of every stage, but what several said in the same words only once."""
    for unit in reversed(stand.lineage):
        own = (voice for voice in stand.generation.snapshot.voices if _concerns(stand, voice, unit))
        different: dict[str, Voice] = {}
        for voice in own:
            different.setdefault(voice.text, voice)
            if len(different) == limit:
                break
        if different:
            return tuple(_views(stand, list(different.values())))
    return ()


def _concerns(stand: Stand, voice: Voice, unit: Unit) -> bool:
    """Whether a voice names the unit, or one of its own beneath it."""
    org = stand.org
    if unit[0] == org.levels[0]:
        return True
    named = [(level, id_) for level, id_ in (voice.units or {}).items() if (level, id_) in org.row_of]
    return any(unit in (member, *org.ancestors(member)) for member in named)


def _views(stand: Stand, chosen: list[Voice]) -> Iterator[VoiceView]:
    about = stand.definition.voices
    stages = {stage.id: stage.label or stage.id.replace("_", " ") for stage in stand.definition.journey}
    for voice in chosen:
        found = themes(voice.text, about.themes) if about else ()
        yield VoiceView(
            voice.text,
            voice.score,
            voice.channel,
            voice.stage,
            voice.said,
            found,
            stages.get(voice.stage or "", voice.stage),
        )
