"""The command's figures against programs of their own: plain SQL, formulas by hand, statsmodels; nothing of ours."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from click.testing import CliRunner

from scorecard import site
from scorecard.cli import causing, cli
from scorecard.refresh import Work, refresh

NOW = datetime(2026, 5, 13, 5, 0, tzinfo=UTC)
TEAMS, WEEKS, LAG = 10, 40, 1
YAML = """\
title: Window cleaners
calendar: {grain: week, history: {week: 40}}
warehouse: {url: "duckdb:///%s"}
organisation: {levels: [company, team]}
sources:
  visits: {table: visits, time: at, units: {team: team}}
metrics:
  clean:
    {type: ratio, source: visits, numerator: {agg: count, filter: clean}, denominator: {agg: count}, outcome: true,
     format: percent, target: 0.9, label: Clean}
  briefed:
    {type: ratio, source: visits, numerator: {agg: count, filter: briefed}, denominator: {agg: count}, format: percent,
     feeds: [{metric: clean, effect: raises, lag: 1 week, why: "Who is briefed knows the glass."}], label: Briefed}
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Visits of ten teams in forty weeks; who was briefed last week cleans better this week."""
    rng = np.random.default_rng(9)
    share = np.clip(0.6 + 0.15 * rng.standard_normal((TEAMS, WEEKS)), 0.05, 0.95)
    level = 0.55 + 0.1 * rng.random((TEAMS, 1)) + 0.02 * rng.standard_normal((1, WEEKS))
    good = level + 0.3 * np.concatenate([share[:, :1], share[:, :-LAG]], axis=1) - 0.18
    rows = []
    for team in range(TEAMS):
        for week in range(WEEKS):
            size = int(rng.integers(30, 60))
            at = datetime(2026, 5, 6, 12) - pd.Timedelta(weeks=WEEKS - 2 - week)
            briefed, clean = rng.random(size) < share[team, week], rng.random(size) < good[team, week]
            rows += [(f"t{team}", at, bool(b), bool(c)) for b, c in zip(briefed, clean, strict=True)]
    made = pd.DataFrame(rows, columns=["team", "at", "briefed", "clean"])
    return made[made["at"] < datetime(2026, 5, 13)]


@pytest.fixture
def config(facts: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "windows"
    folder.mkdir()
    (folder / "scorecard.yaml").write_text(YAML % (tmp_path / "facts.duckdb"), encoding="utf-8")
    with duckdb.connect(str(tmp_path / "facts.duckdb")) as base:
        base.register("made", facts)
        base.execute("CREATE TABLE visits AS SELECT * FROM made")
    monkeypatch.setenv("GOLDEN_THREAD_VAR", str(tmp_path / "var"))
    monkeypatch.setattr(causing, "clock", lambda: NOW)
    refresh(Work(folder, tmp_path / "var" / "snapshots" / "windows", site.warehouse(), {}), NOW)
    return folder


def told(*arguments: str) -> Any:
    found = CliRunner().invoke(cli, [*arguments, "--format", "json"], catch_exceptions=True)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def by_week(facts: pd.DataFrame) -> pd.DataFrame:
    """Counts by team and week, complete weeks only."""
    weeks = facts["at"].dt.to_period("W-SUN").dt.start_time
    found = facts.assign(week=weeks).groupby(["team", "week"]).agg(
        n=("clean", "size"), clean=("clean", "sum"), briefed=("briefed", "sum")
    ).reset_index()  # fmt: skip
    return found[found["week"] < "2026-05-11"]


def test_rate_and_mix_of_every_team_are_those_by_hand(facts: pd.DataFrame, config: Path) -> None:
    said = told("why", "clean", "--config", str(config), "--from", "2026-04-20", "--to", "2026-05-04")
    counts = by_week(facts).set_index(["week", "team"])
    (n0, g0), (n1, g1) = (
        (counts.loc[week]["n"].astype(float), counts.loc[week]["clean"].astype(float))
        for week in ("2026-04-20", "2026-05-04")
    )
    w0, w1, r0, r1 = n0 / n0.sum(), n1 / n1.sum(), g0 / n0, g1 / n1
    whole0, whole1 = g0.sum() / n0.sum(), g1.sum() / n1.sum()
    rate = 0.5 * (w0 + w1) * (r1 - r0)
    mix = (w1 - w0) * (0.5 * (r0 + r1) - 0.5 * (whole0 + whole1))
    assert said["change"] == pytest.approx(whole1 - whole0, abs=1e-12)
    found = {(part["key"], part["kind"]): part["amount"] for part in said["parts"]}
    for team in n0.index:
        assert found[f"team:{team}", "rate"] == pytest.approx(rate[team], abs=1e-12)
        assert found[f"team:{team}", "mix"] == pytest.approx(mix[team], abs=1e-12)


def test_the_slope_of_a_link_is_that_of_least_squares_with_dummies(facts: pd.DataFrame, config: Path) -> None:
    (said,) = told("evidence", str(config))
    counts = by_week(facts)
    counts["y"], counts["x"] = counts["clean"] / counts["n"], counts["briefed"] / counts["n"]
    before = counts[["team", "week", "x"]].assign(week=counts["week"] + pd.Timedelta(weeks=LAG))
    panel = counts[["team", "week", "y", "n"]].merge(before, on=["team", "week"])
    dummies = pd.get_dummies(panel[["team", "week"]].astype(str), drop_first=True).astype(float)
    design = sm.add_constant(pd.concat([panel[["x"]], dummies], axis=1))
    peer = sm.WLS(panel["y"], design, weights=panel["n"]).fit(
        cov_type="cluster", cov_kwds={"groups": panel["team"].astype("category").cat.codes}
    )
    assert said["effect"]["slope"] == pytest.approx(peer.params["x"], rel=1e-6)
    assert said["effect"]["lag"] == LAG
    assert (said["effect"]["units"], said["grade"]) == (TEAMS, "associated")
    # ours allows for few clusters and their leverage: wider, but of the same size
    half = (said["effect"]["high"] - said["effect"]["low"]) / 2
    assert 1.96 * peer.bse["x"] < half < 2 * 1.96 * peer.bse["x"]
    assert said["effect"]["low"] < 0.3 < said["effect"]["high"]
