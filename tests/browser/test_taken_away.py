"""What is asked of a page's table by mouse and keyboard, and what is taken away: files, pictures, paper."""

import csv
import io
import re
import struct
from collections.abc import Callable
from pathlib import Path
from wsgiref.types import WSGIApplication

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Download, Page, expect

from layouts.shell import build
from scorecard.settings import Settings
from tests.browser.shots import settle
from tests.unit.layouts.boards import SmallBoards


@pytest.fixture(scope="session")
def application() -> WSGIApplication:
    return build(SmallBoards(), Settings(Path("small"), Path("var")), bundled=True).server


@pytest.fixture
def base(application: WSGIApplication, serve: Callable[[WSGIApplication], str]) -> str:
    return serve(application)


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    settle(page)
    return page


def taken(page: Page, name: str, within: str) -> Download:
    with page.expect_download() as download:
        page.locator(within).locator(":is(a, button)", has_text=name).click()
    return download.value


def names(page: Page) -> list[str]:
    return page.locator("#units tbody th").all_inner_texts()


def test_a_table_is_sorted_filtered_and_gone_back_from_and_the_address_tells(base: str, page: Page) -> None:
    opened(page, base + "/metric/van_stock")
    page.locator("#units-by-team").click()
    expect(page.locator("#units h2")).to_have_text("By team, furthest from its target first")
    first = names(page)
    page.locator("#units-sort-name").click()
    expect(page.locator("#units th[aria-sort=ascending]")).to_contain_text("Team")
    assert names(page) == sorted(first)
    assert page.url == base + "/metric/van_stock?by=team&sort=name#units"
    expect(page.locator("#units-sort-name")).to_be_focused()
    page.locator("#units-find").fill("depot")
    page.locator("#units-find").press("Enter")
    expect(page.locator("#units tbody tr")).to_have_count(1)
    expect(page.locator("#units [role=status]")).to_have_text("1 of 3 teams")
    page.go_back()
    expect(page.locator("#units tbody tr")).to_have_count(3)
    page.reload()
    settle(page)
    assert names(page) == sorted(first)


def test_a_table_is_sorted_by_keyboard_and_works_without_scripts(
    base: str, page: Page, new_context: Callable[..., BrowserContext]
) -> None:
    opened(page, base + "/metric/van_stock?by=team")
    page.locator("#units-sort-value").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#units th[aria-sort=descending]")).to_contain_text("Value")
    page.keyboard.press("Enter")
    expect(page.locator("#units th[aria-sort=ascending]")).to_contain_text("Value")
    plain = new_context(java_script_enabled=False).new_page()
    plain.goto(base + "/metric/van_stock?by=team")
    plain.locator("#units-find").fill("night")
    plain.locator("#units button").click()
    expect(plain.locator("#units tbody tr")).to_have_count(1)
    plain.locator("#units-by-worker").click()
    expect(plain.locator("#units h2")).to_have_text("By worker")
    expect(plain.locator("[data-png]")).to_be_hidden()


