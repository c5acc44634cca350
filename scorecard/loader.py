"""A folder of YAML → the definition it says, with every fault in every file at once."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scorecard.checking import check, place_of
from scorecard.definition import Definition
from scorecard.faults import Fault, Faulty, Place, in_order
from scorecard.faults import Path as KeyPath
from scorecard.rules import findings
from scorecard.yamlfile import MAX_BYTES, Document, Entry, Node, parse, words_in

TOP = "scorecard.yaml"
MOST_FILES = 1_000


@dataclass(frozen=True)
class Loaded:
    """What a folder says.

    ``definition`` is ``None`` when there is any fault that is not a warning. ``faults`` holds faults and
    warnings, sorted by place. ``hash`` changes with whatever changes what is measured or shown, and holds no secret.
    """

    definition: Definition | None
    faults: tuple[Fault, ...]
    hash: str
    root: Node | None = field(default=None, repr=False)

    def place_of(self, path: KeyPath) -> Place | None:
        """Where a path of the definition (or the nearest thing above it that is written) stands in the files."""
        return place_of(self.root, path) if self.root else None

    def checked(self) -> Definition:
        """The definition; raises :class:`~scorecard.faults.Faulty` with every fault, no warnings, if there is none."""
        if self.definition is None:
            raise Faulty(fault for fault in self.faults if fault.severity == "fault")
        return self.definition


def load(folder: Path, environ: Mapping[str, str]) -> Loaded:
    """Read a scorecard's folder; ``environ`` is what ``${NAME}`` in the warehouse's address stands for.

    Never raises for what the folder holds: whatever is wrong is in the faults.
    """
    top = folder / TOP
    if missing := _missing(folder):
        return Loaded(None, (missing,), _digest(None))
    faults: list[Fault] = []
    documents = [_document(path) for path in _files(folder, faults)]
    faults.extend(fault for document in documents for fault in document.faults)
    root, merging = merged([document.root for document in documents if document.root], Place(_name(top)))
    root, unset = _from_environment(root, environ)
    faults.extend((*merging, *unset))
    return _checked(root, faults, frozenset().union(*(document.words for document in documents)))


def _missing(folder: Path) -> Fault | None:
    try:
        if not folder.is_dir():
            return Fault("there is no such folder", place=Place(_name(folder)))
        if not (folder / TOP).is_file():
            return Fault(f"there is no {TOP} in this folder", place=Place(_name(folder / TOP)))
    except OSError as error:
        return Fault(_refused(error), place=Place(_name(folder)))
    return None


def _refused(error: OSError) -> str:
    return f"cannot be read: {(error.strerror or 'no access').lower()}"


def _checked(root: Node, faults: list[Fault], unread: frozenset[str]) -> Loaded:
    draft, wrong = check(root, unread)
    told = {(fault.path, fault.place) for fault in faults if fault.path}
    later = (fault for fault in (*wrong, *findings(draft)) if (fault.path, fault.place) not in told)
    found = in_order((*faults, *later))
    stands = all(fault.severity == "warning" for fault in found)
    return Loaded(draft.definition if stands else None, tuple(found), _digest(root), root)


def _files(folder: Path, faults: list[Fault]) -> list[Path]:
    """The top file, then every other ``*.yaml`` below the folder by name; hidden ones are passed over."""
    found = []
    for path in sorted(folder.rglob("*.y*ml")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts) or not path.is_file():
            continue
        if path.suffix == ".yml":
            faults.append(
                Fault("is not read: scorecard files end in .yaml", place=Place(_name(path)), severity="warning")
            )
        elif path.suffix == ".yaml" and path != folder / TOP:
            found.append(path)
    if len(found) >= MOST_FILES:
        faults.append(Fault(f"there are more than {MOST_FILES:,} files below", place=Place(_name(folder))))
    return [folder / TOP, *found[: MOST_FILES - 1]]


def _document(path: Path) -> Document:
    """One file, read; a file that holds nothing or no sections is a fault."""
    name = _name(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        return Document(None, (Fault(_refused(error), place=Place(name)),))
    document = parse(raw, name)
    root = document.root
    if document.faults and root is None:
        return document
    if root is None or root.value is None:
        return Document(None, (*document.faults, Fault("the file says nothing", place=Place(name))))
    if not isinstance(root.value, dict):
        message = "the file should hold sections such as 'metrics:', and begin with the name of one"
        return Document(None, (*document.faults, Fault(message, place=root.place)), words_in(raw))
    return document


def _name(path: Path) -> str:
    """A file's name as the user typed it, fit for any terminal."""
    return os.fsencode(path).decode("utf-8", "replace")


