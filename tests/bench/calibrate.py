"""Every calibration as one document: how often the statistics are wrong where the truth is known.

``python -m tests.bench.calibrate`` prints it, ``--write`` puts it into the documentation as well. Seeded: the same
program gives the same figures, but for the time it took. ``--repeats`` sets in how many companies a change is judged.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

from tests.bench import calibrate_changes, calibrate_demo, calibrate_evidence, calibrate_signals

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "calibration.md"
HEAD = """# Calibration

What a claim on a screen is worth is measured here: companies are simulated whose truth is known, and every method is
asked about them. `python -m tests.bench.calibrate --write` writes this page anew; the draws are seeded. What the
methods are is told in [Signals](signals.md), [Evidence](evidence.md) and [Attribution](attribution.md).
"""
CHANGES = """
## Did the change work

Units are first-order autoregressions of variance 1. `t0` is where the change falls, `shared` the size of shocks all
units have in common, `jump` and `slope` what the change really did (0 and 0: nothing, so that *worked* and *worse* are
false). *Plain OLS* is how often the textbook regression, which takes every point for news, calls the jump real at 5 %.
{repeats} companies a line.

"""
SIGNALS = """
## Signal or noise

Stable, independent points: every signal is a false alarm. *Stated* is what a board says it expects, *found* what there
was.
"""
EVIDENCE = """
## Does it drive

"""

DEMO = """
## On a whole company

The demo company drawn anew with {seeds} other seeds: each time other people, customers and weeks, the same planted
links, look-alikes and changes (`metrics/demo/truth.py`). Every company is read, weighed and drawn as a refresh and a
page do it.

"""


def document(repeats: int, seeds: int) -> str:
    """The whole page."""
    return "".join(
        (
            HEAD,
            CHANGES.format(repeats=repeats),
            _said(lambda: calibrate_changes.main(repeats)),
            SIGNALS,
            _said(calibrate_signals.main),
            EVIDENCE,
            _said(calibrate_evidence.main),
            DEMO.format(seeds=seeds),
            _said(lambda: calibrate_demo.main(seeds)),
        )
    )


def _said(run: Callable[[], None]) -> str:
    with redirect_stdout(io.StringIO()) as said:
        run()
    return said.getvalue()


def main() -> None:
    """Print the page, and write it where it belongs when asked to."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help=f"write {PAGE.name} too")
    options.add_argument("--repeats", type=int, default=200, help="simulated companies a line of the first table")
    options.add_argument("--seeds", type=int, default=40, help="demo companies of the last table")
    asked = options.parse_args()
    began = time.perf_counter()
    page = document(asked.repeats, asked.seeds)
    print(page)
    print(f"{time.perf_counter() - began:.0f} s")
    if asked.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
