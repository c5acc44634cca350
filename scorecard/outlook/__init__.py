"""What lies ahead, and what is passed on: computed once a refresh, kept in the snapshot.

Whether a figure will land on its target by the end of the span it counts in; what each leaf of the thread would have
to do for an outcome to reach its target; and which units got better at the cost of what they feed.
"""

from scorecard.outlook.answer import Exported, LeafNeed, Needs, Outlook, WillLand
from scorecard.outlook.looking import look

__all__ = ["Exported", "LeafNeed", "Needs", "Outlook", "WillLand", "look"]
