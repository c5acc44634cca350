"""Refresh: read what may have changed, publish a snapshot, keep the last good one when anything fails.

One refresher at a time. The lock is the operating system's, so it ends with its owner however that dies; a
note beside it says who holds it.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from scorecard.analysis.evidence import LinkEvidence
from scorecard.answers import Answers, whole
from scorecard.asked import Statements
from scorecard.caselinks import case_links
from scorecard.customer.voices import Voice, mask_pii, names_masked
from scorecard.definition import Definition, Grain
from scorecard.faults import Fault, Faulty, Place
from scorecard.gathering import gather
from scorecard.handoffs import hand_offs
from scorecard.loader import load
from scorecard.org import Org
from scorecard.outlook import look
from scorecard.publishing import publish
from scorecard.reading import Table
from scorecard.settled import floors
from scorecard.signalling import Signals, signals
from scorecard.snapshot import ID, Corrupt, Snapshot, load_newest
from scorecard.time import Period, local
from scorecard.verdicts import ChangeEffect, judge_changes, moved
from scorecard.verified import Verified, forget
from scorecard.warehouse import OpenWarehouse, Progress, Warehouse
from scorecard.weighing import weigh_links

VOICES_KEPT = 400
"""How many of the newest voices a snapshot carries."""
VALUES_KEPT = 40
"""How many values of a dimension people may choose from."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the last attempt went; written even when it published nothing."""

    attempted: datetime
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What a refresh works with: the scorecard's folder, the snapshots' home, the warehouse, the environment."""

    config: Path
    home: Path
    open_warehouse: OpenWarehouse
    environ: Mapping[str, str]


def refresh(work: Work, clock: datetime, progress: Progress | None = None, *, full: bool = False) -> Snapshot:
    """Take one snapshot and publish it; only what may have changed since the last one is read, unless ``full``.

    ``clock`` is the aware moment of the refresh. Raises :class:`Faulty` with everything that kept a snapshot
    from being made; the last good one then stays, and the health note says why.
    """
    with _alone(work.home, clock), _collecting_only_ours():
        try:
            try:
                snapshot = _take(work, clock, progress, full=full)
            except Corrupt:  # of a file that was relied on: now nothing is
                forget(work.home)
                snapshot = _take(work, clock, progress, full=full)
            publish(snapshot, work.home)
        except Faulty as faulty:
            note(work.home, Health(clock, faulty.faults))
            raise
        except OSError as error:
            faults = (Fault(f"the snapshot could not be written: {error.strerror or error}; the last good one stays"),)
            raise Faulty(faults) from error
        note(work.home, Health(clock, ()))
        return snapshot


def _take(work: Work, clock: datetime, progress: Progress | None, *, full: bool) -> Snapshot:
    loaded = load(work.config, work.environ)
    definition = loaded.checked()
    now, verified = local(definition.calendar, clock), Verified.read(work.home, clock)
    before = load_newest(work.home, verified)
    verified.write(work.home)
    with work.open_warehouse(definition, work.config) as warehouse:
        read = gather(warehouse, definition, now, before, progress, full=full)
        complete = {grain: whole(table) for grain, table in read.tables.items()}
        answers = Answers(definition, complete, read.blocks, None if full else before)
        grain = definition.calendar.grain
        effects = answers.kept(
            "effects", (grain,), lambda old: old.effects, lambda: judge_changes(definition, complete[grain])
        )
        evidence = answers.kept(
            "evidence",
            (grain,),
            lambda old: old.evidence,
            lambda: _evidence(warehouse, definition, complete[grain], effects, progress),
        )
        voices, unheard = _voices(warehouse, definition, next(iter(read.tables.values())).org)
        dimensions = warehouse.values(definition.privacy.minimum_group, VALUES_KEPT, floors(definition, now))
        handed = hand_offs(warehouse, definition, read.footing.members, _newest(complete[grain], now))
        statements = warehouse.statements(now)
    return Snapshot(
        id=clock.strftime(ID),
        taken=clock,
        as_of=now,
        hash=loaded.hash,
        definition=definition,
        tables=read.tables,
        failed=read.failed,
        faults=read.faults + unheard,
        voices=voices,
        evidence=evidence,
        effects=effects,
        outlook=look(definition, read.tables, evidence, now),
        dimensions=dimensions,
        signals={grain: _signals(answers, grain) for grain in complete},
        handoffs=handed,
        outside=read.outside,
        restated=read.restated,
        footing=replace(read.footing, answers=answers.rests_on),
        statements=Statements.of(statements),
        blocks=read.blocks,
    )


def _newest(table: Table, now: datetime) -> Period | None:
    """The newest period that is over."""
    return next((period for period in reversed(table.periods) if period.complete(now)), None)


def _signals(answers: Answers, grain: Grain) -> Mapping[str, Signals]:
    def work_out() -> Mapping[str, Signals]:
        return signals(answers.definition, answers.tables[grain])

    return answers.kept(f"signals of {grain}s", (grain,), lambda old: old.signals[grain], work_out)


def _evidence(
    warehouse: Warehouse,
    definition: Definition,
    table: Table,
    effects: tuple[ChangeEffect, ...],
    progress: Progress | None,
) -> tuple[LinkEvidence, ...]:
    cases = case_links(warehouse, definition, table.org, table.periods, progress)
    return weigh_links(definition, table, moved(effects), cases)


def _voices(warehouse: Warehouse, definition: Definition, org: Org) -> tuple[tuple[Voice, ...], tuple[Fault, ...]]:
    voices = definition.voices
    if voices is None:
        return (), ()
    source = definition.sources[voices.source]
    wanted = {"said": source.time, "text": voices.text, "score": voices.score, "channel": voices.channel,
              "stage": voices.stage, **{f"unit:{level}": column for level, column in source.units.items()}}  # fmt: skip
    try:
        rows = warehouse.rows(voices.source, {name: column for name, column in wanted.items() if column}, VOICES_KEPT)
    except Faulty as faulty:
        return (), faulty.faults
    people = definition.organisation.people
    names = names_masked(label for (level, _), label in org.labels.items() if level == people)
    return tuple(_voice(row, names) for row in rows if row["text"] and isinstance(row["said"], datetime)), ()


def _voice(row: Mapping[str, object], names: Callable[[str], str]) -> Voice:
    def text(name: str) -> str | None:
        value = row.get(name)
        return None if value is None else str(value)

    said, score = row["said"], row.get("score")
    assert isinstance(said, datetime)  # noqa: S101 - kept only where it is
    return Voice(
        said=said,
        text=names(mask_pii(str(row["text"]))),
        score=float(score) if isinstance(score, int | float) else None,
        channel=text("channel"),
        stage=text("stage"),
        units={name.removeprefix("unit:"): str(id_) for name, id_ in row.items() if name.startswith("unit:") and id_},
    )


@contextmanager
def _collecting_only_ours() -> Iterator[None]:
    """Keep the garbage collector from looking, again and again, through all that was there before."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def _alone(home: Path, clock: datetime) -> Iterator[None]:
    """Hold the refresher's lock, or say who does."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / "refresh.lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise Faulty([Fault(f"another refresh is under way{_owner(home)}")]) from None
    except OSError as error:
        raise Faulty([Fault(f"snapshots cannot be kept in {home}: {error.strerror or error}")]) from error
    try:
        (home / "refresh.owner").write_text(f"process {os.getpid()}, since {clock.isoformat()}", encoding="utf-8")
        yield
    finally:
        (home / "refresh.owner").unlink(missing_ok=True)
        lock.release()


def _owner(home: Path) -> str:
    try:
        return f" ({(home / 'refresh.owner').read_text(encoding='utf-8')})"
    except OSError:
        return ""


def note(home: Path, health: Health) -> None:
    """Write how an attempt went, beside the snapshots; a disk too full for it loses only the note."""
    draft = home / f".health.{os.getpid()}.tmp"
    written = {"attempted": health.attempted.isoformat(), "faults": [fault.as_dict() for fault in health.faults]}
    try:
        draft.write_text(json.dumps(written), encoding="utf-8")
        draft.replace(home / "health.json")
    except OSError:
        draft.unlink(missing_ok=True)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def read_health(home: Path) -> Health | None:
    """How the last attempt went; ``None`` where there was none, or the note cannot be read."""
    try:
        written = json.loads((home / "health.json").read_bytes())
        return Health(datetime.fromisoformat(written["attempted"]), tuple(map(_noted, written["faults"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _noted(fault: Mapping[str, str | int | None]) -> Fault:
    place = Place(str(fault["file"]), int(fault["line"] or 1), int(fault["column"] or 1)) if fault["file"] else None
    return Fault(str(fault["message"]), (str(fault["path"]),) if fault["path"] else (), place)
