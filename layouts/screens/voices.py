"""What customers said, as a panel of a page."""

from __future__ import annotations

from collections.abc import Sequence

from htpy import Element

from layouts.parts.text import panel, quote
from layouts.words import Tongue
from scorecard.view import VoiceView

MOST = 4
"""How many voices stand on a page that is not about them."""


def voices(said: Sequence[VoiceView], tongue: Tongue) -> Element | None:
    """The newest voices; nothing where nobody said anything."""
    if not said:
        return None
    return panel("What customers said", *(quote(voice, tongue) for voice in said[:MOST]))
