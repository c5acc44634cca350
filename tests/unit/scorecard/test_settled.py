from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from scorecard.definition import Definition
from scorecard.footing import Footing
from scorecard.settled import (
    Ground,
    broken_promises,
    digests,
    floors,
    horizons,
    program,
    roster_changes,
    to_read,
)
from scorecard.snapshot import Snapshot
from scorecard.time import kept
from scorecard.warehouse import Facts, Mark, Members, Membership, Standing
from tests import samples

NOW = datetime(2026, 5, 13, 7, 0)
SINCE, SETTLED = datetime(2026, 1, 1), datetime(2026, 5, 2, 6, 0)
MARK = Mark(SINCE, SETTLED, rows=900)
FACTS = Facts(mark=replace(MARK, rows=950), kept=MARK)


def about(**source: Any) -> Definition:
    said = samples.COMPANY.model_dump(mode="json", by_alias=True, exclude_none=True)
    said["sources"]["visits"] |= source
    return Definition.model_validate(said)


LATE = about(late_after="10 days")
MARKED = about(watermark="changed")


def standing(facts: Facts = FACTS) -> Standing:
    return Standing({"visits": facts}, Members(), {})


def before(definition: Definition, mark: Mark = MARK) -> Snapshot:
    """The last snapshot, of a week ago, as that definition would have left it."""
    made = samples.snapshot()
    footing = Footing(program(), digests(definition, standing()), marks={"visits": mark})
    return replace(made, definition=definition, footing=footing)


def read(definition: Definition, facts: Facts = FACTS, mark: Mark = MARK) -> list[str]:
    """The weeks that are read again for a plain count's ratio."""
    now = standing(facts)
    ground = Ground(definition, now, digests(definition, now), before(definition, mark), NOW)
    periods = kept(definition.calendar, "week", NOW)
    mask = to_read(ground, "week", periods)["fix"]
    return [period.key for period, again in zip(periods, mask, strict=True) if again]


OPEN = ["2026-04-27", "2026-05-04", "2026-05-11"]
"""The weeks that reach into the age at which rows may still change."""
EVERY = [period.key for period in kept(LATE.calendar, "week", NOW)]


def test_only_what_may_have_changed_is_read() -> None:
    assert read(LATE) == OPEN
    assert len(EVERY) > len(OPEN)


@pytest.mark.parametrize(
    ("facts", "mark"),
    [
        (replace(FACTS, kept=replace(MARK, rows=901)), MARK),  # more rows than before where none may come
        (replace(FACTS, kept=replace(MARK, rows=899)), MARK),
        (replace(FACTS, kept=replace(MARK, crossing=1)), MARK),  # a new row has the key of a settled one
        (FACTS, replace(MARK, crossing=1)),
        (FACTS, replace(MARK, since=None)),  # of a version that did not remember it
        (FACTS, Mark()),
    ],
)
def test_everything_is_read_where_a_promise_may_be_broken(facts: Facts, mark: Mark) -> None:
    assert read(LATE, facts, mark) == EVERY


def test_a_watermark_tells_which_days_changed_at_any_age() -> None:
    facts = replace(FACTS, changed=((datetime(2026, 3, 18), datetime(2026, 3, 19)),))
    assert read(MARKED, facts) == ["2026-03-16", *OPEN]
    assert read(MARKED, replace(FACTS, kept=replace(MARK, rows=1))) == OPEN  # rows are not counted for it


def test_who_changes_team_touches_only_the_time_in_which_the_roster_differs() -> None:
    since, moved, ever = datetime(2020, 1, 1), datetime(2026, 4, 15), datetime(9999, 12, 31)
    old = Members((Membership(("field", "north", "ann"), since, ever),))
    new = Members(
        (Membership(("field", "north", "ann"), since, moved), Membership(("field", "south", "ann"), moved, ever))
    )
    assert set(roster_changes(old, new)) == {(moved, ever)}
    assert roster_changes(old, old) == ()
    whole = roster_changes(old, replace(new, crowded=True))
    assert min(a for a, _ in whole) == since  # how one began decides over another


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"numerator": {"agg": "count", "filter": "not fixed"}}, True),
        ({"label": "Another name", "owner": "billing"}, False),
        ({"target": 0.5}, False),
    ],
)
def test_a_metric_is_read_again_where_what_computes_it_is_other(change: dict[str, Any], again: bool) -> None:
    said = LATE.model_dump(mode="json", by_alias=True, exclude_none=True)
    said["metrics"]["fix"] |= change
    edited, now = Definition.model_validate(said), standing()
    ground = Ground(edited, now, digests(edited, now), before(LATE), NOW)
    mask = to_read(ground, "week", kept(edited.calendar, "week", NOW))["fix"]
    assert bool(mask.all()) == again


def test_what_another_version_computed_is_not_kept() -> None:
    old = before(LATE)
    ground = Ground(LATE, standing(), digests(LATE, standing()), old, NOW)
    periods = kept(LATE.calendar, "week", NOW)
    for other in (
        replace(old, footing=replace(old.footing, program="0/0")),
        replace(old, as_of=NOW + timedelta(1)),
        None,
    ):
        assert np.all([mask.all() for mask in to_read(replace(ground, before=other), "week", periods).values()])


def test_a_broken_promise_is_told_in_words() -> None:
    (fault,) = broken_promises(LATE, standing(replace(FACTS, kept=replace(MARK, rows=903))), before(LATE))
    assert "3 more rows" in fault.message
    assert "late_after: 10 days" in fault.message
    assert fault.severity == "warning"
    assert broken_promises(LATE, standing(), before(LATE)) == []
    assert broken_promises(MARKED, standing(replace(FACTS, kept=replace(MARK, rows=903))), before(MARKED)) == []


def test_from_when_and_until_when_rows_count() -> None:
    assert horizons(LATE, NOW) == {"visits": NOW - timedelta(days=10, hours=1)}
    assert horizons(MARKED, NOW) == {"visits": NOW - timedelta(hours=1)}
    assert horizons(about(), NOW) == {}
    assert floors(LATE, NOW)["visits"] <= min(kept(LATE.calendar, grain, NOW)[0].start for grain in ("week", "month"))
