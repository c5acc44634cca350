"""HTML that is escaped by construction, and the one Dash component that shows it.

Parts build pages with htpy, which escapes every text and attribute. The page's HTML serves the first paint
as it is and Dash through :class:`MarkupBlock`. Between the two stands one rule: only :func:`html_of` makes the
string a block shows, and it takes htpy elements, never a string.

What the scripts in ``assets/`` expect of a page:

* the first paint stands in one element ``#first-paint``; it is removed once a block has shown HTML;
* a block's root may carry ``data-title`` (the document's title) and ``data-says`` (said by ``#announcer``);
* elements that should keep focus when their block is replaced have an ``id``;
* ``a[data-nav=reload]`` is never turned into a navigation without reload.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import GeneratorType
from typing import cast
from urllib.parse import quote, urlencode

from dash.development.base_component import Component
from htpy import Element, Node, fragment
from markupsafe import Markup, escape

_SCHEMES = ("http", "https", "mailto", "tel")
_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*):")
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
NOWHERE = "#"


def safe_href(address: str | None) -> str:
    """Return ``address`` if a link may lead there, else ``"#"``.

    Allowed are paths of this site (``/…``), queries and fragments, and http, https, mailto and tel.
    Refused are other schemes (javascript, data, …), ``//host`` and ``/\\host``, which browsers take for
    another site, and anything with control or invisible characters, which browsers strip before they look.
    """
    if not address or _INVISIBLE.search(address):
        return NOWHERE
    scheme = _SCHEME.match(address)
    if scheme:
        return address if scheme.group(1).lower() in _SCHEMES else NOWHERE
    if address[0] in "?#":
        return address
    if address[0] == "/" and not address.startswith(("//", "/\\")):
        return address
    return NOWHERE


def path(*parts: str, query: Mapping[str, str] | None = None) -> str:
    """Return the site address ``/part/part?query`` with every part and value percent-encoded."""
    address = "/" + "/".join(quote(part, safe="") for part in parts)
    return f"{address}?{urlencode(query)}" if query else address


def html_of(*nodes: Node) -> Markup:
    """Return the HTML of htpy elements and texts; texts are escaped, ``None`` shows nothing.

    What htpy would give, letter by letter, in a third of its time: it hands every piece up through all that stands
    around it, and asks of each whether it has any of ten forms. What is not one of the usual ones is left to it.
    """
    pieces: list[str] = []
    _write(nodes, pieces.append)
    return Markup("".join(pieces))  # noqa: S704  (each piece is a tag of htpy's or has been escaped)


def _write(node: Node, put: Callable[[str], None]) -> None:
    kind = type(node)
    if kind is Element:
        element = cast("Element", node)
        name, attributes, children = element._name, element._attrs, element._children  # noqa: SLF001 - slots of htpy's, tested against its output
        put(f"<{name}{attributes}>")
        if children is not None:
            _write(children, put)
        put(f"</{name}>")
    elif kind is str:
        put(escape(node))
    elif kind is Markup:
        put(cast("Markup", node))
    elif kind is list or kind is tuple or kind is GeneratorType:
        if kind is GeneratorType and cast("GeneratorType[Node, None, None]", node).gi_frame is None:
            raise RuntimeError("a generator of nodes has been used up: its nodes would be missing")
        for each in cast("Iterable[Node]", node):
            _write(each, put)
    elif node is not None:
        put(str(fragment[node]))


def classes(names: Iterable[str | None]) -> str:
    """Join the class names that are there."""
    return " ".join(name for name in names if name)


class MarkupBlock(Component):
    """Shows HTML made by :func:`html_of` (``assets/30-markup.js``).

    Dash registers a component class by its metaclass when the class is made; that is the one thing
    importing this module does. The script is an asset, so no component suite is served.
    """

    _children_props: list[str] = []  # noqa: RUF012  (Dash's own class attributes, read by its renderer)
    _base_nodes: list[str] = []  # noqa: RUF012  (as above)
    _namespace = "golden_thread"
    _type = "Markup"
    _prop_names: list[str] = ["id", "html", "className", "tag"]  # noqa: RUF012  (as above)
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012  (as above)
    available_properties: list[str] = _prop_names
    available_wildcard_properties: list[str] = []  # noqa: RUF012  (as above)

    def __init__(
        self,
        html: Markup | None = None,
        id: str | None = None,  # noqa: A002  (Dash's name for it)
        class_name: str | None = None,
        tag: str | None = None,
    ) -> None:
        if type(html) is str:
            raise TypeError("MarkupBlock takes what html_of returns, not a plain string")
        given = {"id": id, "html": None if html is None else str(html), "className": class_name, "tag": tag}
        super().__init__(  # type: ignore[no-untyped-call]  # Dash's base class is not typed
            **{name: value for name, value in given.items() if value is not None}
        )
