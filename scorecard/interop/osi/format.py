"""What both directions share: the version, our vendor name, and how an expression is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

VERSION = "0.2.0.dev0"
VENDOR = "GOLDEN_THREAD"
DIALECT = "ANSI_SQL"


class InexpressibleError(ValueError):
    """What a model of theirs has no words for."""


def extension(data: Mapping[str, Any]) -> dict[str, Any]:
    """Our own part of an object: a list of one extension, or nothing where there is nothing to say."""
    if not data:
        return {}
    text = json.dumps(data, ensure_ascii=False, separators=(", ", ": "))
    return {"custom_extensions": [{"vendor_name": VENDOR, "data": text}]}


def expressed(sql: str) -> dict[str, Any]:
    """An expression object, in the standard's own dialect."""
    return {"dialects": [{"dialect": DIALECT, "expression": sql}]}
