import json
import multiprocessing
import os
import signal
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from scorecard.analysis.effect import Effect, Size
from scorecard.faults import Fault, Place
from scorecard.publishing import publish
from scorecard.snapshot import Corrupt, current, load, load_newest
from scorecard.verdicts import ChangeEffect
from tests.samples import TAKEN, snapshot


def test_what_is_loaded_is_what_was_published(tmp_path: Path) -> None:
    fault = Fault("a column is gone", ("sources", "visits"), Place("a.yaml", 3, 5), "warning")
    written = replace(snapshot(), faults=(fault,), failed={"wait": "no such column"})
    read = load(publish(written, tmp_path))
    assert (read.id, read.taken, read.as_of, read.faults, read.failed) == (
        written.id, written.taken, written.as_of, written.faults, written.failed,
    )  # fmt: skip
    assert read.definition == written.definition
    assert read.voices == written.voices
    assert read.org.paths == written.org.paths
    assert dict(read.org.labels) == dict(written.org.labels)
    for grain, table in written.tables.items():
        got = read.tables[grain]
        assert got.periods == table.periods
        assert np.array_equal(got.complete, table.complete)
        for metric, cells in table.cells.items():
            for part in ("value", "numerator", "denominator", "count"):
                assert np.array_equal(getattr(got.cells[metric], part), getattr(cells, part), equal_nan=True)
            assert np.array_equal(got.targets[metric], table.targets[metric])


def test_what_changes_did_comes_back_as_it_was(tmp_path: Path) -> None:
    size = Size(0.2, 0.1, 0.3, 0.01)
    told = (
        ChangeEffect(
            "count-first", "stock", True, ("team:north",), "2026-03-02", Effect("worked", (), size, p_value=0.02)
        ),
        ChangeEffect("count-first", "fix", False, ("team:north",), None, Effect("cannot_tell", ("5 points",))),
    )
    assert load(publish(replace(snapshot(), effects=told), tmp_path)).effects == told


def test_any_tool_can_read_the_figures_by_name(tmp_path: Path) -> None:
    folder = publish(snapshot(), tmp_path)
    with pa.memory_map(str(folder / "week-2026-02-09.arrow")) as file:
        rows = pa.ipc.open_file(file).read_all()
    first = rows.slice(0, 1).to_pylist()[0]
    assert (first["level"], first["unit"], first["period"]) == ("enterprise", "all", "2026-02-09")
    assert first["fix"] == pytest.approx(first["fix:numerator"] / first["fix:denominator"])
    assert rows["unit"].slice(1, 1).to_pylist() == ["field"]


def test_the_address_of_the_warehouse_is_not_in_it(tmp_path: Path) -> None:
    secret = snapshot().definition.model_copy(
        update={"warehouse": snapshot().definition.warehouse.model_copy(update={"url": "postgresql://u:hunter2@db/x"})}
    )
    folder = publish(replace(snapshot(), definition=secret), tmp_path)
    assert not any(b"hunter2" in path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize(
    "name", ["week-2026-05-11.arrow", "org.arrow", "targets.arrow", "voices.arrow", "definition.json", "manifest.json"]
)
def test_every_flipped_byte_is_noticed(tmp_path: Path, name: str) -> None:
    folder = publish(snapshot(), tmp_path)
    whole = (folder / name).read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        (folder / name).write_bytes(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :])
        with pytest.raises(Corrupt):
            load(folder)
    (folder / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Corrupt):
        load(folder)


def test_a_damaged_newest_snapshot_gives_way_to_the_one_before(tmp_path: Path) -> None:
    publish(snapshot(), tmp_path)
    newest = publish(snapshot(at=TAKEN + timedelta(hours=1)), tmp_path)
    (newest / "week-2026-05-11.arrow").write_bytes(b"")
    found = load_newest(tmp_path)
    assert found is not None
    assert found.taken == TAKEN


def test_nothing_published_is_nothing_found(tmp_path: Path) -> None:
    assert load_newest(tmp_path / "nowhere") is None
    assert current(tmp_path) is None


def test_the_last_three_are_kept(tmp_path: Path) -> None:
    for hours in range(5):
        publish(snapshot(at=TAKEN + timedelta(hours=hours)), tmp_path)
    kept = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert kept == [snapshot(at=TAKEN + timedelta(hours=hours)).id for hours in (2, 3, 4)]
    assert current(tmp_path) == kept[-1]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(snapshot(), tmp_path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        publish(snapshot(at=TAKEN + timedelta(hours=1)), tmp_path)
    monkeypatch.undo()
    found = load_newest(tmp_path)
    assert found is not None
    assert found.taken == TAKEN
    assert not list(tmp_path.glob(".*.tmp"))


def _publish_forever(home: str) -> None:
    for hours in range(1, 10_000):
        publish(snapshot(at=TAKEN + timedelta(hours=hours)), Path(home))


def test_a_killed_refresher_never_leaves_half_a_picture(tmp_path: Path) -> None:
    publish(snapshot(), tmp_path)
    spawn = multiprocessing.get_context("spawn")
    for at in range(4):
        process = spawn.Process(target=_publish_forever, args=(str(tmp_path),))
        process.start()
        deadline = time.monotonic() + 20
        while current(tmp_path) == snapshot().id and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.013 * at)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        pointed = current(tmp_path)
        assert pointed is not None
        load(tmp_path / pointed)


def test_the_manifest_is_json_people_can_read(tmp_path: Path) -> None:
    manifest = json.loads((publish(snapshot(), tmp_path) / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["grains"]["week"]["metrics"] == ["nps", "fix", "stock", "wait"]
    blocks = {name for name in manifest["files"] if name.startswith(("week-", "month-"))}
    assert len(blocks) == 14 + 4
    assert manifest["files"].keys() - blocks == {
        "effects.json",
        "evidence.json",
        "handoffs.json",
        "outlook.json",
        "signals.arrow",
        "definition.json",
        "org.arrow",
        "members.arrow",
        "restated.arrow",
        "statements.json",
        "targets.arrow",
        "voices.arrow",
    }
