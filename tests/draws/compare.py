"""One draw: the company is written down, ``golden-thread query`` is asked, and every figure is held against pandas."""

from __future__ import annotations

import csv
import io
import math
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import yaml
from click.testing import CliRunner

from metrics.dialects import DIALECTS
from scorecard.cli import cli
from tests.draws.company import Company, definition, draw, statements
from tests.draws.plain import NOTHING, Figure, Plain

Cell = tuple[tuple[str, ...], str, datetime]
EMBEDDED = ("duckdb", "sqlite")


@dataclass(frozen=True)
class Compared:
    """How many figures of a draw there were, and what differs."""

    figures: int
    differences: tuple[str, ...]


def embedded(number: int, engine: str) -> Compared:
    """Compare a draw on an embedded engine; every other one as if it handed no rows out."""
    company = draw(number)
    dialect = DIALECTS[engine]
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(dialect, "hands_out", dialect.hands_out if number // 4 % 2 else 0),
    ):
        file = Path(folder) / f"facts.{engine}"
        connection: Any = duckdb.connect(str(file)) if engine == "duckdb" else sqlite3.connect(file)
        for statement in statements(company).split(";\n"):
            connection.execute(statement)
        connection.commit()
        connection.close()
        return compared(company, f"{engine}:///{file}", Path(folder))


def compared(company: Company, url: str, folder: Path) -> Compared:
    """Hold the command's figures against those of pandas; a metric that is missing in one is missing in both."""
    found = answered(company, url, folder)
    plain, figures, differences = Plain(company), 0, []
    asked = {((segment, unit), plain.spans.period(start)) for _, segment, unit, start in found} | {*plain.cells()}
    for metric in company.metrics:
        for key, span in asked:
            figure, wanted = found.get((metric, *key, span[0])), plain.figure(metric, key, span)
            if figure is None and not (plain.touched or key in plain.asked):
                continue  # no row of theirs is read: nobody need know of them
            counted = 3 if wanted[3] is None else 4
            if not all(map(_near, (figure or NOTHING)[:counted], wanted[:counted])):
                differences.append(f"{metric} {key} {span[0]}: {figure}, but pandas says {wanted}")
            figures += any(part is not None for part in wanted[:3])
    return Compared(figures, tuple(differences))


def answered(company: Company, url: str, folder: Path) -> dict[tuple[str, tuple[str, ...], str, datetime], Figure]:
    """What the command answers, by metric, segment, unit and period."""
    (folder / "scorecard.yaml").write_text(yaml.safe_dump(definition(company, url), allow_unicode=True))
    done = CliRunner().invoke(cli, ["query", *company.metrics, "--config", str(folder), *_options(company.request)])
    assert done.exit_code == 0, f"exit {done.exit_code}: {done.stderr}\n{done.exception!r}"
    return {
        (
            row["metric"],
            tuple(row[name] for name in company.request["by"]),
            row["unit"],
            datetime.fromisoformat(row["period"]),
        ): tuple(float(row[part]) if row[part] else None for part in ("value", "numerator", "denominator", "count"))
        for row in csv.DictReader(io.StringIO(done.stdout))
    }  # type: ignore[return-value]  # four of them


def _options(request: Any) -> list[str]:
    options = ["--level", request["level"], "--format", "csv"]
    options += [word for unit in request["units"] for word in ("--unit", ":".join(unit))]
    options += [word for name in request["by"] for word in ("--by", name)]
    given = {
        "--grain": request["grain"],
        "--where": request["where"],
        "--from": request["start"],
        "--to": request["stop"],
    }
    return options + [word for name, value in given.items() if value for word in (name, _word(value))]


def _word(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _near(got: float | None, want: float | None) -> bool:
    if got is None or want is None:
        return got is None and want is None
    return math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-9)
