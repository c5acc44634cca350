"""Every expression, filter and formula must be one that can be read, and formulas must name metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scorecard.checking import Draft
from scorecard.definition import Definition, Derived, Metric, Nps, Ratio, Simple
from scorecard.definition.metric import Measure
from scorecard.expression import ExpressionError, columns, parse, parse_formula
from scorecard.faults import Path
from scorecard.rules.finding import Finding, unknown
from scorecard.rules.references import measures

_Written = tuple[Path, str, Callable[[str], object]]


def expressions_can_be_read(draft: Draft) -> Iterator[Finding]:
    """Every expression parses, and holds only what means the same on every engine."""
    for path, text, read in _expressions(draft.definition):
        try:
            read(text)
        except ExpressionError as error:
            yield path, str(error)


def _expressions(definition: Definition) -> Iterator[_Written]:
    for name, metric in definition.metrics.items():
        for path, text in _of_metric(metric):
            yield ("metrics", name, *path), text, parse
        if isinstance(metric, Derived):
            yield ("metrics", name, "expr"), metric.expr, parse_formula
    if definition.cases:
        for key in ("manual", "override"):
            if text := getattr(definition.cases, key):
                yield ("cases", key), text, parse


def _of_metric(metric: Metric) -> Iterator[tuple[Path, str]]:
    inside: list[tuple[Path, Measure | Metric]] = [((key,), measure) for key, measure in measures(metric)]
    if isinstance(metric, Simple | Nps | Ratio):
        inside.append(((), metric))
    for path, part in inside:
        for key in ("expr", "filter"):
            if text := getattr(part, key, None):
                yield (*path, key), text
    if isinstance(metric, Derived):
        for alias, given in metric.inputs.items():
            if given.filter:
                yield ("inputs", alias, "filter"), given.filter


def formulas_name_metrics(draft: Draft) -> Iterator[Finding]:
    """A formula names metrics or its own inputs, and every input is used."""
    names = draft.names("metrics")
    for name, metric in draft.definition.metrics.items():
        if not isinstance(metric, Derived) or names is None or not draft.whole("metrics", name, "inputs"):
            continue
        try:
            named = columns(parse_formula(metric.expr))
        except ExpressionError:
            continue
        known = {*names, *metric.inputs}
        for part in named:
            if part not in known | draft.unread:
                yield ("metrics", name, "expr"), unknown("metric or input", part, known)
        for alias in metric.inputs:
            if alias not in named:
                yield ("metrics", name, "inputs", alias), f"the formula does not use {alias!r}"


CHECKS = (expressions_can_be_read, formulas_name_metrics)
