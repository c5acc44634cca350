"""``init``, ``import`` and ``export``: a first scorecard, and definitions to and from other people's formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import click

from scorecard import site
from scorecard.cli.common import clock, config_argument, definition, folder, format_option
from scorecard.interop import folders, metricflow, osi
from scorecard.interop.notes import Converted, Note
from scorecard.interop.starting import example
from scorecard.interop.writing import document, dumped


@click.command()
@click.argument("where", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--from", "url", metavar="URL", help="A database to look at: the scorecard is proposed from its tables.")
def init(where: Path, url: str | None) -> None:
    """Write a first scorecard into a new folder: an example, or a proposal from a database's tables."""
    folders.claim(where)
    title = where.resolve().name.replace("-", " ").replace("_", " ").strip().capitalize() or "Scorecard"
    if url is None:
        text = example(title)
    else:
        proposed: Converted = site.load("metrics.proposing").propose(url, title, clock().replace(tzinfo=None))
        _tell(proposed.notes, "left out")
        text = document(proposed, _PROPOSED, "Left out:")
    click.echo(f"wrote {folders.write(where, text)}", err=True)
    click.echo(f"next: golden-thread check {click.format_filename(where)} --connect", err=True)


_PROPOSED = (
    "Proposed from the tables of a database: guesses from names and from the first rows of each, for you to finish.",
)


_IMPORTERS: Mapping[str, Callable[[Path], Converted]] = {"metricflow": metricflow.convert, "osi": osi.convert}


@click.command("import")
@click.argument("form", metavar="metricflow|osi", type=click.Choice(list(_IMPORTERS)))
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--out", metavar="FOLDER", type=click.Path(path_type=Path), help="A new folder; else it is printed.")
def import_(form: str, path: Path, out: Path | None) -> None:
    """Turn another format into a scorecard: dbt's semantic models and metrics, or an OSI semantic model.

    FILE is YAML or JSON; for metricflow also a semantic_manifest.json or a dbt project's folder. Whatever has no
    counterpart is named on standard error, and in comments at the top of the YAML.
    """
    if out:
        folders.claim(out)
    converted = _IMPORTERS[form](path)
    _tell(converted.notes, "no counterpart")
    text = document(converted, (f"Imported from {path.name}.",), "What has no counterpart here, or not quite:")
    if out:
        click.echo(f"wrote {folders.write(out, text)}", err=True)
    else:
        click.echo(text, nl=False)


@click.command()
@click.argument("form", metavar="osi", type=click.Choice(["osi"]))
@config_argument
@format_option("yaml", "json")
def export(form: str, config: str | None, style: str) -> None:
    """Write a scorecard as an OSI semantic model; what OSI cannot carry stands in its custom extensions.

    What only those carry is named on standard error. The warehouse's address is left out.
    """
    made, notes = osi.export(definition(folder(config)))
    _tell(notes, form)
    if style == "json":
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
    else:
        click.echo("".join(dumped(key, value) for key, value in made.items()), nl=False)


def _tell(notes: Iterable[Note], what: str) -> None:
    for note in notes:
        click.echo(f"{what}: {note}", err=True)
