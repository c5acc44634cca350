"""``why`` and ``evidence``: what moved a figure, split exactly; and how far the data bear out each link."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

import click
import numpy as np
from rich.console import Console
from rich.table import Table as Printed

from scorecard import site
from scorecard.analysis.evidence import LinkEvidence
from scorecard.causes import Between, Ground, Why, between
from scorecard.causes import why as explained
from scorecard.causes.ground import nature
from scorecard.causes.links import as_dicts
from scorecard.causes.units import Without
from scorecard.causes.wording import sentences, signed
from scorecard.causes.written import as_dict
from scorecard.cli.common import Moment, clock, config_argument, definition, folder, format_option, progress, settings
from scorecard.definition import Definition, Grain
from scorecard.faults import Fault, Faulty, did_you_mean
from scorecard.loader import load
from scorecard.measure import Ask, MeasureError, order
from scorecard.org import TOP, Unit, unit_named
from scorecard.outlook import Outlook, written
from scorecard.outlook.written import Ahead
from scorecard.privacy import release
from scorecard.reading import Table
from scorecard.snapshot import NOTHING_AHEAD, Snapshot, load_newest
from scorecard.time import GRAINS, kept, local, period_at, position
from scorecard.warehouse import Request

TARGET: Literal["target"] = "target"


class End(click.ParamType[datetime | str]):
    """A period, by its key or any day in it; or the word ``target``."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime | str:
        """Read it, or fail in words."""
        return TARGET if value == TARGET else Moment().convert(value, param, ctx)


@dataclass(frozen=True, slots=True)
class Asked:
    """What ``why`` is asked, read and checked against the definition."""

    about: Definition
    config: Path
    hash: str
    metric: str
    unit: Unit
    grain: Grain
    start: datetime | str | None = None
    stop: datetime | None = None


@click.command()
@click.argument("metric")
@click.option("--config", type=click.Path(), help="The scorecard's folder.")
@click.option("--unit", help='Of one unit: "level:id"; without it, of the whole company.')
@click.option("--from", "start", type=End(), help="The earlier period, by its first day; or 'target'.")
@click.option("--to", "stop", type=Moment(), help="The later period, by its first day; the newest complete one.")
@click.option("--grain", type=click.Choice(GRAINS), help="The size of the periods; the calendar's.")
@format_option("text", "json")
def why(
    *,
    metric: str,
    config: str | None,
    unit: str | None,
    start: datetime | str | None,
    stop: datetime | None,
    grain: Grain | None,
    style: str,
) -> None:
    """Tell what moved a metric between two periods, or away from its target."""
    asked = _asked(metric, folder(config), unit, grain)
    asked = replace(asked, start=start, stop=stop)
    read = _table(asked)
    found, ahead = _explained(asked, read), _ahead(asked, read)
    if style == "json":
        click.echo(json.dumps({**as_dict(found), **written.as_dict(ahead)}, ensure_ascii=False, indent=1))
        return
    for sentence in (*sentences(found), *written.sentences(asked.about, ahead)):
        click.echo(sentence)
    for printed in _tables(found):
        Console().print(printed)


def _asked(metric: str, config: Path, unit: str | None, grain: Grain | None) -> Asked:
    loaded = load(config, os.environ)
    if loaded.definition is None:
        raise Faulty([fault for fault in loaded.faults if fault.severity == "fault"])
    about = loaded.definition
    if metric not in about.metrics:
        raise click.UsageError(f"there is no metric {metric!r:.80}{did_you_mean(metric, about.metrics)}")
    level, id_ = unit_named(unit or f"{about.organisation.levels[0]}:{TOP}")
    if level not in about.organisation.levels or not id_:
        raise click.UsageError(f"a unit is written 'level:id', not {unit!r:.80}")
    return Asked(about, config, loaded.hash, metric, (level, id_), grain or about.calendar.grain)


@dataclass(frozen=True, slots=True)
class Read:
    """The figures to answer from; evidence and outlook only where they come from a snapshot."""

    table: Table
    evidence: tuple[LinkEvidence, ...] = ()
    outlook: Outlook = NOTHING_AHEAD


