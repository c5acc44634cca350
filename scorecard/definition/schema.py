"""The JSON Schema of the YAML, for editors, and the reference for people, both made from the models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic.json_schema import GenerateJsonSchema

from scorecard.definition import Definition
from scorecard.definition.base import Duration

Schema = Mapping[str, Any]


class _Draft202012(GenerateJsonSchema):
    """Pydantic's generator, with lengths of time as they are written."""

    def encode_default(self, dft: Any) -> Any:
        return str(dft) if isinstance(dft, Duration) else super().encode_default(dft)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of any file of a scorecard's folder.

    No section is required, so the same schema serves the top file and a department's file.
    """
    made = Definition.model_json_schema(by_alias=True, mode="validation", schema_generator=_Draft202012)
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": "Golden Thread scorecard"}
    return made | head | {"description": "One company's golden thread: what is measured, and what it moves."}


_INTRODUCTION = """# Configuration reference

Every key of a scorecard's YAML, made from the models that read it: `golden-thread schema` gives the same to an editor.
A scorecard is a folder: `scorecard.yaml` holds the top of it, every other `*.yaml` below the folder is merged into it
section by section. A key in **bold** must be there.
"""


def reference() -> str:
    """The reference as Markdown: one table for the sections of a file, then one for each thing inside them."""
    whole = schema()
    parts: dict[str, Schema] = whole["$defs"]
    blocks = [_INTRODUCTION, "## Sections", "", *_table(whole)]
    for name in dict.fromkeys(_referred(whole, parts, ())):
        blocks += ["", f"## {name}", "", _sentence(parts[name]), ""]
        blocks += _table(parts[name])
    return "\n".join(blocks) + "\n"


def _referred(node: Any, parts: Mapping[str, Schema], around: tuple[str, ...]) -> Iterator[str]:
    """The names of the parts that a schema refers to, in the order they are met."""
    if isinstance(node, Mapping):
        name = str(node.get("$ref", "")).removeprefix("#/$defs/")
        if name and name not in around:
            yield name
            yield from _referred(parts[name], parts, (*around, name))
        values: list[Any] = [value for key, value in node.items() if key != "$defs"]
    else:
        values = node if isinstance(node, list) else []
    for value in values:
        yield from _referred(value, parts, around)


def _table(part: Schema) -> list[str]:
    required = part.get("required", ())
    rows = ["| key | holds | default | means |", "|---|---|---|---|"]
    for key, field in cast("Schema", part.get("properties", {})).items():
        name = f"**`{key}`**" if key in required else f"`{key}`"
        means = _sentence(field)
        rows.append(f"| {name} | {_holds(field)} | {_default(field)} | {means} |".replace("|  |", "| |"))
    return rows


def _sentence(part: Schema) -> str:
    return " ".join(str(part.get("description", "")).replace("``", "`").split())


def _default(field: Schema) -> str:
    value = field.get("default")
    if value is None or value in ({}, [], "") or not isinstance(value, str | int | float | list):
        return ""
    return f"`{', '.join(map(str, value)) if isinstance(value, list) else _yaml(value)}`"


def _yaml(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": ""}


def _holds(field: Schema) -> str:
    """What a key holds, in words; names of parts link to their tables."""
    if "$ref" in field:
        name = str(field["$ref"]).removeprefix("#/$defs/")
        return f"[{name}](#{name.lower()})"
    for key in ("anyOf", "oneOf"):
        if key in field:
            return " or ".join(dict.fromkeys(text for one in field[key] if (text := _holds(one))))
    if "enum" in field or "const" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    return _plain(field)


def _plain(field: Schema) -> str:
    kind = str(field.get("type", ""))
    if kind == "array":
        return f"list of {_holds(field['items'])}" if "items" in field else "list"
    if kind == "object":
        inside = field.get("additionalProperties")
        return f"mapping to {_holds(inside)}" if isinstance(inside, Mapping) else "mapping"
    if field.get("format") in {"date", "date-time"}:
        return "date" if field["format"] == "date" else "date and time"
    return "length of time" if "examples" in field else _KINDS.get(kind, "text")