_WHOLE = {"metrics", "sources"}
"""Sections whose entries are each written in one place; entries of all others are merged key by key."""


def merged(roots: list[Node], place: Place) -> tuple[Node, list[Fault]]:
    """Put files together section by section: mappings key by key, lists of a section one after the other."""
    whole = Node(place, {})
    faults: list[Fault] = []
    for root in roots:
        whole = _merge(whole, root, (), faults)
    return whole, faults


def _merge(first: Node, second: Node, path: KeyPath, faults: list[Fault]) -> Node:
    entries = dict(first.entries)
    for key, entry in second.entries.items():
        here = (*path, key)
        if key not in entries:
            entries[key] = entry
        elif (both := _together(entries[key].node, entry.node, here, faults)) is not None:
            entries[key] = replace(entries[key], node=both)
        else:
            faults.append(Fault(f"is written twice: here and at {entries[key].key}", here, entry.key))
    return replace(first, value=entries)


def _together(first: Node, second: Node, path: KeyPath, faults: list[Fault]) -> Node | None:
    if isinstance(first.value, dict) and isinstance(second.value, dict):
        one_place = len(path) > 1 and path[0] in _WHOLE
        return None if one_place else _merge(first, second, path, faults)
    if isinstance(first.value, tuple) and isinstance(second.value, tuple) and len(path) == 1:
        return replace(first, value=(*first.value, *second.value))
    return None


_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def _from_environment(root: Node, environ: Mapping[str, str]) -> tuple[Node, list[Fault]]:
    """Fill in the warehouse's address; a variable that is not set and has no default is a fault that names it."""
    warehouse = root.entries.get("warehouse")
    entry = warehouse.node.entries.get("url") if warehouse else None
    if not warehouse or not entry or not isinstance(entry.node.value, str):
        return root, []
    text = entry.node.value
    messages = list(_unset(text, environ))
    url = _VARIABLE.sub(lambda found: environ.get(found[1]) or found[2] or "", text)
    if not messages and not url:
        messages.append("the address of the warehouse is empty")
    faults = [Fault(message, ("warehouse", "url"), entry.node.place) for message in messages]
    filled = replace(entry, node=replace(entry.node, value=url or text))
    return _with(root, "warehouse", replace(warehouse, node=_with(warehouse.node, "url", filled))), faults


def _unset(text: str, environ: Mapping[str, str]) -> Iterator[str]:
    for found in _VARIABLE.finditer(text):
        if not environ.get(found[1]) and found[2] is None:
            yield f"the environment variable {found[1]!r} is not set and has no default"
    if "${" in _VARIABLE.sub("", text):
        yield "a variable is written ${NAME} or ${NAME:-default}"


def _with(node: Node, key: str, entry: Entry) -> Node:
    return replace(node, value={**node.entries, key: entry})


_SECRET = re.compile(r"(?<=//)[^/@]*@|\?.*$")


def address(url: str) -> str:
    """A warehouse's address without its user, password and options."""
    return _SECRET.sub("", url)


def _digest(root: Node | None) -> str:
    """A hash of everything that is written, the warehouse's address without its user, password and options."""
    data = root.plain() if root else None
    warehouse = data.get("warehouse") if isinstance(data, dict) else None
    if isinstance(warehouse, dict) and isinstance(url := warehouse.get("url"), str):
        warehouse["url"] = address(url)
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
