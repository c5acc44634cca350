"""What pydantic found, in words for the person who wrote the YAML."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic_core import ErrorDetails

from scorecard.definition.base import SHAPE
from scorecard.faults import Path, did_you_mean

_ADDRESS = re.compile(r"""['"][^'"]*://.*""")
"""An address quoted in a message, which may hold a password."""

KEY = "[key]"
"""What pydantic ends a location with when the key itself is wrong."""

_WANTED = {
    "float_type": "a valid number",
    "float_parsing": "a valid number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "dataclass_type": "a mapping of keys to values",
}


def path_of(error: ErrorDetails) -> Path:
    """Where an error is, as the YAML is written: without the names pydantic gives to members of unions."""
    parts = [part for part in error["loc"] if part != KEY and not (isinstance(part, str) and part.startswith(SHAPE))]
    return (*parts, "type") if error["type"] == "union_tag_invalid" else tuple(parts)


def message_of(error: ErrorDetails, root: type[BaseModel]) -> str:
    """What is wrong and what was meant, beginning in lower case; shows the wrong value, shortened."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return f"{str(error['loc'][-1])!r} is missing"
    if kind == "extra_forbidden":
        return _unknown_key(str(error["loc"][-1]), keys_at(root, error["loc"][:-1]))
    if kind == "value_error":
        return _ADDRESS.sub("an address", str(context["error"]))
    if kind in {"literal_error", "union_tag_invalid"}:
        return _not_among(error["input"], context)
    if kind in {"too_short", "too_long", "string_too_short", "string_too_long"}:
        return _wrong_length(kind, error["input"], context)
    if kind == "string_pattern_mismatch":
        return f"input should match {context['pattern']}{shown(error['input'])}"
    wanted = _WANTED.get(kind)
    message = f"input should be {wanted}" if wanted else _lower_first(error["msg"])
    quotes = kind == "string_type" and isinstance(error["input"], bool | int | float)
    return message + shown(error["input"]) + (": write it in quotes" if quotes else "")


def shown(value: object) -> str:
    """A wrong value for the end of a sentence, shortened; addresses are not shown, they may hold a password."""
    if value is None:
        return ", but nothing is written"
    if isinstance(value, Mapping):
        return ", not a mapping"
    if isinstance(value, list | tuple):
        return ", not a list"
    if isinstance(value, bool):
        return f", not {str(value).lower()}"
    if isinstance(value, str) and "://" in value:
        return ", not an address"
    text = repr(value)
    return f", not {text}" if len(text) <= _LONGEST else f", not {text[:_LONGEST]}…"


_LONGEST = 60


def _unknown_key(key: str, known: Iterable[str]) -> str:
    names = list(known)
    hint = did_you_mean(key, names)
    if not hint and names:
        hint = f"; known here: {', '.join(names)}"
    return f"there is no key {key[:_LONGEST]!r} here{hint}"


def _not_among(value: object, context: Mapping[str, Any]) -> str:
    expected = str(context.get("expected") or context.get("expected_tags")).replace(SHAPE, "")
    names = re.findall(r"'([^']*)'", expected)
    wrong = value.get("type") if isinstance(value, Mapping) else value
    hint = did_you_mean(wrong, names) if isinstance(wrong, str) else ""
    if len(names) > 1:
        expected = ", ".join(map(repr, names[:-1])) + f" or {names[-1]!r}"
    return f"input should be {expected}{shown(wrong)}{hint}"


def _wrong_length(kind: str, value: object, context: Mapping[str, Any]) -> str:
    least, most = context.get("min_length"), context.get("max_length")
    bound = f"at least {least}" if kind.endswith("short") else f"at most {most}"
    size = len(value) if isinstance(value, str | list | tuple | Mapping) else context.get("actual_length")
    things = "character" if kind.startswith("string") else "entry"
    plural = "characters" if things == "character" else "entries"
    return f"input should have {bound} {things if (least or most) == 1 else plural}, not {size}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def keys_at(root: type[BaseModel], location: Iterable[str | int]) -> list[str]:
    """The keys a model knows at a location as pydantic tells it."""
    at: Any = root
    for part in location:
        at = _inside(at, part)
    model = _plain(at)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [info.alias or name for name, info in model.model_fields.items()]


def _plain(annotation: Any) -> Any:
    """An annotation without its metadata and without ``| None``."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        members = [member for member in get_args(annotation) if member is not type(None)]
        return _plain(members[0]) if len(members) == 1 else annotation
    return annotation


def _inside(annotation: Any, part: str | int) -> Any:
    """The annotation one step further along a location."""
    at = _plain(annotation)
    origin, arguments = get_origin(at), get_args(at)
    if isinstance(at, type) and issubclass(at, BaseModel):
        fields = (info for name, info in at.model_fields.items() if (info.alias or name) == part)
        return next((info.annotation for info in fields), None)
    if origin in {Union, types.UnionType}:
        return next((member for member in arguments if Tag(str(part)) in getattr(member, "__metadata__", ())), None)
    if origin is dict:
        return arguments[1]
    return arguments[0] if origin is tuple else None
