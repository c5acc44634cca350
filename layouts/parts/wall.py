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
from typing import Literal

from htpy import Element, body, div, footer, head, html, link, main, meta, script, span, title
from markupsafe import Markup

from layouts import marks
from layouts.markup import html_of
from layouts.parts.figure import words_of
from layouts.times import clock, moment
from layouts.words import VARIATION, Tongue, within
from scorecard.judge import Status
from scorecard.view import DisplayView, Figure, Head, SceneView, VoiceView

WORKER_ADDRESS = "/wall/worker.js"
BUILD_HEADER = "Golden-Thread-Build"
POLL, TIMEOUT = 3.0, 3.0
"""Seconds between two beats and until one is given up: a lost connection is said within ten."""
HIDE_AFTER = 24 * 3600.0
OLD_AFTER = 26 * 3600.0
"""Seconds; figures older than this are called old. A data set that is closed never is."""

TITLES: dict[str, str] = {
    "number": "",
    "thread": "How our work reaches the customer",
    "today": "{unit}, {period}",
    "voice": "What a customer told us",
    "story": "What the customer feels of it",
}


@dataclass(frozen=True, slots=True)
class WallFigure:
    """One value of a scene, in words."""

    label: str
    text: str
    unit: str
    known: bool
    """False where ``text`` is words instead of a number."""
    status: Status
    word: str
    """The status's word."""
    target: str
    """"target 88.0%"; empty without a target."""
    change: str
    """"down 0.3 pts", "no change"; empty where it is not known."""
    signal: str
    """"Improving" or "Worsening"; empty without a signal."""


@dataclass(frozen=True, slots=True)
class WallQuote:
    """What one customer said."""

    text: str
    by: str
    """Channel, stage, score and day; never a name."""


@dataclass(frozen=True, slots=True)
class WallScene:
    """One face: ``number`` (first figure large, up to three beside it), ``thread`` and ``story`` (up to four steps
    from the floor up, and a sentence), ``today`` (up to six tiles), ``voice`` (quotes that take turns)."""

    kind: Literal["number", "thread", "today", "voice", "story"]
    title: str
    figures: tuple[WallFigure, ...] = ()
    quotes: tuple[WallQuote, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class WallBoard:
    """Everything a display shows until the next picture arrives."""

    display: str
    place: str
    scorecard: str
    rotate: float
    """Seconds a scene stands."""
    taken: datetime
    """When the figures were taken (aware): their age counts from here."""
    closed: bool
    """Whether the data set is closed, so that its age says nothing."""
    as_of: str
    """"Sat 21:45"; with the date where the data set is closed."""
    stale: bool
    scenes: tuple[WallScene, ...]


def wall_board(head: Head, display: DisplayView) -> WallBoard:
    """Put a display into words."""
    tongue = Tongue.of(head)
    return WallBoard(
        display=display.id,
        place=display.unit_label,
        scorecard=head.title,
        rotate=display.rotate,
        taken=head.taken,
        closed=head.closed,
        as_of=moment(head.as_of, tongue) if head.closed else clock(head.as_of, tongue),
        stale=head.stale,
        scenes=tuple(_scene(scene, display, tongue) for scene in display.scenes),
    )


def _scene(scene: SceneView, display: DisplayView, tongue: Tongue) -> WallScene:
    figures = [_figure(figure, tongue) for figure in scene.figures]
    period = f"this {display.moment.grain}" if not display.moment.complete else f"last {display.moment.grain}"
    return WallScene(
        kind=scene.kind,
        title=TITLES[scene.kind].format(unit=display.unit_label, period=period),
        figures=tuple(figures),
        quotes=tuple(_quote(voice) for voice in scene.voices),
        sentence=scene.sentence or _walk(scene.figures),
    )


def _walk(figures: Sequence[Figure]) -> str:
    """The staircase in one sentence, for a thread that has no words of its own."""
    if len(figures) < 2:  # noqa: PLR2004 - a way has two ends
        return ""
    first, *_, last = figures
    return f"{first.label} is where {within(last.label)} begins."


def _figure(figure: Figure, tongue: Tongue) -> WallFigure:
    words = words_of(figure, tongue)
    return WallFigure(
        label=figure.label,
        text=words.value.text,
        unit=words.value.unit,
        known=words.value.known,
        status=figure.status,
        word=words.status,
        target=f"target {words.target.plain}" if words.target else "",
        change=_change(words.change.way, words.change.text) if words.change else words.last_seen,
        signal=VARIATION[figure.variation] if figure.variation in ("improving", "worsening") else "",
    )


def _change(way: str, text: str) -> str:
    return text if way == "level" else f"{way} {text}"


def _quote(voice: VoiceView) -> WallQuote:
    score = None if voice.score is None else f"score {voice.score:g}"
    said = (voice.channel, voice.stage, score)
    return WallQuote(voice.text, ", ".join(each for each in said if each))


@dataclass(frozen=True, slots=True)
class WallFrame:
    """What the wall's page needs to know before its first beat."""

    display: str
    data: str
    """The address of its JSON."""
    build: str
    styles: Sequence[str]
    """Addresses of ``fonts.css`` and ``wall/wall.css``, fingerprinted."""
    script: str
    locale: str = "en-GB"
    time_zone: str = "UTC"
    poll: float = POLL
    timeout: float = TIMEOUT
    hide_after: float = HIDE_AFTER
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
                script(src=frame.script, defer=True),
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
        "data_hide_after": f"{frame.hide_after:g}",
        "data_old_after": f"{frame.old_after:g}",
    }


def _footer() -> Element:
    return footer[span("#clock"), span("#as-of"), span(".gap"), span("#dots", aria_hidden="true"), span("#place")]
