"""Pictures come and go: what is not shown any more leaves nothing behind."""

import gc
import itertools
import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from scorecard import site
from scorecard.board.generation import Generation
from scorecard.board.library import Library
from scorecard.lens import Lens
from scorecard.people.principal import EVERYBODY
from scorecard.publishing import publish
from scorecard.settings import Settings
from scorecard.sheet import Sheet
from scorecard.snapshot import load
from tests.samples import TAKEN, snapshot


@pytest.fixture
def no_collector() -> Iterator[None]:
    """What is let go must be gone at once: a collector may come by much later."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def library(folder: Path) -> Library:
    settings = Settings(folder / "depots", folder)
    found = site.boards(settings, {})
    return replace(found, ticks=itertools.count(step=2.0).__next__, behind=lambda do: do())


def shown(boards: Library) -> Generation:
    board = boards.for_(EVERYBODY)
    assert board is not None
    return board.generation


@pytest.mark.usefixtures("no_collector")
def test_a_picture_is_gone_the_moment_the_next_is_shown(tmp_path: Path) -> None:
    boards, home = library(tmp_path), tmp_path / "snapshots" / "depots"
    publish(snapshot(), home)
    old = weakref.ref(shown(boards))
    figures = weakref.ref(shown(boards).judged["week"]["nps"])
    assert figures() is not None
    second = publish(snapshot(at=TAKEN + timedelta(hours=1)), home)
    shown(boards)
    assert shown(boards).snapshot.id == second.name
    assert old() is None
    assert figures() is None


@pytest.mark.usefixtures("no_collector")
def test_of_earlier_pictures_only_the_last_one_asked_for_stays(tmp_path: Path) -> None:
    boards, home = library(tmp_path), tmp_path / "snapshots" / "depots"
    names = [publish(snapshot(at=TAKEN + timedelta(hours=at)), home).name for at in range(3)]
    shown(boards)

    def earlier(name: str) -> weakref.ref[Generation]:
        board = boards.through(EVERYBODY, Lens(picture=name))
        return weakref.ref(board.generation)  # type: ignore[union-attr]  # a picture is there

    first = earlier(names[0])
    assert first() is not None
    second = earlier(names[1])
    assert (first() is None, second() is None) == (True, False)


def test_a_picture_read_from_its_files_copies_no_figures_and_keeps_no_way_to_raw_ones(tmp_path: Path) -> None:
    taken = snapshot()
    few = {name: replace(cells, count=cells.count.copy()) for name, cells in taken.tables["week"].cells.items()}
    few["fix"].count[-1] = 3.0
    written = replace(taken, tables={**taken.tables, "week": replace(taken.tables["week"], cells=few)})
    generation = Generation(load(publish(written, tmp_path)))
    assert not generation.snapshot.blocks
    for table in generation.snapshot.tables.values():
        for cells in table.cells.values():
            assert {type(part) for part in (cells.value, cells.numerator, cells.denominator, cells.count)} == {Sheet}
    table = generation.snapshot.tables["week"]
    withheld = generation.released["week"].withheld["fix"]
    assert withheld[-1].all()
    assert np.isnan(table.cells["fix"].value[withheld.any(axis=1)][:, withheld.any(axis=0)]).all()
    assert (np.asarray(table.cells["fix"].count)[withheld] == 0).all()
    in_memory = Generation(written)
    for metric in few:
        for part in ("value", "numerator", "denominator", "count"):
            mine, theirs = (getattr(one.released["week"].table.cells[metric], part) for one in (generation, in_memory))
            assert np.array_equal(np.asarray(mine), theirs, equal_nan=True), (metric, part)
