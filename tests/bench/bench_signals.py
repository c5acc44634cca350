"""How fast a whole company's series are judged: 50,000 series of 26 periods, all answers of each.

    python tests/bench/bench_signals.py

Seconds differ from machine to machine, and with what else it does: processor time stands beside them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from scorecard.analysis.signals import assurance, charts, rate_charts, variation

SERIES, PERIODS, ROUNDS = 50_000, 26, 5


def main() -> None:
    """Print the best of a few rounds of each kind of chart."""
    rng = np.random.default_rng(1)
    complete = np.ones(PERIODS, dtype=np.bool_)
    complete[-1] = False
    values, size = rng.normal(size=(SERIES, PERIODS)), rng.integers(20, 90, size=(SERIES, PERIODS)).astype(np.float64)
    top = rng.binomial(size.astype(np.int64), 0.8).astype(np.float64)
    target = np.zeros(SERIES)

    def plain() -> None:
        drawn = charts(values, complete)
        variation(drawn, "higher_is_better")
        assurance(drawn, target, "higher_is_better")

    def rates() -> None:
        drawn = rate_charts(top, size, complete, kind="p")
        variation(drawn, "higher_is_better")
        assurance(drawn, target, "higher_is_better")

    print(f"| {SERIES:,} series × {PERIODS} periods: limits, signals, variation, assurance | seconds | processor |")
    print("|---|---|---|")
    for name, work in (("XmR", plain), ("p′ (Laney)", rates)):
        print(f"| {name} | {best(work, time.perf_counter):.2f} | {best(work, time.process_time):.2f} |")


def best(work: Callable[[], None], clock: Callable[[], float]) -> float:
    """The least that a few rounds take by a clock."""
    found = []
    for _ in range(ROUNDS):
        began = clock()
        work()
        found.append(clock() - began)
    return min(found)


if __name__ == "__main__":
    main()
