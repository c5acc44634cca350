"""Publishing a snapshot: written whole under another name, forced to disk, renamed, and pointed to last.

A crash or a full disk leaves the last good one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa

from scorecard import durable, targetfile
from scorecard.arrowfiles import members_file, org_file, signals_file, voices_file
from scorecard.blocks import Block, arrow, digest
from scorecard.encoding import blocks
from scorecard.forms import forms
from scorecard.handoffs import HANDED
from scorecard.restated import restated_file
from scorecard.snapshot import FORMAT, OUTLOOK, POINTER, Snapshot, current, json_of
from scorecard.time import Period

KEEP = 3
WRITERS = 4
"""Files written at once: each waits for the disk, and what is made meanwhile need not."""
Content: TypeAlias = bytes | pa.Buffer | Block


def publish(snapshot: Snapshot, home: Path) -> Path:
    """Write a snapshot beneath ``home`` and point to it; returns its folder.

    Raises ``OSError`` (a full disk, no permission) and leaves what was there as it was.
    """
    home.mkdir(parents=True, exist_ok=True)
    folder, draft = home / snapshot.id, home / f".{snapshot.id}.{os.getpid()}.tmp"
    try:
        draft.mkdir()
        with ThreadPoolExecutor(WRITERS) as pool:
            writing = [pool.submit(_write, draft / name, content) for name, content in _files(snapshot)]
            for written in writing:
                written.result()
        durable.sync(draft)
        draft.rename(folder)
        durable.sync(home)
        _point(home, snapshot.id)
    except BaseException:  # Ctrl-C too leaves nothing behind
        shutil.rmtree(draft, ignore_errors=True)
        if current(home) != snapshot.id:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    _prune(home, keep=snapshot.id)
    return folder


def _files(snapshot: Snapshot) -> Iterator[tuple[str, Content]]:
    """Every file of a snapshot with its content, the manifest last."""
    address = {"warehouse": {"url"}}
    digests: dict[str, str] = {}
    for block in chain(*snapshot.blocks.values()) if snapshot.blocks else _made(snapshot):
        digests[block.name] = block.digest
        yield block.name, block
    files: dict[str, bytes | pa.Buffer] = {
        "definition.json": snapshot.definition.model_dump_json(by_alias=True, exclude=address).encode(),
        "org.arrow": org_file(snapshot.org),
        "targets.arrow": arrow(targetfile.targets_table(snapshot.tables)),
        "voices.arrow": voices_file(snapshot.voices),
        "signals.arrow": signals_file(snapshot.signals),
        "restated.arrow": restated_file(snapshot.restated),
        "members.arrow": members_file(snapshot.org.levels, snapshot.footing.members.rows),
        "evidence.json": json_of([asdict(found) for found in snapshot.evidence]),
        "effects.json": json_of([asdict(found) for found in snapshot.effects]),
        "handoffs.json": HANDED.dump_json(snapshot.handoffs),
        "statements.json": snapshot.statements.written,
        "outlook.json": OUTLOOK.dump_json(snapshot.outlook),
    }
    yield from files.items()
    digests |= {name: digest(content) for name, content in files.items()}
    manifest = _manifest(snapshot) | {"files": digests}
    yield "manifest.json", json_of(manifest | {"seal": digest(json_of(manifest))})


def _made(snapshot: Snapshot) -> Iterator[Block]:
    """The blocks of a snapshot that has only tables, each as soon as it is made."""
    known = forms(snapshot.definition)
    for table in snapshot.tables.values():
        yield from blocks(table, {metric: known[metric] for metric in table.cells})


def _manifest(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "id": snapshot.id,
        "taken": snapshot.taken.isoformat(),
        "as_of": snapshot.as_of.isoformat(),
        "definition": snapshot.hash,
        "levels": list(snapshot.org.levels),
        "grains": {
            grain: {
                "rows": table.org.rows,
                "metrics": list(table.cells),
                "periods": _period_list(table.periods),
                "complete": table.complete.tolist(),
                "unsettled": {metric: whole.tolist() for metric, whole in table.unsettled.items()},
                "outside": {metric: list(counts) for metric, counts in snapshot.outside.get(grain, {}).items()},
            }
            for grain, table in snapshot.tables.items()
        },
        "failed": dict(snapshot.failed),
        "dimensions": snapshot.dimensions,
        "faults": [asdict(fault) for fault in snapshot.faults],
        "restated": snapshot.restated.count,
        "footing": snapshot.footing.as_dict(),
    }


def _period_list(periods: Iterable[Period]) -> list[list[str]]:
    return [[period.start.isoformat(), period.stop.isoformat()] for period in periods]


def _write(path: Path, content: Content) -> None:
    """Write a file; a block that an earlier snapshot holds is linked, where links can be had."""
    if not isinstance(content, Block):
        durable.write(path, content)
    elif content.path is None or not durable.link(content.path, path):
        durable.write(path, content.content)


def _point(home: Path, name: str) -> None:
    draft = home / f".{POINTER}.{os.getpid()}.tmp"
    try:
        durable.write(draft, name.encode())
        draft.replace(home / POINTER)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    durable.sync(home)


def _prune(home: Path, keep: str) -> None:
    """Remove all but the newest few, and what killed refreshes left behind."""
    whole = sorted(path for path in home.glob("[!.]*") if path.is_dir() and path.name != keep)
    drafts = [path for path in home.glob(".*.tmp") if path.is_dir()]
    for path in [*whole[: -(KEEP - 1)], *drafts]:
        shutil.rmtree(path, ignore_errors=True)