def test_a_table_is_kept_as_csv_and_as_a_workbook_that_open(base: str, page: Page, tmp_path: Path) -> None:
    opened(page, base + "/metric/van_stock?by=team&sort=name")
    text = taken(page, "CSV", "#units")
    assert text.suggested_filename == "van-stock-by-team-2026-11-09.csv"
    lines = list(csv.DictReader(io.StringIO(Path(text.path()).read_text("utf-8"), newline="")))
    book = taken(page, "Excel", "#units")
    book.save_as(tmp_path / "units.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "units.xlsx")["Figures"]
    head, *rows = sheet.iter_rows(values_only=True)
    at = head.index("unit_label")
    assert [row[at] for row in rows] == [line["unit_label"] for line in lines] == names(page)
    assert page.url.endswith("?by=team&sort=name")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_is_kept_as_a_picture(
    base: str, new_context: Callable[..., BrowserContext], tmp_path: Path, scheme: str
) -> None:
    page = opened(new_context(color_scheme=scheme).new_page(), base + "/metric/van_stock")
    picture = taken(page, "PNG", ".tools")
    assert picture.suggested_filename == "van_stock-2026-11-09.png"
    picture.save_as(tmp_path / "chart.png")
    data = (tmp_path / "chart.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", data[16:24]) == (2560, 1440)
    assert len(data) > 20_000


def test_a_chart_is_walked_by_arrow_keys_and_read_out(base: str, page: Page) -> None:
    opened(page, base + "/metric/van_stock")
    page.locator(".chart-frame").focus()
    page.keyboard.press("End")
    expect(page.locator("#announcer")).to_contain_text("Week 46, 9–15 Nov 2026: 7")
    expect(page.locator("#announcer")).to_contain_text("Outside: 1 week")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#announcer")).to_contain_text("Week 45")
    page.keyboard.press("Home")
    expect(page.locator("#announcer")).to_contain_text("Week 35")
    expect(page.locator(".chart .hoverlayer .hovertext")).to_be_visible()


def test_a_narrow_chart_shows_fewer_periods_and_a_wide_one_all_again(base: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, base + "/metric/van_stock?grain=day")
    ticks = page.locator(".chart .xtick text")
    expect(ticks).to_have_count(4)
    page.set_viewport_size({"width": 1600, "height": 900})
    expect(ticks).to_have_count(6)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(ticks).to_have_count(4)


def test_a_chart_is_as_large_as_the_page_on_a_large_screen(base: str, page: Page) -> None:
    opened(page, base + "/metric/van_stock")
    letters = page.locator(".chart .xtick text").first
    for width, height, size in ((3840, 2160, "^(26|25.99.*)px$"), (1366, 900, "^13px$")):
        page.set_viewport_size({"width": width, "height": height})
        expect(letters).to_have_css("font-size", re.compile(size))


def sheets(document: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page[^s]", document))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["/unit/team/Depot%20North", "/unit/department/field", "/unit/worker/w-7"])
def test_a_unit_s_page_is_one_sheet_of_paper(
    base: str, new_context: Callable[..., BrowserContext], place: str, scheme: str
) -> None:
    page = opened(new_context(color_scheme=scheme).new_page(), base + place)
    document = page.pdf(format="A4", prefer_css_page_size=True)
    assert document.startswith(b"%PDF")
    assert sheets(document) == 1
    page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
    expect(page.locator(".measure .own-words").first).to_be_visible()
    for hidden in (".tools", ".bar nav", ".people"):
        for element in page.locator(hidden).all():
            expect(element).to_be_hidden()
    for ground in ("body", ".measure"):
        paper = page.locator(ground).first.evaluate("node => getComputedStyle(node).backgroundColor")
        assert paper == "rgb(255, 255, 255)"


def test_the_thread_is_one_sheet_of_paper_with_its_columns_side_by_side(base: str, page: Page) -> None:
    opened(page, base + "/")
    assert sheets(page.pdf(format="A4", prefer_css_page_size=True)) == 1
    page.emulate_media(media="print")
    first, second = page.locator(".column").first, page.locator(".column").nth(1)
    assert first.bounding_box()["y"] == second.bounding_box()["y"]  # type: ignore[index]  # both are there


def test_a_metric_s_page_prints_with_its_chart_on_the_paper(base: str, page: Page) -> None:
    opened(page, base + "/metric/van_stock")
    document = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= sheets(document) <= 2
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".chart .main-svg").first).to_have_attribute("width", "680")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".chart .main-svg").first).not_to_have_attribute("width", "680")


def test_the_print_button_opens_the_browser_s_own_dialogue(base: str, page: Page) -> None:
    page.add_init_script("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    opened(page, base + "/unit/team/Depot%20North")
    page.get_by_role("button", name="Print or save as PDF").click()
    expect(page.locator("html")).to_have_attribute("data-printed", "yes")
