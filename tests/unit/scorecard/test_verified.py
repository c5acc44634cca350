import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

import scorecard.verified
from scorecard import site
from scorecard.refresh import Work, refresh
from scorecard.snapshot import Corrupt, load, load_newest
from scorecard.verified import TRUSTED, Verified
from tests import company
from tests.unit.scorecard.test_refresh import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """A company whose settled weeks stand, refreshed twice: every file of the second was seen to be whole."""
    config = company.make(tmp_path)
    file = config / "scorecard.yaml"
    text = file.read_text(encoding="utf-8")
    for time in ("finished_at", "said_at"):
        text = text.replace(f"    time: {time}\n", f"    time: {time}\n    late_after: 3 days\n")
    file.write_text(text, encoding="utf-8")
    made = Work(config, tmp_path / "snapshots", site.warehouse(), {})
    refresh(made, NOW)
    refresh(made, NOW + HOUR)
    load_newest(made.home, noted := Verified.read(made.home, NOW + HOUR))
    noted.write(made.home)
    return made


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many files are read to see that they are whole, in a list of one."""
    read, own = [0], scorecard.verified.digest

    def counting(content: object) -> str:
        read[0] += 1
        return own(content)  # type: ignore[arg-type]  # as it was given

    with mock.patch.object(scorecard.verified, "digest", counting):
        yield read


def flip(path: Path, *, quietly: bool) -> None:
    """Flip a bit in place, as a failing disk does, or as a program that writes there."""
    status, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x20
    with path.open("r+b") as file:
        file.write(content)
    if quietly:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def newest(work: Work) -> Path:
    found = load_newest(work.home)
    assert found is not None
    return work.home / found.id


def test_a_file_that_was_seen_to_be_whole_is_not_read_for_it_again(work: Work) -> None:
    with counted() as read:
        assert load_newest(work.home, Verified.read(work.home, NOW + 2 * HOUR)) is not None
        assert read == [0]
        assert load_newest(work.home, Verified.read(work.home, NOW + HOUR + TRUSTED + HOUR)) is not None
        assert read[0] > 10


def test_a_note_from_another_time_or_of_no_sense_is_none(work: Work) -> None:
    assert Verified.read(work.home, NOW - HOUR).known == {}
    for odd in ("", "[]", '{"since": 3}', '{"since": "2026-05-13T05:00:00", "files": {}}'):
        (work.home / "verified.json").write_text(odd, encoding="utf-8")
        assert Verified.read(work.home, NOW).known == {}


@pytest.mark.parametrize("quietly", [False, True])
def test_a_damaged_file_is_never_shown_and_the_next_refresh_mends_it(work: Work, quietly: bool) -> None:
    settled = newest(work) / "week-2026-04-20.arrow"
    right = settled.read_bytes()
    flip(settled, quietly=quietly)
    taken = refresh(work, NOW + 2 * HOUR)
    if quietly:  # linked unread; whoever shows figures reads it, and tells
        with pytest.raises(Corrupt, match="week-2026-04-20"):
            load(work.home / taken.id)
        assert load_newest(work.home) is None
        assert not (work.home / "verified.json").exists()
        taken = refresh(work, NOW + 3 * HOUR)
    assert (newest(work) / settled.name).read_bytes() == right
    assert newest(work).name == taken.id


def test_damaged_figures_are_not_written_into_a_file_whose_checksum_is_right(work: Work) -> None:
    settled = newest(work) / "week-2026-04-20.arrow"
    flip(settled, quietly=True)
    file = work.config / "scorecard.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("filter: not streaks", "filter: streaks"), encoding="utf-8")
    refresh(work, NOW + 2 * HOUR)  # one metric is read anew, and joined with one that stands
    whole = replace(work, home=work.home.parent / "anew")
    refresh(whole, NOW + 2 * HOUR)
    assert (newest(work) / settled.name).read_bytes() == (newest(whole) / settled.name).read_bytes()
