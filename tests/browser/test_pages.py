"""Every page in a real browser: quiet, inside its screen, within reach of everybody."""

from collections.abc import Callable
from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from layouts.shell import Shell, build
from scorecard.settings import Settings
from tests.browser.standing import settle
from tests.browser.test_every_page import CLIPPED
from tests.browser.witness import Witness
from tests.unit.layouts.boards import FAULT, HEAD, SmallBoards

Serve = Callable[[WSGIApplication], str]


@pytest.fixture(scope="session")
def shell() -> tuple[SmallBoards, Shell]:
    boards = SmallBoards()
    return boards, build(boards, Settings(Path("small"), Path("var")), bundled=True)


@pytest.fixture
def boards(shell: tuple[SmallBoards, Shell]) -> SmallBoards:
    shell[0].head = HEAD
    return shell[0]


@pytest.fixture
def base(boards: SmallBoards, shell: tuple[SmallBoards, Shell], serve: Serve) -> str:
    """The address of the small company."""
    return serve(shell[1].server)


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    settle(page)
    return page


@pytest.mark.parametrize("width", [320, 390, 1920])
def test_what_opens_on_a_metric_page_stays_inside_the_screen(base: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, base + "/metric/first_visit_fix")
    expect(page.locator(".chart-notes")).to_contain_text("Limits by the NHS rules")
    lines = page.locator(".evidence > summary")
    expect(lines).to_have_count(2)
    for line in lines.all():
        line.click()
    expect(page.locator(".evidence .facts").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not page.evaluate(CLIPPED)


def test_the_thread_opens_and_closes_by_mouse_and_the_address_tells(base: str, page: Page) -> None:
    opened(page, base)
    heads = page.locator(".column > h2")
    expect(heads).to_have_text(
        ["Customer outcomes", "What feeds net promoter score", "What feeds first-visit fix",
         "What feeds right part on the van"]
    )  # fmt: skip
    page.locator("[data-card=card-0-retention]").click()
    expect(heads).to_have_text(["Customer outcomes", "What feeds customer retention"])
    assert page.url == base + "/?path=retention"
    page.go_back()
    expect(heads).to_have_count(4)
    page.go_forward()
    expect(heads).to_have_count(2)
    page.reload()
    settle(page)
    expect(heads).to_have_count(2)


def test_the_golden_strand_is_drawn_with_its_pulls(base: str, page: Page) -> None:
    opened(page, base)
    expect(page.locator(".strands .core")).to_have_count(3)
    expect(page.locator(".thread > .pull")).to_have_count(3)
    assert page.locator(".card.on").count() == 4


def test_the_thread_is_walked_by_keyboard(base: str, page: Page) -> None:
    opened(page, base)
    page.locator("#card-0-nps").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#card-1-first_visit_fix")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#card-1-handoffs")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#card-0-nps")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Net promoter score")
    expect(page).to_have_title("Net promoter score, Northlight Broadband")
    expect(page.locator("#announcer")).to_contain_text("Net promoter score")
    page.go_back()
    expect(page.locator("#card-0-nps")).to_be_focused()


def test_the_first_tab_stop_leads_past_the_bar(base: str, page: Page) -> None:
    opened(page, base)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_down_the_organisation_and_back(base: str, page: Page) -> None:
    opened(page, base + "/unit/enterprise/all")
    for name in ("Field service", "Depot North", "Ada Okafor"):
        page.locator(".beneath a", has_text=name).click()
        expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".beneath")).to_have_count(0)
    page.locator(".trail a", has_text="Field service").click()
    expect(page.locator("h1")).to_have_text("Field service")


def test_another_period_and_grain_are_asked_in_the_bar(base: str, page: Page) -> None:
    opened(page, base + "/metric/nps?period=2026-10-12")
    page.locator("#choose-period").select_option("2026-10-05")
    expect(page.locator("#choose-period")).to_have_value("2026-10-05")
    assert page.url == base + "/metric/nps?period=2026-10-05"
    page.locator("#choose-grain").select_option("day")
    page.wait_for_url(base + "/metric/nps?grain=day")
    expect(page.locator("#choose-grain")).to_have_value("day")


def test_a_chart_is_drawn_and_changes_with_the_colours(base: str, page: Page) -> None:
    opened(page, base + "/metric/van_stock")
    expect(page.locator(".chart .main-svg").first).to_be_visible()
    with page.expect_navigation():  # a chart carries its colours with it and is asked for anew
        page.locator("#theme-choice").select_option("dark")
    settle(page)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert "rgb(14, 21, 29)" in page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_a_chart_follows_its_frame(base: str, page: Page) -> None:
    opened(page, base + "/metric/van_stock")
    for width in (1920, 390):
        page.set_viewport_size({"width": width, "height": 900})
        frame = page.locator(".chart-frame").bounding_box()
        assert frame
        drawn = page.locator(".chart .main-svg").first
        inner = page.evaluate("e => e.clientWidth", page.locator(".chart").element_handle())
        expect(drawn).to_have_attribute("width", str(inner))
        assert inner <= frame["width"]


def test_going_from_page_to_page_leaves_nothing_behind(base: str, page: Page) -> None:
    opened(page, base)
    for _ in range(3):
        page.locator("#card-0-nps").click()
        page.wait_for_selector(".chart .main-svg")
        page.locator(".bar a", has_text="Thread").click()
        expect(page.locator("#card-0-nps")).to_be_visible()
    assert page.locator("main").count() == 1
    assert page.locator(".strands").count() == 1


def test_without_scripts_every_page_can_be_read_and_followed(
    base: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(base)
    page.locator("#card-0-nps").click()
    expect(page.locator("h1")).to_have_text("Net promoter score")
    page.locator("summary", has_text="Show the numbers").click()
    expect(page.locator("table caption", has_text="by period")).to_have_count(1)
    page.locator("#choose-period").select_option("2026-10-05")
    page.locator("form:has(#choose-period) .go").click()
    assert "period=2026-10-05" in page.url
    expect(page.locator("h1")).to_have_text("Net promoter score")


def test_banners_are_seen_and_pass_the_same_tests(base: str, page: Page, boards: SmallBoards) -> None:
    boards.become(open_house=True, stale=True, age=200_000.0, faults=(FAULT,), notes=(FAULT,))
    opened(page, base)
    expect(page.locator(".banner")).to_have_count(3)
    serious = [f for f in Axe().run(page).response["violations"] if f["impact"] in {"serious", "critical"}]
    assert not serious, [(f["id"], [node["html"][:200] for node in f["nodes"]]) for f in serious]


def test_a_page_waits_for_the_first_picture_and_finds_it(
    base: str, page: Page, boards: SmallBoards, witness: Witness
) -> None:
    boards.head = None
    page.goto(base)
    expect(page.locator("h1")).to_have_text("Nearly there")
    boards.head = HEAD
    expect(page.locator("h1")).to_have_text(HEAD.promise, timeout=15_000)
    witness.forgive("503")
