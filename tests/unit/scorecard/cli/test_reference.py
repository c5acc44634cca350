from pathlib import Path

import click

from scorecard.cli import cli
from scorecard.cli.reference import reference

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "command.md"


def test_the_page_is_what_the_commands_say() -> None:
    """To mend it: write ``reference(cli)`` into the page."""
    assert PAGE.read_text(encoding="utf-8") == reference(cli)


def test_every_command_and_option_is_explained() -> None:
    for name, command in cli.commands.items():
        assert command.help, name
        assert f"## {name}\n" in reference(cli)
        assert all(option.help for option in command.params if isinstance(option, click.Option)), name
