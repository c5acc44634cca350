"""A wall screen: what its scenes say, as JSON, and the page that shows it.

The JSON holds words only: every number is written here, in the company's locale, so that the wall's script
formats nothing and judges nothing. The script builds elements from it with ``textContent``.

The page is plain HTML without Dash. It needs, of whoever serves it:

* ``/wall/<display>`` answering :func:`wall_page`;
* the JSON address answering a :class:`WallBoard` with an ETag (304 while nothing changed), a ``Date`` header, by
  which the wall corrects its own clock, and a ``Golden-Thread-Build`` header;
* the worker's script at ``WORKER_ADDRESS``, beneath ``/wall/`` because a worker rules only what lies below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from htpy import Element, body, div, footer, head, html, link, main, meta, script, span, title
from markupsafe import Markup

from layouts import marks
from layouts.markup import html_of
from layouts.parts.scenes import WallScene, as_of, wall_scenes
from scorecard.head import Head
from scorecard.wallview import DisplayView

WORKER_ADDRESS = "/wall/worker.js"
BUILD_HEADER, BEAT_HEADER = "Golden-Thread-Build", "Golden-Thread-Wall"
POLL, TIMEOUT = 3.0, 3.0
"""Seconds between two beats and until one is given up: a lost connection is said within ten."""
OLD_AFTER = 26 * 3600.0
"""Seconds; figures older than this are called old. A data set that is closed never is."""


@dataclass(frozen=True, slots=True)
class WallBoard:
    """Everything a display shows until the next picture arrives."""

    display: str
    place: str
    scorecard: str
    rotate: float
    """Seconds a scene stands."""
    inches: float
    """The screen's diagonal, and how far away its readers stand in metres: the size of the type follows from them."""
    metres: float
    hide_after: float
    """Seconds for which figures may be old, or unconfirmed, before they are hidden."""
    taken: datetime
    """When the figures were taken (aware): their age counts from here."""
    closed: bool
    """Whether the data set is closed, so that its age says nothing."""
    as_of: str
    """"Sat 21:45"; the day where the data set is closed."""
    stale: bool
    scenes: tuple[WallScene, ...]


def wall_board(head: Head, display: DisplayView) -> WallBoard:
    """Put a display into words."""
    return WallBoard(
        display=display.id,
        place=display.unit_label,
        scorecard=head.title,
        rotate=display.rotate,
        inches=display.inches,
        metres=display.metres,
        hide_after=display.hide_after,
        taken=head.taken,
        closed=head.closed,
        as_of=as_of(head),
        stale=head.stale,
        scenes=wall_scenes(head, display),
    )


@dataclass(frozen=True, slots=True)
class WallFrame:
    """What the wall's page needs to know before its first beat."""

    display: str
    data: str
    """The address of its JSON."""
    build: str
    styles: Sequence[str]
    """Addresses of ``fonts.css`` and ``wall/wall.css``, fingerprinted."""
    scripts: Sequence[str]
    """Addresses of the scripts, in the order they run."""
    locale: str = "en-GB"
    time_zone: str = "UTC"
    poll: float = POLL
    timeout: float = TIMEOUT
    old_after: float = OLD_AFTER


def wall_page(frame: WallFrame) -> Markup:
    """The wall's page: a frame without a single figure, so that it may be kept for the day the server is gone."""
    return html_of(
        html(lang=frame.locale)[
            head[
                meta(charset="utf-8"),
                meta(name="viewport", content="width=device-width, initial-scale=1"),
                title[frame.display],
                [link(rel="stylesheet", href=style) for style in frame.styles],
                [script(src=address, defer=True) for address in frame.scripts],
            ],
            body(**_settings(frame))[
                marks.sprite(),
                div("#alert", role="status")[marks.icon("near"), span("#alert-text")],
                div("#stage")[main("#scenes"), _footer()],
            ],
        ]
    )


def _settings(frame: WallFrame) -> dict[str, str]:
    return {
        "data_state": "start",
        "data_display": frame.display,
        "data_address": frame.data,
        "data_worker": WORKER_ADDRESS,
        "data_build": frame.build,
        "data_locale": frame.locale.replace("_", "-"),
        "data_zone": frame.time_zone,
        "data_poll": f"{frame.poll:g}",
        "data_timeout": f"{frame.timeout:g}",
        "data_old_after": f"{frame.old_after:g}",
    }


def _footer() -> Element:
    return footer[
        div("#dots", aria_hidden="true"),
        span("#pulse", aria_hidden="true"), span("#clock"), span("#as-of"), span("#place"),
    ]  # fmt: skip
