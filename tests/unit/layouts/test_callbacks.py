"""No loose ends: both ends of every callback exist on some page, and nothing is wired twice or left out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import _callback
from dash.development.base_component import Component

from layouts import callbacks, shell
from layouts.answers import Answers
from layouts.ask import Ask
from layouts.callbacks import WIRES, Wire
from layouts.door import Door
from scorecard.people.principal import EVERYBODY
from scorecard.settings import Settings
from scorecard.view import NotFound
from tests.unit.layouts.boards import NORTH, SmallBoards

ASKS = (
    Ask(),
    Ask("metric", "van_stock"),
    Ask("metric", "broken"),
    Ask("unit", unit=NORTH),
    Ask("measures"),
    NotFound("there is no page at this address"),
)


@pytest.fixture(scope="module")
def app() -> shell.Shell:
    return shell.build(SmallBoards(), Settings(Path("small"), Path("var")), bundled=True)


def components(root: object) -> Iterator[Component]:
    """A component and everything beneath it."""
    if isinstance(root, Component):
        yield root
        yield from components(getattr(root, "children", None))
    elif isinstance(root, (list, tuple)):
        for each in root:
            yield from components(each)


def shown() -> list[Component]:
    """Every component of the shell and of every page."""
    door = Door(SmallBoards(), Answers())
    pages = [door.page(EVERYBODY, ask, "light").components() for ask in ASKS]
    pages.append(Door(SmallBoards(None), Answers()).page(EVERYBODY, Ask(), "light").components())
    return [*components(shell.layout()), *components(pages)]


def test_every_end_of_every_callback_is_on_some_page() -> None:
    known: dict[str, set[str]] = {}
    for each in shown():
        if getattr(each, "id", None):
            known.setdefault(each.id, set()).update(each._prop_names)
    for wire in WIRES:
        for id_, name in (wire.output, *wire.inputs):
            assert name in known.get(id_, set()), f"{id_}.{name} is on no page"


def test_the_application_has_exactly_these_callbacks(app: shell.Shell) -> None:
    assert set(app.callback_map) == {wire.output_id for wire in WIRES}
    for wire in WIRES:
        inputs = app.callback_map[wire.output_id]["inputs"]
        assert [(port["id"], port["property"]) for port in inputs] == list(wire.inputs)
        assert app.callback_map[wire.output_id]["state"] == []


def test_nothing_is_written_by_two_callbacks() -> None:
    assert len({wire.output for wire in WIRES}) == len(WIRES)


def test_ids_on_a_page_are_unique() -> None:
    door = Door(SmallBoards(), Answers())
    for ask in ASKS:
        ids = [
            each.id
            for each in [*components(shell.layout()), *components(door.page(EVERYBODY, ask, "light").components())]
            if getattr(each, "id", None)
        ]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("value", [1, True, [], {}, "x" * 4_001, b"x", 1.5])
def test_only_texts_of_bounded_length_come_in(value: object) -> None:
    assert not Wire.takes(value)
    assert Wire.takes("x" * 4_000)
    assert Wire.takes(None)


def test_dash_registers_nothing_at_import() -> None:
    assert not _callback.GLOBAL_CALLBACK_LIST
    assert callbacks.WIRES
