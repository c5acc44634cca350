"""How often the evidence is right where the truth is known: seeded simulations, printed as a Markdown table.

Run with ``python -m tests.bench.calibrate_evidence``; it takes a few minutes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import signal, stats

from scorecard.analysis import cases, evidence, panel, series
from scorecard.analysis.estimate import Estimate
from scorecard.analysis.evidence import LinkData, LinkEvidence, PanelData
from scorecard.analysis.exported import Exports, Pair, exported

Floats = NDArray[np.float64]
Row = tuple[str, str, str]

RHO = 0.8
LAGS = tuple(range(9))
TRUE_LAG = 2


def main() -> None:
    """Print one line a claim: what was measured, what it should be, what it was."""
    print("| measured | should be | was |\n|---|---|---|")
    for measured, bar, was in rows():
        print(f"| {measured} | {bar} | {was} |", flush=True)


def rows() -> Iterator[Row]:
    """Every measurement, in order."""
    naive, effective = lone_series(runs=50, lags=(0,))
    yield "40 independent AR(1) pairs, ρ .8, n 52: called at 5 %, naive", "about 33 %", f"{naive:.1%}"
    yield "the same with effective n", "≤ 10 %", f"{effective:.1%}"
    yield "the same, 9 lags searched", "≤ 10 %", f"{lone_series(runs=50, lags=LAGS)[1]:.1%}"
    yield "the same, graded as one thread: above `claimed`", "≤ 5 %", f"{lone_threads(runs=50):.2%}"
    for units in (8, 12, 30, 60, 120):
        yield f"no link, {units} units × 52: lag search p < .05", "about 5 %", f"{null_panels(units, 52, 1500):.1%}"
    for gaps in (0.0, 0.1):
        recall, cover, lag = planted_panels(60, 104, 400, gaps=gaps)
        what = f"planted lag 2, 60 units × 104, {gaps:.0%} gaps"
        yield f"{what}: recall, right lag", "≥ 90 %", f"{recall:.1%}, {lag:.1%}"
        yield f"{what}: interval covers", "93-97 %", f"{cover:.1%}"
    found, wrong, contradicted = threads(runs=20)
    yield "threads of 20 links and 20 non-links: links found", "≥ 90 %", f"{found:.1%}"
    yield "threads of 20 links and 20 non-links: non-links above `claimed`", "≤ 5 %", f"{wrong:.1%}"
    yield "the same, claimed with the wrong sign: contradicted", "≥ 90 %", f"{contradicted:.1%}"
    yield "no link within cases, 20 units × 50: p < .05", "about 5 %", f"{null_cases(20, 50, 1000):.1%}"
    share, hits = exports(60, 104, 13, runs=200)
    yield "exports planted in 3 of 60 units: false ones among those found", "≤ 5 %", f"{share:.1%}"
    yield "exports planted in 3 of 60 units: found", "–", f"{hits:.1%}"
    yield "200 links × 9 lags, 120 units × 104", "seconds", f"{seconds(200):.1f} s"


def ar1(rng: np.random.Generator, units: int, periods: int, rho: float = RHO) -> Floats:
    """(units, periods): stationary first-order autoregressions of variance 1."""
    shocks = rng.standard_normal((units, periods + 100)) * np.sqrt(1 - rho**2)
    return np.asarray(signal.lfilter([1.0], [1.0, -rho], shocks, axis=1)[:, 100:], dtype=np.float64)


def planted(
    rng: np.random.Generator, units: int, periods: int, slope: float, *, rho: float = 0.5, gaps: float = 0.0
) -> PanelData:
    """A measure and, two periods later, its pull on an outcome with unit levels, common shocks and gaps."""
    x = ar1(rng, units, periods, rho)
    y = ar1(rng, units, periods, rho) + rng.standard_normal((units, 1)) + 0.5 * rng.standard_normal((1, periods))
    y[:, TRUE_LAG:] += slope * x[:, :-TRUE_LAG]
    y[rng.random(y.shape) < gaps] = np.nan
    return PanelData("team", y, x)


def lone_series(runs: int, lags: tuple[int, ...], seed: int = 1) -> tuple[float, float]:
    """Share of independent pairs called at 5 %: by the naive test without lag, and by `series.correlate`."""
    rng = np.random.default_rng(seed)
    x, y = ar1(rng, 40 * runs, 52), ar1(rng, 40 * runs, 52)
    naive = [stats.pearsonr(a, b).pvalue < evidence.LEVEL for a, b in zip(x, y, strict=True)]
    found = [series.correlate(b, a, lags) for a, b in zip(x, y, strict=True)]
    called = [isinstance(one, Estimate) and one.p < evidence.LEVEL for one in found]
    return float(np.mean(naive)), float(np.mean(called))


def lone_threads(runs: int, seed: int = 2) -> float:
    """Share of independent pairs of series graded above `claimed` in threads of 40."""
    rng = np.random.default_rng(seed)
    graded: list[LinkEvidence] = []
    for _ in range(runs):
        pairs = [PanelData("enterprise", ar1(rng, 1, 52), ar1(rng, 1, 52)) for _ in range(40)]
        graded += grades([LinkData("x", "y", None, LAGS, (data,)) for data in pairs])
    return float(np.mean([link.grade != "claimed" for link in graded]))


def null_panels(units: int, periods: int, runs: int, seed: int = 3) -> float:
    """Share of lag searches with p < .05 where there is no link."""
    rng = np.random.default_rng(seed)
    found = [panel.search(panel.fit(ar1(rng, units, periods), ar1(rng, units, periods), LAGS), i) for i in range(runs)]
    return float(np.mean([isinstance(one, Estimate) and one.p < evidence.LEVEL for one in found]))


def planted_panels(
    units: int, periods: int, runs: int, *, slope: float = 0.08, gaps: float = 0.0, seed: int = 4
) -> tuple[float, float, float]:
    """Share found (p < .05), share of intervals that hold the truth, share with the right lag."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(runs):
        data = planted(rng, units, periods, slope, gaps=gaps)
        one = panel.search(panel.fit(data.outcome, data.measure, LAGS), i)
        if isinstance(one, Estimate):
            found.append((one.p < evidence.LEVEL, one.low <= slope <= one.high, one.lag == TRUE_LAG))
    recall, cover, lag = np.mean(found, axis=0) * len(found) / runs
    return float(recall), float(cover), float(lag)


