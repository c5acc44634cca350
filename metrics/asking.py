"""What a request asks for: the measures it rests on, the periods of each, and the times that statements read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from metrics.frame import Frame, Span
from metrics.plan import Key, Need, Scan, When
from metrics.question import Question
from metrics.session import Session
from scorecard.definition import Definition
from scorecard.measure import Ask, MeasureError, Offsets, order, parts, target_ask
from scorecard.time import Period, Window, common_grain, shifted, stretch
from scorecard.warehouse import Request

WINDOWS_AT_ONCE = 200
"""How many windows one statement asks for; more of them than this are too many for some engines."""

Axes = Mapping[When, tuple[Period, ...]]


def resolve(session: Session, request: Request, now: datetime) -> Question:
    """Find what the metrics of a request, and the metrics that are their targets, are computed from."""
    definition = session.definition
    orders: dict[str, tuple[Ask, ...]] = {}
    targets: dict[str, tuple[Ask, ...]] = {}
    failed: dict[str, str] = {}
    for metric in dict.fromkeys(request.metrics):
        try:
            orders[metric] = order(definition, Ask(metric))
        except MeasureError as error:
            failed[metric] = str(error)
    for metric in orders:
        ask = target_ask(definition.metrics[metric])
        try:
            targets[metric] = order(definition, ask) if ask else ()
        except MeasureError as error:
            session.fault(f"its target cannot be computed: {error}", ("metrics", metric, "target"), warning=True)
    return Question(definition, request, now, orders, targets, failed)


def needs(question: Question) -> list[Need]:
    """Every leaf measure a question rests on, each down to the deepest level a metric above it is shown at."""
    found: dict[Key, int] = {}
    for orders in (question.orders, question.targets):
        for metric, asks in orders.items():
            for ask in asks:
                for leaf in parts(question.definition, ask).leaves.values():
                    key = leaf, ask.offsets
                    found[key] = max(found.get(key, 1), question.depth(metric))
    return [Need(leaf, offsets, depth) for (leaf, offsets), depth in found.items()]


def frame_of(definition: Definition, request: Request) -> Frame:
    """What all statements of a request share."""
    levels = definition.organisation.levels
    everything = any(level == levels[0] for level, _ in request.units)
    units = () if everything else request.units
    return Frame(levels, definition.calendar, request.by, request.where, units)


def axes_of(question: Question, asked: Sequence[Period], wanted: Iterable[Need]) -> Axes:
    """What to read for each offset and window: the periods asked for, moved back and widened, one for one."""
    return {when: _axis(question.definition, asked, *when) for when in dict.fromkeys(need.when for need in wanted)}


def spans_of(scan: Scan, axes: Axes, question: Question, wide: Axes | None = None) -> list[Span]:
    """The time a scan reads: all its periods, cut where the request cuts; several where it has many windows.

    A window reaches back beyond where the request begins. What adds is parted where any window of ``wide`` has an edge.
    """
    request, axis = question.request, axes[scan.when]
    start = min((period.start for period in axis), default=question.now)
    stop = max((period.stop for period in axis), default=question.now)
    if not scan.offsets:
        start = start if scan.window else max(start, request.start or start)
        stop = min(stop, request.stop or stop)
    if scan.window is None:
        return [Span(start, stop, request.grain)]
    windows = tuple(sorted({*axis}))
    if scan.shape in ("additive", "rows"):
        parting = sorted({*(wide or axes)[scan.when]})
        edges = [*(window.start for window in parting), *(window.stop for window in parting[:-1])]
        return [Span(start, stop, common_grain(question.definition.calendar, edges))]
    return [
        Span(max(start, some[0].start), min(stop, some[-1].stop), None, some, at)
        for at in range(0, len(windows), WINDOWS_AT_ONCE)
        if (some := windows[at : at + WINDOWS_AT_ONCE])
    ]


def _axis(
    definition: Definition, asked: Sequence[Period], offsets: Offsets, window: Window | None
) -> tuple[Period, ...]:
    found = shifted(definition.calendar, asked, offsets)
    return found if window is None else tuple(stretch(definition.calendar, period, window) for period in found)
