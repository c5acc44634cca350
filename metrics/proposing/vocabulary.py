"""Words in the names of tables and columns, and what they most likely tell: English, and German beside it."""

from __future__ import annotations

ROSTER = {"staff", "employee", "employees", "roster", "people", "workers", "worker", "agent", "agents", "team", "teams",
          "members", "personnel", "hr", "rota", "users", "technicians", "engineers", "nurses", "drivers", "mitarbeiter",
          "mitarbeitende", "personal", "dienstplan"}  # fmt: skip
VALID_FROM = {"valid_from", "from_date", "start_date", "starts_on", "effective_from", "since", "gueltig_von",
              "gueltig_ab"}  # fmt: skip
VALID_TO = {"valid_to", "to_date", "end_date", "ends_on", "effective_to", "until", "gueltig_bis"}
PERSON_NAMES = (("display", "name"), ("full", "name"), ("name",), ("last", "name"), ("surname",), ("nachname",))
"""How a column with people's names is called, the best first."""
UNIT_NAMES = {"name", "title", "label", "bezeichnung", "description"}

DONE = ("finished", "completed", "closed", "resolved", "solved", "ended", "restored", "delivered", "shipped",
        "discharged", "answered", "said", "responded", "submitted", "entlassen", "erledigt", "abgeschlossen", "beendet",
        "geliefert", "beantwortet")  # fmt: skip
"""Words of a time at which something was over, the likeliest first."""
BEGUN = ("happened", "occurred", "event", "started", "start", "begun", "ordered", "order", "created", "opened",
         "received", "reported", "requested", "admitted", "arrived", "issued", "invoice", "booked", "called",
         "begonnen", "angelegt", "erstellt", "bestellt", "eingegangen", "gemeldet",
         "aufgenommen", "beginn")  # fmt: skip
"""Words of a time at which something began or happened."""
PLAIN_TIMES = (
    "timestamp",
    "zeitpunkt",
    "datetime",
    "date",
    "datum",
    "time",
    "zeit",
    "ts",
    "at",
    "am",
    "on",
    "day",
    "tag",
)
PROMISED = {"due", "required", "promised", "promise", "planned", "scheduled", "deadline", "expected", "eta", "faellig",
            "faelligkeit", "geplant", "zugesagt", "soll", "sla"}  # fmt: skip
"""Words of a time by which something should have been over."""
TOUCHED = {"updated", "modified", "changed", "edited", "synced", "loaded", "inserted", "imported", "geaendert"}
"""Words of a time that says when the row was written, which is not when it happened."""
OF_A_LIFE = {"birth", "born", "dob", "birthdate", "birthday", "geburt", "geburtsdatum", "geburtstag", "hire", "hired",
             "hiredate", "joined", "employed", "eintritt", "eingestellt", "deleted", "expires", "expiry", "expiration",
             "valid", "gueltig"}  # fmt: skip
"""Words of a time that is never the moment a row happened at."""

MAYBE_WORKER = {"user", "owner", "lead", "by"}

BAD = {"repeat", "repeated", "missed", "late", "failed", "failure", "error", "errors", "complaint", "complaints",
       "complained", "cancelled", "canceled", "churn", "churned", "lapsed", "left", "breached", "escalated", "reopened",
       "reopens", "refunded", "returned", "disputed", "wrong", "broken", "abandoned", "overdue", "transferred",
       "transfers", "unpaid", "noshow", "show", "defect", "defects", "fall", "fell", "sturz", "fehler", "beschwerde",
       "storniert", "verspaetet", "gekuendigt", "eskaliert", "mahnung", "ausfall", "falsch",
       "abgebrochen"}  # fmt: skip
OUTCOMES = {"retained": 70, "renewed": 70, "kept": 55, "stayed": 65, "churn": 70, "churned": 70, "lapsed": 65,
            "left": 60, "complaint": 50, "complaints": 50, "repurchased": 60, "cancelled": 40, "gekuendigt": 70,
            "verlaengert": 70, "beschwerde": 50, "storniert": 40}  # fmt: skip
"""How likely a word tells what customers made of it."""
RECOMMEND = {"nps", "recommend", "recommendation", "promoter", "likelihood", "weiterempfehlung", "empfehlung"}
SATISFIED = {
    "csat",
    "satisfaction",
    "satisfied",
    "stars",
    "rating",
    "score",
    "ces",
    "sentiment",
    "verdict",
    "zufriedenheit",
    "bewertung",
}
MONEY = {"amount", "price", "revenue", "cost", "charge", "fee", "total", "credit", "paid", "refund", "spend", "sales",
         "freight", "betrag", "preis", "umsatz", "kosten", "gebuehr", "erloes", "summe"}  # fmt: skip
SECONDS = {
    **dict.fromkeys(("milliseconds", "millis", "ms"), 0.001),
    **dict.fromkeys(("seconds", "secs", "sec", "sekunden", "sek"), 1.0),
    **dict.fromkeys(("minutes", "mins", "minuten"), 60.0),
    **dict.fromkeys(("hours", "hrs", "stunden"), 3600.0),
    **dict.fromkeys(("days", "tage"), 86_400.0),
}
"""How many seconds the unit is that a name ends in."""
LONG = {"duration", "wait", "waited", "delay", "elapsed", "handling", "talk", "hold", "dauer", "wartezeit",
        "bearbeitungszeit"}  # fmt: skip
VOICE = {"comment", "comments", "feedback", "verbatim", "remark", "remarks", "said", "message", "review", "kommentar",
         "bemerkung", "rueckmeldung"}  # fmt: skip
ACTIVITY = {"event", "activity", "action", "step", "status", "aktivitaet", "ereignis", "schritt"}

YES = {"y", "yes", "true", "t", "j", "ja", "good", "satisfied", "positive", "gut", "zufrieden"}
NO = {"n", "no", "false", "f", "nein", "bad", "dissatisfied", "unsatisfied", "negative", "schlecht", "unzufrieden"}
"""The two words of a text that is one or the other."""
