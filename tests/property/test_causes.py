"""Whatever the figures are, the exact parts of a change add to it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.causes import between, why
from tests.unit.scorecard.causes.companies import Rows, ground

figures = st.tuples(
    st.sampled_from([0.0, 1.0, 3.0, 4.0, 7.0, 40.0, 1e6]),
    st.floats(0, 1),
    st.floats(-50, 50),
).map(lambda told: (told[0], math.floor(told[0] * told[1]), told[0] * told[2]))
teams = st.sampled_from([(d, f"{d}{t}") for d in "abc" for t in "xyz"])
companies = st.dictionaries(teams, st.tuples(figures, figures).map(list), min_size=1, max_size=9)


KINDS = ["jobs", "good", "fix", "wait", "bad", "load", "open", "lately", "followed", "health"]


@given(companies, st.sampled_from([0, 5]), st.sampled_from(KINDS))
def test_the_parts_add_to_the_change(rows: Rows, minimum: int, metric: str) -> None:
    on = ground(rows, minimum)
    for row in range(on.org.rows):
        found = why(on, between(on, metric, row, 0, 1), {}, "week")
        for split in (found.organisation, found.drivers):
            if split is None or split.stopped or found.change is None:
                continue
            assert found.before.value is not None
            assert found.after.value is not None
            sizes = [abs(found.before.value), abs(found.after.value), math.fsum(abs(p.amount) for p in split.parts)]
            assert math.fsum(p.amount for p in split.parts) == pytest.approx(found.change, abs=1e-9 * max(sizes))


@given(companies, st.sampled_from(["fix", "health", "jobs"]))
def test_the_parts_add_to_the_distance_from_the_target(rows: Rows, metric: str) -> None:
    on = ground(rows)
    for row in range(on.org.rows):
        found = why(on, between(on, metric, row, None, 1), {}, "week")
        for split in (found.organisation, found.drivers):
            if split is None or split.stopped or found.change is None:
                continue
            sizes = [abs(found.before.value or 0), abs(found.after.value or 0), *(abs(p.amount) for p in split.parts)]
            assert math.fsum(p.amount for p in split.parts) == pytest.approx(found.change, abs=1e-9 * max(sizes))


@given(companies, st.sampled_from(["jobs", "fix", "wait"]))
def test_no_line_is_about_a_withheld_unit_or_about_one_hidden_unit_alone(rows: Rows, metric: str) -> None:
    on = ground(rows, 5)
    for row in range(on.org.rows):
        asked = between(on, metric, row, 0, 1)
        found = why(on, asked, {}, "week")
        if found.organisation is None or not found.organisation.parts:
            continue
        shown = {line.unit for line in found.organisation.parts}
        there = on.table.cells[metric].count[:, :2].max(axis=1) > 0
        lumped = [
            child for child in asked.children
            if on.org.unit_of(child) not in shown and (there[child] or on.withheld[metric][child, :2].any())
        ]  # fmt: skip
        hidden = [child for child in asked.children if on.withheld[metric][child, :2].any()]
        assert set(hidden) <= set(lumped)
        assert not hidden or len(lumped) > 1 or len(asked.children) == 1
