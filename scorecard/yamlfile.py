"""Text to data with places: YAML 1.2's core schema, held to bounds, every node knowing where it stands.

The parser's events are read one by one and nothing is built before it is within bounds, so hostile text costs
no more than its own length. What YAML 1.1 reads into plain words (``NO``, ``22:30``, ``0123``) stays text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from scorecard.faults import Fault, Path, Place
from scorecard.yamlcore import Scalar, core_value

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_NODES = 100_000
MAX_FAULTS = 1_000
MAX_ALIASED = 1_000
"""How many nodes aliases may repeat, all together."""

_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)

Plain = Scalar | list["Plain"] | dict[str, "Plain"]
"""Data as YAML's core schema reads it; keys are always text."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands; a mapping's entries keep the places of their keys."""

    place: Place
    value: Scalar | tuple[Node, ...] | dict[str, Entry]
    size: int = 1
    """How many values it holds, itself and keys counted."""
    depth: int = 0
    """How many collections lie one inside the other."""

    @property
    def entries(self) -> dict[str, Entry]:
        """The entries of a mapping; none for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def plain(self) -> Plain:
        """The value without its places."""
        if isinstance(self.value, dict):
            return {key: entry.node.plain() for key, entry in self.value.items()}
        if isinstance(self.value, tuple):
            return [item.plain() for item in self.value]
        return self.value


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping: where the key stands, and its value."""

    key: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says (``None`` where it cannot be read at all), and what is wrong with how it says it.

    ``words`` holds the names that stand in a file that cannot be read: it may be what defines them.
    """

    root: Node | None
    faults: tuple[Fault, ...]
    words: frozenset[str] = frozenset()


def parse(raw: bytes, file: str) -> Document:
    """Read the bytes of a YAML file; ``file`` is the name that places carry. Never raises."""
    try:
        text = _text(raw, file)
        reader = _Reader(file, text)
        root = reader.read()
    except _StopError as stop:
        return Document(None, (stop.fault,), words_in(raw))
    return Document(root, tuple(reader.faults))


def words_in(raw: bytes) -> frozenset[str]:
    """Everything in a file that might be a name."""
    return frozenset(re.findall(r"[A-Za-z][A-Za-z0-9_-]*", raw.decode("latin-1")))


