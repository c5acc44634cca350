"""``refresh``, ``serve`` and ``demo``: make pictures, and show them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from scorecard import site
from scorecard.cli.common import Command, clock, config_argument, folder, progress, settings, tell
from scorecard.faults import Faulty
from scorecard.loader import load
from scorecard.refresh import Work
from scorecard.refresh import refresh as take
from scorecard.restated import Restated
from scorecard.settings import LOOPBACK, Settings
from scorecard.snapshot import Snapshot, current, load_newest

_WATCH_EVERY = 300.0
"""Seconds between refreshes that ``--watch`` makes; an edit of the YAML is seen within five."""

_RESTATED_TOLD = 5


@click.command()
@config_argument
@click.option("--full", is_flag=True, help="Read every kept period anew, and not only those that may have changed.")
@click.option("--watch", is_flag=True, help="Keep it fresh until stopped.")
def refresh(config: str | None, full: bool, watch: bool) -> None:
    """Read what may have changed and publish a snapshot; the last good one stays when anything fails."""
    here = replace(settings(), config=folder(config))
    while True:
        try:
            _take(here, os.environ, full=full)
        except Faulty as faulty:
            if not watch:
                raise
            tell(faulty.faults)
        if not watch:
            return
        full = False
        _sleep_until_due(here)


def _take(here: Settings, environ: Mapping[str, str], *, full: bool = False) -> Snapshot:
    began = time.monotonic()
    with progress() as told:
        snapshot = take(Work(here.config, here.snapshots, site.warehouse(), environ), clock(), told, full=full)
    tell(snapshot.faults)
    figures = sum(table.org.rows * len(table.periods) * len(table.cells) for table in snapshot.tables.values())
    _tell_restated(snapshot.restated)
    seconds = time.monotonic() - began
    click.echo(
        f"{figures:,} readings of {len(snapshot.definition.metrics)} metrics in {seconds:.1f} s: {snapshot.id}",
        err=True,
    )
    return snapshot


def _tell_restated(restated: Restated) -> None:
    """Say how many figures of the past are other than they were, and which: the first few."""
    if not restated.count:
        return
    many = (
        "1 figure of a complete period is"
        if restated.count == 1
        else f"{restated.count:,} figures of complete periods are"
    )
    click.echo(f"{many} restated:", err=True)
    for found in restated.listed[:_RESTATED_TOLD]:
        before, after = ("no value" if value is None else f"{value:.6g}" for value in (found.before, found.after))
        unit = ":".join(found.unit)
        click.echo(f"  {found.metric}, {unit}, {found.grain} of {found.period}: {before} -> {after}", err=True)
    if restated.count > _RESTATED_TOLD:
        click.echo(f"  and {restated.count - _RESTATED_TOLD:,} more, in restated.arrow", err=True)


def _sleep_until_due(here: Settings) -> None:
    """Wait for the next refresh: some minutes, or until the definition is edited."""
    stamp, due = _stamp(here.config), time.monotonic() + _WATCH_EVERY
    while time.monotonic() < due and _stamp(here.config) == stamp:
        time.sleep(2)


def _stamp(config: Path) -> float:
    try:
        return sum(path.stat().st_mtime for path in config.rglob("*.yaml"))
    except OSError:  # being edited just now, or gone: the next look tells
        return 0.0


def _server_options(command: Command) -> Command:
    for option in (
        click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Web processes."),
        click.option(
            "--port", default=8050, show_default=True, type=click.IntRange(1, 65_535), help="Where to listen."
        ),
        click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on."),
    ):
        command = option(command)
    return command


@click.command()
@config_argument
@_server_options
def serve(config: str | None, host: str, port: int, workers: int) -> None:
    """Show the newest snapshot; a refresh beside it is picked up without a restart."""
    here = replace(settings(), config=folder(config))
    if not here.config.is_dir():
        raise click.UsageError(f"there is no folder {here.config}")
    _serve(here, host, port, workers)


@click.command()
@_server_options
def demo(host: str, port: int, workers: int) -> None:
    """Make the demo company's data if they are missing, refresh, and show it."""
    here = replace(settings(), config=site.root() / "config" / "broadband")
    data = site.demo_data(here)
    if not data.exists():
        _make(data)
    environ = site.environment(here, os.environ)
    if _is_due(here, data, environ):
        click.echo("Computing every metric for every unit ...", err=True)
        _take(here, environ)
    _serve(here, host, port, workers)


def _make(data: Path) -> None:
    click.echo("Making the demo company: two years of a broadband provider ...", err=True)
    data.parent.mkdir(parents=True, exist_ok=True)
    with progress() as told:
        site.load("metrics.demo").make(data, progress=lambda what, share: told(what, round(share * 100), 100))


def _is_due(here: Settings, data: Path, environ: Mapping[str, str]) -> bool:
    """Whether the newest picture is missing, or older than the data or the definition behind it."""
    if current(here.snapshots) is None:
        return True
    newest = load_newest(here.snapshots)
    edited = newest is None or newest.hash != load(here.config, environ).hash
    return edited or newest is None or data.stat().st_mtime > newest.taken.timestamp()


def _serve(here: Settings, host: str, port: int, workers: int) -> None:
    """Become gunicorn over ``app:server``."""
    hosts = here.hosts if host in LOOPBACK else (*here.hosts, "*")
    here = replace(here, hosts=hosts)
    if why := site.refusal(here, os.environ):
        raise click.UsageError(why)
    click.echo(f"Golden Thread is at http://{host if host != '0.0.0.0' else 'localhost'}:{port}/", err=True)  # noqa: S104 - compared
    environ = os.environ | {
        "GOLDEN_THREAD_CONFIG": str(here.config.resolve()),
        "GOLDEN_THREAD_VAR": str(here.var.resolve()),
        "GOLDEN_THREAD_HOSTS": ",".join(hosts),
    }
    sys.stderr.flush()
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    arguments = [
        sys.executable, "-m", "gunicorn", "app:server", "--chdir", str(site.root()), "--bind", address,
        "--workers", str(workers), "--worker-class", "gthread", "--threads", "8", "--preload",
        "--no-control-socket", "--graceful-timeout", "5", "--log-level", "warning",
        "--worker-tmp-dir", _shared_memory(),
    ]  # fmt: skip
    os.execve(sys.executable, arguments, environ)  # noqa: S606 - our own arguments, no shell


def _shared_memory() -> str:
    """Where workers keep their heartbeat: in memory where there is such a place, so that a slow disk kills nobody."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else os.environ.get("TMPDIR", "/tmp")  # noqa: S108 - names, no files
