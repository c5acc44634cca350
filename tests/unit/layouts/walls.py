"""Wall screens of the small company: their scenes, and as they were last seen."""

from datetime import UTC, datetime

from scorecard.definition import Change
from scorecard.org import Unit
from scorecard.view import Figure, Strand, VoiceView
from scorecard.wallview import SceneView, ScreenView, Tried
from tests.unit.layouts import reasons

NORTH: Unit = ("team", "Depot North")
SEEN = datetime(2026, 11, 18, 6, 2, tzinfo=UTC)
WHY = "A second visit is a second day off work."

SCREENS = (
    ScreenView("depot-north", "By the key board", NORTH, "Depot North", "0a1b2c3d", SEEN, 2.0, False, "ok",
               "b1", SEEN, 7_200.0, 1920, 1080),
    ScreenView("depot-north", "By the key board", NORTH, "Depot North", "4d5e6f70", SEEN, 7_200.0, True,
               "offline", "b0", SEEN, 93_600.0, 1080, 1920),
    ScreenView("canteen", "Canteen", ("enterprise", "all"), "Northlight", None, None, None, True, None, None, None,
               None, None, None),
)  # fmt: skip


def scenes(
    outcomes: tuple[Figure, ...],
    steps: tuple[Figure, ...],
    strands: tuple[Strand, ...],
    voice: VoiceView,
    change: Change,
) -> tuple[SceneView, ...]:
    """One of every kind."""
    return (
        SceneView("number", outcomes),
        SceneView("thread", steps, strands, sentence=WHY),
        SceneView("today", steps),
        SceneView("voice", (), voices=(voice,)),
        SceneView("story", (), tried=(Tried(change, steps[0], reasons.EFFECT),)),
        SceneView("leaderless", steps[:1], sentence=WHY),
    )
