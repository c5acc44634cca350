"""Data with places → the definition it says, every fault, and as much of it as stands in spite of them.

One wrong value must not hide what is wrong elsewhere. So whatever does not validate is taken out, piece by
piece from the inside, until the rest is a definition; rules over the whole thread then read that rest and know
what was taken out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scorecard.definition import Definition
from scorecard.definition.errors import KEY, message_of, path_of
from scorecard.faults import Fault, Path, Place
from scorecard.yamlfile import MAX_DEPTH, Node

_GONE = object()
"""Stands in a list for an entry that was taken out, so that its neighbours keep their positions."""


@dataclass(frozen=True)
class Draft:
    """What of a definition stands, where it stands, and what was taken out of it.

    ``definition`` may lack entries of lists; :meth:`as_written` gives a path in it as a path in the files.
    """

    definition: Definition
    root: Node
    removed: frozenset[Path]

    def whole(self, *path: str | int) -> bool:
        """Whether nothing at, beneath or around a path was taken out."""
        return not any(gone[: len(path)] == path or path[: len(gone)] == gone for gone in self.removed)

    def names(self, section: str) -> tuple[str, ...] | None:
        """Every name written in a section, valid or not: keys of a mapping, ids of a list.

        ``None`` when the section itself could not be read, so that nobody says a name is not there.
        """
        if (section,) in self.removed:
            return None
        entry = self.root.entries.get(section)
        if entry is None:
            return ()
        if isinstance(entry.node.value, tuple):
            ids = [item.entries["id"].node.value for item in entry.node.value if "id" in item.entries]
            return tuple(str(id_) for id_ in ids)
        return tuple(entry.node.entries)

    @cached_property
    def levels(self) -> tuple[str, ...] | None:
        """The levels, top first; ``None`` when they could not be read."""
        return self.definition.organisation.levels if self.whole("organisation", "levels") else None

    def as_written(self, path: Path) -> Path:
        """A path in the definition as a path in the files, where entries that were taken out still count."""
        written: Path = ()
        for part in path:
            written = (*written, self._original(written, part) if isinstance(part, int) else part)
        return trimmed(self.root, written)

    def _original(self, parent: Path, position: int) -> int:
        gone = {path[-1] for path in self.removed if path[:-1] == parent}
        for original in range(position + len(gone) + 1):
            if original not in gone:
                position -= 1
            if position < 0:
                return original
        return position


def check(root: Node) -> tuple[Draft, list[Fault]]:
    """Validate what the files say; returns what stands and every fault of form, with its place."""
    tree, removed = root.plain(), set[Path]()
    faults: list[Fault] = []
    for _ in range(MAX_DEPTH):
        try:
            definition = Definition.model_validate(_without_gone(tree))
        except ValidationError as error:
            found = error.errors(include_url=False)
            faults = faults or list(_faults(root, found))
            wrong = {_wrong_part(tree, one) for one in found}
            removed |= wrong
            for path in wrong:
                _take_out(tree, path)
        else:
            return Draft(definition, root, frozenset(removed)), faults
    return Draft(Definition(), root, frozenset((key,) for key in root.entries)), faults


def _faults(root: Node, errors: list[ErrorDetails]) -> Iterator[Fault]:
    for error in errors:
        path = trimmed(root, path_of(error))
        about_key = error["type"] == "extra_forbidden" or KEY in error["loc"]
        message = message_of(error, Definition)
        if path == ("warehouse", "url"):
            message = "input should be the address of a database, as text"
        yield Fault(message, path, place_of(root, path, key=about_key))


def trimmed(root: Node, path: Path) -> Path:
    """The longest part of a path that is written in the files."""
    node = root
    for depth, part in enumerate(path):
        step = _step(node, part)
        if step is None:
            return path[:depth]
        node = step
    return path


def place_of(root: Node, path: Path, *, key: bool = False) -> Place:
    """Where a path is written: its value, or its key when the value holds others or ``key`` asks for it."""
    node, place = root, root.place
    for part in trimmed(root, path):
        step = _step(node, part)
        if step is None:
            break
        entry = node.entries.get(part) if isinstance(part, str) else None
        collection = isinstance(step.value, dict | tuple)
        place = entry.key if entry and (collection or key) else step.place
        node = step
    return place


def _step(node: Node, part: str | int) -> Node | None:
    if isinstance(part, str):
        entry = node.entries.get(part)
        return entry.node if entry else None
    return node.value[part] if isinstance(node.value, tuple) and part < len(node.value) else None


def _wrong_part(tree: Any, error: ErrorDetails) -> Path:
    """The smallest part to take out: what is wrong, or what lacks something, in positions as written."""
    path = path_of(error)
    if error["type"] in {"missing", "union_tag_invalid"}:
        path = path[:-1]
    found: Path = ()
    for part in path:
        if isinstance(tree, list) and isinstance(part, int):
            standing = [at for at, item in enumerate(tree) if item is not _GONE]
            part = standing[part]  # noqa: PLW2901 - the same entry, counted as written
        elif not (isinstance(tree, dict) and part in tree):
            break
        tree, found = tree[part], (*found, part)
    return found


def _take_out(tree: Any, path: Path) -> None:
    for part in path[:-1]:
        tree = tree[part] if tree is not _GONE and part in _keys(tree) else {}
    if not path or path[-1] not in _keys(tree):
        return
    if isinstance(tree, dict):
        del tree[path[-1]]
    else:
        tree[path[-1]] = _GONE


def _keys(tree: Any) -> Any:
    return range(len(tree)) if isinstance(tree, list) else tree if isinstance(tree, dict) else ()


def _without_gone(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _without_gone(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_without_gone(item) for item in tree if item is not _GONE]
    return tree
