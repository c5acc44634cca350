"""Snapshots: every reading at one moment, immutable, published whole or not at all.

A snapshot is a folder of Arrow files any tool can read, and a manifest::

    manifest.json   when, of what, by which definition, what failed, a checksum of every file
    definition.json the definition it was computed by (never the warehouse's address)
    org.arrow       one row a place, then one a whole: level, unit, label, parent, end
    <grain>.arrow   one row a (place, period), the place slow and the period fast; columns
                    row, level, unit, period, complete, and for each metric M:
                    M (value), M:numerator, M:denominator, M:count, M:target (M:low, M:high for a band);
                    M:complete where a metric may be incomplete in a period that is over; of an index M:worst,
                    the position of its worst part in the definition, -1 where all parts attain their targets
    voices.arrow    what customers said, masked
    signals.arrow   variation and assurance of every series, named
    evidence.json   what the data say of each link
    effects.json    what each recorded change did
    outlook.json    what will land, what outcomes need of the leaves, what was passed on

Rows stand in the organisation's depth-first order, so everything beneath a unit is one slice. Publishing
writes into a folder of another name, forces it to disk, renames it, and moves the pointer last: a crash or a
full disk leaves the last good one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from pydantic import TypeAdapter

from scorecard.analysis.evidence import LinkEvidence
from scorecard.arrowfiles import (
    org_file,
    read_org,
    read_readings,
    read_signals,
    read_voices,
    readings_file,
    signals_file,
    voices_file,
)
from scorecard.customer.voices import Voice
from scorecard.definition import Definition, Grain
from scorecard.faults import Fault, Place
from scorecard.org import Org
from scorecard.outlook import Outlook
from scorecard.reading import Table
from scorecard.signalling import Signals
from scorecard.time import Period
from scorecard.verdicts import ChangeEffect

FORMAT = 3
_EVIDENCE = TypeAdapter(tuple[LinkEvidence, ...])
_EFFECTS = TypeAdapter(tuple[ChangeEffect, ...])
NOTHING_AHEAD = Outlook()
_OUTLOOK = TypeAdapter(Outlook)
KEEP = 3
ID = "%Y%m%dT%H%M%S%fZ"
"""How a snapshot is named: the moment it was taken, UTC."""
_POINTER = "current"


class Corrupt(Exception):  # noqa: N818 - a state of a folder, told by name
    """A snapshot's files are not what was written."""


@dataclass(frozen=True)
class Snapshot:
    """One generation: the definition, the organisation, a table a grain, and how it went."""

    id: str
    taken: datetime
    """When the refresh began; aware, UTC."""
    as_of: datetime
    """The naive local moment taken for now."""
    hash: str
    """Of the definition's text: tells whether the YAML was edited since."""
    definition: Definition
    tables: Mapping[Grain, Table]
    failed: Mapping[str, str]
    faults: tuple[Fault, ...] = ()
    voices: tuple[Voice, ...] = ()
    evidence: tuple[LinkEvidence, ...] = ()
    """What the data say of each link of the thread."""
    effects: tuple[ChangeEffect, ...] = ()
    """What each recorded change did to the metric it was to move, and to those that one feeds."""
    outlook: Outlook = NOTHING_AHEAD
    """What lies ahead, and what was passed on."""
    signals: Mapping[str, Mapping[str, Signals]] = field(default_factory=dict)
    """What each series says at its newest complete point, by grain and metric."""
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What pages may be held to: the values of each dimension that are common enough, the most frequent first."""

    @property
    def org(self) -> Org:
        """The organisation; the same for every grain."""
        return next(iter(self.tables.values())).org


def publish(snapshot: Snapshot, home: Path) -> Path:
    """Write a snapshot beneath ``home`` and point to it; returns its folder.

    Raises ``OSError`` (a full disk, no permission) and leaves what was there as it was.
    """
    home.mkdir(parents=True, exist_ok=True)
    folder, draft = home / snapshot.id, home / f".{snapshot.id}.{os.getpid()}.tmp"
    try:
        draft.mkdir()
        for name, content in _files(snapshot):
            _write(draft / name, content)
        _sync(draft)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    _sync(home)
    _point(home, snapshot.id)
    _prune(home, keep=snapshot.id)
    return folder


def current(home: Path) -> str | None:
    """The id the pointer names, if any."""
    try:
        return (home / _POINTER).read_text(encoding="utf-8").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None


def kept(home: Path) -> tuple[tuple[str, datetime], ...]:
    """The snapshots there are, the newest first: id and the moment each was taken (aware, UTC), by its name."""
    names = sorted((path.name for path in home.glob("[!.]*") if path.is_dir()), reverse=True)
    return tuple((name, datetime.strptime(name, ID).replace(tzinfo=UTC)) for name in names if _is_id(name))


def _is_id(name: str) -> bool:
    try:
        datetime.strptime(name, ID)  # noqa: DTZ007 - whether it can be read is all that is asked
    except ValueError:
        return False
    return True


def load_newest(home: Path) -> Snapshot | None:
    """The newest snapshot that is whole: the one pointed to, else those before it."""
    pointed = current(home)
    older = sorted((path.name for path in home.glob("[!.]*") if path.is_dir()), reverse=True)
    for name in dict.fromkeys([*([pointed] if pointed else []), *older]):
        try:
            return load(home / name)
        except Corrupt:
            continue
    return None


def load(folder: Path) -> Snapshot:
    """Map a snapshot's files, every checksum verified; raises :class:`Corrupt`."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        _verify(folder, manifest)
        return _assemble(folder, manifest)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise Corrupt(f"{folder.name}: {error}") from error


