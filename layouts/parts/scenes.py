"""What a wall's scenes say, in words only: every number is written here, in the company's locale.

The wall's script formats nothing and judges nothing; it builds elements from these with ``textContent``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date

from layouts.parts.figure import words_of
from layouts.parts.moves import move_words
from layouts.times import clock, period_name
from layouts.words import VARIATION, Difference, Tongue, difference, within
from scorecard.analysis.effect import Verdict
from scorecard.definition import Scene
from scorecard.head import Head, Moment
from scorecard.judge import Status
from scorecard.view import Figure, VoiceView
from scorecard.wallview import DisplayView, SceneView, Tried

_TITLES: dict[Scene, str] = {
    "number": "{company}",
    "thread": "How our work reaches the customer",
    "today": "{unit}, {period}",
    "voice": "What a customer told us",
    "story": "What happened",
    "leaderless": "To talk about at the stand-up",
}
_ASKS = ("What do we try until next {grain}?", "How will a customer notice?")
_TRIED: dict[Verdict, str] = {
    "worked": "It worked: {metric} {moved}.",
    "made_it_worse": "It made things worse: {metric} {moved}.",
    "no_visible_effect": "So far it has no visible effect on {metric}.",
    "cannot_tell": "It is too early to say what it does for {metric}.",
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
    """"down 0.3 pts in a week", "no change"; empty where it is not known."""
    signal: str
    """"Improving" or "Worsening"; empty without a signal."""
    place: str
    """Whose figure it is, where that is not the display's own unit; else empty."""


@dataclass(frozen=True, slots=True)
class WallQuote:
    """What one customer said."""

    text: str
    by: str
    """Channel, stage, score and day; never a name."""


@dataclass(frozen=True, slots=True)
class WallTale:
    """Something to read: a change and what became of it, or a question to talk about."""

    title: str
    headline: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WallScene:
    """One face.

    ``number`` (first figure large, up to three beside it), ``thread`` (up to four steps from the floor up, and a
    sentence), ``today`` (up to six tiles), ``voice`` (quotes that take turns), ``story`` (tales that take turns),
    ``leaderless`` (one tale: a question, and the figure it is about).
    """

    kind: Scene
    title: str
    figures: tuple[WallFigure, ...] = ()
    quotes: tuple[WallQuote, ...] = ()
    tales: tuple[WallTale, ...] = ()
    sentence: str = ""


def wall_scenes(head: Head, display: DisplayView) -> tuple[WallScene, ...]:
    """Put a display's scenes into words; a scene that has none left is dropped."""
    tongue = Tongue.of(head)
    found = (_scene(scene, head, display, tongue) for scene in display.scenes)
    return tuple(scene for scene in found if scene.figures or scene.quotes or scene.tales)


def _scene(scene: SceneView, head: Head, display: DisplayView, tongue: Tongue) -> WallScene:
    at = scene.moment or display.moment
    title = _TITLES[scene.kind].format(company=head.title, unit=display.unit_label, period=_period(at, tongue))
    return WallScene(
        kind=scene.kind,
        title=title,
        figures=tuple(_figure(figure, scene, display, at, tongue) for figure in scene.figures),
        quotes=tuple(_quote(voice) for voice in scene.voices),
        tales=_tales(scene, title, at, tongue),
        sentence=(scene.sentence or _walk(scene.figures)) if scene.kind == "thread" else "",
    )


def _period(at: Moment, tongue: Tongue) -> str:
    """The period by its own name, never "today" or "last week": the picture may hang there for a while."""
    name = period_name(at.period, tongue)
    return name if at.complete else f"{name}, so far"


def _walk(figures: Sequence[Figure]) -> str:
    """The staircase in one sentence, for a thread that has no words of its own."""
    if len(figures) < 2:  # noqa: PLR2004 - a way has two ends
        return ""
    first, *_, last = figures
    return f"{first.label} is where {within(last.label)} begins."


def _figure(figure: Figure, scene: SceneView, display: DisplayView, at: Moment, tongue: Tongue) -> WallFigure:
    words = words_of(figure, tongue)
    elsewhere = scene.kind != "number" and figure.unit != display.unit
    return WallFigure(
        label=figure.label,
        text=words.value.text,
        unit=words.value.unit,
        known=words.value.known,
        status=figure.status,
        word=words.status,
        target=f"target {words.target.plain}" if words.target else "",
        change=_change(words.change, at) if words.change else words.last_seen,
        signal=VARIATION[figure.variation] if figure.variation in ("improving", "worsening") else "",
        place=figure.unit_label if elsewhere else "",
    )


def _change(change: Difference, at: Moment) -> str:
    """How far it moved, and in what time."""
    length = f"{'an' if at.grain == 'hour' else 'a'} {at.grain}"
    return change.text if change.way == "level" else f"{change.way} {change.text} in {length}"


def _quote(voice: VoiceView) -> WallQuote:
    score = None if voice.score is None else f"score {voice.score:g}"
    said = (voice.channel, voice.stage_label, score)
    return WallQuote(voice.text, ", ".join(each for each in said if each))


def _tales(scene: SceneView, title: str, at: Moment, tongue: Tongue) -> tuple[WallTale, ...]:
    if scene.kind == "leaderless" and scene.figures:
        asks = tuple(ask.format(grain=at.grain) for ask in _ASKS)
        why = (scene.sentence,) if scene.sentence else ()
        return (WallTale(title, _question(scene.figures[0], tongue), (*why, *asks)),)
    if scene.tried:
        return tuple(_tried(tried, tongue) for tried in scene.tried)
    told = tuple(filter(None, (move_words(move, tongue) for move in scene.moves)))
    return (WallTale(title, told[0], told[1:]),) if told else ()


def _question(figure: Figure, tongue: Tongue) -> str:
    """One measure asked as a question; what is asked follows from how it was judged."""
    words = words_of(figure, tongue)
    now = f"{figure.label}: {words.value.plain}"
    if figure.status in ("missed", "near"):
        aim = f", we want {words.target.plain}" if words.target else ""
        return f"{now}{aim}. What gets in the way?"
    if figure.variation == "worsening":
        return f"{now}, and slipping. What has changed?"
    if figure.status == "met":
        return f"{now}, on target. What keeps it there?"
    return f"{now}. Is that as it should be?"


def _tried(tried: Tried, tongue: Tongue) -> WallTale:
    change = tried.change
    day = format_date(change.from_, "d MMMM y", locale=tongue.cldr)
    said = [change.hows.looks] if change.hows and change.hows.looks else []
    if tried.figure is not None and tried.effect is not None:
        said.append(_verdict(tried.effect.effect.verdict, tried, tongue))
    return WallTale(f"Changed on {day}", change.label or change.id.replace("-", " ").capitalize(), tuple(said))


def _verdict(verdict: Verdict, tried: Tried, tongue: Tongue) -> str:
    assert tried.figure is not None  # noqa: S101 - asked for only where both are there
    assert tried.effect is not None  # noqa: S101 - as above
    size = tried.effect.effect.size
    moved = difference(size.value, tried.figure.format, tongue) if size else None
    went = "moved" if moved is None else f"{'rose' if moved.way == 'up' else 'fell'} {moved.text}"
    return _TRIED[verdict].format(metric=within(tried.figure.label), moved=went)


def as_of(head: Head) -> str:
    """The moment the figures stand for: "Sat 21:45"; of a closed data set its day, "21 Nov 2026"."""
    tongue = Tongue.of(head)
    return str(format_date(head.as_of, "d MMM y", locale=tongue.cldr)) if head.closed else clock(head.as_of, tongue)
