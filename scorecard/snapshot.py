"""Snapshots: every reading at one moment, immutable, published whole or not at all.

A snapshot is a folder of Arrow files any tool can read, and a manifest; ``docs/reference/snapshot.md`` lists every
file and column. Figures stand in blocks of periods (:mod:`scorecard.blocks`): what a refresh did not have to read
again is the same file in both snapshots, linked and not copied.

Rows stand in the organisation's depth-first order, so everything beneath a unit is one slice. How one is written is
in :mod:`scorecard.publishing`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
from pydantic import TypeAdapter

from scorecard import targetfile
from scorecard.analysis.evidence import LinkEvidence
from scorecard.arrowfiles import read_members, read_org, read_signals, read_voices
from scorecard.asked import Statements
from scorecard.blocks import Block, Laid, digest, mapped, stretches
from scorecard.customer.voices import Voice
from scorecard.definition import Definition, Grain
from scorecard.faults import Fault, Place
from scorecard.footing import Footing
from scorecard.forms import Form, forms
from scorecard.handoffs import HANDED, HandOffs
from scorecard.org import Org
from scorecard.outlook import Outlook
from scorecard.reading import Table
from scorecard.restated import Restated, read_restated
from scorecard.signalling import Signals
from scorecard.time import Period
from scorecard.verdicts import ChangeEffect
from scorecard.verified import Verified, forget
from scorecard.warehouse import Members

FORMAT = 5
_EVIDENCE = TypeAdapter(tuple[LinkEvidence, ...])
_EFFECTS = TypeAdapter(tuple[ChangeEffect, ...])
NOTHING_AHEAD = Outlook()
OUTLOOK = TypeAdapter(Outlook)
ID = "%Y%m%dT%H%M%S%fZ"
"""How a snapshot is named: the moment it was taken, UTC."""
POINTER = "current"
"""The file that names the snapshot in force."""


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
    handoffs: HandOffs = field(default_factory=HandOffs)
    """How often cases went from one unit to another, in the newest complete period of the calendar's grain."""
    signals: Mapping[str, Mapping[str, Signals]] = field(default_factory=dict)
    """What each series says at its newest complete point, by grain and metric."""
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What pages may be held to: the values of each dimension that are common enough, the most frequent first."""
    outside: Mapping[Grain, Mapping[str, Sequence[int]]] = field(default_factory=dict)
    """By grain and metric, how many answers of each period lay outside the scale of scores, where any did."""
    restated: Restated = field(default_factory=Restated)
    """Figures of complete periods that are other than in the snapshot before."""
    footing: Footing = field(default_factory=Footing)
    statements: Statements = field(default_factory=Statements)
    """What the warehouse is asked, for those who may see it."""
    blocks: Mapping[Grain, tuple[Block, ...]] = field(default_factory=dict)
    """The files the tables stand in, where there are some; else they are made of the tables."""

    @property
    def org(self) -> Org:
        """The organisation; the same for every grain."""
        return next(iter(self.tables.values())).org


def current(home: Path) -> str | None:
    """The id the pointer names, if any."""
    try:
        return (home / POINTER).read_text(encoding="utf-8").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None


def kept(home: Path) -> tuple[tuple[str, datetime], ...]:
    """The snapshots there are, the newest first: id and the moment each was taken (aware, UTC), by its name."""
    names = sorted((path.name for path in home.glob("[!.]*") if path.is_dir()), reverse=True)
    return tuple((name, taken) for name in names if (taken := _taken(name)))


def _taken(name: str) -> datetime | None:
    """The moment a snapshot's name says; ``None`` where it is no snapshot's name."""
    try:
        return datetime.strptime(name, ID).replace(tzinfo=UTC)
    except ValueError:
        return None


def load_newest(home: Path, verified: Verified | None = None) -> Snapshot | None:
    """The newest snapshot that is whole: the one pointed to, else those before it.

    With ``verified`` a file that was seen to be whole is not read for it; where one is not, none is relied on any more.
    """
    pointed = current(home)
    older = sorted((path.name for path in home.glob("[!.]*") if path.is_dir()), reverse=True)
    for name in dict.fromkeys([*([pointed] if pointed else []), *older]):
        try:
            return load(home / name, verified)
        except Corrupt:
            verified = None
    return None


def load(folder: Path, verified: Verified | None = None) -> Snapshot:
    """Map a snapshot's files, every checksum verified; raises :class:`Corrupt`."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        return _assemble(manifest, _verified(folder, manifest, verified))
    except Corrupt:
        forget(folder.parent)
        raise
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        forget(folder.parent)
        raise Corrupt(f"{folder.name}: {error}") from error


