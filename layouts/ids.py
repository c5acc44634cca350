"""Every id that a callback, a script or a test relies on. Made of meaning, never random."""

from __future__ import annotations

ADDRESS = "address"
"""The ``dcc.Location``: what the browser's address says."""

PAGE = "page"
"""Where the router puts the page."""

MAIN = "main"
"""The page's main landmark; the skip link leads here."""

ANNOUNCER = "announcer"
"""The live region that says what has opened."""

CHART = "process-chart"
"""The metric page's chart."""

FIRST_PAINT = "first-paint"
"""The page as the server painted it, until Dash shows the same."""
