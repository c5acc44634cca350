"""The command's reference page, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from scorecard.settings import Settings

_HEAD = """\
# The command

`golden-thread` (or `python -m scorecard`), made from the commands themselves. Where a CONFIG is wanted it is a
scorecard's folder; without one it is `$GOLDEN_THREAD_CONFIG`, else the demo's `config/broadband`. The exit status is 0
when all is fine, 1 for faults or failed checks, 2 for wrong usage, 130 when it was stopped by Ctrl-C or SIGTERM.
Answers go to standard output; faults, warnings and progress to standard error.
"""


def reference(group: click.Group) -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *_commands(group), *_settings()]).rstrip() + "\n"


def _commands(group: click.Group) -> Iterator[str]:
    for name, command in group.commands.items():
        context = click.Context(command, info_name=f"golden-thread {name}")
        usage = " ".join(command.collect_usage_pieces(context))
        yield f"## {name}\n\n```\n{context.command_path} {usage}\n```\n\n{command.get_short_help_str(400)}\n"
        rows = list(_options(command, context))
        if rows:
            yield "\n".join(["| option | means |", "|---|---|", *rows]) + "\n"


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Option) and record:
            names, means = (part.replace("|", "\\|") for part in record)
            yield f"| `{names}` | {means.replace('  ', ' ')} |"


def _settings() -> Iterator[str]:
    """The environment variables, from the table that stands in the settings' own docstring."""
    yield "## Environment\n\n| variable | means |\n|---|---|"
    for line in (Settings.__doc__ or "").splitlines():
        if line.strip().startswith("``GOLDEN_THREAD"):
            name, _, means = line.strip().partition(" ")
            yield f"| {name.replace('``', '`')} | {means.strip().replace('``', '`')} |"
