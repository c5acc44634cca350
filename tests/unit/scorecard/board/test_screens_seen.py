"""The wall screens as a lead sees them: each display with its screens, dark or fine, and nothing for a wall."""

from datetime import timedelta

from scorecard.board.answers import SnapshotBoard
from scorecard.board.generation import Generation
from scorecard.people.principal import EVERYBODY, WALL, Principal
from scorecard.presence import Presence, beat_of
from scorecard.wallview import ScreenView
from tests.samples import TAKEN, snapshot


def over(presence: Presence, principal: Principal = EVERYBODY, seconds: float = 0) -> tuple[ScreenView, ...]:
    now = TAKEN + timedelta(seconds=seconds)
    board = SnapshotBoard(Generation(snapshot()), principal, now, timedelta(hours=26), presence=presence)
    return board.screens()


def seen(*screens: str) -> Presence:
    presence = Presence(None, lambda: TAKEN)
    for screen in screens:
        beat = beat_of("north", f"{screen} b1 ok 1920x1080 {TAKEN.timestamp() - 60:.0f}")
        assert beat
        presence.note(beat)
    return presence


def test_a_display_nobody_has_hung_yet_is_dark_and_never_seen() -> None:
    (screen,) = over(Presence(None, lambda: TAKEN))
    assert (screen.display, screen.label, screen.dark, screen.seen) == ("north", "Depot North", True, None)


def test_a_screen_is_fine_for_twenty_beats_and_dark_from_then_on() -> None:
    presence = seen("0a1b2c3d")
    (fine,), (dark,) = over(presence, seconds=59), over(presence, seconds=61)
    assert (fine.dark, fine.silent, fine.age, fine.state) == (False, 59.0, 119.0, "ok")
    assert dark.dark


def test_two_screens_of_one_display_are_told_apart_and_an_old_one_is_not_told_beside_a_new_one() -> None:
    assert [screen.screen for screen in over(seen("0a1b2c3d", "4d5e6f70"))] == ["0a1b2c3d", "4d5e6f70"]
    later = Presence(None, lambda: TAKEN + timedelta(days=2))
    for old in seen("0a1b2c3d").seen():
        later._seen[old.beat.display, old.beat.screen] = old
    (lone,) = over(later, seconds=2 * 86_400)
    assert (lone.screen, lone.dark) == ("0a1b2c3d", True)
    beat = beat_of("north", "4d5e6f70 b1 ok 1920x1080 -")
    assert beat
    later.note(beat)
    assert [screen.screen for screen in over(later, seconds=2 * 86_400)] == ["4d5e6f70"]


def test_beats_of_displays_that_do_not_exist_are_not_shown() -> None:
    presence = Presence(None, lambda: TAKEN)
    beat = beat_of("nowhere", "4d5e6f70 b1 ok 1920x1080 -")
    assert beat
    presence.note(beat)
    assert [screen.display for screen in over(presence)] == ["north"]


def test_a_wall_learns_of_no_other_and_a_lead_of_the_own_ones() -> None:
    assert over(seen("0a1b2c3d"), WALL) == ()
    south = Principal("lee", "team_lead", ("team", "south"), people=True)
    assert over(seen("0a1b2c3d"), south) == ()
    north = Principal("kim", "team_lead", ("team", "north"), people=True)
    assert len(over(seen("0a1b2c3d"), north)) == 1
