"""Whether a board's false-alarm budget and the intervals of samples hold.

Pure noise and known truths; seeded; under a minute. Prints Markdown tables: `python -m tests.bench.calibrate_signals`.
"""

import sys

import numpy as np

from scorecard.analysis.budget import budget, chances
from scorecard.analysis.limits import SIGMA
from scorecard.analysis.rulesets import RULES
from scorecard.analysis.signals import charts
from scorecard.analysis.survey import Estimate, mean, nps, proportion

SEED = 21
BOARDS = 40_000
SAMPLES = 100_000


def write_row(*cells: object) -> None:
    """One line of a table."""
    sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")


def write_heads(*heads: str) -> None:
    """The head of a table."""
    write_row(*heads)
    sys.stdout.write(f"|{'---|' * len(heads)}\n")


def false_alarms() -> None:
    """Signals on stable points beside what the budget states."""
    write_heads(
        "rules", "screened", "points", "newest: stated", "newest: found", "anywhere: stated", "found", "beyond a limit"
    )
    for rules in RULES:
        for screen in (True, False):
            for length in (8, 12, 26, 52):
                noise = np.random.default_rng([SEED, length]).standard_normal((BOARDS, length))
                drawn = charts(noise, np.ones(length, dtype=np.bool_), rules=rules, screen=screen)
                said = budget([drawn])
                shares = (said.expected, said.signals, said.expected_marked, said.marked)
                outside = chances(length, rules, screen).outside
                write_row(rules, screen, length, *(f"{one / BOARDS:.2%}" for one in shares), f"{outside:.1%}")


def limits() -> None:
    """How near sigma from moving ranges comes to the true one, and how often a new point falls outside."""
    write_heads("points", "mean of sigma / truth", "new point beyond a limit")
    for length in (6, 12, 26, 52):
        rng = np.random.default_rng([SEED, length])
        drawn = charts(rng.standard_normal((BOARDS, length)), np.ones(length, dtype=np.bool_), screen=False)
        new = rng.standard_normal(BOARDS)
        outside = np.mean((new > drawn.upper[:, 0]) | (new < drawn.lower[:, 0]))
        write_row(length, f"{drawn.sigma[:, 0].mean():.3f} (d2 {SIGMA})", f"{outside:.2%}")


def covers(found: Estimate, truth: float) -> str:
    """The share of intervals that hold the truth."""
    return f"{np.mean((found.low <= truth) & (found.high >= truth)):.1%}"


def intervals() -> None:
    """Coverage of the 95 % intervals of survey figures."""
    write_heads("answers", "NPS 26 (.48, .22)", "NPS 85 (.87, .02)", "share .5", "share .05", "mean of normal answers")
    for answers in (5, 10, 30, 100, 400):
        rng = np.random.default_rng([SEED, answers])
        usual = rng.multinomial(answers, [0.48, 0.22, 0.30], size=SAMPLES)
        loved = rng.multinomial(answers, [0.87, 0.02, 0.11], size=SAMPLES)
        values = rng.normal(7, 2, size=(SAMPLES // 10, answers))
        write_row(
            answers,
            covers(nps(usual[:, 0], usual[:, 1], answers), 26),
            covers(nps(loved[:, 0], loved[:, 1], answers), 85),
            covers(proportion(rng.binomial(answers, 0.5, SAMPLES), answers), 0.5),
            covers(proportion(rng.binomial(answers, 0.05, SAMPLES), answers), 0.05),
            covers(mean(values.sum(axis=1), np.square(values).sum(axis=1), answers), 7),
        )


def main() -> None:
    """Print the tables."""
    for table in (false_alarms, limits, intervals):
        sys.stdout.write(f"\n{table.__doc__}\n\n")
        table()


if __name__ == "__main__":
    main()
