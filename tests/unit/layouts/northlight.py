"""The small company's definition, and the one change it has under way."""

from scorecard.definition import Change, Definition, Hows

HOWS = Hows(
    impact="Fewer second visits: about 140 a month.",
    looks="One visit, one knock on the door.",
    response="We expect 'kept their word' to rise.",
    told="The text before the visit names the part on board.",
    feedback="One question after the visit.",
)
DEFINITION = Definition.model_validate(
    {
        "title": "Northlight Broadband",
        "promise": "Connected when we said, and it stays that way.",
        "organisation": {"levels": ["enterprise", "department", "team", "worker"], "people": "worker"},
        "sources": {"visits": {"table": "visits", "time": "at"}},
        "metrics": {
            "nps": {"type": "nps", "source": "visits", "expr": "score", "label": "Net promoter score",
                    "outcome": True, "target": 45.0, "tolerance": 2.0, "owner": "care", "level": "enterprise"},
            "retention": {"agg": "count", "source": "visits", "label": "Customer retention", "format": "percent",
                          "outcome": True, "target": 0.92, "tolerance": 0.02, "owner": "care", "level": "enterprise"},
            "first_visit_fix": {"agg": "count", "source": "visits", "label": "First-visit fix", "format": "percent",
                                "target": 0.88, "tolerance": 0.03, "owner": "field", "stage": "get_connected",
                                "feeds": [{"metric": "nps", "why": "A second visit is a second day off work."}],
                                "words": {"default": "{value} of visits fix it the first time."},
                                "description": "Visits after which no other was needed within 14 days."},
            "handoffs": {"agg": "count", "source": "visits", "label": "Hand-offs per case", "target": 1.4,
                         "direction": "lower_is_better", "owner": "care", "stage": "get_connected",
                         "feeds": ["nps", "retention"]},
            "right_part": {"agg": "count", "source": "visits", "label": "Right part on the van", "format": "percent",
                           "target": 0.95, "tolerance": 0.02, "owner": "field", "feeds": ["first_visit_fix"]},
            "van_stock": {"agg": "count", "source": "visits", "label": "Van stock counted daily", "format": "percent",
                          "target": 0.98, "tolerance": 0.02, "owner": "field", "feeds": ["right_part"],
                          "description": "Vans counted and signed before the first job."},
            "broken": {"agg": "count", "source": "visits", "label": "Calls answered", "owner": "care",
                       "feeds": ["retention"]},
        },
        "journey": [
            {"id": "order", "label": "Order", "customer": "I know what I get and when."},
            {"id": "get_connected", "label": "Get connected", "customer": "Someone comes when they said.",
             "owner": "field", "moment_of_truth": {"label": "Installation day", "weight": 3}},
        ],
        "displays": [{"id": "depot-north", "label": "Depot North", "unit": "team:Depot North"}],
    }
)  # fmt: skip
CHANGE = Change.model_validate(
    {"id": "count-first", "label": "Count the van before the first job", "from": "2026-10-26",
     "moves": {"metric": "van_stock", "by": 0.1, "within": "8 weeks"}, "hows": HOWS.model_dump()}
)  # fmt: skip
