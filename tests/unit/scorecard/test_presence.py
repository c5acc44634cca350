"""Which screens were seen: bounded, shared by processes, never in the way of an answer."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.presence import FORGOTTEN_AFTER, SCREENS_KEPT, Beat, Presence, beat_of

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SAID = "0a1b2c3d 73d45c0f0a1b ok 1920x1080 1763445600"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **ahead: float) -> None:
        self.now += timedelta(**ahead)


def beat(display: str = "north", screen: str = "0a1b2c3d") -> Beat:
    found = beat_of(display, SAID.replace("0a1b2c3d", screen))
    assert found
    return found


def aged(folder: Path, at: datetime) -> None:
    for file in folder.glob("*.json"):
        os.utime(file, (at.timestamp(), at.timestamp()))


def test_a_beat_says_what_a_wall_shows() -> None:
    found = beat()
    assert (found.build, found.state, found.width, found.height) == ("73d45c0f0a1b", "ok", 1920, 1080)
    assert found.taken == datetime(2025, 11, 18, 6, 0, tzinfo=UTC)
    nothing = beat_of("north", SAID.replace("1763445600", "-"))
    assert nothing
    assert nothing.taken is None


@pytest.mark.parametrize(
    "said",
    ["", "ok", SAID + " ", SAID.replace("ok", "great"), SAID.replace("1920", "0"), SAID.replace("1920", "192000"),
     SAID.replace("0a1b2c3d", "<script>"), SAID.replace("1763445600", "nan"), SAID + "0" * 9, "x" * 100_000],
)  # fmt: skip
def test_what_no_wall_would_say_is_no_beat(said: str) -> None:
    assert beat_of("north", said) is None


@given(st.text(max_size=120))
def test_no_text_breaks_the_reading_of_a_beat(said: str) -> None:
    beat_of("north", said)


def test_what_one_process_sees_the_other_knows(tmp_path: Path) -> None:
    clock = Clock()
    first, second = Presence(tmp_path, clock), Presence(tmp_path, clock)
    first.note(beat("north"))
    second.note(beat("south"))
    assert [one.beat.display for one in first.seen()] == ["north", "south"]
    assert first.seen() == second.seen()
    clock.on(seconds=10)
    second.note(beat("north"))
    assert {one.beat.display: one.at for one in first.seen()} == {"north": clock.now, "south": NOON}


def test_what_was_seen_survives_a_restart_and_its_file_is_taken_over(tmp_path: Path) -> None:
    clock = Clock()
    Presence(tmp_path, clock).note(beat("north"))
    aged(tmp_path, NOON)
    clock.on(hours=1)
    after = Presence(tmp_path, clock)
    assert [one.at for one in after.seen()] == [NOON]
    after.note(beat("south"))
    assert len(list(tmp_path.glob("*.json"))) == 1
    assert {one.beat.display for one in Presence(tmp_path, clock).seen()} == {"north", "south"}


def test_a_beat_writes_seldom(tmp_path: Path) -> None:
    clock = Clock()
    presence = Presence(tmp_path, clock)
    presence.note(beat())
    (file,) = tmp_path.glob("*.json")
    before = file.read_text()
    clock.on(seconds=4)
    presence.note(beat())
    assert file.read_text() == before
    assert presence.seen()[0].at == clock.now
    clock.on(seconds=4)
    presence.note(beat())
    assert file.read_text() != before


def test_a_clock_set_back_does_not_stop_the_writing(tmp_path: Path) -> None:
    clock = Clock()
    presence = Presence(tmp_path, clock)
    presence.note(beat())
    clock.on(days=-1)
    presence.note(beat("south"))
    assert {one.beat.display for one in Presence(tmp_path, clock).seen()} == {"north", "south"}


def test_forged_beats_fill_nothing(tmp_path: Path) -> None:
    clock = Clock()
    presence = Presence(tmp_path, clock)
    for at in range(5_000):
        presence.note(beat("north", f"{at:08x}"))
        clock.on(milliseconds=20)
    assert len(presence.seen()) == SCREENS_KEPT
    assert len(presence._seen) < 1_000  # what has come since it was last written is let go with the next writing
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 100_000


def test_a_screen_nobody_has_seen_for_a_month_is_forgotten() -> None:
    clock = Clock()
    presence = Presence(None, clock)
    presence.note(beat())
    clock.now += FORGOTTEN_AFTER + timedelta(hours=1)
    assert presence.seen() == ()


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[1, 2]", b'[["x"]]', b"\xff\xfe", b'[["2026-11-18T12:00:00"]]', b"null"]
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "1-aa.json").write_bytes(damage)
    presence = Presence(tmp_path, Clock())
    presence.note(beat())
    assert len(presence.seen()) == 1


def test_a_folder_that_cannot_be_written_stops_no_wall(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "displays").write_text("a file where the folder should be")
    presence = Presence(tmp_path / "displays", Clock())
    presence.note(beat())
    assert len(presence.seen()) == 1
    assert "could not be written" in caplog.text


def test_its_file_is_read_by_others(tmp_path: Path) -> None:
    Presence(tmp_path, Clock()).note(beat())
    (file,) = tmp_path.glob("*.json")
    assert json.loads(file.read_text())[0][1:3] == ["north", "0a1b2c3d"]
