"""Every callback: what it is wired to, as data, and one line over the door.

The guard holds forged bodies against the same wires, and a test holds the wires against the pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output
from dash.exceptions import PreventUpdate
from flask import request

from layouts import ids
from layouts.ask import MAX_ADDRESS
from layouts.door import Door

Port = tuple[str, str]
"""A component's id and one of its properties."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A callback's ends; every value that comes in is a text of bounded length, or missing."""

    output: Port
    inputs: tuple[Port, ...]

    @property
    def output_id(self) -> str:
        """The output as Dash names it."""
        return ".".join(self.output)

    @staticmethod
    def takes(value: object) -> bool:
        """Whether a value may come in at all."""
        return value is None or (isinstance(value, str) and len(value) <= MAX_ADDRESS)


ROUTER = Wire((ids.PAGE, "children"), ((ids.ADDRESS, "pathname"), (ids.ADDRESS, "search")))
WIRES = (ROUTER,)


def register(app: Dash, door: Door) -> None:
    """Wire the application's callbacks."""

    @app.callback(Output(*ROUTER.output), [Input(*port) for port in ROUTER.inputs])
    def _route(pathname: str | None, search: str | None) -> Any:
        if pathname is None:  # the address is not known yet
            raise PreventUpdate
        return door.visit(request, pathname, search or "").components()
