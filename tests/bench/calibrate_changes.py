"""How often "did the change work" is wrong, and how often it sees what is there.

Simulated companies whose truth is known; seeded; a few minutes. Prints a Markdown table:
`python -m tests.bench.calibrate_changes`.
"""

import sys
from collections import Counter
from dataclasses import dataclass

import numpy as np
from statsmodels.regression.linear_model import OLS

from scorecard.analysis.effect import Effect, effect
from scorecard.analysis.points import Floats

SEED = 11
WRONG = ("worked", "made_it_worse")


@dataclass(frozen=True)
class Case:
    """A company: AR(1) units of variance 1, shocks they share, and what a change does to the first of them."""

    length: int
    start: int
    siblings: int
    correlation: float = 0.7
    shared: float = 0.0
    jump: float = 0.0
    slope: float = 0.0


CASES = (
    Case(24, 12, 0),
    Case(24, 12, 4),
    Case(24, 12, 8),
    Case(24, 12, 8, correlation=0.0),
    Case(40, 26, 0),
    Case(40, 26, 8, shared=2),
    Case(52, 40, 0),
    Case(52, 40, 8, shared=2),
    Case(24, 12, 8, jump=4),
    Case(40, 26, 0, jump=4),
    Case(40, 26, 8, shared=2, jump=2),
    Case(40, 26, 8, shared=2, jump=3),
    Case(40, 26, 8, shared=2, jump=4),
    Case(52, 40, 8, shared=2, jump=3),
    Case(52, 30, 8, shared=2, slope=0.4),
)


def autoregressive(rng: np.random.Generator, count: int, length: int, correlation: float) -> Floats:
    """AR(1) series of variance 1, (count, length)."""
    series = rng.standard_normal((count, length))
    series[:, 1:] *= np.sqrt(1 - correlation**2)
    for time in range(1, length):
        series[:, time] += correlation * series[:, time - 1]
    return series


def company(rng: np.random.Generator, case: Case) -> Floats:
    """The unit with the change, then its siblings: (1 + siblings, length)."""
    rows = autoregressive(rng, case.siblings + 1, case.length, case.correlation)
    rows += case.shared * autoregressive(rng, 1, case.length, case.correlation)
    since = np.arange(case.length) - case.start
    rows[0] += np.where(since >= 0, case.jump + case.slope * since, 0.0)
    return rows


def plain_p_value(series: Floats, start: int) -> float:
    """The p-value of the jump by ordinary least squares, which takes every point for news."""
    since = np.arange(len(series)) - start
    step = (since >= 0).astype(np.float64)
    design = np.stack([np.ones(len(series)), since, step, step * since], axis=1)
    return float(OLS(series, design).fit().pvalues[2])


def covered(found: Effect, case: Case) -> bool | None:
    """Whether the interval of the jump holds the true one; None without an interval."""
    return None if found.level is None else found.level.low <= case.jump <= found.level.high


def row(case: Case, repeats: int) -> str:
    """One line of the table."""
    rng = np.random.default_rng([SEED, case.length, case.start, case.siblings])
    verdicts: Counter[str] = Counter()
    cover, plain = [], []
    for _ in range(repeats):
        rows = company(rng, case)
        found = effect(rows[0], case.start, "higher_is_better", siblings=rows[1:] if case.siblings else None)
        verdicts[found.verdict] += 1
        cover.append(covered(found, case))
        plain.append(plain_p_value(rows[0], case.start) <= 0.05)
    shares = [f"{verdicts[name] / repeats:.1%}" for name in (*WRONG, "no_visible_effect", "cannot_tell")]
    intervals = [one for one in cover if one is not None]
    setting = [case.length, case.start, case.siblings, case.correlation, case.shared, case.jump, case.slope]
    cells = [*map(str, setting), *shares, f"{np.mean(intervals):.1%}", f"{np.mean(plain):.1%}"]
    return f"| {' | '.join(cells)} |"


def main(repeats: int = 300) -> None:
    """Print the table."""
    names = (
        "n, t0, siblings, rho, shared, jump, slope, worked, worse, no effect, cannot tell, interval covers, plain OLS"
    )
    heads = names.split(", ")
    sys.stdout.write(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n")
    for case in CASES:
        sys.stdout.write(row(case, repeats) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
