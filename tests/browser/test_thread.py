"""The thread in a real browser: down both trees and back, traced, as a map, at other times, and shown round once."""

from collections.abc import Callable
from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from layouts.shell import Shell, build
from scorecard.settings import Settings
from tests.browser.shots import settle
from tests.browser.witness import Witness
from tests.unit.layouts.boards import SmallBoards

WIDTHS = (390, 768, 1366, 1920, 3840)
MAP = "/?view=map"


@pytest.fixture(scope="module")
def shell() -> Shell:
    return build(SmallBoards(), Settings(Path("small"), Path("var")), bundled=True)


@pytest.fixture
def base(shell: Shell, serve: Callable[[WSGIApplication], str]) -> str:
    """The address of the small company."""
    return serve(shell.server)


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    settle(page)
    return page


def test_the_map_has_no_accessibility_fault_and_stays_inside_every_screen(
    base: str, new_context: Callable[..., BrowserContext]
) -> None:
    for scheme in ("light", "dark"):
        page = opened(new_context(color_scheme=scheme).new_page(), base + MAP)
        found = Axe().run(page).response["violations"]
        assert not found, [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_three_answers_lead_on(base: str, page: Page) -> None:
    opened(page, base)
    expect(page.locator(".answers dt")).to_have_text(
        ["Is it kept?", "Where does it break most?", "Who has it in hand?"]
    )
    expect(page.locator(".answers .answer").first).to_have_text("Not kept")
    page.locator(".answers a").first.click()
    expect(page.locator("#place")).to_have_text("Depot North")
    assert page.url == base + "/?unit=team:Depot%20North"


def test_columns_and_map_are_two_pictures_of_one_address(base: str, page: Page) -> None:
    opened(page, base + "/?unit=team:Depot%20North&period=2026-10-12")
    page.locator("#picture-map").click()
    expect(page.locator(".map-step")).to_have_count(3)
    assert page.url == base + "/?unit=team:Depot%20North&period=2026-10-12&view=map"
    expect(page.locator(".strands .core")).to_have_count(3)
    page.locator("#picture-columns").click()
    expect(page.locator(".column")).to_have_count(4)


def test_the_map_is_walked_by_keyboard_and_comes_back(base: str, page: Page) -> None:
    opened(page, base + MAP)
    page.locator("#node-nps").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#node-first_visit_fix")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".node:focus")).to_have_attribute("data-lane", "Worker")
    page.locator("#node-first_visit_fix").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#node-nps")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Net promoter score")
    page.go_back()
    expect(page.locator("#node-nps")).to_be_focused()


def test_a_strand_is_traced_by_pointer_and_by_focus(base: str, page: Page) -> None:
    opened(page, base)
    page.locator("#card-1-handoffs").hover()
    expect(page.locator(".thread.tracing")).to_have_count(1)
    near = page.locator(".card.near")
    expect(near).to_have_count(2)
    assert {card.get_attribute("id") for card in near.all()} == {"card-0-nps", "card-1-handoffs"}
    expect(page.locator(".strands .lit")).to_have_count(1)
    expect(page.locator(".strands .core.near")).to_have_count(0)
    page.mouse.move(5, 5)
    expect(page.locator(".thread.tracing")).to_have_count(0)
    page.locator("#card-2-right_part").focus()
    expect(page.locator(".card.near")).to_have_count(4)
    expect(page.locator(".strands .core.near")).to_have_count(3)


def test_of_many_strands_those_traced_are_on_a_sheet_of_their_own(base: str, page: Page) -> None:
    opened(page, base)
    page.evaluate("""() => {
      const card = () => Object.assign(document.createElement('i'), { className: 'card', hidden: true });
      const more = [...Array(81).keys()].map(at => Object.assign(card(), { id: `more-${at}` }));
      document.querySelector('.thread').append(...more);
      window.goldenThread.wire(document.body);
    }""")
    page.locator("#card-1-handoffs").hover()
    expect(page.locator(".strands.bright .plain")).to_have_count(1)
    expect(page.locator(".strands.bright .core, .pull.near")).to_have_count(0)
    faded = page.locator(".strands:not(.bright)").first
    assert faded.evaluate("sheet => getComputedStyle(sheet).opacity") == "0.25"
    page.locator("#card-2-right_part").focus()
    expect(page.locator(".strands.bright .core")).to_have_count(3)
    expect(page.locator(".pull.near").first).to_be_visible()
    page.locator("#card-2-right_part").blur()
    page.mouse.move(5, 5)
    expect(page.locator(".strands.bright path")).to_have_count(0)


def test_down_the_metrics_by_keyboard_and_up_by_escape(base: str, page: Page) -> None:
    opened(page, base)
    page.locator("#card-0-retention-opens").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".column > h2").last).to_have_text("What feeds customer retention")
    expect(page.locator("#announcer")).to_contain_text("Opened Customer retention: 2 measures feed it")
    expect(page.locator(".rail [aria-current]")).to_have_text("Customer retention")
    expect(page.locator("#card-0-retention-opens")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".column")).to_have_count(4)
    assert page.url == base + "/"
    expect(page.locator("#card-0-retention-opens")).to_be_focused()


