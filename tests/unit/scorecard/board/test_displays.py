"""A wall's scenes over a snapshot: what they choose, and what they never show."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from scorecard.board.answers import SnapshotBoard
from scorecard.board.generation import Generation
from scorecard.customer.voices import Voice
from scorecard.definition import Definition
from scorecard.people.principal import WALL
from scorecard.snapshot import Snapshot
from scorecard.wallview import DisplayView, SceneView
from tests.samples import COMPANY, TAKEN, snapshot

SCENES = ["number", "thread", "today", "voice", "story", "leaderless"]
PLAIN = COMPANY.model_dump(by_alias=True, exclude_unset=True)


def company(**changes: Any) -> Definition:
    displays = [{"id": "north", "unit": "team:north", "scenes": SCENES}]
    return Definition.model_validate({**PLAIN, "displays": displays, **changes})


def scenes(taken: Snapshot) -> dict[str, SceneView]:
    found = SnapshotBoard(Generation(taken), WALL, TAKEN, timedelta(hours=26)).display("north")
    assert isinstance(found, DisplayView)
    return {scene.kind: scene for scene in found.scenes}


def test_every_scene_there_is_can_be_shown() -> None:
    assert list(scenes(snapshot(company()))) == SCENES


def test_a_scene_without_anything_to_show_is_left_out() -> None:
    assert "voice" not in scenes(replace(snapshot(company()), voices=()))


def test_today_is_the_newest_whole_day_where_days_say_enough() -> None:
    daily = {"history": {"day": 14, "week": 14}, "time_zone": "Europe/London"}
    assert scenes(snapshot(company()))["today"].moment is None
    taken = snapshot(company(calendar=daily))
    today = scenes(taken)["today"]
    assert today.moment
    assert (today.moment.grain, today.moment.period.key, today.moment.complete) == ("day", "2026-05-12", True)
    day = taken.tables["day"]
    sparse = {
        name: replace(cells, value=np.full_like(cells.value, np.nan), count=np.zeros_like(cells.count))
        for name, cells in day.cells.items()
    }
    assert scenes(replace(taken, tables={**taken.tables, "day": replace(day, cells=sparse)}))["today"].moment is None


def test_what_many_customers_said_alike_is_shown_once() -> None:
    said = TAKEN.replace(tzinfo=None)
    words = ("Late again.", "Late again.", "He had the part.", "Late again.")
    heard = tuple(Voice(said, text, 2.0, "chat", "use", {"team": "north"}) for text in words)
    found = scenes(replace(snapshot(company()), voices=heard))["voice"].voices
    assert sorted(voice.text for voice in found) == ["He had the part.", "Late again."]


@pytest.mark.parametrize(
    ("units", "begins", "told"),
    [([], "2026-03-02", True), (["department:field"], "2026-03-02", True), (["team:south"], "2026-03-02", False),
     (["team:north"], "2026-06-01", False)],
)  # fmt: skip
def test_a_story_is_of_a_change_that_is_live_where_the_wall_hangs(units: list[str], begins: str, told: bool) -> None:
    change = {"id": "c", "label": "Count first", "from": begins, "units": units,
              "moves": {"metric": "stock", "by": 0.1, "within": "8 weeks"}}  # fmt: skip
    story = scenes(snapshot(company(changes=[change])))["story"]
    assert [tried.change.id for tried in story.tried] == (["c"] if told else [])
    assert bool(story.moves) is not told
    if told:
        figure = story.tried[0].figure
        assert figure
        assert (figure.metric, figure.unit) == ("stock", ("team", "north"))


def test_a_floor_without_a_lead_is_asked_about_one_measure_and_no_person() -> None:
    talk = scenes(snapshot(company()))["leaderless"]
    assert len(talk.figures) == 1
    assert (talk.figures[0].metric, talk.figures[0].status) == ("stock", "missed")
    assert talk.figures[0].unit == ("team", "north")


def test_the_thread_leads_from_the_floor_to_an_outcome_with_one_sentence() -> None:
    strand = scenes(snapshot(company()))["thread"]
    assert [figure.metric for figure in strand.figures] == ["stock", "fix", "nps"]
    assert strand.sentence == "A second visit is a second day off work."
