"""``query``, ``explain`` and ``xmr``: questions put straight to the warehouse, or to any series."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Column
from rich.table import Table as Printed
from rich.text import Text

from scorecard import site
from scorecard.analysis.rulesets import RuleSet
from scorecard.analysis.xmr import SeriesError, judge_series, read_series
from scorecard.attainment import worst_name
from scorecard.cli.common import Moment, clock, definition, folder, format_option, progress, tell
from scorecard.definition import Definition, Index
from scorecard.definition.company import Grain
from scorecard.faults import Fault, Faulty, Place, did_you_mean
from scorecard.org import TOP, Unit
from scorecard.reading import Readings, Table
from scorecard.time import GRAINS, local
from scorecard.warehouse import Request

_WIDEST = 10_000
_FEW = 12
"""So many names are told where none is near."""


@click.command()
@click.argument("metrics", nargs=-1, required=True)
@click.option("--config", type=click.Path(), help="The scorecard's folder.")
@click.option("--level", help="The level to answer; without it the level of --unit, else the top.")
@click.option("--unit", "units", multiple=True, help='Only what is beneath "level:id"; may be repeated.')
@click.option("--grain", type=click.Choice(GRAINS), help="Without it, one row for the whole span.")
@click.option("--from", "start", type=Moment(), help="The first day, inclusive.")
@click.option("--to", "stop", type=Moment(), help="The last day, exclusive.")
@click.option("--by", multiple=True, help="Split by a dimension; may be repeated.")
@click.option("--where", help="Keep only rows for which this expression is true.")
@format_option("table", "csv", "json")
def query(
    *,
    metrics: tuple[str, ...],
    config: str | None,
    level: str | None,
    units: tuple[str, ...],
    grain: Grain | None,
    start: datetime | None,
    stop: datetime | None,
    by: tuple[str, ...],
    where: str | None,
    style: str,
) -> None:
    """Compute readings straight from the warehouse."""
    about = definition(folder(config))
    asked = tuple(_unit(about, text) for text in units)
    levels, by = about.organisation.levels, tuple(dict.fromkeys(by))
    answered = level or (asked[0][0] if asked else levels[0])
    _known("level", answered, levels)
    for name in metrics:
        _known("metric", name, tuple(about.metrics))
    for name in by:
        _known("dimension", name, tuple(n for source in about.sources.values() for n in source.dimensions))
    if start and stop and start >= stop:
        raise click.UsageError("--from is not before --to")
    request = Request(tuple(dict.fromkeys(metrics)), (answered,), grain, start, stop, asked, by, where)
    with site.warehouse()(about, folder(config)) as warehouse, progress() as told:
        readings = warehouse.read(request, local(about.calendar, clock()), told if style == "table" else None)
    _write(list(rows(about, readings, request)), by, style)
    tell(readings.faults)
    said = {fault.path[1] for fault in readings.faults if fault.path[:1] == ("metrics",) and fault.path[1:]}
    for name in readings.failed.keys() - said:
        click.echo(f"{name}: {readings.failed[name]}", err=True)
    for name in metrics:
        lowest = about.metrics[name].level or answered
        if levels.index(lowest) < levels.index(answered):
            click.echo(f"{name}: not shown below level {lowest!r}", err=True)
    for unit in (unit for unit in asked if levels.index(unit[0]) <= levels.index(answered)):
        if not any(unit in table.org.row_of for table in readings.segments.values()):
            click.echo(f"nothing is known of {':'.join(unit)!r:.80} at that time", err=True)
    raise SystemExit(1 if readings.failed else 0)


def _unit(about: Definition, text: str) -> Unit:
    level, colon, id_ = text.partition(":")
    if not (colon and id_):
        raise click.UsageError(f"a unit is written 'level:id', not {text!r:.80}")
    _known("level", level, about.organisation.levels)
    if level == about.organisation.levels[0] and id_ != TOP:
        raise click.UsageError(f"the one unit of level {level!r} is '{level}:{TOP}'")
    return level, id_


def _known(kind: str, name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        near = did_you_mean(name, names)
        known = "" if near or not 0 < len(set(names)) <= _FEW else f"; known are {', '.join(sorted(set(names)))}"
        raise click.UsageError(f"there is no {kind} {name!r:.80}{near or known}")


def rows(about: Definition, readings: Readings, request: Request) -> Iterator[dict[str, Any]]:
    """One row a (metric, segment, unit, period), in that order; units below the top without any figure are left out.

    A row of an index also names its worst part, which a table and CSV have no column for.
    """
    (level,) = request.levels
    for metric in request.metrics:
        if metric in readings.failed:
            continue
        for segment, table in sorted(readings.segments.items()):
            for unit in table.org.units(level):
                yield from _unit_rows(about, table, metric, unit, dict(zip(request.by, segment, strict=True)))


def _unit_rows(
    about: Definition, table: Table, metric: str, unit: Unit, segment: dict[str, str]
) -> Iterator[dict[str, Any]]:
    row, cells = table.org.row_of[unit], table.cells[metric]
    known = (np.isfinite(part[row]).any() for part in (cells.value, cells.numerator, cells.denominator))
    if unit != (table.org.levels[0], TOP) and not any(known):
        return
    for at, period in enumerate(table.periods):
        reading = table.reading(metric, row, at)
        yield {
            "metric": metric,
            "level": unit[0],
            "unit": unit[1],
            **segment,
            "period": period.key,
            "value": reading.value,
            "numerator": reading.numerator,
            "denominator": reading.denominator,
            "count": reading.count,
            "complete": reading.complete,
            **_worst(about, table, metric, row, at),
        }


def _worst(about: Definition, table: Table, metric: str, row: int, at: int) -> dict[str, str | None]:
    index = about.metrics[metric]
    if not isinstance(index, Index) or metric not in table.worst:
        return {}
    return {"worst": worst_name(index.of, int(table.worst[metric][row, at]))}


def _write(found: list[dict[str, Any]], by: tuple[str, ...], style: str) -> None:
    header = ["metric", "level", "unit", *by, "period", "value", "numerator", "denominator", "count", "complete"]
    if style == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    elif style == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(row[name]) for name in header] for row in found)
    else:
        printed = Printed(*(Column(name, no_wrap=True) for name in header))
        for row in found:
            printed.add_row(*(Text(_cell(row[name])) for name in header))
        needed = Console(width=_WIDEST).measure(printed).maximum
        Console(width=max(Console().width, needed)).print(printed)


def _cell(value: Any) -> str:
    """A value as text: nothing for no value, every digit of a number."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, float) else str(value)