def test_down_the_organisation_by_the_picker_and_up_by_escape(base: str, page: Page) -> None:
    opened(page, base)
    page.locator("#place").click()
    page.locator(".ways a", has_text="Field service").click()
    expect(page.locator("#place")).to_have_text("Field service")
    page.locator("#place").focus()
    page.keyboard.press("Enter")
    page.locator(".ways a", has_text="Depot North").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place")).to_have_text("Depot North")
    expect(page.locator(".controls .trail > ol > li > a")).to_have_text(["Northlight", "Field service"])
    page.keyboard.press("Escape")
    expect(page.locator("#place")).to_have_text("Field service")
    page.locator(".controls .trail > ol > li > a").first.click()
    expect(page.locator("#place")).to_have_text("Northlight")
    assert page.url == base + "/"


def test_a_unit_is_found_by_its_name_and_escape_only_closes_the_picker(base: str, page: Page) -> None:
    opened(page, base + "/metric/nps?period=2026-10-12")
    page.locator("#place").click()
    page.locator("#seek").fill("north")
    page.keyboard.press("Enter")
    expect(page.locator(".ways a")).to_have_text(["Northlight", "Depot North Field service"])
    assert "seek=north" in page.url
    page.locator("#seek").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".picker[open]")).to_have_count(0)
    expect(page.locator("#place")).to_be_focused()
    page.locator("#place").click()
    page.locator(".ways a", has_text="Depot North").click()
    expect(page.locator("#place")).to_have_text("Depot North")
    assert page.url == base + "/metric/nps?unit=team:Depot%20North&period=2026-10-12"


def test_a_step_of_the_journey_comes_first_and_back(base: str, page: Page) -> None:
    opened(page, base)
    page.locator("#step-get_connected").click()
    expect(page.locator("#step-get_connected")).to_have_attribute("aria-current", "step")
    expect(page.locator("#step-get_connected")).to_be_focused()
    assert "stage=get_connected" in page.url
    expect(page.locator(".stage-note")).to_contain_text("Someone comes when they said.")
    expect(page.locator(".stage-note")).to_contain_text("Second time they came without the part.")
    page.locator("#step-get_connected").click()
    expect(page.locator("#step-get_connected")).not_to_have_attribute("aria-current", "step")
    assert page.url == base + "/"


def test_time_is_travelled_step_by_step_and_carried_on(base: str, page: Page) -> None:
    opened(page, base)
    page.locator("#step-before").click()
    expect(page.locator("#choose-period")).to_have_value("2026-11-02")
    expect(page.locator("#step-before")).to_be_focused()
    page.locator("#card-0-nps").click()
    expect(page.locator("h1")).to_have_text("Net promoter score")
    assert page.url == base + "/metric/nps?period=2026-11-02"
    page.locator("#step-after").click()
    expect(page.locator("#choose-period")).to_have_value("")
    assert page.url == base + "/metric/nps"


class TestTour:
    @pytest.fixture
    def visitor(self, browser: Browser, witness: Witness) -> Page:
        context = browser.new_context(reduced_motion="reduce", viewport={"width": 390, "height": 844})
        witness.watch(context)
        return context.new_page()

    def test_it_opens_once_holds_the_focus_and_is_gone_for_good(self, base: str, visitor: Page) -> None:
        opened(visitor, base)
        tour = visitor.locator("#tour")
        expect(tour).to_be_visible()
        expect(visitor.locator("#tour-0")).to_be_focused()
        for _ in range(6):
            visitor.keyboard.press("Tab")
            assert visitor.evaluate(HELD)
        visitor.keyboard.press("Escape")
        expect(tour).not_to_be_visible()
        visitor.reload()
        settle(visitor)
        expect(tour).not_to_be_visible()
        visitor.locator(".tour-again").click()
        expect(tour).to_be_visible()
        assert visitor.url == base + "/"

    def test_a_step_never_covers_what_it_explains(self, base: str, visitor: Page) -> None:
        opened(visitor, base)
        for width, height in ((390, 844), (1366, 768)):
            visitor.set_viewport_size({"width": width, "height": height})
            visitor.keyboard.press("Escape")
            visitor.locator(".tour-again").click()
            for step in range(4):
                expect(visitor.locator(f"#tour-{step}")).to_be_visible()
                assert visitor.evaluate(COVERED) <= 0, f"step {step} at {width}"
                visitor.locator("#tour section:not([hidden]) .primary").click()
            expect(visitor.locator("#tour")).not_to_be_visible()

    def test_it_has_no_accessibility_fault(self, base: str, visitor: Page) -> None:
        opened(visitor, base)
        expect(visitor.locator("#tour")).to_be_visible()
        found = Axe().run(visitor).response["violations"]
        assert not found, [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found]


HELD = "document.activeElement === document.body || document.getElementById('tour').contains(document.activeElement)"
"""Whether the focus is in the tour, or on its way round through the browser's own controls."""
COVERED = """(() => {
  const a = document.getElementById('tour').getBoundingClientRect();
  const b = document.querySelector('.toured').getBoundingClientRect();
  return Math.min(Math.min(a.right, b.right) - Math.max(a.left, b.left),
                  Math.min(a.bottom, b.bottom, innerHeight) - Math.max(a.top, b.top, 0));
})()"""
"""How many pixels a step of the tour lies over what it explains, of what is in sight."""
