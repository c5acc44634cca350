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
from scorecard.tree import Tree
from scorecard.yamlfile import MAX_DEPTH, Node, Plain

_GONE = object()
"""Stands in a list for an entry that was taken out, so that its neighbours keep their positions."""


@dataclass(frozen=True)
class Draft:
    """What of a definition stands, where it stands, and what was taken out of it.

    ``definition`` may lack entries of lists, so :meth:`as_written` gives a path in it as a path in the files;
    what stands in for a missing value counts as removed. ``unread`` holds the names in files that could not be
    read: nobody may say that those are not there.
    """

    definition: Definition
    root: Node
    removed: frozenset[Path]
    unread: frozenset[str] = frozenset()

    def whole(self, *path: str | int) -> bool:
        """Whether nothing at, beneath or around a path was taken out; no section is whole while a file is unread."""
        if self.unread and len(path) == 1:
            return False
        return not any(gone[: len(path)] == path or path[: len(gone)] == gone for gone in self.removed)

    def told(self, path: Path) -> bool:
        """Whether a path, as written, lies in something taken out, of which a fault speaks already."""
        return any(path[: len(gone)] == gone for gone in self.removed)

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
    def tree(self) -> Tree:
        """The thread, as far as it stands."""
        return Tree.of(self.definition)

    @cached_property
    def levels(self) -> tuple[str, ...] | None:
        """The levels, top first; ``None`` when they could not be read."""
        unread = self.unread and "organisation" not in self.root.entries
        return self.definition.organisation.levels if self.whole("organisation", "levels") and not unread else None

    def as_written(self, path: Path) -> Path:
        """A path in the definition as a path in the files, where entries that were taken out still count."""
        written: Path = ()
        for part in path:
            written = (*written, self._original(written, part) if isinstance(part, int) else part)
        return written

    def _original(self, parent: Path, position: int) -> int:
        gone = {path[-1] for path in self.removed if path[:-1] == parent}
        for original in range(position + len(gone) + 1):
            if original not in gone:
                position -= 1
            if position < 0:
                return original
        return position


def check(root: Node, unread: frozenset[str] = frozenset()) -> tuple[Draft, list[Fault]]:
    """Validate what the files say; returns what stands and every fault of form, with its place.

    ``unread`` holds the names in files that could not be read.
    """
    mending = _Mending(root.plain())
    faults: list[Fault] = []
    for _ in range(MAX_DEPTH + len(_STAND_INS)):
        try:
            definition = Definition.model_validate(_without_gone(mending.tree))
        except ValidationError as error:
            found = error.errors(include_url=False)
            faults = faults or list(_faults(root, found))
            mending.mend(found)
        else:
            return Draft(definition, root, frozenset(mending.removed), unread), faults
    return Draft(Definition(), root, frozenset((key,) for key in root.entries), unread), faults


_STAND_INS: tuple[Plain, ...] = (
    "x", 1, "2000-01-01", "1 day", "count", "month", {"agg": "count"}, {"x": "x"}, {"x": 1},
)  # fmt: skip
"""Values of every shape a key that must be there can have, tried one after the other."""


class _Mending:
    """Data on its way to something that validates: what is wrong goes, what must be there gets a stand-in.

    A stand-in lets what is written beside it be read; it counts as removed, so no rule speaks of it.
    """

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.removed: set[Path] = set()
        self._tried: dict[Path, int] = {}

    def mend(self, errors: list[ErrorDetails]) -> None:
        """Take one step: every error is mended once, and all of them before the next validation."""
        steps = [(_wrong_part(self.tree, error), error) for error in errors]
        for path in dict.fromkeys(self._to_mend(found, error) for found, error in steps):
            at = self._tried.get(path)
            self.removed.add(path)
            if at is None:
                _take_out(self.tree, path)
            elif at < len(_STAND_INS):
                _put(self.tree, path, _STAND_INS[at])
                self._tried[path] = at + 1
            else:
                self.removed.add(path[:-1])
                _take_out(self.tree, path[:-1])

    def _to_mend(self, found: Path, error: ErrorDetails) -> Path:
        """What to mend: the wrong part, the stand-in that holds it, or the key that lacks a value."""
        if error["type"] == "missing":
            found = (*found, error["loc"][-1])
            self._tried.setdefault(found, 0)
        return next((found[:depth] for depth in range(1, len(found)) if found[:depth] in self._tried), found)


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
    holder = _holder(tree, path)
    if isinstance(holder, dict):
        holder.pop(path[-1], None)
    elif isinstance(holder, list):
        holder[int(path[-1])] = _GONE


def _put(tree: Any, path: Path, value: Plain) -> None:
    holder = _holder(tree, path)
    if isinstance(holder, dict):
        holder[path[-1]] = value


def _holder(tree: Any, path: Path) -> Any:
    """What holds the last part of a path; ``None`` when it was itself taken out."""
    for part in path[:-1]:
        tree = tree[part] if part in _keys(tree) else None
    return tree if path else None


def _keys(tree: Any) -> Any:
    return range(len(tree)) if isinstance(tree, list) else tree if isinstance(tree, dict) else ()


def _without_gone(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _without_gone(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_without_gone(item) for item in tree if item is not _GONE]
    return tree