def threads(runs: int, *, units: int = 60, periods: int = 104, seed: int = 5) -> tuple[float, float, float]:
    """Over threads of 20 links and 20 non-links: links found, non-links found, wrongly claimed links contradicted."""
    rng = np.random.default_rng(seed)
    results: list[tuple[float, float, float]] = []
    for _ in range(runs):
        real = [planted(rng, units, periods, 0.1) for _ in range(20)]
        none = [planted(rng, units, periods, 0.0, rho=RHO) for _ in range(20)]
        graded = grades([LinkData("x", "y", 1, LAGS, (data,)) for data in (*real, *none)])
        turned = grades([LinkData("x", "y", -1, LAGS, (data,)) for data in (*real, *none)])
        above = [link.grade in {"associated", "replicated"} for link in graded]
        against = [link.grade == "contradicted" for link in turned[:20]]
        results.append((float(np.mean(above[:20])), float(np.mean(above[20:])), float(np.mean(against))))
    found, wrong, contradicted = np.mean(results, axis=0)
    return float(found), float(wrong), float(contradicted)


def null_cases(units: int, each: int, runs: int, seed: int = 6) -> float:
    """Share of case regressions with p < .05 where units differ, cases within a unit hang together, and no link."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), each)
    called = []
    for _ in range(runs):
        x, risk = (ar1(rng, units, each, 0.5).ravel() + rng.standard_normal(units)[unit] for _ in range(2))
        found = cases.regress((risk > 0).astype(np.float64), x, unit)
        called.append(isinstance(found, Estimate) and found.p < evidence.LEVEL)
    return float(np.mean(called))


def exports(units: int, periods: int, recent: int, runs: int, seed: int = 7) -> tuple[float, float]:
    """Units of which a fifth improve and a twentieth export: mean share of false finds, share of exports found."""
    rng = np.random.default_rng(seed)
    false, hits = [], []
    names = [str(i) for i in range(units)]
    for _ in range(runs):
        own, downstream = ar1(rng, units, periods), ar1(rng, units, periods)
        own[: units // 5, -recent:] += 3
        downstream[: units // 20, -recent:] += 3
        (result,) = exported([Pair(own, downstream, tuple(names), 1, -1)], recent)
        found = {export.unit for export in result.found} if isinstance(result, Exports) else set()
        right = found & set(names[: units // 20])
        false.append((len(found) - len(right)) / max(1, len(found)))
        hits.append(len(right) / (units // 20))
    return float(np.mean(false)), float(np.mean(hits))


def seconds(links: int, seed: int = 8) -> float:
    """How long a whole thread takes to be judged, 5 % of the cells missing."""
    rng = np.random.default_rng(seed)
    data = [planted(rng, 120, 104, 0.05 * (i % 2), gaps=0.05) for i in range(links)]
    start = time.perf_counter()
    grades([LinkData("x", "y", 1, LAGS, (one,)) for one in data])
    return time.perf_counter() - start


def grades(links: list[LinkData], seed: int = 0) -> tuple[LinkEvidence, ...]:
    """One thread, judged."""
    return evidence.weigh(links, seed)


if __name__ == "__main__":
    main()
