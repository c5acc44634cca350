"""A page as a value: blocks of markup and charts, shown by Dash or painted by the server, the same either way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from dash import dcc, html
from dash.development.base_component import Component
from htpy import div, footer
from htpy import main as main_
from markupsafe import Markup

from layouts import ids
from layouts.figures import CONFIG
from layouts.markup import MarkupBlock, html_of


@dataclass(frozen=True, slots=True)
class Chart:
    """A Plotly figure as a plain dict, and what it says in words.

    The server paints its place; with scripts the chart is drawn there. Its numbers stand on the same page as a
    table, so nobody needs the chart to read them.
    """

    figure: Mapping[str, Any]
    said: str
    notes: Markup | None = None
    """What stands beneath the picture: its limits, signals and changes in words."""

    def component(self) -> Component:
        """The chart in its frame."""
        graph = dcc.Graph(
            id=ids.CHART,
            figure=dict(self.figure),
            config=cast("Any", CONFIG),
            className="chart",
        )
        label: dict[str, Any] = {"aria-label": f"{self.said}. Arrow keys walk along it."}
        return html.Div(graph, className="chart-frame", role="img", tabIndex="0", **label)

    def paint(self) -> Markup:
        """The frame the chart will stand in."""
        return html_of(div(".chart-frame", role="img", aria_label=self.said)[div(".chart")])


Block = Markup | Chart


@dataclass(frozen=True, slots=True)
class Body:
    """What a screen shows between the frame's bars."""

    title: str
    kind: str
    blocks: tuple[Block, ...]
    says: str = ""
    """Read out when the page has been opened; the title where it is empty."""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole page: what stands above, the body, what stands below."""

    top: Markup
    body: Body
    full_title: str
    foot: Markup | None = None

    @property
    def status(self) -> int:
        """The HTTP status of its first paint."""
        return self.body.status

    def components(self) -> list[Component]:
        """The page as Dash shows it."""
        blocks = [_component(block, at) for at, block in enumerate(self.body.blocks)]
        return [
            MarkupBlock(self.top, class_name="page-top"),
            html.Main(blocks, id=ids.MAIN, className=_classes(self.body), tabIndex="-1"),
            *([MarkupBlock(self.foot, class_name="page-foot", tag="footer")] if self.foot else []),
        ]

    def paint(self) -> Markup:
        """The page as the server paints it, for the first look and for those without scripts."""
        blocks = [_painted(block, at) for at, block in enumerate(self.body.blocks)]
        main = main_(id=ids.MAIN, class_=_classes(self.body), tabindex="-1")[blocks]
        foot = footer(".page-foot")[self.foot] if self.foot else None
        return html_of(div(id=ids.FIRST_PAINT, data_first_paint="")[div(".page-top")[self.top], main, foot])


def _classes(body: Body) -> str:
    return " ".join(("page", *(f"page-{kind}" for kind in body.kind.split())))


def _component(block: Block, at: int) -> Component:
    if isinstance(block, Chart):
        notes = [MarkupBlock(block.notes, class_name="chart-notes")] if block.notes else []
        return html.Div([block.component(), *notes], className=f"block block-{at} block-chart")
    return MarkupBlock(block, class_name=f"block block-{at}")


def _painted(block: Block, at: int) -> Markup:
    if isinstance(block, Chart):
        notes = div(".chart-notes")[block.notes] if block.notes else None
        return html_of(div(class_=f"block block-{at} block-chart")[block.paint(), notes])
    return html_of(div(class_=f"block block-{at}")[block])
