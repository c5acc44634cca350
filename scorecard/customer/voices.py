"""What customers said: read with each refresh, masked once, before anything shows or stores it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

_MASKS = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"https?://\S+"), "[link]"),
    (re.compile(r"(?<![\w.])\+?\d[\d\s().-]{6,}\d(?!\w)"), "[number]"),
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b"), "[postcode]"),
)


@dataclass(frozen=True, slots=True)
class Voice:
    """One thing a customer said, masked. ``units`` are the ids the row names, by level."""

    said: datetime
    text: str
    score: float | None = None
    channel: str | None = None
    stage: str | None = None
    units: Mapping[str, str] | None = None


def mask_pii(text: str) -> str:
    """Mask what may identify someone: addresses, telephone, card and account numbers, links, postcodes."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def names_masked(names: Iterable[str]) -> Callable[[str], str]:
    """What masks the names of one's own people in a text: whole names, and each word of them by itself.

    A word counts as written with its capital, or in capitals alone: "will" in the middle of a sentence is no Will.
    Words of one or two letters are initials, and no names by themselves.
    """
    whole = {name.strip() for name in names if name.strip()}
    words = {word for name in whole for word in re.findall(r"[^\W\d_]{3,}", name)}
    found = sorted({*whole, *words, *(word.upper() for word in words)}, key=lambda name: (-len(name), name))
    if not found:
        return str
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})(?!\w)")
    return lambda text: pattern.sub("[name]", text)


def themes(text: str, words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The themes whose words occur in a text, whole words and without regard to case, in the definition's order."""
    lower = text.lower()
    return tuple(
        theme for theme, any_of in words.items()
        if any(re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", lower) for word in any_of)
    )  # fmt: skip
