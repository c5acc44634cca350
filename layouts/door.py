"""The one door: every page and every API answer goes through it, with a principal that the server decided on.

Behind it, data is reached only as ``board.for_(principal)``; arguments are parsed strictly; what was answered is
kept by (generation, principal, question).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import quote

from flask import Request

from layouts.answers import Answers
from layouts.ask import Ask, parse
from layouts.parts.head import THEME_COOKIE
from layouts.prepared import Prepared
from layouts.problems import reference_of
from layouts.screens import frame, pages
from layouts.screens.sheet import Sheet
from layouts.serial import Unknown, answer, as_bytes
from layouts.tables import table
from layouts.tabular import Kind, as_file
from layouts.theme import Name
from layouts.words import Tongue
from scorecard.board import Board, Boards
from scorecard.lens import NOW, Busy
from scorecard.people.principal import EVERYBODY, WALL, Principal
from scorecard.view import NotFound

_LIVE = ("displays",)
"""Pages that say how things are this moment: never kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An API answer ready to send: bytes, and what they depend on."""

    body: bytes
    key: tuple[object, ...]


class NotYet(Exception):  # noqa: N818 - a state of the house, not an error of the program
    """No snapshot has ever been made."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where boards and kept answers meet a principal's question."""

    boards: Boards
    answers: Answers
    build: str = ""
    """The version of this program."""
    everybody: Principal = EVERYBODY
    """Who asks where there is no access control."""
    prepared: Prepared = field(default_factory=Prepared)

    def visit(self, asked: Request, path: str, query: str) -> Sheet:
        """The page at an address as the browser writes it; never raises: what fails says so, with a reference."""
        theme: Name = "dark" if asked.cookies.get(THEME_COOKIE) == "dark" else "light"
        try:
            return self.page(self.principal_of(asked), parse(path, query), theme)
        except Exception as error:  # noqa: BLE001 - the page's last line of defence; everything is logged
            return frame.bare(pages.failed(reference_of(error)))

    def principal_of(self, asked: Request) -> Principal:
        """Who asks, decided by the server alone. Without access control: everybody, and walls by their address."""
        on_a_wall = asked.path.startswith(("/wall/", "/api/v1/display/"))
        return WALL if on_a_wall else self.everybody

    def page(self, principal: Principal, ask: Ask | NotFound, theme: Name) -> Sheet:
        """The page that answers ``ask``."""
        whole = self.boards.for_(principal)
        if whole is None:
            return frame.bare(pages.no_picture_yet())
        if isinstance(ask, NotFound):
            return frame.framed(whole, Ask(), pages.not_found(pages.NOWHERE), here=False)
        try:
            board = self._through(principal, ask) or whole
        except Busy:
            return frame.framed(whole, Ask(), pages.busy(), here=False)
        if isinstance(board, NotFound):
            return frame.framed(whole, Ask(), pages.not_found(board), here=False)
        moment = board.moment(ask.grain, ask.period)
        if isinstance(moment, NotFound):
            return frame.framed(board, Ask(), pages.not_found(moment), here=False)
        head = board.head()
        said = replace(head, age=0.0), frame.as_of_line(head, Tongue.of(head))  # an age is asked anew, not each second

        def make() -> Sheet:
            body = pages.page(board, ask, moment, theme, self.build)
            here = body.status < HTTPStatus.BAD_REQUEST
            return frame.framed(board, ask if here else Ask(), body, here=here)

        if ask.page in _LIVE:
            return make()
        return self.answers.get((said, principal.key, "page", ask, theme), make)

    def data(self, principal: Principal, ask: Ask | NotFound, part: str = "") -> Answer:
        """The answer to ``ask``, or to a part of it, as JSON; raises what :meth:`board_of` does."""
        if isinstance(ask, NotFound):
            self.board(principal)
            raise Unknown(ask)
        board = self.board_of(principal, ask)
        if ask.page in _LIVE:
            body = as_bytes(answer(board, ask))
            return Answer(body, (body,))
        head = board.head()
        if ask.page == "wall":
            version = head.generation, head.stale
            ready = self.prepared.get((principal.key, ask), version, lambda: as_bytes(answer(board, ask)))
            return Answer(ready.body, (principal.key, ask, ready.version))
        key = (head.generation, principal.key, "data", ask, part, head.stale)
        return Answer(self.answers.get(key, lambda: as_bytes(answer(board, ask, part))), key)

    def file(self, principal: Principal, ask: Ask, name: str, kind: Kind) -> tuple[str, bytes]:
        """A table of a page as a file, its name and its bytes; raises what :meth:`board_of` does."""
        found = table(self.board_of(principal, ask), ask, name)
        if isinstance(found, NotFound):
            raise Unknown(found)
        return found.name, as_file(found, kind)

    def _through(self, principal: Principal, ask: Ask) -> Board | NotFound | None:
        """The board through the lens that is asked for; ``None`` where that is the plain one. Raises ``Busy``."""
        return None if ask.lens == NOW else self.boards.through(principal, ask.lens)

    def board_of(self, principal: Principal, ask: Ask) -> Board:
        """The board that an ask is put to; raises ``Unknown``, ``Busy`` or :class:`NotYet`."""
        whole = self.board(principal)
        found = self._through(principal, ask) or whole
        if isinstance(found, NotFound):
            raise Unknown(found)
        return found

    def board(self, principal: Principal) -> Board:
        """The principal's board; raises :class:`NotYet`."""
        board = self.boards.for_(principal)
        if board is None:
            raise NotYet
        return board


def address_of(asked: Request) -> tuple[str, str]:
    """A request's path and query as they were sent, percent-encoded (WSGI decodes its own copy of the path)."""
    raw = asked.environ.get("RAW_URI") or asked.environ.get("REQUEST_URI") or quote(asked.path)
    return raw.partition("?")[0], asked.query_string.decode("latin-1")
