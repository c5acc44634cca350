"""What shares a statement: additive measures one a source and offset, the others one a kind and level."""

from __future__ import annotations

from metrics.plan import Need, Scan, plan, wholes
from scorecard.definition import Definition, Duration
from scorecard.measure import LeafMeasure

COUNT = LeafMeasure("visits", "count", None)
TOTAL = LeafMeasure("visits", "sum", "minutes")
CALLS = LeafMeasure("calls", "count", None)
SERVED = LeafMeasure("visits", "count_distinct", "customer")
PARTS = LeafMeasure("visits", "count_distinct", "part")
SLOW = LeafMeasure("visits", "percentile", "minutes", (), 0.9)
YEAR = (Duration(1, "year"),)


def test_what_adds_is_read_once_at_the_finest_level_needed() -> None:
    scans = plan([Need(COUNT, (), 3), Need(TOTAL, (), 4), Need(CALLS, (), 2)], [1, 2, 3]).scans
    assert scans == (Scan("visits", "additive", (), 3, (COUNT, TOTAL)), Scan("calls", "additive", (), 2, (CALLS,)))


def test_an_earlier_time_is_a_statement_of_its_own() -> None:
    scans = plan([Need(COUNT, (), 2), Need(COUNT, YEAR, 2)], [2]).scans
    assert [scan.offsets for scan in scans] == [(), YEAR]


def test_distincts_and_percentiles_are_asked_at_every_level_and_never_together() -> None:
    scans = plan([Need(SERVED, (), 3), Need(PARTS, (), 2), Need(SLOW, (), 3), Need(COUNT, (), 1)], [1, 2, 3]).scans
    assert {(scan.shape, scan.depth): scan.leaves for scan in scans} == {
        ("additive", 1): (COUNT,),
        ("distinct", 1): (SERVED, PARTS),
        ("distinct", 2): (SERVED, PARTS),
        ("distinct", 3): (SERVED,),
        ("percentile", 1): (SLOW,),
        ("percentile", 2): (SLOW,),
        ("percentile", 3): (SLOW,),
    }


def test_wholes_are_asked_only_where_units_have_several_places() -> None:
    scans = plan([Need(SERVED, (), 3), Need(COUNT, (), 3)], [1, 2, 3]).scans
    assert wholes(scans, []).scans == ()
    assert wholes(scans, [3]).scans == (Scan("visits", "distinct", (), 3, (SERVED,), whole=True),)


def test_a_scan_in_words() -> None:
    scan = Scan("visits", "distinct", YEAR, 2, (SERVED,), whole=True)
    words = scan.describe(Definition())
    assert (
        words
        == "one distinct statement over 'visits' for each department over all its places: 1 measure, 1 year earlier"
    )
