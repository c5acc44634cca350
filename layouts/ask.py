"""What is asked, and the address that says it: one frozen value, both ways.

State lives in the address, so that every page can be sent to a colleague and comes back after a reload. Parsing
is strict: whatever is unknown or odd is not found; nothing is guessed and no query overrides a path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, cast, get_args
from urllib.parse import parse_qsl, quote, unquote, urlencode

from scorecard.definition import Grain
from scorecard.judge import Status
from scorecard.lens import NOW, Lens, Only
from scorecard.listing import Order, Wanted
from scorecard.org import Unit
from scorecard.view import NotFound

Page = Literal["thread", "metric", "unit", "measures", "displays", "wall", "why", "evidence"]
"""The last two have no page of their own: they are asked for as JSON."""
Show = Literal["sql"]
"""What a page shows only on request."""
View = Literal["map"]
"""Another picture of the thread than its columns: the whole map."""

MAX_ADDRESS = 4_000
_MAX_ID = 200
_MAX_DEPTH = 12
_MAX_WORDS = 60
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_MAX_FIND = 80
_NUMBER = re.compile(r"[2-9]|[1-9][0-9]{1,3}")
"""The first page's number is not said."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PICTURE = re.compile(r"\d{8}T\d{12}Z")
_LENS = ("only", "as_of")
_QUERIES: Mapping[Page, tuple[str, ...]] = {
    "thread": ("unit", "grain", "period", "path", "stage", "view", "seek", *_LENS),
    "metric": ("unit", "grain", "period", "by", "sort", "find", "status", "part", "words", "show", "seek", *_LENS),
    "unit": ("grain", "period", "seek", *_LENS),
    "measures": ("unit", "grain", "period", "seek", *_LENS),
    "displays": (),
    "wall": (),
    "why": ("unit", "grain", "from", "to", *_LENS),
    "evidence": (),
}
_FIELDS = {"from": "since", "to": "period", "as_of": "picture"}
"""The fields that bear another name than their query's."""

