"""``check``, ``schema`` and ``test``: is the thread whole, and are its numbers those that were promised?"""

from __future__ import annotations

import json
import os
from dataclasses import replace

import click

from scorecard import site
from scorecard.cli.common import clock, config_argument, definition, folder, format_option
from scorecard.definition import Definition, GoldenReading
from scorecard.definition.schema import schema as schema_of
from scorecard.faults import Fault, Faulty, in_order
from scorecard.loader import Loaded, load
from scorecard.org import TOP, unit_named
from scorecard.time import local, midnight, period_at
from scorecard.warehouse import Request, Warehouse


@click.command()
@config_argument
@click.option("--connect", is_flag=True, help="Compare with the warehouse's live tables and columns too.")
@format_option("text", "json")
def check(config: str | None, connect: bool, style: str) -> None:
    """Tell every fault and warning of a scorecard, with its place."""
    loaded = load(folder(config), os.environ)
    faults = list(loaded.faults)
    if connect and loaded.definition is not None:
        faults += _live(loaded, loaded.definition, config)
    wrong = sum(fault.severity == "fault" for fault in faults)
    if style == "json":
        click.echo(json.dumps([fault.as_dict() for fault in in_order(faults)], ensure_ascii=False, indent=2))
    else:
        for fault in in_order(faults):
            click.echo(str(fault))
        warned = len(faults) - wrong
        click.echo(f"{_count(wrong, 'fault')}, {_count(warned, 'warning')}", err=True)
    raise SystemExit(1 if wrong else 0)


def _count(many: int, what: str) -> str:
    return f"{many or 'no'} {what}{'' if many == 1 else 's'}"


def _live(loaded: Loaded, about: Definition, config: str | None) -> list[Fault]:
    try:
        with site.warehouse()(about, folder(config)) as warehouse:
            found = warehouse.check()
    except Faulty as faulty:
        found = list(faulty.faults)
    return [fault if fault.place else replace(fault, place=loaded.place_of(fault.path)) for fault in found]


@click.command()
def schema() -> None:
    """Print the JSON Schema of the YAML, for editors."""
    click.echo(json.dumps(schema_of(), ensure_ascii=False, indent=2))


@click.command()
@config_argument
def test(config: str | None) -> None:
    """Compute the golden readings written under ``tests:`` and compare."""
    where = folder(config)
    about = definition(where)
    if not about.tests:
        click.echo("no golden readings are written under 'tests:'", err=True)
        return
    with site.warehouse()(about, where) as warehouse:
        misses = [line for golden in about.tests if (line := _miss(warehouse, about, golden))]
    for line in misses:
        click.echo(line)
    click.echo(f"{len(about.tests) - len(misses)} passed, {len(misses)} failed", err=True)
    raise SystemExit(1 if misses else 0)


def _miss(warehouse: Warehouse, about: Definition, golden: GoldenReading) -> str | None:
    """What is wrong with a golden reading, if anything."""
    level, id_ = unit = unit_named(golden.unit or f"{about.organisation.levels[0]}:{TOP}")
    period = period_at(about.calendar, golden.grain, midnight(golden.period))
    request = Request((golden.metric,), (level,), golden.grain, period.start, period.stop)
    readings = warehouse.read(request, local(about.calendar, clock()))
    name = f"{golden.metric} of {level}:{id_} in the {golden.grain} of {period.key}"
    if golden.metric in readings.failed:
        return f"{name}: {readings.failed[golden.metric]}"
    row = readings.table.org.row_of.get(unit)
    value = None if row is None else readings.table.reading(golden.metric, row, 0).value
    same = value == golden.value or (
        value is not None and golden.value is not None and abs(value - golden.value) <= golden.within
    )
    return None if same else f"{name}: is {value}, should be {golden.value} (within {golden.within})"
