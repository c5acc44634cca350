"""Names and labels for what is proposed, near to what tables and columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scorecard.interop.guessing import words_of

_LONGEST = 64
_HUMP = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPELLED = {"nps": "NPS", "csat": "CSAT", "id": "ID", "sla": "SLA"}


def name_of(text: str) -> str:
    """A name this format takes: the words of what a table or column is called, ``callId`` as ``call_id``."""
    plain = "_".join(words_of(text)) or "x"
    return (plain if plain[0].isalpha() else f"x_{plain}")[:_LONGEST]


def label_of(name: str) -> str:
    """What people read for a name: its words, with their own letters."""
    parts = [name.strip()] if " " in name.strip() else re.findall(r"[^\W_]+", re.sub(_HUMP, " ", name))
    words = [_SPELLED.get(word.lower(), word if " " in word else word.lower()) for word in parts] or [name]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def told_apart(names: Sequence[str], tables: Sequence[str]) -> list[str]:
    """Names that stand more than once have their table's before them, then a number behind."""
    longer = [
        name if names.count(name) == 1 else name_of(f"{table}_{name}")
        for name, table in zip(names, tables, strict=True)
    ]
    seen: dict[str, int] = {}
    made = []
    for name in longer:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name[: _LONGEST - 4]}_{seen[name]}")
    return made
