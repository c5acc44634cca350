"""A definition as YAML that a person goes on with: in the format's order, with remarks beside the entries.

What is written is read back as it was: a text that YAML's core schema would take for a number is quoted.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from scorecard.expression import ExpressionError, parse
from scorecard.faults import Path
from scorecard.interop.notes import Converted
from scorecard.syntax import Column
from scorecard.yamlcore import core_value

WIDTH = 118
_BREAKS = {"\x85", "\u2028", "\u2029"}
"""Line ends of YAML 1.1 that newer readers take for letters, or fold: always escaped."""
_ENTRIES = ("sources", "metrics")


def column_text(name: str) -> str:
    """A column's name as an expression: bare where it can stand so, else in double quotes."""
    try:
        bare = parse(name) == Column(name)
    except ExpressionError:
        bare = False
    return name if bare else '"' + name.replace('"', '""') + '"'


def document(converted: Converted, head: Iterable[str] = (), noted: str = "Notes:") -> str:
    """The sections as one YAML text; ``head``, and under ``noted`` the notes, stand at its top as comments."""
    return (
        "\n".join([*_head(head, noted, converted), *_sections(converted.sections, converted.remarks)]).rstrip() + "\n"
    )


def _head(lines: Iterable[str], noted: str, converted: Converted) -> Iterator[str]:
    yield from (line for text in lines for line in comment(text))
    if converted.notes:
        yield "#"
        yield from comment(noted)
        for note in converted.notes:
            yield from comment(f"- {note}", hanging="  ")
    yield ""


def comment(text: str, indent: str = "", hanging: str = "") -> list[str]:
    """A text as comment lines."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    lines = textwrap.wrap(plain, WIDTH - len(indent), subsequent_indent=hanging, break_long_words=False) or [""]
    return [f"{indent}# {line}".rstrip() for line in lines]


def _sections(sections: Mapping[str, Any], remarks: Mapping[Path, tuple[str, ...]]) -> Iterator[str]:
    for name, value in sections.items():
        if value is None or value in ({}, [], ()):
            continue
        yield from _remarks(remarks, (name,), "")
        if name in _ENTRIES:
            yield f"{name}:"
            for key, entry in value.items():
                yield from _remarks(remarks, (name, key), "  ")
                yield textwrap.indent(dumped(key, entry), "  ")
        else:
            yield dumped(name, value)


def _remarks(remarks: Mapping[Path, tuple[str, ...]], path: Path, indent: str) -> Iterator[str]:
    for remark in remarks.get(path, ()):
        yield from comment(remark, indent)


class _Dumper(yaml.SafeDumper):
    """PyYAML's dumper, held to what YAML's core schema reads back."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _BREAKS & set(text) else None if isinstance(core_value(text), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


class _Block(dict[str, Any]):
    """A mapping written one key a line, however short."""


def _block(dumper: yaml.SafeDumper, mapping: _Block) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=False)


_Dumper.add_representer(_Block, _block)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(tuple, _Dumper.represent_list)


def dumped(key: str, value: Any) -> str:
    """A key and its value as YAML: a mapping one key a line, what lies deeper and is plain on one line."""
    whole = _Block({key: _Block(value) if isinstance(value, Mapping) else value})
    text: str = yaml.dump(
        whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=None
    )
    return text