_OWN = Wanted()
"""A table as it opens."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a page is asked for.

    ``id`` is the metric of a metric page or the display of a wall; ``unit`` is the place asked about (``None``:
    the top); ``path`` the metrics along which the thread is drilled down, outcome first; ``stage`` the step of the
    journey it is seen from; ``view`` another picture than the columns; ``seek`` the words of a unit's name that is
    looked for. ``grain`` and ``period`` are ``None`` where the newest complete period at the calendar's own grain is
    meant. ``only`` keeps the rows of one value of a dimension; ``picture`` is an earlier picture's id.
    """

    page: Page = "thread"
    id: str = ""
    unit: Unit | None = None
    grain: Grain | None = None
    period: str | None = None
    path: tuple[str, ...] = ()
    rows: Wanted = _OWN
    """Of the metric page's table of units."""
    words: str | None = None
    """The department in whose words the metric is said; its own definition's where it is ``None``."""
    show: Show | None = None
    stage: str | None = None
    view: View | None = None
    seek: str = ""
    since: str | None = None
    """The earlier end of a change: any day of its period, or ``target``; the later one is ``period``."""
    only: Only | None = None
    picture: str | None = None

    @property
    def lens(self) -> Lens:
        """Through what is looked: everything, as the newest picture has it, unless something else is asked."""
        return NOW if self.only is None and self.picture is None else Lens(self.picture, self.only, self.grain)

    @property
    def address(self) -> str:
        """The address that says this: percent-encoded, in one spelling only."""
        parts: dict[Page, tuple[str, ...]] = {
            "metric": ("metric", self.id), "wall": ("wall", self.id), "measures": ("measures",),
            "why": ("why", self.id), "evidence": ("evidence",), "displays": ("displays",),
        }  # fmt: skip
        if self.page == "unit" and self.unit:
            parts["unit"] = ("unit", *self.unit)
        where = "/" + "/".join(quote(part, safe="") for part in parts.get(self.page, ()))
        query = urlencode(self.query(), quote_via=quote, safe=":,")
        return f"{where}?{query}" if query else where

    def query(self) -> list[tuple[str, str]]:
        """What the address's query says: name and text of everything asked beyond the path."""
        unit = ":".join(self.unit) if self.unit else None
        only = f"{self.only.dimension}:{self.only.value}" if self.only else None
        rows = self.rows
        asked = (
            ("unit", unit), ("grain", self.grain), ("period", self.period), ("path", ",".join(self.path)),
            ("stage", self.stage), ("view", self.view), ("by", rows.level),
            ("sort", rows.order and "-" * rows.descending + rows.order), ("find", rows.find), ("status", rows.status),
            ("part", str(rows.part) if rows.part > 1 else None), ("words", self.words), ("show", self.show),
            ("seek", self.seek), ("from", self.since), ("to", self.period),
            ("only", only), ("as_of", self.picture),
        )  # fmt: skip
        return [(key, text) for key, text in asked if text and key in _QUERIES[self.page]]

    def thread(self, *path: str) -> Ask:
        """The thread of the same place and time, drilled down along ``path``."""
        return replace(self._elsewhere("thread", unit=self.unit, path=path), stage=self.stage, view=self.view)

    def metric(self, metric: str, unit: Unit | None = None) -> Ask:
        """A metric's page at the same time, of ``unit`` or else of the same place."""
        return self._elsewhere("metric", id=metric, unit=unit or self.unit)

    def of_unit(self, unit: Unit) -> Ask:
        """A unit's page at the same time."""
        return self._elsewhere("unit", unit=unit)

    def at(self, unit: Unit | None) -> Ask:
        """The same question of another place."""
        return replace(self, unit=unit, rows=_OWN, seek="")

    def table(self, **changes: Any) -> Ask:
        """The same page with other lines in its table, from the first one on."""
        return replace(self, rows=replace(self.rows, **{"part": 1, **changes}))

    def said_by(self, department: str | None) -> Ask:
        """The same page in a department's words."""
        return replace(self, words=department)

    def shown(self, what: Show | None) -> Ask:
        """The same page with what it shows on request, or without."""
        return replace(self, show=what)

    def measures(self) -> Ask:
        """The index of measures, of the same place and time."""
        return self._elsewhere("measures", unit=self.unit)

    def _elsewhere(self, page: Page, *, unit: Unit | None, id: str = "", path: tuple[str, ...] = ()) -> Ask:  # noqa: A002 - the field's name
        """Another page of the same time and rows; what is asked of this page alone stays here."""
        return Ask(page, id, unit, self.grain, self.period, path, only=self.only, picture=self.picture)


def parse(path: str, query: str) -> Ask | NotFound:
    """Read an address as it stands in the browser: percent-encoded, the query with or without its ``?``."""
    if len(path) + len(query) > MAX_ADDRESS or not (path + query).isascii():
        return NotFound("there is no page at this address")
    try:
        page, ask = _page([_text(part) for part in path.split("/")])
        return replace(ask, **_asked(query.removeprefix("?"), _QUERIES[page]))
    except ValueError:
        return NotFound("there is no page at this address")


def unit_of(text: str) -> Unit:
    """Read ``level:id``; raises ``ValueError`` where it is none."""
    level, colon, id_ = text.partition(":")
    return _name(level), _id(id_ if colon else "")


def _page(parts: list[str]) -> tuple[Page, Ask]:
    match parts:
        case ["", ""]:
            return "thread", Ask()
        case ["", "metric", metric]:
            return "metric", Ask("metric", _name(metric))
        case ["", "unit", level, id_]:
            return "unit", Ask("unit", unit=(_name(level), _id(id_)))
        case ["", "measures"]:
            return "measures", Ask("measures")
        case ["", "why", metric]:
            return "why", Ask("why", _name(metric))
        case ["", "evidence"]:
            return "evidence", Ask("evidence")
        case ["", "displays"]:
            return "displays", Ask("displays")
        case ["", "wall", display]:
            return "wall", Ask("wall", _name(display))
        case _:
            raise ValueError("no such page")