class _StopError(Exception):
    """The file cannot be read on from here."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.fault = Fault(message, place=place)


_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _text(raw: bytes, file: str) -> str:
    """Decode UTF-8, with or without a byte order mark, and nothing else."""
    if len(raw) > MAX_BYTES:
        raise _StopError(f"the file is over {MAX_BYTES:,} bytes: split it, one file a department", Place(file))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        raise _StopError("the file is not UTF-8 text", _after(file, before)) from None
    if found := _FORBIDDEN.search(text):
        place = _after(file, text[: found.start()])
        raise _StopError(f"the character U+{ord(found[0]):04X} cannot stand in a YAML file", place)
    return text


def _after(file: str, before: str) -> Place:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Place(file, len(lines), len(lines[-1]) + 1)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    place: Place
    anchor: str | None
    mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: tuple[str, Place] | None = None
    size: int = 1
    depth: int = 1


class _Reader:
    """Builds nodes from the parser's events, with a stack of its own instead of recursion."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.faults: list[Fault] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._root: Node | None = None
        self._documents = 0
        self._nodes = 0
        self._aliased = 0

    def read(self) -> Node | None:
        for event in self._events():
            handle = _HANDLERS.get(type(event).__name__)
            if handle:
                handle(self, event)
        return self._root

    def _events(self) -> Iterator[Any]:
        try:
            yield from yaml.parse(self.text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            raise self._unreadable(error) from None
        except (yaml.YAMLError, ValueError) as error:
            raise _StopError(f"this cannot be read as YAML: {_one_line(str(error))}", Place(self.file)) from None

    def _unreadable(self, error: yaml.MarkedYAMLError) -> _StopError:
        mark = error.problem_mark or error.context_mark
        place = self._place(mark) if mark else Place(self.file)
        if self._at(place) == "\t":
            return _StopError("a tab cannot indent YAML: use spaces", place)
        about = f" ({error.context})" if error.context else ""
        return _StopError(f"this cannot be read as YAML: {error.problem or 'it ends too soon'}{about}", place)

    def _at(self, place: Place) -> str:
        lines = self.text.split("\n")
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        return line[place.column - 1 : place.column]

    def _place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _fault(self, message: str, place: Place, *inside: str) -> None:
        if len(self.faults) >= MAX_FAULTS:
            raise _StopError(f"there are more than {MAX_FAULTS:,} faults up to here", place)
        self.faults.append(Fault(message, (*self._path(), *inside), place))

    def _path(self) -> Path:
        keys = ((part.key[0] if part.key else None) if part.mapping else len(part.items) for part in self._open)
        return tuple(key for key in keys if key is not None)

    def document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _StopError("a second document begins here: a file holds one", self._place(event.start_mark))

    def alias(self, event: Any) -> None:
        place = self._place(event.start_mark)
        if event.anchor not in self._anchors:
            self._fault(f"there is no anchor '&{event.anchor}' above", place)
            return self._add(Node(place, None), None)
        node = self._anchors[event.anchor]
        if node is None:
            raise _StopError(f"the alias '*{event.anchor}' stands inside what it repeats", place)
        if len(self._open) + node.depth > MAX_DEPTH:
            raise _StopError(_TOO_DEEP, place)
        self._aliased += node.size
        if self._aliased > MAX_ALIASED:
            raise _StopError(f"aliases repeat more than {MAX_ALIASED:,} values: write them out", place)
        return self._add(node, None, place)

    def scalar(self, event: Any) -> None:
        place = self._place(event.start_mark)
        self._refuse_tag(event, place)
        at_key = bool(self._open) and self._open[-1].mapping and self._open[-1].key is None
        plain = event.style is None or event.style == ""
        if at_key:
            self._add(Node(place, self._key(event.value, place, plain=plain)), event.anchor)
        else:
            self._add(Node(place, self._value(event.value, place) if plain else event.value), event.anchor)

    def start(self, event: Any) -> None:
        place = self._place(event.start_mark)
        self._refuse_tag(event, place)
        if len(self._open) >= MAX_DEPTH:
            raise _StopError(_TOO_DEEP, place)
        part = _Open(place, event.anchor, isinstance(event, yaml.MappingStartEvent))
        if event.anchor:
            self._anchors[event.anchor] = None
        self._open.append(part)

    def end(self, _event: Any) -> None:
        part = self._open.pop()
        value = part.entries if part.mapping else tuple(part.items)
        self._add(Node(part.place, value, part.size, part.depth), part.anchor)

    def _refuse_tag(self, event: Any, place: Place) -> None:
        if event.tag is not None:
            self._fault(f"tags such as {_shown_tag(event.tag)} are not part of this format", place)

    def _key(self, text: str, place: Place, *, plain: bool) -> str:
        if plain and text.lower() in _NOT_KEYS:
            older = "true or false" if text.lower() in _OLD_BOOLEANS else "no text"
            self._fault(f"the key {text!r} is {older} to many YAML readers: write it in quotes", place, text)
        elif text == _NO_KEY:
            self._fault("merge keys ('<<') are not part of this format: write the keys out", place)
        return text

    def _value(self, text: str, place: Place) -> Scalar:
        value = core_value(text)
        if isinstance(value, float) and not math.isfinite(value):
            self._fault(f"a number must be finite, not {text[:40]}", place)
            return None
        if isinstance(value, int) and abs(value) > _LARGEST:
            self._fault(f"the number {text[:20]}… has too many digits", place)
            return None
        return value

    def _add(self, node: Node, anchor: str | None, place: Place | None = None) -> None:
        """Put a finished node where it belongs: under the open key, at the end of the open list, or at the root."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _StopError(f"the file holds more than {MAX_NODES:,} values", node.place)
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        part = self._open[-1]
        part.size += node.size
        part.depth = max(part.depth, node.depth + 1)
        if not part.mapping:
            part.items.append(node)
        elif part.key is None:
            part.key = self._key_of(node, place or node.place)
        else:
            self._enter(part, *part.key, node)

    def _key_of(self, node: Node, place: Place) -> tuple[str, Place]:
        if isinstance(node.value, str):
            return node.value, place
        self._fault("a key must be text", place)
        return _NO_KEY, place

    def _enter(self, part: _Open, key: str, place: Place, node: Node) -> None:
        if key in part.entries:
            self._fault(f"is written twice: here and at {part.entries[key].key}", place)
        elif key != _NO_KEY:
            part.entries[key] = Entry(place, node)
        part.key = None


_HANDLERS: dict[str, Callable[[_Reader, Any], None]] = {
    "DocumentStartEvent": _Reader.document,
    "AliasEvent": _Reader.alias,
    "ScalarEvent": _Reader.scalar,
    "SequenceStartEvent": _Reader.start,
    "MappingStartEvent": _Reader.start,
    "SequenceEndEvent": _Reader.end,
    "MappingEndEvent": _Reader.end,
}

_TOO_DEEP = f"this is nested more than {MAX_DEPTH} deep"
_NO_KEY = "<<"
"""The key of entries that were refused: told as a fault once, and left out."""
_OLD_BOOLEANS = {"yes", "no", "on", "off", "true", "false"}
_NOT_KEYS = _OLD_BOOLEANS | {"null", "~", ""}
_LARGEST = 2**63


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]


def _shown_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")[:60]
