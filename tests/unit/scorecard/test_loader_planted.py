"""A folder with a fault of every kind planted in it, and every line that is said of it."""

from pathlib import Path

from scorecard.loader import load

HERE = Path(__file__).parent


def test_every_planted_fault_is_told_in_the_words_and_at_the_place_expected(monkeypatch):
    monkeypatch.chdir(HERE)
    loaded = load(Path("planted"), {})
    assert loaded.definition is None
    assert [str(fault) for fault in loaded.faults] == Path("planted/expected.txt").read_text().splitlines()
    assert len([fault for fault in loaded.faults if fault.severity == "fault"]) > 80
