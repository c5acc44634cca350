"""How one metric is got: its definition in words, its thread, the plan, and the SQL of this warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from metrics.asking import axes_of, frame_of, needs, resolve, spans_of
from metrics.coding import fetch
from metrics.engines import Engine
from metrics.fetching import choices
from metrics.frame import Frame, Span
from metrics.plan import Key, Scan, plan
from metrics.question import Question
from metrics.session import Session
from metrics.shapes import Choice, shaped
from metrics.sources import SourceError
from metrics.statements import select
from scorecard.asked import Statement
from scorecard.definition import Conversion, Cumulative, Definition, Derived, Index, Measure, Nps, Ratio, Simple
from scorecard.definition.metric import ConstantProperty
from scorecard.expression import ExpressionError
from scorecard.faults import Fault, Faulty
from scorecard.measure import Ask, parts
from scorecard.org import Unit
from scorecard.time import Window, kept
from scorecard.warehouse import Explanation, Request


def explain(session: Session, metric: str, unit: Unit | None, now: datetime) -> Explanation:
    """Explain a metric over the periods a refresh keeps. Raises :class:`Faulty` where it cannot be computed."""
    definition = session.definition
    grain = definition.calendar.grain
    asked = kept(definition.calendar, grain, now)
    levels = definition.organisation.levels
    units = (unit,) if unit else ()
    request = Request((metric,), levels, grain, asked[0].start, asked[-1].stop, units=units)
    question = resolve(session, request, now)
    if metric in question.failed:
        raise Faulty([Fault(question.failed[metric], ("metrics", metric))])
    wanted = needs(question)
    axes = axes_of(question, asked, wanted)
    frame = frame_of(definition, request)
    try:
        planned = plan(wanted, question.depths).scans
        chosen = choices(session, planned, lambda scan: spans_of(scan, axes, question))
        scans = shaped(planned, chosen)
        statements = [
            statement
            for scan in scans
            for span in spans_of(scan, axes, question)
            for statement in _statements(session, scan, frame, span)
        ]
    except SourceError as error:
        raise Faulty([Fault(error.message, error.path)]) from error
    except ExpressionError as error:
        raise Faulty([Fault(str(error), ("metrics", metric))]) from error
    return Explanation(
        metric=metric,
        definition=describe(definition, metric),
        thread=thread(definition, metric),
        plan=(
            *(scan.describe(definition) for scan in scans),
            *(f"'{source}': {choice.why}" for source, choice in chosen.items()),
        ),
        statements=tuple(_written(session.engine, statement) for statement in statements),
    )


def statements(session: Session, now: datetime, chosen: Mapping[str, Choice]) -> tuple[Statement, ...]:
    """What is asked for the kept periods of the calendar's grain, all metrics at once, in shapes already chosen.

    Nothing is read for it. Sources without a choice were not read either, and have no statements.
    """
    definition = session.definition
    grain, names = definition.calendar.grain, tuple(definition.metrics)
    asked = kept(definition.calendar, grain, now)
    request = Request(names, definition.organisation.levels, grain, asked[0].start, asked[-1].stop)
    question = resolve(session, request, now)
    wanted = [need for need in needs(question) if need.leaf.source in chosen]
    axes, frame, about = axes_of(question, asked, wanted), frame_of(definition, request), _metrics_of(question)
    found = []
    for scan in shaped(plan(wanted, question.depths).scans, chosen):
        try:
            first, *more = spans_of(scan, axes, question)
            sql = tuple(_written(session.engine, each) for each in _statements(session, scan, frame, first))
        except (SourceError, ExpressionError, sa.exc.CompileError):
            continue  # it was told of when it was read
        metrics = {metric for leaf in scan.leaves for metric in about[leaf, scan.offsets]}
        resting = tuple(metric for metric in names if metric in metrics)
        found.append(Statement(scan.describe(definition), sql, len(more), resting))
    return tuple(found)


def _metrics_of(question: Question) -> Mapping[Key, list[str]]:
    """The metrics that rest on each measure."""
    found: dict[Key, list[str]] = {}
    for orders in (question.orders, question.targets):
        for metric, asks in orders.items():
            for ask in asks:
                for leaf in parts(question.definition, ask).leaves.values():
                    found.setdefault((leaf, ask.offsets), []).append(metric)
    return found


def _written(engine: Engine, statement: sa.Select[Any]) -> str:
    """A statement in the words of its engine, its values written in."""
    dialect = engine.sqlalchemy.dialect
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _statements(session: Session, scan: Scan, frame: Frame, span: Span) -> list[sa.Select[Any]]:
    """What a scan asks the database: of fetched rows first the rows, then the lines of the roster they belong to."""
    facts = session.facts_of(scan)
    if scan.shape != "rows":
        return [select(scan, facts, frame, span)]
    made = fetch(scan, facts, frame, span)
    return [made.statement, *(lines.statement for lines in made.lines)]


def describe(definition: Definition, metric: str) -> str:
    """A metric in plain words: what it is, of what, and where it is shown."""
    described = definition.metrics[metric]
    match described:
        case Simple():
            what = _measure(described, described.source) + _instant(described)
        case Nps():
            what = f"the net promoter score of {described.expr!r} in '{described.source}'{_where(described.filter)}"
        case Ratio():
            over, under = (_part(definition, described, part) for part in (described.numerator, described.denominator))
            what = f"{over}, over {under}, each added up before dividing{_where(described.filter)}"
        case Derived():
            what = f"{described.expr} from " + ", ".join(_inputs(definition, metric))
        case Cumulative():
            reach = Window(described.window, described.grain_to_date)
            what = f"'{definition.label(described.metric)}' {reach} of each period, from the rows themselves"
        case Conversion():
            base, then = (_measure(measure, None) for measure in (described.base, described.conversion))
            same = ", ".join(("the same " + described.entity, *map(_property, described.constant_properties)))
            what = f"of {base}, the share that {then} follows within {described.window} ({same})"
        case Index():
            weights = ", ".join(f"'{definition.label(part)}' {weight:g}" for part, weight in described.of.items())
            what = f"how far targets are attained, 0 to 100, by weight: {weights}"
    level, label = definition.level(metric), definition.label(metric)
    return f"{label}: {what}. Shown from level '{level}' up."


def thread(definition: Definition, metric: str) -> tuple[str, ...]:
    """The labels along a shortest way from a metric to an outcome, or as far up as it leads."""
    ways: list[tuple[str, ...]] = [(metric,)]
    seen = {metric}
    longest = ways[0]
    for way in ways:
        longest = max(longest, way, key=len)
        if definition.metrics[way[-1]].outcome:
            return tuple(definition.label(step) for step in way)
        for link in definition.metrics[way[-1]].feeds:
            if link.metric in definition.metrics and link.metric not in seen:
                seen.add(link.metric)
                ways.append((*way, link.metric))
    return tuple(definition.label(step) for step in longest)


_AGGREGATES = {
    "sum": "the sum of {}", "count": "the number of rows with {}", "count_distinct": "the number of different {}",
    "average": "the average of {}", "min": "the least {}", "max": "the greatest {}", "median": "the median of {}",
    "sum_boolean": "the number of rows for which {}",
}  # fmt: skip


def _measure(measure: Measure, source: str | None) -> str:
    if measure.expr is None:
        what = "the number of rows"
    elif measure.percentile is not None:
        what = f"the {measure.percentile:.4g} percentile of {measure.expr!r}"
    else:
        what = _AGGREGATES[measure.agg].format(repr(measure.expr))
    return f"{what} of '{measure.source or source}'{_where(measure.filter)}"


def _instant(metric: Simple) -> str:
    if metric.non_additive is None:
        return ""
    each = " for each " + ", ".join(metric.non_additive.by) if metric.non_additive.by else ""
    return f", at the {metric.non_additive.window} instant of the period{each}"


def _property(same: str | ConstantProperty) -> str:
    return f"the same {same}" if isinstance(same, str) else f"{same.base} = {same.conversion}"


def _part(definition: Definition, ratio: Ratio, part: str | Measure) -> str:
    return f"'{definition.label(part)}'" if isinstance(part, str) else _measure(part, ratio.source)


def _inputs(definition: Definition, metric: str) -> Iterator[str]:
    for name, ask in parts(definition, Ask(metric)).asks.items():
        earlier = "".join(f" {offset} earlier" for offset in ask.offsets)
        filters = "".join(_where(words) for words in ask.filters)
        yield f"{name} ('{definition.label(ask.metric)}'{earlier}{filters})"


def _where(words: str | None) -> str:
    return f" where {words}" if words else ""
