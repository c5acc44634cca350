"""The shell: a Flask server with its guard, and Dash as one static frame without data in it.

What people see first is painted for each of them by the server; the layout itself knows a place for the address
and a place for the page, and nothing else: what the first visitor saw must never sit in everybody's index.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import dash
from dash import dcc, html
from dash.exceptions import DependencyException
from flask import Flask, Response, g, request, send_from_directory
from htpy import link, meta, script
from htpy import title as title_

from layouts import api, callbacks, compression, downloads, guard, headers, health, ids, problems, wallpage
from layouts.answers import Answers
from layouts.door import Door, address_of
from layouts.markup import html_of
from layouts.parts.head import NOT_IN_PAGES, PRELOAD_FONT, THEME_SCRIPT
from layouts.problems import problem
from layouts.screens.sheet import Sheet
from scorecard.board import Boards
from scorecard.people.principal import EVERYBODY, INSIDER

ICON = "icon.svg"
ASSETS = Path(__file__).parent / "assets"
_UNUSED = re.compile(r'<script[^>]* src="[^"]*/(?:deps/polyfill@|dash_table/)[^"]*"></script>')
"""What Dash puts into every page and no page here needs: its tables, and mends for browsers older than our styles.
The one thing its charts do call of those mends is an asset of its own, a fifth as large."""
_DAY, _YEAR = 86_400, 31_536_000
_NO_PICTURE = 503


class Settings(Protocol):
    """What the shell needs to know of the house it stands in (:class:`scorecard.settings.Settings` does)."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names the server answers to."""

    @property
    def open_house(self) -> bool:
        """Whether own data may be served to anybody, without access control."""

    @property
    def stale_after(self) -> timedelta:
        """When a picture is called old."""


class Shell(dash.Dash):
    """Dash, painting the page into its index before any script runs."""

    visit: Callable[[], Sheet]

    def index(self, *_args: Any, **_kwargs: Any) -> Response:
        """The index of any page's address: painted for this asker, with the status the page has."""
        g.sheet = self.visit()
        document: str = super().index()  # type: ignore[no-untyped-call]  # Dash's own
        return Response(document, g.sheet.status, content_type="text/html; charset=utf-8")

    def interpolate_index(self, *_args: Any, **parts: Any) -> str:
        """The document around Dash's own tags."""
        sheet: Sheet = g.sheet
        again = meta(http_equiv="refresh", content="10") if sheet.status == _NO_PICTURE else None
        head = html_of(
            meta(charset="utf-8"),
            meta(name="viewport", content="width=device-width, initial-scale=1"),
            meta(name="color-scheme", content="light dark"),
            again,
            title_[sheet.full_title],
            script(src=self.asset(THEME_SCRIPT)),
            link(rel="icon", type="image/svg+xml", href=self.asset(ICON)),
            link(rel="preload", href=self.get_asset_url(PRELOAD_FONT), as_="font", type="font/woff2", crossorigin=True),
        )
        return (
            f'<!DOCTYPE html>\n<html lang="en"><head>{head}{parts["css"]}</head>'
            f"<body>{sheet.paint()}{parts['app_entry']}"
            f"{parts['config']}{_UNUSED.sub('', parts['scripts'])}{parts['renderer']}</body></html>"
        )

    def asset(self, path: str) -> str:
        """A file of the assets folder, by an address that changes with it."""
        return f"{self.get_asset_url(path)}?m={_changed(ASSETS / path)}"


@cache
def _changed(file: Path) -> int:
    return int(file.stat().st_mtime)


def build(boards: Boards, settings: Settings, *, bundled: bool) -> Shell:
    """Build the application; ``bundled`` says that its data is the bundled demo's, which anybody may see.

    Own data without access control is shown to this machine only, whatever address the server is bound to
    (:func:`scorecard.site.refusal` has refused already where the settings alone say otherwise).
    """
    house = guard.House(settings.hosts, loopback_only=not bundled and not settings.open_house)
    server = Flask("golden_thread", static_folder=None)
    server.url_map.merge_slashes = False  # an id may hold slashes, and two of them
    server.config.update(SEND_FILE_MAX_AGE_DEFAULT=_YEAR, MAX_CONTENT_LENGTH=guard.MAX_BODY)
    build_name = _build_name()
    # Statements name tables and columns: not for whoever may come by where own data stand open to all.
    insiders = bundled or not settings.open_house
    door = Door(boards, Answers(), build_name, INSIDER if insiders else EVERYBODY)
    guard.register(server, house, callbacks.WIRES)  # before Dash: else its own routes escape it
    problems.register(server)
    app = _dash(server)
    app.visit = lambda: door.visit(request, *address_of(request))
    callbacks.register(app, door)
    api.register(server, door)
    downloads.register(server, door, build_name)
    old_after = settings.stale_after.total_seconds()
    wallpage.register(server, door, wallpage.Site(ASSETS, app.asset, build_name, old_after))
    # Browsers ask for this wherever a document names no icon.
    server.add_url_rule("/favicon.ico", "icon", lambda: send_from_directory(ASSETS, ICON, max_age=_DAY))
    health.register(server, boards)
    compression.register(server)
    headers.register(server, app.csp_hashes())
    # plotly/dash#3971: the first requests must not come in together. Asking for the thread also reads the newest
    # picture once, before any worker is forked, and not in somebody's first request.
    server.test_client().get("/", headers={"Host": guard.own_name(house)}, buffered=True)
    return app


@cache
def _build_name() -> str:
    """What tells this program from another: a digest of everything that makes what people see."""
    files = sorted(file for file in ASSETS.parent.rglob("*") if file.suffix in {".py", ".js", ".css"})
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _dash(server: Flask) -> Shell:
    """Dash with every switch set here: none of them is left to the environment."""
    switches: dict[str, Any] = {
        "name": "golden_thread",
        "server": server,
        "assets_folder": str(ASSETS),
        "assets_path_ignore": list(NOT_IN_PAGES),
        "assets_external_path": "",
        "include_assets_files": True,
        "eager_loading": False,
        "serve_locally": True,
        "compress": False,
        "use_pages": False,
        "suppress_callback_exceptions": True,  # else whole layouts go into every index page
        "prevent_initial_callbacks": False,
        "update_title": "",
        "title": "Golden Thread",
        "add_log_handler": False,
        "enable_mcp": False,
        "websocket_callbacks": False,
        "routes_pathname_prefix": "/",
        "requests_pathname_prefix": "/",
        "use_async": False,
    }
    app = Shell(**switches)
    app.enable_dev_tools(
        debug=False, dev_tools_ui=False, dev_tools_props_check=False, dev_tools_serve_dev_bundles=False,
        dev_tools_hot_reload=False, dev_tools_silence_routes_logging=True, dev_tools_prune_errors=True,
        dev_tools_disable_version_check=True, dev_tools_validate_callbacks=False,
    )  # fmt: skip
    app.layout = layout()
    server.register_error_handler(DependencyException, lambda _error: problem(404, "There is no such file."))
    return app


def layout() -> html.Div:
    """The static shell: an address, a place for the page, a voice for those who listen."""
    polite: dict[str, Any] = {"aria-live": "polite"}
    return html.Div(
        [
            dcc.Location(id=ids.ADDRESS, refresh=False),
            html.Div(id=ids.PAGE),
            html.Div(id=ids.ANNOUNCER, className="said", role="status", **polite),
        ]
    )