@click.command()
@click.argument("metric")
@click.option("--config", type=click.Path(), help="The scorecard's folder.")
@click.option("--unit", help='For one unit: "level:id".')
@format_option("text", "json")
def explain(metric: str, config: str | None, unit: str | None, style: str) -> None:
    """Tell how a metric is got: definition, thread, plan, and the SQL of this warehouse."""
    about = definition(folder(config))
    _known("metric", metric, tuple(about.metrics))
    asked = _unit(about, unit) if unit else None
    with site.warehouse()(about, folder(config)) as warehouse:
        told = warehouse.explain(metric, asked, local(about.calendar, clock()))
    if style == "json":
        click.echo(json.dumps(told.as_dict(), ensure_ascii=False, indent=2))
        return
    sections = {
        f"{about.label(metric)} ({metric})": [told.definition],
        "Thread": list(told.thread),
        "Plan": list(told.plan),
        "SQL": list(told.statements),
    }
    click.echo("\n\n".join("\n".join([title, *(f"  {line}" for text in lines for line in text.splitlines())])
                           for title, lines in sections.items()))  # fmt: skip


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rules", type=click.Choice(["nhs", "wheeler"]), default="nhs", show_default=True, help="Rule set.")
@click.option("--no-screen", is_flag=True, help="Keep every moving range, however far out.")
@format_option("text", "json")
def xmr(file: Path, rules: RuleSet, no_screen: bool, style: str) -> None:
    """Judge any series as a process behaviour chart: columns period,value or value alone."""
    try:
        series = read_series(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise click.UsageError(f"{file}: {(error.strerror or 'cannot be read').lower()}") from None
    except UnicodeDecodeError:
        raise Faulty(
            [Fault("it is not text in UTF-8: save it as CSV in that encoding", place=Place(str(file)))]
        ) from None
    except SeriesError as error:
        raise Faulty([Fault(what, place=Place(str(file), max(1, line))) for line, what in error.found]) from None
    chart = judge_series(series.periods, series.values, rules, screen=not no_screen)
    click.echo(json.dumps(chart, ensure_ascii=False, indent=1) if style == "json" else _chart_text(chart))


def _chart_text(chart: Mapping[str, Any]) -> str:
    head = f"rules {chart['rules']}"
    if chart["centre"] is not None:
        head += "".join(f", {name} {chart[name]:.6g}" for name in ("centre", "lower", "upper", "range_limit"))
    else:
        head += ": too few points for limits"
    found = [point for point in chart["points"] if point["signal"]]
    lines = [f"{point['period']}: {point['value']:.6g} {point['signal']} ({point['side']})" for point in found]
    return "\n".join([head, *(lines or ["no signal"])])
