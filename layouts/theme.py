"""The only colours, as data. ``assets/tokens.css`` says the same to the browser; a test keeps the two alike.

Charts carry their colours with them and cannot read CSS variables, so figures take a :class:`Theme`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Name = Literal["light", "dark"]
FONT = "Inter Variable, system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they mean, as ``#RRGGBB``. The field names are the tokens' names, ``_`` for ``-``."""

    ground: str
    surface: str
    text: str
    text_2: str
    muted: str
    met: str
    near: str
    missed: str
    unknown: str
    met_tint: str
    near_tint: str
    missed_tint: str
    unknown_tint: str
    gold: str
    gold_casing: str
    gold_tint: str
    gold_edge: str
    control: str
    hairline: str
    focus: str

    def tokens(self) -> dict[str, str]:
        """Return the colours by their token's name in CSS (``text-2``, ``met-tint``)."""
        return {field.name.replace("_", "-"): getattr(self, field.name) for field in fields(self)}

    def status(self, status: str) -> str:
        """Return the colour of a status: ``met``, ``near``, ``missed``; anything else is unknown."""
        return {"met": self.met, "near": self.near, "missed": self.missed}.get(status, self.unknown)


LIGHT = Theme(
    ground="#F4F6F8",
    surface="#FFFFFF",
    text="#16202B",
    text_2="#3F4C5A",
    muted="#5A6572",
    met="#0B69B7",
    near="#A85B00",
    missed="#8F0E3F",
    unknown="#5A6572",
    met_tint="#E7F1FA",
    near_tint="#FDF3E6",
    missed_tint="#FBE9EF",
    unknown_tint="#EDF0F3",
    gold="#F2B632",
    gold_casing="#5E4500",
    gold_tint="#FFF7E0",
    gold_edge="#5E4500",
    control="#7C8996",
    hairline="#DDE3E9",
    focus="#0B69B7",
)
DARK = Theme(
    ground="#0E151D",
    surface="#16202B",
    text="#F2F5F8",
    text_2="#C3CCD6",
    muted="#A3AFBC",
    met="#6CB6FF",
    near="#FFAE66",
    missed="#F4668A",
    unknown="#A3AFBC",
    met_tint="#12304B",
    near_tint="#3A2713",
    missed_tint="#3D1626",
    unknown_tint="#222D39",
    gold="#FFD23F",
    gold_casing="#0B1118",
    gold_tint="#2B2713",
    gold_edge="#FFD23F",
    control="#66778A",
    hairline="#263341",
    focus="#8CC8FF",
)


def theme(name: str | None) -> Theme:
    """Return the theme of that name; light for anything else (a cookie is anybody's to write)."""
    return DARK if name == "dark" else LIGHT


def rgba(colour: str, alpha: float) -> str:
    """Return ``#RRGGBB`` with an opacity of 0 to 1, as Plotly takes it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
