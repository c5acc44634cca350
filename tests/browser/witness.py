"""Sees what a page does beside what a test looks at: errors, and requests that leave the server."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
INSIDE_THE_PAGE = ("data", "blob", "about")


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Witness:
    """Collects the faults of every page of the contexts it watches.

    A page belongs to the server it was opened from: each loopback origin that a test navigates to is a server; a
    request to any other origin is a fault. So are console errors and errors that no script caught.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._servers: set[str] = set()

    def watch(self, context: BrowserContext) -> None:
        """See everything that happens in a context from now on."""
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)

    def forgive(self, part: str) -> None:
        """Drop the faults that contain a text, and insist that there was one: for tests that cause it on purpose."""
        kept = [fault for fault in self.faults if part not in fault]
        assert len(kept) < len(self.faults), f"nothing to forgive: no fault contains {part!r}: {self.faults}"
        self.faults = kept

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console error: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self.faults.append(f"page error: {error.error}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in INSIDE_THE_PAGE:
            return
        if request.is_navigation_request() and parts.hostname in LOOPBACK:
            self._servers.add(origin(request.url))
        elif origin(request.url) not in self._servers:
            self.faults.append(f"request outside the server: {request.method} {request.url}")
