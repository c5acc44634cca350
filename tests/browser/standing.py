"""When a page stands."""

from playwright.sync_api import Page

TOUR_SEEN = "try { localStorage.setItem('golden-thread:tour', 'seen') } catch { /* before any page */ }"
"""For a context's start: nobody is shown round, unless a test asks for it."""


def settle(page: Page) -> None:
    """Wait until a page stands: fonts in, Dash's own page in place of the first paint, charts drawn."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    if page.query_selector("#react-entry-point"):
        page.wait_for_selector("[data-first-paint]", state="detached")
        if page.query_selector(".chart"):
            page.wait_for_selector(".chart .main-svg")
