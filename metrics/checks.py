"""Does the definition fit the live schema? Missing tables and columns by name; nothing else is read."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.aggregates import MisfitError, condition_of, row_value
from metrics.expressions import Scope
from metrics.roster import roster_columns
from metrics.session import Session
from metrics.sources import SourceError, describe, misfits, source_scope
from metrics.typed import alike, local_time, number, text
from scorecard.definition import (
    Conversion,
    Derived,
    Measure,
    MetricBase,
    Nps,
    Ratio,
    Simple,
    TargetTable,
)
from scorecard.expression import ExpressionError
from scorecard.faults import Fault, Path
from scorecard.measure import Ask, LeafMeasure, MeasureError, order, parts


def check(session: Session) -> list[Fault]:
    """Every fault of a definition against its database."""
    checker = _Checker(session)
    return [*dict.fromkeys((*checker.roster(), *checker.sources(), *checker.metrics(), *checker.customer()))]


class _Checker:
    """Yields faults, section by section; a source that cannot be read is told once."""

    def __init__(self, session: Session) -> None:
        self._session, self._definition = session, session.definition
        self._scopes: dict[str, Scope | None] = {}

    def roster(self) -> Iterator[Fault]:
        roster = self._definition.organisation.roster
        if roster is None:
            return
        try:
            scope = self._describe(roster.table, ("organisation", "roster", "table"))
            roster_columns(roster, scope)
        except SourceError as error:
            yield Fault(error.message, error.path)

    def sources(self) -> Iterator[Fault]:
        session = self._session
        for name, source in self._definition.sources.items():
            try:
                scope = source_scope(session.engine, session.connection, self._definition, name)
            except SourceError as error:
                self._scopes[name] = None
                yield Fault(error.message, error.path)
                continue
            self._scopes[name] = scope
            yield from (Fault(problem.message, problem.path) for problem in misfits(scope, source, name))

    def metrics(self) -> Iterator[Fault]:
        for name, metric in self._definition.metrics.items():
            root: Path = ("metrics", name)
            match metric:
                case Simple():
                    yield from self._measure(metric, metric.source, root)
                case Nps():
                    filters = (metric.filter,) if metric.filter else ()
                    yield from self._leaf(LeafMeasure(metric.source, "nps", metric.expr, filters), root)
                case Ratio():
                    yield from self._ratio(metric, root)
                case Conversion():
                    yield from self._conversion(metric, root)
                case Derived():
                    yield from self._derived(metric, root)
            yield from self._target(metric, root)

    def customer(self) -> Iterator[Fault]:
        cases, voices = self._definition.cases, self._definition.voices
        if cases:
            named = {
                key: getattr(cases, key)
                for key in ("activity", "stage_column", "channel", "manual", "override", "override_case")
            }
            yield from self._named(cases.source, "cases", named)
        if voices:
            named = {key: getattr(voices, key) for key in ("text", "score", "channel", "stage", "link")}
            yield from self._named(voices.source, "voices", named)

    def _named(self, source: str, section: str, named: dict[str, str | None]) -> Iterator[Fault]:
        scope = self._scopes.get(source)
        for key, words in named.items():
            if scope is not None and words is not None:
                try:
                    scope.read(words)
                except ExpressionError as error:
                    yield Fault(str(error), (section, key))

    def _ratio(self, metric: Ratio, root: Path) -> Iterator[Fault]:
        for role, part in (("numerator", metric.numerator), ("denominator", metric.denominator)):
            if isinstance(part, Measure):
                yield from self._measure(part, metric.source, (*root, role))
        if metric.filter:
            yield from self._filter(metric.filter, (metric.numerator, metric.denominator), metric.source, root)

    def _conversion(self, metric: Conversion, root: Path) -> Iterator[Fault]:
        yield from self._measure(metric.base, None, (*root, "base"))
        yield from self._measure(metric.conversion, None, (*root, "conversion"))
        scopes = [self._scopes.get(side.source or "") for side in (metric.base, metric.conversion)]
        same = [(metric.entity, metric.entity, (*root, "entity"))]
        for at, each in enumerate(metric.constant_properties):
            mine, theirs = (each, each) if isinstance(each, str) else (each.base, each.conversion)
            same.append((mine, theirs, (*root, "constant_properties", at)))
        for mine, theirs, path in same:
            try:
                both = [
                    scope.column(name) for scope, name in zip(scopes, (mine, theirs), strict=True) if scope is not None
                ]
                alike(both, self._definition.calendar.time_zone)
            except ExpressionError as error:
                yield Fault(str(error), path)

    def _derived(self, metric: Derived, root: Path) -> Iterator[Fault]:
        for alias, known in metric.inputs.items():
            if known.filter:
                yield from self._filter(known.filter, (known.metric,), None, (*root, "inputs", alias))

    def _filter(self, words: str, over: tuple[str | Measure, ...], source: str | None, path: Path) -> Iterator[Fault]:
        """A filter that is put to every source beneath some metrics or measures."""
        for name in dict.fromkeys(name for part in over for name in self._beneath(part, source)):
            scope = self._scopes.get(name)
            try:
                if scope is not None:
                    condition_of(words, scope)
            except MisfitError as error:
                yield Fault(error.plain, (*path, "filter"))

    def _beneath(self, part: str | Measure, source: str | None) -> Iterator[str]:
        if isinstance(part, Measure):
            yield from (name for name in (part.source or source,) if name)
            return
        try:
            for ask in order(self._definition, Ask(part)):
                yield from (leaf.source for leaf in parts(self._definition, ask).leaves.values())
        except MeasureError:
            return  # told where that metric is checked

    def _measure(self, measure: Measure, source: str | None, path: Path) -> Iterator[Fault]:
        named = measure.source or source
        if named is not None:
            filters = (measure.filter,) if measure.filter else ()
            yield from self._leaf(LeafMeasure(named, measure.agg, measure.expr, filters, measure.percentile), path)

    def _leaf(self, leaf: LeafMeasure, path: Path) -> Iterator[Fault]:
        scope = self._scopes.get(leaf.source)
        try:
            if scope is not None:
                row_value(leaf, scope)
        except MisfitError as error:
            yield Fault(error.plain, (*path, error.role))

    def _target(self, metric: MetricBase, root: Path) -> Iterator[Fault]:
        target = metric.target
        if not isinstance(target, TargetTable):
            return
        try:
            scope = self._describe(target.table, (*root, "target", "table"))
        except SourceError as error:
            yield Fault(error.message, error.path)
            return
        for key, words in target.model_dump(by_alias=True, exclude={"table"}, exclude_none=True).items():
            try:
                found = scope.read(words)
                number(found) if key == "value" else local_time(found, scope.zone) if key == "from" else text(
                    found, scope.zone
                )
            except ExpressionError as error:
                yield Fault(str(error), (*root, "target", key))

    def _describe(self, table: str, path: Path) -> Scope:
        return describe(self._session.engine, self._session.connection, self._definition, table, path)