def _table(asked: Asked) -> Read:
    """The figures to answer from: of the newest snapshot where it is of this very definition and reaches far enough."""
    snapshot = _snapshot(asked.config)
    if snapshot is not None and snapshot.hash == asked.hash and asked.grain in snapshot.tables:
        table = snapshot.tables[asked.grain]
        if all(moment is None or _holds(table, moment) for moment in (_moment(asked.start), asked.stop)):
            if why_not := snapshot.failed.get(asked.metric):
                raise Faulty([Fault(f"{asked.metric}: {why_not}")])
            return Read(table, snapshot.evidence, snapshot.outlook)
    return Read(_read(asked))


def _snapshot(config: Path) -> Snapshot | None:
    return load_newest(replace(settings(), config=config).snapshots)


def _moment(end: datetime | str | None) -> datetime | None:
    return end if isinstance(end, datetime) else None


def _holds(table: Table, moment: datetime) -> bool:
    return table.periods[0].start <= moment < table.periods[-1].stop


def _read(asked: Asked) -> Table:
    """The metric, and all it is made of or fed by, straight from the warehouse."""
    about, now = asked.about, local(asked.about.calendar, clock())
    periods = kept(about.calendar, asked.grain, now)
    named = [moment for moment in (_moment(asked.start), asked.stop) if moment]
    spans = [periods[0], periods[-1], *(period_at(about.calendar, asked.grain, moment) for moment in named)]
    request = Request(
        metrics=_needed(about, asked.metric),
        levels=about.organisation.levels,
        grain=asked.grain,
        start=min(span.start for span in spans),
        stop=max(span.stop for span in spans),
    )
    with site.warehouse()(about, asked.config) as warehouse, progress() as told:
        readings = warehouse.read(request, now, told)
    if asked.metric in readings.failed:
        raise Faulty([Fault(f"{asked.metric}: {readings.failed[asked.metric]}")])
    return readings.table


def _needed(about: Definition, metric: str) -> tuple[str, ...]:
    """The metric and, all the way down, those it is made of."""
    try:
        return tuple(dict.fromkeys(ask.metric for ask in order(about, Ask(metric))))
    except MeasureError as error:
        raise Faulty([Fault(f"{metric}: {error}")]) from error


def _explained(asked: Asked, read: Read) -> Why:
    table = read.table
    about, released = asked.about, release(table, asked.about.privacy.minimum_group, asked.about)
    row = table.org.row_of.get(asked.unit)
    if row is None:
        names = [":".join(unit) for unit in table.org.units(asked.unit[0])]
        named = ":".join(asked.unit)
        raise click.UsageError(f"there is no unit {named!r:.80}{did_you_mean(named, names)}")
    ground = Ground(about, released.table, released.withheld)
    before, after = _ends(asked, released.table)
    question = between(ground, asked.metric, row, before, after)
    links = {(found.child, found.parent): found for found in read.evidence}
    return explained(ground, question, links, about.calendar.grain, _without(asked, ground, question))


def _ahead(asked: Asked, read: Read) -> Ahead:
    landing = (one for one in read.outlook.landings if (one.metric, one.unit) == (asked.metric, asked.unit))
    at_top = asked.unit == (asked.about.organisation.levels[0], TOP)
    needs = (one for one in read.outlook.needs if at_top and one.outcome == asked.metric)
    return Ahead(next(landing, None), next(needs, None))


def _ends(asked: Asked, table: Table) -> tuple[int | None, int]:
    """The positions of the two periods; ``None`` for the target."""
    complete = np.flatnonzero(table.complete)
    after = position(table.periods, asked.stop) if asked.stop else int(complete[-1]) if len(complete) else -1
    if after is None or after < 0:
        raise click.UsageError("there is no such period, or none that is complete")
    if asked.start == TARGET:
        return None, after
    before = position(table.periods, cast("datetime", asked.start)) if asked.start else after - 1
    if before is None or before < 0:
        raise click.UsageError("there is no earlier period to compare with")
    if before >= after:
        raise click.UsageError(f"--from ({table.periods[before].key}) is not before --to ({table.periods[after].key})")
    return before, after


def _without(asked: Asked, ground: Ground, question: Between) -> Without | None:
    """How the figure is without one of the units, for a metric that cannot be split: the warehouse is asked anew."""
    if question.before is None or nature(asked.about, asked.metric) != "whole":
        return None
    span = ground.table.periods[question.before].start, ground.table.periods[question.after].stop
    units = tuple(dict.fromkeys(ground.org.unit_of(row) for row in question.children))

    def without(unit: Unit | None) -> tuple[float | None, float | None]:
        if unit is None:
            before, after = (ground.value(asked.metric, question.row, at) for at in question.ends)
            return before, after
        return _read_without(asked, span, tuple(other for other in units if other != unit))

    return without


