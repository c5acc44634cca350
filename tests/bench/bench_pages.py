"""How fast pages are at size: made, painted, carried, traced; against an empty page of the same stack in the same run.

    python tests/bench/bench_pages.py [--write]

A generated company of 40 metrics and 5,129 units answers many addresses, each for the first time; another of 250
metrics is drawn and traced in a real browser. ``--write`` puts the table into ``docs/explanation/performance.md``,
between its own markers. What an answer costs is told in time of a processor: by the clock, a shared machine tells more
of its neighbours than of the program.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from layouts.shell import build
from scorecard import site
from scorecard.board.generation import Generation
from scorecard.org import Unit
from scorecard.people.principal import EVERYBODY
from scorecard.refresh import Work, refresh
from scorecard.settings import Settings
from tests.bench.generated import Size, make
from tests.browser.chromium import ARGUMENTS, MISSING, find
from tests.browser.shots import running, settle

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- pages -->", "<!-- /pages -->"
WIDE = Size(metrics=40, departments=8, teams=120, workers=5_000, weeks=26)
DEEP = Size(metrics=250, departments=4, teams=12, workers=60, weeks=26)
ASKED = 60
"""How many addresses of each kind of page are asked, each for the first time."""
PERIOD = "2026-05-04"
FRAMES = 120
PATIENCE = 180_000
"""Milliseconds until a browser is given up: a busy machine is slow, not broken."""
EMPTY = "/no-such-page"
"""The empty page: the same server, frame and styles, and one sentence."""
TOUR_SEEN = "try { localStorage.setItem('golden-thread:tour', 'seen') } catch {}"
Row = tuple[str, str, str]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the table into the documents")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wide, generation = served_company(Path(folder), WIDE)
        rows = server_times(wide, generation)
        deep, _ = served_company(Path(folder), DEEP)
        rows += browser_times(wide, deep)
    text = "\n".join(["| what | measured | against |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)])
    print(text)
    if asked.write:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        _, _, tail = rest.partition(END)
        PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")


def served_company(folder: Path, size: Size) -> tuple[Flask, Generation]:
    """A company of that size, refreshed and ready to be asked."""
    config = make(folder, size)
    refresh(Work(config, folder / "snapshots" / config.name, site.warehouse(), os.environ), datetime.now(UTC))
    settings = Settings(config, folder)
    boards = site.boards(settings, os.environ)
    server = build(boards, settings, bundled=True).server
    board = boards.for_(EVERYBODY)
    assert board is not None
    return server, board.generation


def server_times(server: Flask, generation: Generation) -> list[Row]:
    """Every kind of page, past the cache and then from it."""
    client, dice = server.test_client(), random.Random(7)  # noqa: S311 - a sample, not a secret
    units, metrics = tuple(generation.org.places), tuple(generation.definition.metrics)

    def unit(*levels: str) -> Unit:
        return dice.choice([each for each in units if each[0] in levels])

    def at(*levels: str) -> str:
        return quote(":".join(unit(*levels)), safe=":")

    kinds: dict[str, Callable[[], str]] = {
        "the thread of a department, team or worker": lambda: f"/?unit={at('department', 'team', 'worker')}",
        "the same, in an earlier week": lambda: f"/?unit={at('team', 'worker')}&period={PERIOD}",
        "the whole map of a team": lambda: f"/?view=map&unit={at('team')}",
        "a metric of a team, its workers in a table": lambda: f"/metric/{dice.choice(metrics)}?unit={at('team')}",
        "a metric of a worker": lambda: f"/metric/{dice.choice(metrics)}?unit={at('worker')}",
        "a unit": lambda: "/unit/" + "/".join(quote(part, safe="") for part in unit("department", "team", "worker")),
        "every measure of a unit": lambda: f"/measures?unit={at('team', 'worker')}",
    }
    empty = statistics.median(asked(client, EMPTY).worked for _ in range(ASKED))
    rows = [("an empty page of the same stack", milliseconds(empty), "1")]
    firsts: list[Took] = []
    for name, address in kinds.items():
        places = list(dict.fromkeys(address() for _ in range(ASKED)))
        first = [asked(client, place) for place in places]
        kept = statistics.median(asked(client, place).worked for place in places)
        middle = statistics.median(one.worked for one in first)
        firsts += first
        rows.append((name, spread(first), f"{middle / empty:.1f} × empty; from the cache {milliseconds(kept)}"))
    waited = milliseconds(statistics.median(one.waited for one in firsts))
    return [*rows, ("any of these pages", spread(firsts), f"at most 15 ms wanted; by the clock of this run {waited}")]


@dataclass(frozen=True, slots=True)
class Took:
    """What one answer took, in seconds: of a processor, and by the clock (which counts what else the machine did)."""

    worked: float
    waited: float


def asked(client: FlaskClient, address: str) -> Took:
    """Ask once. The answer is made in this very thread."""
    worked, waited = time.thread_time(), time.perf_counter()
    answer = client.get(address)
    took = Took(time.thread_time() - worked, time.perf_counter() - waited)
    assert answer.status_code == (404 if address == EMPTY else 200), address
    return took


def spread(times: Sequence[Took]) -> str:
    """The middle, and what nine of ten stay within."""
    worked = [one.worked for one in times]
    most = statistics.quantiles(worked, n=10)[-1]
    return f"{milliseconds(statistics.median(worked))}, 9 of 10 within {milliseconds(most)}"


def milliseconds(seconds: float) -> str:
    """Written as people read it."""
    return f"{seconds * 1e3:.1f} ms"


def browser_times(wide: Flask, deep: Flask) -> list[Row]:
    """First paint, first load and frames, in a real browser; no rows where there is none."""
    chromium = find(os.environ)
    if chromium is None:
        print(MISSING)
        return []
    with sync_playwright() as playwright, running(wide) as small, running(deep) as large:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        rows = [*loads(browser, small), *frames(browser, large)]
        browser.close()
    return rows


def loads(browser: Browser, base: str) -> list[Row]:
    """The first load of the thread in a fresh browser, beside that of the empty page."""
    empty, thread = (loaded(browser, base + place) for place in (EMPTY, "/"))
    metric = loaded(browser, base + "/metric/measure_0")
    return [
        ("the thread is painted, in a fresh browser on loopback", f"{thread[0]:.2f} s",
         f"empty page {empty[0]:.2f} s; at most 1.0 s wanted"),
        ("its largest part is painted", f"{thread[1]:.2f} s", f"empty page {empty[1]:.2f} s"),
        ("first load of the thread, compressed", f"{thread[2]:.0f} kB",
         f"empty page {empty[2]:.0f} kB; at most 350 kB wanted"),
        ("first load of a metric's page, with its chart", f"{metric[2]:.0f} kB", ""),
    ]  # fmt: skip


def loaded(browser: Browser, url: str, times: int = 3) -> tuple[float, float, float]:
    """First and largest paint in seconds, the middle of several, and the kilobytes that came over the wire."""
    found = []
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        context.add_init_script(TOUR_SEEN)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        session, sizes = context.new_cdp_session(page), []
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
        page.goto(url)
        settle(page)
        first, largest = page.evaluate(PAINTS)
        found.append((first / 1e3, largest / 1e3, sum(sizes) / 1e3))
        context.close()
    first, largest, carried = (statistics.median(part) for part in zip(*found, strict=True))
    return first, largest, carried


PAINTS = """new Promise(done => {
  const first = performance.getEntriesByName('first-contentful-paint')[0].startTime;
  new PerformanceObserver(list => done([first, list.getEntries().at(-1).startTime]))
    .observe({ type: 'largest-contentful-paint', buffered: true });
})"""


def frames(browser: Browser, base: str) -> list[Row]:
    """The map of 250 metrics, every fold open: traced from card to card and redrawn, one step a frame."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.add_init_script(TOUR_SEEN)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(base + "/?view=map")
    settle(page)
    idle = framed(page, session, "() => {}", FRAMES)
    page.evaluate("document.querySelectorAll('.more').forEach(fold => { fold.open = true; })")
    page.wait_for_timeout(1_000)
    what = f"{page.locator('.card[id]').count()} cards and {page.locator('.strands path').count()} strands"
    return [
        ("a frame in which nothing happens", idle, "1"),
        (f"tracing {what}, another card each time", framed(page, session, TRACE, FRAMES), "16.7 ms are 60 a second"),
        ("drawing all of the strands anew, as after a fold", framed(page, session, DRAW, FRAMES), ""),
        (f"laying out {what} anew, as a window changes", framed(page, session, RESIZE, FRAMES // 4), ""),
    ]


def framed(page: Page, session: CDPSession, step: str, count: int) -> str:
    """The page's own work for a step and its frame: script, style, layout and paint, in time of a processor."""

    def worked() -> float:
        found = session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in found if one["name"] == "TaskDuration"))

    before = worked()
    times = page.evaluate(RUN, [step, count])
    each = (worked() - before) / count
    late = sum(one > 2.5 * 1_000 / 60 for one in times)
    return f"{milliseconds(each)} of work; by the clock of this run {late} of {count} late"


TRACE = """at => {
  const cards = window.cards ||= [...document.querySelectorAll('.card[id]')];
  cards[(at * 7) % cards.length].dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
}"""
DRAW = "() => { document.querySelector('.thread').dispatchEvent(new Event('toggle')); }"
RESIZE = "at => { document.querySelector('.thread').style.width = `calc(100% - ${1 + at % 2}px)`; }"
RUN = """async ([step, frames]) => {
  const act = eval(step);
  const next = () => new Promise(requestAnimationFrame);
  const times = [];
  await next(); await next();
  for (let at = 0; at < frames; at += 1) {
    const from = await next();
    act(at);
    await next();
    times.push(await next() - from);
  }
  return times;
}"""
"""Acts in every third frame and measures how long that and the next, which draws what waits, took, in milliseconds."""


if __name__ == "__main__":
    main()
