"""``golden-thread xmr`` against a small program of its own, written from the definitions with no part of ours."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from scorecard.cli import cli

KINDS = ("noise", "steps", "drift", "whole numbers")


def drawn(seed: int) -> list[float | None]:
    """A random series: noise, a level that jumps, a walk, or small whole numbers full of ties; some with gaps."""
    rng = np.random.default_rng(seed)
    length, kind = int(rng.integers(4, 61)), KINDS[seed % len(KINDS)]
    noise = rng.normal(size=length)
    found = {
        "noise": noise,
        "steps": noise + 3 * (np.arange(length) > length // 2),
        "drift": np.cumsum(noise),
        "whole numbers": rng.integers(0, 6, size=length).astype(float),
    }[kind]
    gaps = rng.random(length) < (0.15 if rng.random() < 0.5 else 0)
    return [None if gap else round(float(value), 6) for value, gap in zip(found, gaps, strict=True)]


def limits(x: list[float], screen: bool) -> tuple[float, float]:
    """Centre and mean moving range."""
    ranges = [abs(b - a) for a, b in pairwise(x)]
    mean = sum(ranges) / len(ranges)
    if screen and mean > 0:
        kept = [one for one in ranges if one < 3.267 * mean]
        mean = sum(kept) / len(kept)
    return sum(x) / len(x), mean


def runs(hit: list[bool], length: int, needed: int) -> set[int]:
    """Hits within any ``length`` points in a row of which at least ``needed`` are hits."""
    windows = [range(start, start + length) for start in range(len(hit) - length + 1)]
    return {i for window in windows if sum(hit[i] for i in window) >= needed for i in window if hit[i]}


def trends(x: list[float], tiny: float) -> set[int]:
    """Points of seven that all rise, or all fall."""
    steps = [b - a for a, b in pairwise(x)]
    starts = [i for i in range(len(x) - 6) if min(steps[i : i + 6]) > tiny or max(steps[i : i + 6]) < -tiny]
    return {point for start in starts for point in range(start, start + 7)}


def plain(x: list[float], rules: str, centre: float, mean: float) -> list[str | None]:
    """The name of the first rule that marks each point."""
    end, tiny = 2.66 * mean, 1e-9 * max(map(abs, x))
    away = [value - centre for value in x]
    run, near, of, share = (7, 2, 3, 2 / 3) if rules == "nhs" else (8, 3, 4, 1 / 2)
    shift: set[int] = set()
    near_limit: set[int] = set()
    for sign in (1, -1):
        shift |= runs([sign * d > tiny for d in away], run, run)
        ends = end + tiny if rules == "nhs" else float("inf")
        near_limit |= runs([share * end + tiny < sign * d <= ends for d in away], of, near)
    marked = {
        "outside": {i for i, d in enumerate(away) if abs(d) > end + tiny},
        "shift": shift,
        "trend": trends(x, tiny) if rules == "nhs" else set(),
        "near_limit": near_limit,
    }
    return [next((name for name, points in marked.items() if i in points), None) for i in range(len(x))]


def side(value: float | None, centre: float, tiny: float) -> str | None:
    """Where a point lies."""
    if value is None or abs(value - centre) <= tiny:
        return None
    return "above" if value > centre else "below"


def judged(values: list[float | None], rules: str, screen: bool) -> dict[str, Any]:
    """What the paper says of a series."""
    x = [value for value in values if value is not None]
    if len(x) < 6:
        none = [None] * len(values)
        return {"limits": [None] * 4, "signal": none, "side": none}
    centre, mean = limits(x, screen)
    names = iter(plain(x, rules, centre, mean))
    return {
        "limits": [centre, centre - 2.66 * mean, centre + 2.66 * mean, 3.267 * mean],
        "signal": [None if value is None else next(names) for value in values],
        "side": [side(value, centre, 1e-9 * max(map(abs, x))) for value in values],
    }


@pytest.mark.parametrize("screen", [True, False])
@pytest.mark.parametrize("rules", ["nhs", "wheeler"])
def test_any_series_as_another_program_judges_it(tmp_path: Path, rules: str, screen: bool) -> None:
    seen: set[str | None] = set()
    for seed in range(60):
        values = drawn(seed)
        file = tmp_path / f"{seed}.csv"
        lines = [f"p{i},{'' if value is None else value}" for i, value in enumerate(values)]
        file.write_text("\n".join(["period,value", *lines]) + "\n")
        args = ["xmr", str(file), "--rules", rules, "--format", "json", *([] if screen else ["--no-screen"])]
        answer = json.loads(CliRunner().invoke(cli, args, catch_exceptions=False).output)
        wanted = judged(values, rules, screen)
        ends = [answer[name] for name in ("centre", "lower", "upper", "range_limit")]
        np.testing.assert_allclose(np.array(ends, float), np.array(wanted["limits"], float), rtol=1e-9, atol=1e-9)
        assert [point["value"] for point in answer["points"]] == values
        assert [point["signal"] for point in answer["points"]] == wanted["signal"], f"series {seed}"
        assert [point["side"] for point in answer["points"]] == wanted["side"], f"series {seed}"
        seen.update(wanted["signal"])
    assert seen == {None, "outside", "shift", "near_limit", *(["trend"] if rules == "nhs" else [])}
