from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from layouts.shell import build
from scorecard.settings import Settings
from tests.unit.layouts.boards import HEAD, SmallBoards

Served = Callable[..., FlaskClient]


def _built(boards: SmallBoards, *, bundled: bool = True, **settings: object) -> Flask:
    house = Settings(Path("small"), Path("var"), **settings)  # type: ignore[arg-type]  # a test's own fields
    return build(boards, house, bundled=bundled).server


@pytest.fixture(scope="session")
def site() -> tuple[SmallBoards, Flask]:
    """The small company's site, built once."""
    boards = SmallBoards()
    return boards, _built(boards)


@pytest.fixture
def boards(site: tuple[SmallBoards, Flask]) -> SmallBoards:
    """The small company behind ``client``; a test may change its head."""
    boards = site[0]
    boards.head = HEAD
    boards.asked.clear()
    return boards


@pytest.fixture
def client(boards: SmallBoards, site: tuple[SmallBoards, Flask]) -> FlaskClient:
    return site[1].test_client()


@pytest.fixture
def served(boards: SmallBoards) -> Served:
    """Serves the small company by a house's settings, and gives a client of it."""
    return lambda **settings: _built(boards, **settings).test_client()
