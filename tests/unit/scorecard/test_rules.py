"""The rules over the whole thread: each finds what it is for, where it is, and nothing in a sound scorecard."""

import pytest

from scorecard.checking import check
from scorecard.rules import RULES, findings
from scorecard.yamlfile import parse

SOUND = """\
organisation:
  levels: [enterprise, department, team, worker]
  people: worker
  roster: {table: staff, columns: {worker: id, team: team, department: department}}
sources:
  visits: {table: visits, time: at, units: {worker: engineer}, dimensions: {region: region}, case: order_id}
  survey: {table: survey, time: at}
metrics:
  nps: {outcome: true, level: enterprise, type: nps, source: survey, expr: score, owner: brand, description: D.,
    target: 40}
  fixed:
    type: ratio
    source: visits
    numerator: {agg: count, filter: not again}
    denominator: {agg: count}
    level: worker
    owner: field
    stage: install
    description: D.
    target: 0.9
    feeds: [{metric: again, effect: lowers, why: W.}, {metric: nps, why: W.}]
    words: {care: "{value} need no call."}
  again: {source: visits, agg: count, owner: care, stage: use, direction: lower_is_better, description: D.,
    target: 3, feeds: [{metric: nps, why: W.}]}
  sound: {type: index, of: {fixed: 2, again: 1}, level: team, owner: care, description: D., target: 90,
    feeds: [{metric: nps, why: W.}], words: {}}
  rolling: {type: cumulative, metric: again, window: 28 days, owner: care, description: D.,
    target: {metric: budget}, direction: lower_is_better, feeds: [sound]}
  budget: {source: visits, agg: count, owner: care, description: D., direction: none}
  gap: {type: derived, expr: "again - before", inputs: {before: {metric: again, offset: 1 year}}, owner: care,
    description: D., direction: none, feeds: [nps2]}
  nps2: {outcome: true, level: enterprise, source: survey, agg: average, expr: easy, owner: care,
    description: D., target: {default: 4}}
  stock: {source: visits, agg: count, non_additive: {by: [team, region]}, owner: field, description: D.,
    direction: in_range, target: {low: 1, high: 2}, feeds: [fixed]}
journey:
  - {id: install}
  - {id: use, after: install}
cases: {source: visits, activity: what, stage: {done: install}, manual: "who <> 'system'"}
voices: {source: survey, text: comment}
changes: [{id: c, from: 2026-03-02, units: ["department:field"], moves: {metric: fixed, by: 0.1, within: 8 weeks}}]
access: {roles: {executive: {sees: enterprise}, lead: {sees: own team}, worker: {sees: self}}}
displays: [{id: d, unit: "team:North"}]
tests: [{metric: fixed, unit: "team:North", grain: month, period: 2026-03-01, value: 0.87}]
"""


def said(text: str) -> list[str]:
    root = parse(text.encode(), "s.yaml").root
    assert root is not None
    draft, faults = check(root)
    assert not faults
    return sorted(str(fault).partition(": ")[2] for fault in findings(draft))


def test_a_sound_scorecard_raises_nothing():
    assert said(SOUND) == []


