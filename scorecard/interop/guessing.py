"""What a column or key is about, told from its name: a worker, a team, a customer, a case."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Role = Literal["worker", "team", "department", "customer", "case"]

KEY_ENDS = frozenset(
    ("id", "ids", "key", "no", "nr", "num", "number", "nummer", "code", "sk", "pk", "uuid", "guid", "ref")
)
"""Last words of a name that say that it identifies something."""

_SAID: dict[str, Role] = {
    **dict.fromkeys(
        ("worker", "employee", "agent", "engineer", "technician", "adviser", "advisor", "analyst", "representative",
         "rep", "operator", "picker", "driver", "handler", "assignee", "staff", "salesperson", "colleague", "clerk",
         "nurse", "teller", "associate", "specialist", "doctor", "physician", "consultant", "mechanic", "cashier",
         "courier", "dispatcher", "inspector", "adjuster", "waiter", "mitarbeiter", "mitarbeiterin", "mitarbeitende",
         "mitarbeitender", "pflegekraft", "techniker", "monteur", "bearbeiter", "sachbearbeiter", "betreuer",
         "berater", "fahrer", "personal", "arzt", "employe", "empleado"),
        "worker",
    ),
    **dict.fromkeys(
        ("team", "squad", "crew", "depot", "branch", "shift", "desk", "queue", "ward", "store", "shop", "office",
         "gruppe", "station", "filiale", "schicht", "equipe", "equipo"),
        "team",
    ),
    **dict.fromkeys(("department", "dept", "division", "abteilung", "bereich", "departement"), "department"),
    **dict.fromkeys(
        ("customer", "client", "account", "subscriber", "consumer", "patient", "guest", "caller", "buyer", "household",
         "requester", "passenger", "tenant", "borrower", "visitor", "kunde", "kundin", "patientin", "mandant",
         "mieter", "gast", "cliente"),
        "customer",
    ),
    **dict.fromkeys(
        ("case", "ticket", "order", "incident", "claim", "booking", "application", "request", "complaint", "admission",
         "encounter", "auftrag", "vorgang", "fall", "bestellung", "buchung", "anfrage", "beschwerde", "commande",
         "pedido"),
        "case",
    ),
}  # fmt: skip
_SAID_AS_KEYS: dict[str, Role] = {"group": "team", "manager": "team", "supervisor": "team"}
"""What a word means only where it is followed by the word of a key: a group's number, but not any group."""
_PAIRS: dict[tuple[str, ...], Role] = {("reports", "to"): "team"}
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ø": "o",
                          "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L"})  # fmt: skip


def plain(text: str) -> str:
    """The letters of a name without their marks: ``Maßnahme`` is ``Massnahme``."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words_of(name: str) -> tuple[str, ...]:
    """The words of a column's name, in lower case: ``customerId`` and ``customer_id`` are the same two."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain(name))
    return tuple(word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word)


def role_of(name: str) -> Role | None:
    """What a key with this name most likely identifies; ``None`` where the name does not say."""
    words = list(words_of(name))
    if tuple(words) in _PAIRS:
        return _PAIRS[tuple(words)]
    said = _SAID
    while len(words) > 1 and words[-1] in KEY_ENDS:
        words.pop()
        said = _SAID | _SAID_AS_KEYS
    return said.get(words[-1]) if words else None


def role_of_table(name: str) -> Role | None:
    """What the rows of a table with this name most likely are: ``Employees`` and ``support_groups`` say so."""
    words = words_of(name)
    known = _SAID | _SAID_AS_KEYS
    singulars = [words[-1].removesuffix(end) for end in ("", "s", "n", "en")] if words else []
    return next((known[word] for word in singulars if word in known), None)