@dataclass(frozen=True, slots=True)
class Held:
    """A file of a snapshot, mapped: it stays readable when its folder is gone."""

    path: Path
    content: pa.Buffer
    digest: str

    @property
    def table(self) -> pa.Table:
        """Its columns."""
        return mapped(self.content)


Files = Mapping[str, Held]


def _verified(folder: Path, manifest: dict[str, Any], verified: Verified | None) -> Files:
    if manifest["format"] != FORMAT:
        raise Corrupt(f"{folder.name}: written by another version of the program")
    seal = manifest.pop("seal")
    if seal != digest(json_of(manifest)):
        raise Corrupt(f"{folder.name}: manifest.json is damaged")
    found = {}
    for name, written in manifest["files"].items():
        path = folder / name
        found[name] = Held(path, pa.memory_map(str(path)).read_buffer(), written)
        content = found[name].content
        if not (verified.whole(path, content, written) if verified else digest(content) == written):
            raise Corrupt(f"{folder.name}: {name} is damaged")
    return found


def _periods(grain: str, written: Iterable[tuple[str, str]]) -> tuple[Period, ...]:
    named = cast("Grain", grain)
    return tuple(Period(datetime.fromisoformat(a), datetime.fromisoformat(b), named) for a, b in written)


def _assemble(manifest: Mapping[str, Any], files: Files) -> Snapshot:
    definition = Definition.model_validate_json(files["definition.json"].content.to_pybytes())
    org = read_org(files["org.arrow"].table, tuple(manifest["levels"]))
    grains = cast("Mapping[Grain, Any]", manifest["grains"])
    held = {grain: _blocks(grain, about, files) for grain, about in grains.items()}
    kept, known = files["targets.arrow"].table, forms(definition)
    members = read_members(files["members.arrow"].table)
    return Snapshot(
        id=manifest["id"],
        taken=datetime.fromisoformat(manifest["taken"]),
        as_of=datetime.fromisoformat(manifest["as_of"]),
        hash=manifest["definition"],
        definition=definition,
        tables={
            grain: _table(held[grain], {name: known[name] for name in about["metrics"]}, about, org, kept)
            for grain, about in grains.items()
        },
        failed=manifest["failed"],
        dimensions={name: tuple(values) for name, values in manifest["dimensions"].items()},
        faults=tuple(map(_fault, manifest["faults"])),
        voices=tuple(read_voices(files["voices.arrow"].table)),
        signals=read_signals(files["signals.arrow"].table),
        evidence=_EVIDENCE.validate_json(files["evidence.json"].content.to_pybytes()),
        effects=_EFFECTS.validate_json(files["effects.json"].content.to_pybytes()),
        outlook=OUTLOOK.validate_json(files["outlook.json"].content.to_pybytes()),
        handoffs=HANDED.validate_json(files["handoffs.json"].content.to_pybytes()),
        outside={grain: about["outside"] for grain, about in grains.items()},
        restated=read_restated(files["restated.arrow"].table, manifest["restated"]),
        footing=Footing.of(manifest["footing"], Members(members, crowded=manifest["footing"]["crowded"])),
        statements=Statements(files["statements.json"].content),
        blocks=held,
    )


def _blocks(grain: Grain, about: Mapping[str, Any], files: Files) -> tuple[Block, ...]:
    found = []
    for periods in stretches(_periods(grain, about["periods"])):
        file = files[Block.file(periods)]
        found.append(Block(grain, periods, file.digest, file.content, file.path))
    return tuple(found)


def _table(
    held: tuple[Block, ...], known: Mapping[str, Form], about: Mapping[str, Any], org: Org, targets: pa.Table
) -> Table:
    """A table of blocks laid onto an organisation."""
    periods, cells = tuple(period for block in held for period in block.periods), Laid(held, org, known)
    return Table(
        grain=held[0].grain,
        periods=periods,
        complete=np.array(about["complete"], dtype=np.bool_),
        org=org,
        cells=cells,
        targets=targetfile.Laid(targets, held[0].grain, (period.key for period in periods), org),
        unsettled={metric: np.array(whole, dtype=np.bool_) for metric, whole in about["unsettled"].items()},
        worst=cells.worst,
    )


def _fault(written: Mapping[str, Any]) -> Fault:
    place = written["place"]
    return Fault(**{**written, "path": tuple(written["path"]), "place": Place(**place) if place else None})


def json_of(value: Any) -> bytes:
    """A value as JSON text, the same for the same value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1).encode()
