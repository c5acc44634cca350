"""What the commands share: the scorecard's folder, its definition, progress on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from scorecard import site
from scorecard.definition import Definition
from scorecard.faults import Fault
from scorecard.loader import load
from scorecard.settings import Settings, read_settings
from scorecard.warehouse import Progress as Told

Command = Callable[..., Any]
FIRST_YEAR, LAST_YEAR = 1000, 8999
"""The years a person can ask about: far from the ends of the calendar, so that a year before or after is one too."""


def settings() -> Settings:
    """The settings the environment gives; a variable that makes no sense is wrong usage."""
    try:
        return read_settings(os.environ, site.default_config())
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def folder(config: str | None) -> Path:
    """The scorecard's folder: as asked, else as the environment says."""
    return Path(config) if config else settings().config


def config_argument(command: Command) -> Command:
    """Add the argument CONFIG."""
    return click.argument("config", required=False, type=click.Path())(command)


def format_option(*choices: str) -> Callable[[Command], Command]:
    """Add the option --format, its first choice the default."""
    return click.option(
        "--format", "style", type=click.Choice(choices), default=choices[0], show_default=True, help="How to answer."
    )


def definition(config: Path) -> Definition:
    """The definition of a folder; raises :class:`Faulty` with every fault when there is none."""
    return load(config, os.environ).checked()


def clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


def tell(faults: tuple[Fault, ...]) -> None:
    """Say faults on standard error, beside an answer that stands."""
    for fault in faults:
        click.echo(str(fault), err=True)


class Moment(click.ParamType[datetime]):
    """A day (2026-03-01) or a local moment (2026-03-01T06:00)."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or fail in words."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None:
            self.fail(f"a date is written 2026-03-01, not {value!r:.60}", param, ctx)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            self.fail(f"a date lies in the years {FIRST_YEAR} to {LAST_YEAR}, not in {moment.year}", param, ctx)
        return moment


@contextmanager
def progress() -> Iterator[Told]:
    """Progress on standard error: a bar on a terminal, a line a step elsewhere."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    columns = (
        TextColumn("{task.description:<52.52}"), BarColumn(24), TaskProgressColumn(), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def _lines() -> Told:
    said: list[str] = []

    def told(what: str, _done: int, _total: int) -> None:
        if said[-1:] != [what]:
            said.append(what)
            click.echo(what, err=True)

    return told
