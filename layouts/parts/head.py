"""What the shell's ``<head>`` needs to know of the assets folder."""

from __future__ import annotations

NOT_IN_PAGES = ["^head$", "^lazy$", "^wall$"]
"""For Dash's ``assets_path_ignore``: folders whose files pages do not load by themselves."""

THEME_SCRIPT = "head/theme.js"
"""Loaded in ``<head>`` before any style, or a dark page flashes light."""

THEME_COOKIE = "golden-thread-theme"
"""``light`` or ``dark``: what the theme script resolved, for charts."""

PLOTLY_BUNDLE = "lazy/plotly-basic-4.1.1.min.js"
"""The chart library; ``00-bundle.js`` names the same file."""

PRELOAD_FONT = "fonts/inter-latin-wght-normal.woff2"
"""Worth a ``<link rel=preload as=font crossorigin>``: every page needs it for its first paint."""

WALL_STYLES = ("fonts.css", "wall/wall.css")
WALL_SCRIPTS = ("wall/faces.js", "wall/wall.js")
WALL_WORKER = "wall/worker.js"
"""The service worker's file; serve it at :data:`layouts.parts.wall.WORKER_ADDRESS`."""
