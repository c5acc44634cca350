"""Which texts are moments or numbers, as regular expressions: for engines whose own casts fail on what is neither.

The dialects of PostgreSQL, MariaDB (PCRE) and ClickHouse (RE2) read them alike.
"""

from __future__ import annotations

_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DAYS = (
    "(?:0?[13578]|1[02])-(?:0?[1-9]|[12][0-9]|3[01])",
    "(?:0?[469]|11)-(?:0?[1-9]|[12][0-9]|30)",
    "0?2-(?:0?[1-9]|1[0-9]|2[0-8])",
)
DATE = f"(?:{_YEAR}-(?:{'|'.join(_DAYS)})|{_LEAP}-0?2-29)"
"""A day there is, the 29th of February in leap years only."""
CLOCK = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?"
OFFSET = "(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
MOMENT = f"^[[:space:]]*{DATE}(?:[ T]{CLOCK}[[:space:]]*{OFFSET}?)?[[:space:]]*$"
"""A local time or one with an offset, ISO 8601; what follows the day may be missing."""
ZONED = f":[0-9]{{2}}.*{OFFSET}[[:space:]]*$"
"""Of a moment: one with an offset."""
NUMBER = "^[[:space:]]*[+-]?(?:[0-9]{1,250}(?:[.][0-9]*)?|[.][0-9]+)(?:[eE][+-]?[0-9]{1,3})?[[:space:]]*$"
"""A decimal number, perhaps with an exponent."""
