"""Every page that a link leads to, in a real browser: quiet, inside its screen, for all, and looking as it did."""

from collections.abc import Callable
from wsgiref.types import WSGIApplication

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser import thumbnails
from tests.browser.company import application, every_page, looks
from tests.browser.places import kind, places
from tests.browser.standing import settle
from tests.browser.thumbnails import Thumbnail
from tests.browser.witness import Witness

WIDTHS = (320, 390, 768, 1366, 1920, 3840)
CLIPPED = """[...document.querySelectorAll('main .card, main .panel, main h1, main .story')]
  .filter(e => e.checkVisibility())
  .filter(e => { const b = e.getBoundingClientRect();
                 return b.left < -1 || b.right > innerWidth + 1 || e.scrollWidth > e.clientWidth + 1; })
  .map(e => e.className + ' ' + e.textContent.slice(0, 40))"""
Serve = Callable[[WSGIApplication], str]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for every page there is."""
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", every_page())


@pytest.fixture
def base(serve: Serve) -> str:
    return serve(application())


def forgive(witness: Witness, name: str) -> None:
    """A page that is not there says so in the console too."""
    if name == "not-found":
        witness.forgive("404")


def test_links_lead_to_every_sort_of_page() -> None:
    assert {"thread", "metric", "measures", "displays", "wall", "unit-enterprise", "unit-team", "unit-worker"} <= set(
        every_page()
    )


def test_a_page_joins_by_being_linked() -> None:
    site = {
        "/": '<a class="x" href="/new?a=1&amp;b=2">',
        "/new?a=1&b=2": '<a href="/new/deeper"><a href="/metric/m"><a href="https://elsewhere/">',
        "/metric/m": '<a href="/metric/n"><a href="/?view=map">',
    }
    assert places(site.get) == {"thread": "/", "new": "/new?a=1&b=2", "metric": "/metric/m"}
    assert kind("/unit/team/Depot%20North") == "unit-team"
    assert kind("/?unit=team:x&view=map") == "thread-map"


def test_a_page_has_no_accessibility_fault_in_either_theme(
    base: str, new_context: Callable[..., BrowserContext], witness: Witness, name: str
) -> None:
    for scheme in ("light", "dark"):
        page = new_context(color_scheme=scheme).new_page()
        page.goto(base + every_page()[name])
        settle(page)
        found = Axe().run(page).response["violations"]
        assert not found, [(f["id"], [node["html"][:200] for node in f["nodes"]]) for f in found]
    forgive(witness, name)


def test_a_page_stays_inside_every_screen(base: str, page: Page, witness: Witness, name: str) -> None:
    page.goto(base + every_page()[name])
    settle(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} wide on a screen of {width}"
        clipped = page.evaluate(CLIPPED)
        assert not clipped, f"{name} at {width}: {clipped}"
    forgive(witness, name)


def test_a_page_looks_as_it_did(base: str, context: BrowserContext, witness: Witness, name: str) -> None:
    kept = thumbnails.read(name)
    assert kept, f"nobody has kept a look of {name} yet: `make shots ARGS=--renew`"
    found = dict(looks(context, base, name))
    assert list(found) == list(kept)
    faults = [f"{name} {shape}: {fault}" for shape, each in found.items() if (fault := each.fault(kept[shape]))]
    assert not faults, "\n".join(faults)
    forgive(witness, name)


def test_no_look_is_kept_of_a_page_that_is_gone() -> None:
    assert {file.stem for file in thumbnails.HERE.glob("*.txt")} == set(every_page())


@pytest.mark.parametrize(
    ("style", "seen"),
    [("main { }", False),
     ("main { transform: translate(1px, 1px) }", False), ("main { letter-spacing: 0.004em }", False),
     (".card { visibility: hidden }", True), ("main { margin-top: 96px }", True), ("body { color: red }", True),
     (".columns, .thread { display: block }", True), (".card { background: #fdd }", True)],
)  # fmt: skip
def test_a_broken_style_is_seen_and_a_shade_is_not(base: str, context: BrowserContext, style: str, seen: bool) -> None:
    artist, page = context.new_page(), context.new_page()
    page.set_viewport_size({"width": 1366, "height": 1152})
    page.goto(base)
    settle(page)
    before = Thumbnail.of(page, artist)
    page.add_style_tag(content=style)
    assert bool(Thumbnail.of(page, artist).fault(before)) is seen
