"""A first scorecard without a database to look at: small, whole, and every part of it explained."""

from __future__ import annotations

from scorecard.interop.writing import dumped

_REST = """
# Every page shows it.
promise: Fixed the first time, on the day we said.

calendar:
  time_zone: UTC                 # days and weeks are cut in this zone
  week_starts: monday
  grain: week                    # what pages open on

# Where the facts are: any database address; what stands in ${…} is read from the environment.
warehouse:
  url: ${GOLDEN_THREAD_WAREHOUSE:-duckdb:///facts.duckdb}
  statement_timeout: 60s

organisation:
  levels: [company, team, worker]          # top first
  people: worker                           # personal data: the privacy rules apply to it
  roster:                                  # who belongs where, dated
    table: staff
    columns: {worker: worker_id, team: team}
    names: {worker: display_name}
    valid_from: valid_from
    valid_to: valid_to                     # the first day it no longer holds; empty while it does

# Tables whose rows are facts: each with a time, and the unit that did it.
sources:
  visits:
    table: visits
    time: finished_at
    units: {worker: engineer_id}           # the roster fills in the team
    customer: customer_id
    key: visit_id                          # duplicates are counted once and reported
  answers:
    table: answers
    time: answered_at
    units: {worker: engineer_id}
    customer: customer_id
    key: answer_id

# The thread: what people do today, what it moves, and what customers say of it.
metrics:
  recommend:                               # the outcome: the end of the thread
    label: Would recommend us
    description: Promoters (9 and 10) less detractors (0 to 6), of a hundred answers.
    level: worker
    outcome: true
    owner: service
    stage: visit
    type: nps
    source: answers
    expr: score
    target: 40
    tolerance: 5

  first_visit_fix:                         # a measure a worker can move, and what it feeds
    label: First-visit fix
    description: Visits after which the customer needed no other.
    level: worker
    owner: service
    stage: visit
    type: ratio
    source: visits
    numerator: {agg: count, filter: "not needed_another"}
    denominator: {agg: count}
    format: percent
    direction: higher_is_better
    target: 0.88
    tolerance: 0.03
    feeds:
      - {metric: recommend, effect: raises, lag: 2 weeks, why: "A second visit is a second day off work."}
    words:                                 # the same number in each department's own language
      default: "{value} of visits fix it the first time."

# The customer's way, in the customer's order.
journey:
  - id: visit
    label: The visit
    customer: "Someone comes when they said, and it works when they leave."
    owner: service
"""


def example(title: str) -> str:
    """The YAML of a first scorecard: two sources, a measure, the outcome it feeds. It has neither fault nor warning."""
    head = (
        "# A first scorecard: put your own tables and columns in, then run `golden-thread check --connect`.\n"
        "# Every key there is: docs/reference/configuration.md, or `golden-thread schema` in your editor.\n"
    )
    return head + dumped("title", title) + _REST
