"""Thousands of draws: ``make draws``, or ``python -m tests.draws --count 10000 --first 0 --processes 2``.

Every fourth is asked of DuckDB, the others of SQLite, which opens faster. A number that shows a difference can be made
again alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.draws.compare import Compared, embedded

SHOWN = 3
STEP = 500


def compared(number: int) -> Compared:
    """Compare one draw; whatever goes wrong is a difference."""
    try:
        return embedded(number, "sqlite" if number % 4 else "duckdb")
    except Exception as error:  # noqa: BLE001 - a crash is what is looked for
        return Compared(0, (f"{type(error).__name__}: {error}",))


def main() -> int:
    """Draw, compare and say what was found; 1 where anything differs."""
    parser = argparse.ArgumentParser(prog="tests.draws", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many draws (10000)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first (0)")
    parser.add_argument("--processes", type=int, default=2, help="how many at a time (2)")
    asked = parser.parse_args()
    begun, figures, differing = time.monotonic(), 0, 0
    with ProcessPoolExecutor(asked.processes) as pool:
        for at, found in enumerate(pool.map(compared, range(asked.first, asked.first + asked.count), chunksize=20), 1):
            figures += found.figures
            if found.differences:
                differing += 1
                print(f"draw {asked.first + at - 1}:", *found.differences[:SHOWN], sep="\n  ", flush=True)
            if at % STEP == 0 or at == asked.count:
                print(f"{at:,} draws, {figures:,} figures, {differing:,} draws differ", flush=True)
    print(f"in {time.monotonic() - begun:,.0f} s")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
