"""A wall's beats: noted on the way, bounded, and believed in nothing."""

from collections.abc import Iterator

import orjson
import pytest
from flask.testing import FlaskClient

from scorecard.presence import Presence
from tests.unit.layouts.boards import SmallBoards

WALL = "/api/v1/display/depot-north"
SAID = "0a1b2c3d b1 ok 1920x1080 1763445600"


@pytest.fixture
def presence(boards: SmallBoards) -> Iterator[Presence]:
    boards.presence._seen.clear()
    yield boards.presence
    boards.presence._seen.clear()


def test_a_poll_is_a_beat(client: FlaskClient, presence: Presence) -> None:
    first = client.get(WALL, headers={"Golden-Thread-Wall": SAID})
    again = client.get(WALL, headers={"Golden-Thread-Wall": SAID, "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    (seen,) = presence.seen()
    assert (seen.beat.display, seen.beat.screen, seen.beat.build) == ("depot-north", "0a1b2c3d", "b1")


@pytest.mark.parametrize("said", [None, "", "x", SAID.replace("ok", "fine"), "\u00e9" * 10, "a" * 7_000])
def test_an_odd_beat_is_answered_like_none_and_not_noted(
    client: FlaskClient, presence: Presence, said: str | None
) -> None:
    assert client.get(WALL, headers={"Golden-Thread-Wall": said} if said is not None else {}).status_code == 200
    assert presence.seen() == ()


@pytest.mark.parametrize("place", ["/api/v1/display/none", "/api/v1/board", "/api/v1/displays", "/wall/depot-north"])
def test_only_a_display_that_exists_is_seen(client: FlaskClient, presence: Presence, place: str) -> None:
    client.get(place, headers={"Golden-Thread-Wall": SAID})
    assert presence.seen() == ()


def test_refusals_say_which_program_refuses(client: FlaskClient) -> None:
    """A wall forgets its picture when this server says that there is no such display, and not when a proxy does."""
    gone = client.get("/api/v1/display/none")
    assert gone.status_code == 404
    assert gone.headers["Golden-Thread-Build"]


def test_every_screen_is_listed(client: FlaskClient) -> None:
    screens = orjson.loads(client.get("/api/v1/displays").data)["data"]
    assert [(screen["display"], screen["dark"]) for screen in screens] == [
        ("depot-north", False), ("depot-north", True), ("canteen", True),
    ]  # fmt: skip
    page = client.get("/displays").text
    assert "3 screens. 2 are dark." in page
    assert "Fine" in page
    assert "never" in page


def test_the_list_is_of_this_moment(client: FlaskClient, boards: SmallBoards) -> None:
    before = client.get("/api/v1/displays")
    kept = boards.screens
    boards.screens = kept[:1]
    try:
        after = client.get("/api/v1/displays")
        assert before.headers["ETag"] != after.headers["ETag"]
        assert "Canteen" not in client.get("/displays").text
    finally:
        boards.screens = kept