CASES = {
    "metric fed": (
        "metric: again, effect",
        "metric: agin, effect",
        ["there is no metric 'agin'; did you mean 'again'?"],
    ),
    "metric accumulated": ("metric: again, window", "metric: nothing, window", ["there is no metric 'nothing'"]),
    "metric weighed": ("again: 1}", "agains: 1}", ["there is no metric 'agains'; did you mean 'again'?"]),
    "a balance accumulated": (
        "metric: again, window",
        "metric: stock, window",
        ["metrics.rolling: it needs 'stock': a balance is taken at one instant and never added up over time"],
    ),
    "a part of an index no way is better for": (
        "again: 1}",
        "again: 1, gap: 1}",
        ["metrics.sound.of.gap: 'gap' has no target, so the index cannot weigh it"],
    ),
    "metric of an input": (
        "{metric: again, offset",
        "{metric: agein, offset",
        ["there is no metric 'agein'; did you mean 'again'?"],
    ),
    "metric as target": (
        "{metric: budget}",
        "{metric: bugdet}",
        [
            "there is no metric 'bugdet'; did you mean 'budget'?",
            "metrics.budget: leads to no customer outcome (warning)",
        ],
    ),
    "metric as part": (
        "numerator: {agg: count, filter: not again}",
        "numerator: visited",
        ["metrics.fixed.numerator: there is no metric 'visited'"],
    ),
    "metric of a change": (
        "moves: {metric: fixed",
        "moves: {metric: fixes",
        ["there is no metric 'fixes'; did you mean 'fixed'?"],
    ),
    "metric tested": (
        "tests: [{metric: fixed",
        "tests: [{metric: fixes",
        ["there is no metric 'fixes'; did you mean 'fixed'?"],
    ),
    "source of a metric": (
        "nps, source: survey",
        "nps, source: surveys",
        ["there is no source 'surveys'; did you mean 'survey'?"],
    ),
    "source of a measure": (
        "denominator: {agg: count}",
        "denominator: {agg: count, source: x}",
        ["metrics.fixed.denominator.source: there is no source 'x'"],
    ),
    "source of cases": (
        "cases: {source: visits",
        "cases: {source: visit",
        ["cases.source: there is no source 'visit'"],
    ),
    "source of voices": ("voices: {source: survey", "voices: {source: s", ["voices.source: there is no source 's'"]),
    "stage of a metric": (
        "stage: use",
        "stage: using",
        ["there is no stage 'using'", "journey[1].id: no measure belongs"],
    ),
    "stage of an activity": (
        "{done: install}",
        "{done: instal}",
        ["there is no stage 'instal'; did you mean 'install'?"],
    ),
    "stage before": ("after: install", "after: [install, x]", ["journey[1].after[1]: there is no stage 'x'"]),
    "level of a metric": ("level: team", "level: teams", ["metrics.sound.level: there is no level 'teams'"]),
    "level of people": ("people: worker", "people: workers", ["organisation.people: there is no level 'workers'"]),
    "level of the roster": (
        "columns: {worker: id",
        "columns: {person: id",
        ["organisation.roster.columns.person: there is no level 'person'"],
    ),
    "level of a source": (
        "units: {worker: engineer}",
        "units: {worker: engineer, crew: crew}",
        ["sources.visits.units.crew: there is no level 'crew'"],
    ),
    "level of a target": ("{default: 4}", '{"crew:a": 4}', ["metrics.nps2.target.crew:a: there is no level 'crew'"]),
    "level of a change": ('"department:field"', '"dept:field"', ["changes[0].units[0]: there is no level 'dept'"]),
    "level of a display": (
        'id: d, unit: "team:',
        'id: d, unit: "crew:',
        ["displays[0].unit: there is no level 'crew'"],
    ),
    "level of a test": ('fixed, unit: "team:', 'fixed, unit: "crew:', ["tests[0].unit: there is no level 'crew'"]),
    "balance": (
        "by: [team, region]",
        "by: [team, reigon]",
        ["metrics.stock.non_additive.by[1]: there is no level or dimension"],
    ),
    "role": ("sees: own team", "sees: own crew", ["access.roles.lead.sees: a role sees a level, 'own' and a level"]),
    "role of a level": ("sees: enterprise", "sees: company", ["not 'company'"]),
    "filter": ("filter: not again", "filter: not again and", ["metrics.fixed.numerator.filter: cannot be read as an"]),
    "expression": ("expr: easy", "expr: sum(easy)", ["metrics.nps2.expr: there is no function 'sum' here"]),
    "manual": ("who <> 'system'", "who; drop", ["cases.manual: one expression is expected"]),
    "formula": ("again - before", "again - 'then'", ["metrics.gap.expr: text has no place in a formula"]),
    "formula's names": (
        "again - before",
        "agin - before",
        ["metrics.gap.expr: there is no metric or input 'agin'; did you mean"],
    ),
    "formula's inputs": (
        "again - before",
        "again - 1",
        ["metrics.gap.inputs.before: the formula does not use 'before'"],
    ),
    "level twice": (
        "[enterprise, department, team, worker]",
        "[enterprise, department, team, team, worker]",
        ["organisation.levels[3]: the level 'team' stands twice"],
    ),
    "people above": ("people: worker", "people: team", ["organisation.people: people are the lowest level, 'worker'"]),
    "id of a stage twice": (
        "- {id: install}",
        "- {id: install}\n  - {id: install}",
        ["journey[1].id: the id 'install' stands twice"],
    ),
    "id of a display twice": ("[{id: d,", "[{id: d}, {id: d,", ["displays[1].id: the id 'd' stands twice"]),
    "band without in_range": (
        "direction: in_range, target",
        "target",
        ["metrics.stock.target: a target with 'low' and 'high'"],
    ),
    "in_range without a band": (
        "{low: 1, high: 2}",
        "2",
        ["metrics.stock.target: 'direction: in_range' needs a target"],
    ),
    "own target": (
        "{metric: budget}",
        "{metric: rolling}",
        ["can be its own target only with", "metrics.budget: leads to no"],
    ),
    "target twice from a day": (
        "target: 0.9",
        "target: [{from: 2026-01-01, value: 1}, {from: 2026-01-01, value: 2}]",
        ["metrics.fixed.target[1].from: there are two targets from 2026-01-01 on"],
    ),
    "measure without a source": (
        "ratio\n    source: visits",
        "ratio",
        ["fixed.denominator: 'source' is missing", "fixed.numerator: 's"],
    ),
    "cycle": (
        "target: 3, feeds: [",
        "target: 3, feeds: [{metric: stock, why: W.}, ",
        ["the thread goes round in a cycle: fixed → again → stock → fixed", "has no words for 'field'"],
    ),
    "cycle of itself": (
        "direction: none, feeds: [nps2]",
        "direction: none, feeds: [gap]",
        ["a cycle: gap → gap", "nps2: no measure", "gap: leads to no"],
    ),
    "cycle of stages": (
        "- {id: install}",
        "- {id: install, after: use}",
        ["comes after itself: a cycle", "comes after itself"],
    ),
    "files": (
        "sources:",
        "warehouse: {url: 'sqlite://', files: {a: b}}\nsources:",
        ["warehouse.files: files can be tables only"],
    ),
    "words without an end": (
        '"{value} need',
        '"{value need',
        ["metrics.fixed.words.care: only {value} and {target} are filled in, not '{value need no call.'"],
    ),
    "words of something else": (
        '"{value} need',
        '"{valu} need',
        ["only {value} and {target} are filled in, not '{valu}' (warning)"],
    ),
    "cases without a case": (", case: order_id", "", ["cases.source: the source 'visits' has no 'case'"]),
    "two ways to a stage": ("cases: {", "cases: {stage_column: s, ", ["cases.stage_column: give one of 'stage' and"]),
    "no way to an outcome": (
        "direction: in_range, target: {low: 1, high: 2}, feeds: [fixed]",
        "direction: in_range, target: {low: 1, high: 2}",
        ["metrics.stock: leads to no customer outcome (warning)"],
    ),
    "no work beneath an outcome": (
        "feeds: [nps2]",
        "feeds: [nps]",
        ["metrics.nps2: no measure of level 'worker' leads", "gives no 'why'"],
    ),
    "link without a why": (
        "again, effect: lowers, why: W.",
        "again, effect: lowers",
        ["metrics.fixed.feeds[0]: this link goes from 'field' to 'care' and gives no 'why' (warning)"],
    ),
    "effect against directions": (
        "effect: lowers",
        "effect: raises",
        ["metrics.fixed.feeds[0].effect: says it raises 'again'"],
    ),
    "fed twice": ("feeds: [fixed]", "feeds: [fixed, fixed]", ["metrics.stock.feeds[1]: 'fixed' is fed twice"]),
    "parts above": (
        "description: D., direction: none, feeds: [nps2]",
        "description: D., direction: none, feeds: [nps2], level: team",
        [],
    ),
    "parts only higher up": (
        "agg: count, owner: care, stage: use",
        "agg: count, level: department, owner: care, stage: use",
        [
            "metrics.gap: is shown at level 'worker', but 'again'",
            "metrics.rolling: is",
            "metrics.sound: is shown at level 'team'",
        ],
    ),
    "units nobody knows": (
        "table: visits, time: at, units: {worker: engineer}",
        "table: visits, time: at, units: {team: team}",
        [
            f"metrics.{name}: the source 'visits' (with the roster) does not know its units of level 'worker'"
            for name in ("again", "budget", "fixed", "stock")
        ],
    ),
    "nobody answers": (
        "direction: none}",
        "direction: higher_is_better}",
        ["metrics.budget: has no 'target' (warning)"],
    ),
    "nothing is said": (
        "budget: {source: visits, agg: count, owner: care, description: D., direction: none}",
        "budget: {source: visits, agg: count}",
        ["metrics.budget: has no 'owner', 'description' or 'target' (warning)"],
    ),
    "stage without a measure": (
        "- {id: install}",
        "- {id: ask}\n  - {id: install}",
        ["journey[0].id: no measure belongs to the stage 'ask'"],
    ),
    "no words": (
        '    words: {care: "{value} need no call."}\n',
        "",
        ["metrics.fixed: has no words for 'care', whose measures it feeds"],
    ),
    "index of what has no target": (
        "target: 3,",
        "",
        ["metrics.again: has no 'target'", "metrics.sound.of.again: 'again' has no target"],
    ),
    "screen too far away": (
        '[{id: d, unit: "team:North"}]',
        "[{id: d, screen: {inches: 32, distance: 9m}}, {id: e, screen: {inches: 32, distance: 8.5m}}]",
        ["displays[0].screen: a screen of 32 inches is read from 8.6 m at the most (warning)"],
    ),
    "test below the level": (
        'fixed, unit: "team:',
        'sound, unit: "worker:',
        ["tests[0].unit: 'sound' is shown no lower than level 'team' (warning)"],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_a_rule_finds_what_it_is_for(old, new, expected):
    assert SOUND.count(old) == 1
    lines = said(SOUND.replace(old, new))
    assert len(lines) == len(expected), lines
    for part in expected:
        assert any(part in line for line in lines), lines


def test_more_measures_than_a_page_can_hold_are_told_once():
    more = "".join(
        f"  more_{at}: {{source: visits, agg: count, owner: field, description: D., target: 1, feeds: [fixed]}}\n"
        for at in range(8)
    )
    (line,) = said(SOUND.replace("journey:", more + "journey:"))
    assert line.startswith("metrics.more_7: 'field' has 10 measures at level 'worker', this is the tenth: people can")


def test_a_scorecard_without_metrics_is_a_fault():
    assert said("title: Empty") == ["a scorecard needs at least one metric"]


def test_every_rule_has_a_sentence_that_says_what_it_asks():
    assert all(rule.check.__doc__ for rule in RULES)
    assert len({rule.check for rule in RULES}) == len(RULES)


def test_guardrails_and_trade_offs_are_not_called_contradictions():
    assert said(SOUND.replace("effect: lowers, why", "effect: raises, kind: guardrail, why")) == []
