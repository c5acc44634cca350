"""The command ``golden-thread``: exit status 0 fine, 1 faults or failed checks, 2 wrong usage.

Nobody ever sees a traceback: what a person can mend is told as faults, anything else as an error of the program.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import click

from scorecard.cli.asking import explain, query, xmr
from scorecard.cli.causing import evidence, why
from scorecard.cli.checking import check, schema, test
from scorecard.cli.exchanging import export, import_, init
from scorecard.cli.serving import demo, refresh, serve
from scorecard.faults import Faulty
from scorecard.stopping import listen

_INTERRUPTED = 130


class _Stoppable(click.Group):
    """Commands that end in one plain line when they are asked to stop, with the status of an interrupted program."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("stopped; what was there before stands as it was", err=True)
            sys.exit(_INTERRUPTED)


@click.group(cls=_Stoppable, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="golden-thread", message="%(version)s")
def cli() -> None:
    """One visible thread, from what a worker does today to what the customer says tomorrow."""


for _command in (demo, check, refresh, serve, query, explain, why, evidence, test, schema, init, import_, export, xmr):
    cli.add_command(_command)


def main() -> None:
    """Run the command and leave with its exit status."""
    listen()
    try:
        cli.main(standalone_mode=True)
    except Faulty as faulty:
        for fault in faulty.faults:
            click.echo(str(fault), err=True)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        logging.getLogger(__name__).debug("unexpected", exc_info=error)
        if os.environ.get("GOLDEN_THREAD_DEBUG"):
            raise
        click.echo(
            f"golden-thread: an error of the program, not of yours: {type(error).__name__}."
            " GOLDEN_THREAD_DEBUG=1 shows where.",
            err=True,
        )
        sys.exit(1)
