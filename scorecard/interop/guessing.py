"""What a column or key is about, told from its name: a worker, a team, a customer, a case."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal["worker", "team", "department", "customer", "case"]

_KEY_ENDS = {"id", "ids", "key", "no", "nr", "num", "number", "code", "sk", "uuid", "ref"}
_SAID: dict[str, Role] = {
    **dict.fromkeys(
        ("worker", "employee", "agent", "engineer", "technician", "adviser", "advisor", "analyst", "representative",
         "rep", "operator", "picker", "driver", "handler", "assignee", "staff", "salesperson", "colleague", "clerk",
         "nurse", "teller", "associate", "specialist"),
        "worker",
    ),
    **dict.fromkeys(("team", "squad", "crew", "depot", "branch", "shift", "desk", "queue"), "team"),
    **dict.fromkeys(("department", "dept", "division"), "department"),
    **dict.fromkeys(
        ("customer", "client", "account", "subscriber", "consumer", "patient", "guest", "caller", "buyer", "household"),
        "customer",
    ),
    **dict.fromkeys(
        ("case", "ticket", "order", "incident", "claim", "booking", "application", "request", "complaint"), "case"
    ),
}  # fmt: skip


def words_of(name: str) -> tuple[str, ...]:
    """The words of a column's name, in lower case: ``customerId`` and ``customer_id`` are the same two."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return tuple(word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word)


def role_of(name: str) -> Role | None:
    """What a key with this name most likely identifies; ``None`` where the name does not say."""
    words = list(words_of(name))
    while len(words) > 1 and words[-1] in _KEY_ENDS:
        words.pop()
    return _SAID.get(words[-1]) if words else None