def _asked(query: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    """The query's fields. A blank one is one that was not asked (a form without scripts sends those)."""
    if not query:
        return {}
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=len(_READ))
    if len({key for key, _ in pairs}) < len(pairs) or not {key for key, _ in pairs} <= {*allowed}:
        raise ValueError("a key that is unknown here, or given twice")
    asked = {_FIELDS.get(key, key): _READ[key](text) for key, text in pairs if text}
    rows = {name: value for key in _ROWS if key in asked for name, value in asked.pop(key).items()}
    return asked | ({"rows": Wanted(**rows)} if rows else {})


def _text(part: str) -> str:
    return unquote(part, errors="strict")


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("not a name")
    return text


def _id(text: str) -> str:
    """An id as companies write them; dots alone are out: browsers take them for steps, even percent-encoded."""
    if not text or len(text) > _MAX_ID or _CONTROL.search(text) or text in {".", ".."}:
        raise ValueError("not an id")
    return text


def _grain(text: str) -> Grain:
    if text not in get_args(Grain):
        raise ValueError("not a grain")
    return cast("Grain", text)


def _period(text: str) -> str:
    """A period's key in its one spelling: a day, or a day with hour and minute."""
    day = date.fromisoformat(text[:10])
    if text not in {day.isoformat(), datetime.fromisoformat(text).isoformat(timespec="minutes")}:
        raise ValueError("not a period's key")
    return text


def _end(text: str) -> str:
    return text if text == "target" else _period(text)


def _path(text: str) -> tuple[str, ...]:
    names = tuple(_name(name) for name in text.split(","))
    if len(names) > _MAX_DEPTH:
        raise ValueError("deeper than a thread can be")
    return names


def _sort(text: str) -> dict[str, Any]:
    order = text.removeprefix("-")
    if order not in get_args(Order):
        raise ValueError("not a column")
    return {"order": order, "descending": order != text}


def _find(text: str) -> dict[str, Any]:
    if len(text) > _MAX_FIND or _CONTROL.search(text):
        raise ValueError("not words")
    return {"find": text.strip()}


def _status(text: str) -> dict[str, Any]:
    if text not in get_args(Status):
        raise ValueError("not a status")
    return {"status": text}


def _part(text: str) -> dict[str, Any]:
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a page's number")
    return {"part": int(text)}


def _only(text: str) -> Only:
    return Only(*unit_of(text))


def _picture(text: str) -> str:
    if not _PICTURE.fullmatch(text):
        raise ValueError("not a picture's id")
    return text


_ROWS = ("by", "sort", "find", "status", "part")
"""What is asked of a page's table."""


def _view(text: str) -> View:
    if text not in get_args(View):
        raise ValueError("not a view")
    return cast("View", text)


def _show(text: str) -> Show:
    if text not in get_args(Show):
        raise ValueError("nothing is shown by that name")
    return cast("Show", text)


def _seek(text: str) -> str:
    """Words looked for, in one spelling: no control characters, single blanks."""
    if len(text) > _MAX_WORDS or _CONTROL.search(text):
        raise ValueError("not words to look for")
    return " ".join(text.split())


_READ: Mapping[str, Callable[[str], Any]] = {
    "unit": unit_of, "grain": _grain, "period": _period, "path": _path, "stage": _name, "view": _view, "seek": _seek,
    "by": lambda text: {"level": _name(text)}, "sort": _sort, "find": _find, "status": _status, "part": _part,
    "words": _id, "show": _show, "from": _end, "to": _period,
    "only": _only, "as_of": _picture,
}  # fmt: skip
