"""A net promoter score says how sure it is, all the way from the rows to the page."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from layouts.parts.figure import sample
from layouts.words import Tongue
from scorecard import site
from scorecard.board.answers import SnapshotBoard
from scorecard.board.figures import _interval
from scorecard.board.generation import Generation
from scorecard.head import Moment
from scorecard.people.principal import EVERYBODY
from scorecard.privacy import release
from scorecard.reading import Cells
from scorecard.refresh import Work, refresh
from scorecard.snapshot import load_newest
from scorecard.view import MetricView
from tests import company

NOW = datetime(2026, 5, 13, 5, 0, tzinfo=UTC)


def test_the_golden_interval() -> None:
    """p = .48, d = .22, n = 400: 26 ± 7.8."""
    one = np.ones((1, 1))
    low, high = _interval(Cells(26 * one, 104 * one, 400 * one, 400 * one, 280 * one), 0, 0) or (0, 0)
    assert (low, high) == (pytest.approx(26 - 7.79, abs=0.01), pytest.approx(26 + 7.79, abs=0.01))
    assert _interval(Cells(26 * one, 104 * one, 400 * one, 400 * one), 0, 0) is None
    assert _interval(Cells(np.nan * one, np.nan * one, np.nan * one, 0 * one, np.nan * one), 0, 0) is None


def test_from_the_rows_to_the_page(tmp_path: Path) -> None:
    config = company.make(tmp_path)
    home = tmp_path / "snapshots"
    refresh(Work(config, home, site.warehouse(), {}), NOW)
    taken = load_newest(home)
    assert taken is not None
    board = SnapshotBoard(Generation(taken), EVERYBODY, NOW, timedelta(days=1))
    moment = board.moment()
    assert isinstance(moment, Moment)
    view = board.metric("recommend", moment)
    assert isinstance(view, MetricView)
    with duckdb.connect(str(tmp_path / "facts.duckdb"), read_only=True) as facts:
        found = facts.execute(
            "SELECT avg((score >= 9)::INT), avg((score <= 6)::INT), count(*) FROM answers"
            " WHERE score BETWEEN 0 AND 10 AND said_at >= ? AND said_at < ?",
            [moment.period.start, moment.period.stop],
        ).fetchone()
    assert found is not None
    p, d, n = found
    half = 1.959964 * 100 * np.sqrt((p + d - (p - d) ** 2) / n)
    assert view.figure.interval is not None
    assert view.figure.interval == pytest.approx(
        (max(-100, 100 * (p - d) - half), min(100, 100 * (p - d) + half)), abs=1e-4
    )
    said = sample(view.figure, Tongue("en_GB", "GBP"))
    assert said.startswith("95\u00a0% interval ")
    assert said.endswith(f", {n} answers")
    hidden = release(taken.tables["week"], 10_000).table.cells["recommend"].decided
    assert hidden is not None
    assert np.isnan(hidden[taken.tables["week"].cells["recommend"].count > 0]).all()
