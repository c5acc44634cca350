"""``init``, ``import`` and ``export``: a first scorecard, and definitions to and from other people's formats."""

from __future__ import annotations

from pathlib import Path

import click

from scorecard import site
from scorecard.interop import folders, metricflow
from scorecard.interop.notes import Converted
from scorecard.interop.starting import example
from scorecard.interop.writing import document


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "url", metavar="URL", help="A database to look at: the scorecard is proposed from its tables.")
def init(folder: Path, url: str | None) -> None:
    """Write a first scorecard into a new folder: an example, or a proposal from a database's tables."""
    folders.claim(folder)
    title = folder.resolve().name.replace("-", " ").replace("_", " ").strip().capitalize() or "Scorecard"
    if url is None:
        text = example(title)
    else:
        proposed: Converted = site.load("metrics.proposing").propose(url, title)
        _tell(proposed, "left out")
        text = document(proposed, _PROPOSED, "Left out:")
    click.echo(f"wrote {folders.write(folder, text)}", err=True)
    click.echo(f"next: golden-thread check {click.format_filename(folder)} --connect", err=True)


_PROPOSED = (
    "Proposed from the tables of a database: guesses from names and from the first rows of each, for you to finish.",
)


@click.command("import")
@click.argument("style", metavar="metricflow", type=click.Choice(["metricflow"]))
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--out", metavar="FOLDER", type=click.Path(path_type=Path), help="A new folder to write; else it is printed."
)
def import_(style: str, path: Path, out: Path | None) -> None:
    """Turn dbt semantic models and metrics (YAML, a project's folder, or semantic_manifest.json) into a scorecard.

    Whatever has no counterpart is named on standard error, and in comments at the top of the YAML.
    """
    if out:
        folders.claim(out)
    converted = metricflow.convert(path)
    _tell(converted, "no counterpart")
    text = document(converted, (f"Imported from {path.name}.",), "What has no counterpart here, or not quite:")
    if out:
        click.echo(f"wrote {folders.write(out, text)}", err=True)
    else:
        click.echo(text, nl=False)


def _tell(converted: Converted, what: str) -> None:
    for note in converted.notes:
        click.echo(f"{what}: {note}", err=True)