def _read_without(
    asked: Asked, span: tuple[datetime, datetime], others: tuple[Unit, ...]
) -> tuple[float | None, float | None]:
    request = Request((asked.metric,), (asked.unit[0],), asked.grain, *span, units=others)
    with site.warehouse()(asked.about, asked.config) as warehouse:
        readings = warehouse.read(request, local(asked.about.calendar, clock()))
    table, row = readings.table, readings.table.org.row_of.get(asked.unit)
    if asked.metric not in table.cells or row is None or not others:
        return None, None
    last = len(table.periods) - 1
    return table.reading(asked.metric, row, 0).value, table.reading(asked.metric, row, last).value


def _tables(found: Why) -> Iterator[Printed]:
    """The parts over units, largest first, and the drivers beneath them."""
    over = found.organisation
    if over is not None and over.parts:
        head = "without it, the change would differ by" if over.stopped else "in all"
        printed = Printed("through", head, "of it mix", "share", title="Over units")
        mix = {line.key: line.amount for line in over.parts if line.kind == "mix"}
        for key, (label, total) in sorted(over.by_key().items(), key=lambda item: -abs(item[1][1])):
            share = "" if over.stopped or not found.change else f"{100 * total / found.change:.0f} %"
            printed.add_row(label, signed(found, total), signed(found, mix[key]) if key in mix else "", share)
        yield printed
    drivers = found.drivers.parts if found.drivers else ()
    if drivers:
        printed = Printed("made of", "did", title="Over what it is made of")
        for line in drivers:
            printed.add_row(line.label, signed(found, line.amount))
        yield printed
    if found.estimates:
        printed = Printed("fed by", "estimated", "95 % interval", "grade", title="Estimated, never adding up")
        for one in found.estimates:
            ends = f"{signed(found, one.low)} to {signed(found, one.high)}"
            printed.add_row(one.label, signed(found, one.amount), ends, one.grade)
        yield printed


@click.command()
@config_argument
@format_option("text", "json")
def evidence(config: str | None, style: str) -> None:
    """Tell how far the data bear out each link of the thread."""
    where = folder(config)
    snapshot = _snapshot(where)
    if snapshot is None:
        definition(where)  # its own faults are told first
        raise Faulty([Fault(f"there is no snapshot of {where} yet: 'golden-thread refresh {where}' makes one")])
    if snapshot.hash != load(where, os.environ).hash:
        click.echo("the definition was edited since this snapshot was made: refresh to weigh it anew", err=True)
    found = as_dicts(snapshot.definition, snapshot.evidence, snapshot.definition.calendar.grain)
    if style == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    printed = Printed("metric", "feeds", "claimed", "grade", "effect (95 % interval)", "seen in", "p", "q", "because")
    for link in found:
        printed.add_row(*_row(link))
    Console(width=None if Console().is_terminal else 200).print(printed)


def _row(link: Mapping[str, Any]) -> tuple[str, ...]:
    effect = link["effect"]
    claimed = " ".join(filter(None, (link["claimed"], f"after {link['claimed_lag']}" if link["claimed_lag"] else "")))
    why_so = "; ".join((*link["reasons"], *([f"missing: {link['missing']}"] if link["missing"] else [])))
    if effect is None:
        return link["child"], link["parent"], claimed, link["grade"], "", "", "", "", why_so
    size = f"{effect['slope']:+.3g} ({effect['low']:+.3g} to {effect['high']:+.3g})"
    lag = f", {effect['lag']} {link['grain']}{'' if effect['lag'] == 1 else 's'} later" if effect["lag"] else ""
    seen = f"{effect['units']} × {link['level']}, {effect['periods']} {link['grain']}s"
    if effect["method"] == "case":
        seen = f"{effect['observations']:,} cases of {effect['units']} units"
    return (
        link["child"], link["parent"], claimed, link["grade"], size + lag, seen,
        f"{effect['p']:.2g}", f"{link['q']:.2g}", why_so,
    )  # fmt: skip
