"""Why did it move: attribution over a scorecard's own released tables.

Three ways, never mixed: over the units right beneath (exact), over what the metric is made of (exact), and along the
influences that evidence bears out (estimated, with intervals). See ``docs/explanation/attribution.md``.
"""

from scorecard.causes.answer import Beneath, End, Estimated, Line, Noise, Split, Step, Why
from scorecard.causes.ground import Ground
from scorecard.causes.units import Between
from scorecard.causes.why import between, why

__all__ = [
    "Beneath",
    "Between",
    "End",
    "Estimated",
    "Ground",
    "Line",
    "Noise",
    "Split",
    "Step",
    "Why",
    "between",
    "why",
]
