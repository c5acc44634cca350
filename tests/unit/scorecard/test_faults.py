"""Faults: how they are written, sorted and told."""

import pytest

from scorecard.faults import Fault, Faulty, Place, did_you_mean, in_order, path_text


@pytest.mark.parametrize(
    ("path", "text"),
    [((), ""), (("metrics", "nps", "feeds", 0), "metrics.nps.feeds[0]"), (("journey", 2, "id"), "journey[2].id")],
)
def test_paths_read_as_people_write_them(path, text):
    assert path_text(path) == text


def test_a_fault_is_one_line_with_its_place_path_and_message():
    fault = Fault("leads nowhere", ("metrics", "nps"), Place("c/s.yaml", 3, 5), "warning")
    assert str(fault) == "c/s.yaml:3:5: metrics.nps: leads nowhere (warning)"
    assert str(Fault("there is no such folder")) == "there is no such folder"
    assert fault.as_dict() == {
        "file": "c/s.yaml",
        "line": 3,
        "column": 5,
        "path": "metrics.nps",
        "message": "leads nowhere",
        "severity": "warning",
    }


def test_faults_stand_in_the_order_of_their_places_and_once_each():
    far, near = Fault("x", place=Place("a.yaml", 10, 1)), Fault("x", place=Place("a.yaml", 9, 2))
    other, nowhere = Fault("x", place=Place("b.yaml", 1, 1)), Fault("x")
    assert in_order([other, far, near, nowhere, far]) == [nowhere, near, far, other]


def test_hints_come_only_when_a_name_is_near():
    assert did_you_mean("repeat_fault", ["nps", "repeat_faults"]) == "; did you mean 'repeat_faults'?"
    assert not did_you_mean("colour", ["nps", "repeat_faults"])


def test_faulty_carries_every_fault():
    faults = (Fault("one"), Fault("two"))
    assert Faulty(faults).faults == faults
    assert str(Faulty(faults)) == "one\ntwo"