def _verify(folder: Path, manifest: dict[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise Corrupt(f"{folder.name}: written by another version of the program")
    seal = manifest.pop("seal")
    if seal != _digest(_json(manifest)):
        raise Corrupt(f"{folder.name}: manifest.json is damaged")
    for name, digest in manifest["files"].items():
        if _digest((folder / name).read_bytes()) != digest:
            raise Corrupt(f"{folder.name}: {name} is damaged")


def _files(snapshot: Snapshot) -> Iterable[tuple[str, bytes]]:
    """Every file of a snapshot with its content, the manifest last."""
    address = {"warehouse": {"url"}}
    files = {
        "definition.json": snapshot.definition.model_dump_json(by_alias=True, exclude=address).encode(),
        "org.arrow": org_file(snapshot.org),
        "voices.arrow": voices_file(snapshot.voices),
        "signals.arrow": signals_file(snapshot.signals),
        "evidence.json": _json([asdict(found) for found in snapshot.evidence]),
        "effects.json": _json([asdict(found) for found in snapshot.effects]),
        "outlook.json": _OUTLOOK.dump_json(snapshot.outlook),
        **{f"{grain}.arrow": readings_file(table) for grain, table in snapshot.tables.items()},
    }
    manifest = _manifest(snapshot) | {"files": {name: _digest(content) for name, content in files.items()}}
    yield from files.items()
    yield "manifest.json", _json(manifest | {"seal": _digest(_json(manifest))})


def _manifest(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "id": snapshot.id,
        "taken": snapshot.taken.isoformat(),
        "as_of": snapshot.as_of.isoformat(),
        "definition": snapshot.hash,
        "levels": list(snapshot.org.levels),
        "grains": {
            grain: {"rows": table.org.rows, "metrics": list(table.cells), "periods": _period_list(table.periods)}
            for grain, table in snapshot.tables.items()
        },
        "failed": dict(snapshot.failed),
        "dimensions": snapshot.dimensions,
        "faults": [asdict(fault) for fault in snapshot.faults],
    }


def _periods(grain: str, written: Iterable[tuple[str, str]]) -> tuple[Period, ...]:
    named = cast("Grain", grain)
    return tuple(Period(datetime.fromisoformat(a), datetime.fromisoformat(b), named) for a, b in written)


def _period_list(periods: Iterable[Period]) -> list[list[str]]:
    return [[period.start.isoformat(), period.stop.isoformat()] for period in periods]


def _assemble(folder: Path, manifest: Mapping[str, Any]) -> Snapshot:
    org = read_org(folder / "org.arrow", tuple(manifest["levels"]))
    return Snapshot(
        id=manifest["id"],
        taken=datetime.fromisoformat(manifest["taken"]),
        as_of=datetime.fromisoformat(manifest["as_of"]),
        hash=manifest["definition"],
        definition=Definition.model_validate_json((folder / "definition.json").read_bytes()),
        tables={
            cast("Grain", grain): read_readings(
                folder / f"{grain}.arrow", _periods(grain, about["periods"]), about["metrics"], org
            )
            for grain, about in manifest["grains"].items()
        },
        failed=manifest["failed"],
        dimensions={name: tuple(values) for name, values in manifest["dimensions"].items()},
        faults=tuple(map(_fault, manifest["faults"])),
        voices=tuple(read_voices(folder / "voices.arrow")),
        signals=read_signals(folder / "signals.arrow"),
        evidence=_EVIDENCE.validate_json((folder / "evidence.json").read_bytes()),
        effects=_EFFECTS.validate_json((folder / "effects.json").read_bytes()),
        outlook=_OUTLOOK.validate_json((folder / "outlook.json").read_bytes()),
    )


def _fault(written: Mapping[str, Any]) -> Fault:
    place = written["place"]
    return Fault(**{**written, "path": tuple(written["path"]), "place": Place(**place) if place else None})


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _point(home: Path, name: str) -> None:
    draft = home / f".{_POINTER}.{os.getpid()}.tmp"
    _write(draft, name.encode())
    draft.replace(home / _POINTER)
    _sync(home)


def _prune(home: Path, keep: str) -> None:
    """Remove all but the newest few, and what killed refreshes left behind."""
    whole = sorted(path for path in home.glob("[!.]*") if path.is_dir() and path.name != keep)
    drafts = [path for path in home.glob(".*.tmp") if path.is_dir()]
    for path in [*whole[: -(KEEP - 1)], *drafts]:
        shutil.rmtree(path, ignore_errors=True)
