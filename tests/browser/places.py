"""The pages there are, found as people find them: by following links. A new page joins by being linked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from urllib.parse import parse_qs, urlsplit

Get = Callable[[str], str | None]
"""An address of the site to the page's markup; ``None`` for what is no page."""

_LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)"')
BESIDE: Mapping[str, str] = {
    "thread-drilled": "/?unit=team:Depot%20North&path=nps,handoffs",
    "metric-failed": "/metric/broken",
    "unit-withheld": "/unit/worker/w-8",
    "not-found": "/nowhere",
}
"""Pages of the small company that few links lead to: states that must be seen to."""


def kind(address: str) -> str:
    """What sort of page an address is: ``metric``, ``unit-team``, ``thread-map``."""
    parts = urlsplit(address)
    first, *rest = parts.path.strip("/").split("/")
    name = "-".join(
        [first or "thread", *(rest[:1] if first == "unit" else []), *(rest[1:2] if first == "metric" else [])]
    )
    view = parse_qs(parts.query).get("view", [])
    return "-".join([name, *view])


def places(get: Get) -> dict[str, str]:
    """One page of every sort, by its sort, in the order in which links lead to them from the first page."""
    found: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        address = waiting.pop(0)
        if kind(address) in found:
            continue
        page = get(address)
        if page is None:
            continue
        found[kind(address)] = address
        waiting += [unescape(link) for link in _LINK.findall(page)]
    return found
