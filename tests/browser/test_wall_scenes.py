"""The scenes of a wall, measured in a real browser: large enough, inside the screen, and never too many."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from layouts.shell import build
from scorecard.definition import Change
from scorecard.head import Head
from scorecard.people.principal import Principal
from scorecard.settings import Settings
from scorecard.view import NotFound, VoiceView
from scorecard.wallview import DisplayView, SceneView
from tests.browser.witness import Witness
from tests.unit.layouts.boards import HEAD, SmallBoard, SmallBoards

WALL = "/wall/depot-north"
SCENES = ("number", "thread", "today", "voice", "story", "leaderless")
SCREENS = {"hd": (1920, 1080), "4k": (3840, 2160), "portrait": (1080, 1920), "portrait-4k": (2160, 3840)}
LONG = "Customers whose fault was mended within the time that we had promised them"
SPEECH = VoiceView(
    "They came twice, and twice without the part. " * 12 + "Why nobody looks before they drive I cannot say.",
    1.0, "chat", "get_connected", HEAD.as_of, (),
)  # fmt: skip
Serve = Callable[[WSGIApplication], str]


def fresh() -> Head:
    """A picture just taken: an old one would be hidden."""
    return replace(HEAD, taken=datetime.now(UTC))


@dataclass
class LongWords(SmallBoards):
    """A company that never says anything shortly, with six large figures a scene."""

    inches: float = 55
    metres: float = 8

    def for_(self, principal: Principal) -> SmallBoard | None:
        return LongBoard(principal, fresh(), inches=self.inches, metres=self.metres)


@dataclass(frozen=True)
class LongBoard(SmallBoard):
    inches: float = 55
    metres: float = 8

    def display(self, display: str) -> DisplayView | NotFound:
        found = super().display(display)
        assert isinstance(found, DisplayView)
        name = "Depot North beyond the river, second floor"
        scenes = tuple(self._longer(scene) for scene in found.scenes)
        return replace(found, unit_label=name, scenes=scenes, inches=self.inches, metres=self.metres)

    @staticmethod
    def _longer(scene: SceneView) -> SceneView:
        changed: dict[str, Any] = {"label": LONG, "value": 1_234_567_890.0, "format": "currency", "target": 2e9}
        figures = tuple(replace(figure, **changed) for figure in scene.figures * 3)[
            : 4 if scene.kind == "thread" else 6
        ]
        tried = tuple(
            replace(one, change=Change.model_validate({**_plain(one.change), "label": LONG * 3})) for one in scene.tried
        )
        return replace(
            scene, figures=figures, tried=tried, voices=(SPEECH,) if scene.voices else (),
            sentence=SPEECH.text if scene.sentence else None,
        )  # fmt: skip


def _plain(change: Change) -> dict[str, Any]:
    return change.model_dump(by_alias=True, exclude_none=True)


def walls(boards: SmallBoards, serve: Serve) -> str:
    return serve(build(boards, Settings(Path("small"), Path("var")), bundled=True).server) + WALL


def opened(page: Page, url: str, screen: str) -> None:
    wide, high = SCREENS[screen]
    page.set_viewport_size({"width": wide, "height": high})
    page.clock.install()
    page.goto(url)
    expect(page.locator(".scene.number")).to_be_visible()
    page.evaluate("document.fonts.ready")


def each_scene(page: Page, state: str = "ok") -> Any:
    """Turn from scene to scene; gives each kind once it stands.

    A clock that jumps makes the wall think for a moment that it is cut off: its bar takes room until the next beat.
    """
    for kind in SCENES:
        expect(page.locator(f".scene.{kind}")).to_be_visible()
        expect(page.locator(f"[data-state={state}]")).to_be_attached()
        yield kind
        page.clock.fast_forward(20_100)


MEASURED = """() => {
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, holder = node.parentElement;
    if (!node.data.trim() || !holder.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect(), frame = holder.getBoundingClientRect();
    const cut = getComputedStyle(holder).overflow === 'hidden'; // a place's name too long ends in an ellipsis
    words.push({text: node.data.slice(0, 40), size: parseFloat(getComputedStyle(holder).fontSize),
                box: [box.left, box.top, cut ? frame.right : box.right, box.bottom]});
  }
  const [stage, foot] = ['#scenes', 'footer'].map((name) => document.querySelector(name).getBoundingClientRect());
  return {words, values: document.querySelectorAll('.value').length, stage: stage.bottom, foot: foot.top,
          over: [...document.querySelectorAll(".scene *")]
                .filter((n) => n.clientWidth && n.scrollWidth > n.clientWidth + 1)
                .map((n) => n.className + ' ' + n.textContent.slice(0, 40))};
}"""
MOST = {"number": 4, "thread": 4, "today": 6, "voice": 0, "story": 0, "leaderless": 0}


def hold(page: Page, screen: str, kind: str, inches: float = 55, metres: float = 8) -> None:
    """Insist on what every scene keeps to on every screen."""
    wide, high = SCREENS[screen]
    found = page.evaluate(MEASURED)
    comfort = metres * 1000 / 172 / (inches * 25.4 / (wide**2 + high**2) ** 0.5)
    least = max(0.036 * high, min(comfort, 0.125 * min(wide, high)))
    assert found["words"]
    small = [word for word in found["words"] if word["size"] < least - 0.01]
    assert not small, f"{kind} on {screen}: smaller than {least:.1f} px: {small}"
    out = [
        word for word in found["words"]
        if word["box"][0] < 0 or word["box"][1] < 0 or word["box"][2] > wide or word["box"][3] > high + least / 8
    ]  # fmt: skip
    assert not out, f"{kind} on {screen}: outside: {out}"
    assert not found["over"], f"{kind} on {screen}: {found['over']}"
    assert found["stage"] <= found["foot"] + 1
    assert found["values"] <= MOST[kind]


@pytest.mark.parametrize("screen", SCREENS)
def test_every_scene_is_inside_its_screen_and_large_enough(screen: str, serve: Serve, page: Page) -> None:
    opened(page, walls(SmallBoards(fresh()), serve), screen)
    for kind in each_scene(page):
        hold(page, screen, kind)


@pytest.mark.parametrize("screen", ["hd", "portrait"])
def test_long_words_are_cut_where_a_sentence_ends_and_never_made_small(screen: str, serve: Serve, page: Page) -> None:
    opened(page, walls(LongWords(), serve), screen)
    for kind in each_scene(page):
        hold(page, screen, kind)
        if kind == "voice":
            said = page.locator("blockquote").inner_text()
            assert said.startswith("“They came twice, and twice without the part.")
            assert said.endswith(".”")


@pytest.mark.parametrize(("inches", "metres"), [(24, 2.0), (32, 6.0), (85, 20.0), (55, 40.0)])
def test_type_grows_with_the_distance_and_values_become_fewer(
    inches: float, metres: float, serve: Serve, page: Page
) -> None:
    opened(page, walls(LongWords(inches=inches, metres=metres), serve), "hd")
    for kind in each_scene(page):
        hold(page, "hd", kind, inches, metres)


def test_the_bar_of_a_wall_cut_off_covers_nothing(serve: Serve, page: Page, witness: Witness) -> None:
    opened(page, walls(SmallBoards(fresh()), serve), "hd")
    page.route("**/api/v1/display/**", lambda route: route.abort())
    page.clock.run_for(12_000)
    for kind in each_scene(page, "offline"):
        bar = page.locator("#alert").bounding_box()
        face = page.locator(".scene").bounding_box()
        assert bar
        assert face
        assert bar["y"] + bar["height"] <= face["y"]
        hold(page, "hd", kind)
    page.close()
    witness.forgive("ERR_FAILED")


def test_a_wall_has_no_accessibility_fault_in_any_scene(
    serve: Serve, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(color_scheme="dark").new_page()
    opened(page, walls(SmallBoards(fresh()), serve), "hd")
    for kind in each_scene(page):
        found = Axe().run(page).response["violations"]
        assert not found, (kind, [(f["id"], [node["html"][:200] for node in f["nodes"]]) for f in found])
