"""What customers said, as a panel of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from htpy import Element

from layouts.parts.text import panel, quote
from layouts.words import Tongue
from scorecard.definition import Definition
from scorecard.view import VoiceView

MOST = 4
"""How many voices stand on a page that is not about them."""


def voices(said: Sequence[VoiceView], definition: Definition, tongue: Tongue) -> Element | None:
    """The newest voices, each with its stage by name; nothing where nobody said anything."""
    if not said:
        return None
    stages = {stage.id: stage.label or stage.id.replace("_", " ") for stage in definition.journey}
    named = [replace(voice, stage=stages.get(voice.stage or "", voice.stage)) for voice in said[:MOST]]
    return panel("What customers said", *(quote(voice, tongue) for voice in named))
