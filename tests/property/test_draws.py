"""Random companies, asked through ``golden-thread query``, against plain pandas; ``make draws`` makes thousands."""

from __future__ import annotations

import pytest

from tests.draws.company import draw
from tests.draws.compare import EMBEDDED, embedded


@pytest.mark.parametrize("engine", EMBEDDED)
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_the_command_says_what_pandas_says(engine: str, first: int) -> None:
    found = {number: embedded(number, engine) for number in range(first, first + 10)}
    assert {number: compared.differences for number, compared in found.items() if compared.differences} == {}
    assert sum(compared.figures for compared in found.values()) > 50


def test_a_draw_is_made_of_its_number_alone() -> None:
    assert draw(7) == draw(7) != draw(8)
