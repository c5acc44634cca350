"""A folder to a definition: merging, the environment, the content's hash, and faults that hide no other."""

import os
import stat
import time
from pathlib import Path

import pytest

from scorecard.faults import Faulty, Place
from scorecard.loader import Loaded, load

TOP = """\
title: North
calendar: {grain: day}
organisation: {levels: [all, team], labels: {team: {n: North}}}
sources:
  visits: {table: visits, time: at, units: {team: team}}
metrics:
  happy: {outcome: true, level: all, source: visits, agg: average, expr: score, owner: care, description: S., target: 4}
journey:
  - {id: order}
"""
AGGREGATES = "'sum', 'count', 'count_distinct', 'average', 'min', 'max', 'median', 'percentile' or 'sum_boolean'"
FIELD = """\
calendar: {week_starts: sunday}
organisation: {labels: {team: {s: South}}}
metrics:
  fixed:
    {source: visits, agg: count, owner: care, description: Visits., target: 4, stage: order, feeds: [happy]}
journey:
  - {id: use}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("north")


def written(folder: Path, **files: str | bytes) -> Path:
    for name, text in ({"scorecard": TOP} | files).items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def told(loaded: Loaded) -> list[str]:
    return [str(fault) for fault in loaded.faults]


def faults(loaded: Loaded) -> list[str]:
    return [str(fault) for fault in loaded.faults if fault.severity == "fault"]


def test_files_below_the_folder_are_merged_section_by_section(folder):
    loaded = load(written(folder, departments__field=FIELD), {})
    definition = loaded.checked()
    assert list(definition.metrics) == ["happy", "fixed"]
    assert (definition.calendar.grain, definition.calendar.week_starts) == ("day", "sunday")
    assert definition.organisation.labels == {"team": {"n": "North", "s": "South"}}
    assert [stage.id for stage in definition.journey] == ["order", "use"]
    assert told(loaded) == [
        "north/departments/field.yaml:7:10: journey[1].id: no measure belongs to the stage 'use' (warning)"
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("title: South", "north/b.yaml:1:1: title: is written twice: here and at north/scorecard.yaml:1:1"),
        (
            "calendar: {grain: week}",
            "north/b.yaml:1:12: calendar.grain: is written twice: here and at north/scorecard.yaml:2:12",
        ),
        (
            "metrics:\n  happy: {label: Happy}",
            "north/b.yaml:2:3: metrics.happy: is written twice: here and at north/scorecard.yaml:7:3",
        ),
        (
            "sources: {visits: {time: then}}",
            "north/b.yaml:1:11: sources.visits: is written twice: here and at north/scorecard.yaml:5:3",
        ),
        (
            "organisation: {levels: [a, b]}",
            "north/b.yaml:1:16: organisation.levels: is written twice: here and at north/scorecard.yaml:3:16",
        ),
        ("journey: {a: 1}", "north/b.yaml:1:1: journey: is written twice: here and at north/scorecard.yaml:8:1"),
        ("journey: [{id: order}]", "north/b.yaml:1:16: journey[1].id: the id 'order' stands twice"),
    ],
)
def test_what_is_written_twice_names_both_places(folder, text, fault):
    loaded = load(written(folder, b=text), {})
    assert faults(loaded) == [fault]
    assert loaded.definition is None


def test_a_folder_that_is_not_there_or_holds_no_scorecard_is_a_fault(folder):
    assert told(load(folder, {})) == ["north:1:1: there is no such folder"]
    folder.mkdir()
    assert told(load(folder, {})) == ["north/scorecard.yaml:1:1: there is no scorecard.yaml in this folder"]
    assert told(load(Path("no\0where"), {})) == ["no\0where:1:1: there is no such folder"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~\n"])
def test_a_file_that_says_nothing_is_a_fault(folder, text):
    assert "north/b.yaml:1:1: the file says nothing" in told(load(written(folder, b=text), {}))


@pytest.mark.parametrize("text", ["- a", "text", "7"])
def test_a_file_holds_sections(folder, text):
    wanted = "north/b.yaml:1:1: the file should hold sections such as 'metrics:', and begin with the name of one"
    assert wanted in told(load(written(folder, b=text), {}))


def test_an_empty_scorecard_is_a_fault(folder):
    assert faults(load(written(folder, scorecard="title: North\n"), {})) == [
        "north/scorecard.yaml:1:1: a scorecard needs at least one metric"
    ]


def test_hidden_files_are_passed_over_and_other_endings_are_told(folder):
    written(folder, **{".git__x": "{", "departments__.draft": "{"})
    (folder / "old.yml").write_text("{")
    (folder / "notes.txt").write_text("{")
    loaded = load(folder, {})
    assert "north/old.yml:1:1: is not read: scorecard files end in .yaml (warning)" in told(loaded)
    assert loaded.definition is not None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_fault(folder):
    written(folder, b=FIELD)
    (folder / "b.yaml").chmod(0)
    loaded = load(folder, {})
    (folder / "b.yaml").chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert "north/b.yaml:1:1: cannot be read: permission denied" in told(loaded)


def url(text: str) -> str:
    return TOP + f"warehouse: {{url: '{text}'}}\n"


@pytest.mark.parametrize(
    ("text", "environ", "wanted"),
    [
        ("sqlite:///x", {}, "sqlite:///x"),
        ("${DB}", {"DB": "sqlite:///y"}, "sqlite:///y"),
        ("${DB:-sqlite:///z}", {}, "sqlite:///z"),
        ("${DB:-sqlite:///z}", {"DB": ""}, "sqlite:///z"),
        ("${DB:-sqlite:///z}", {"DB": "duckdb:///w"}, "duckdb:///w"),
        ("postgresql://${USER}:${PASS}@h/${NAME:-d}", {"USER": "u", "PASS": "p$1"}, "postgresql://u:p$1@h/d"),
        ("${DB}", {"DB": "${OTHER}"}, "${OTHER}"),
    ],
)
def test_the_address_is_read_from_the_environment(folder, text, environ, wanted):
    assert load(written(folder, scorecard=url(text)), environ).checked().warehouse.url == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${DB}", "the environment variable 'DB' is not set and has no default"),
        ("${DB:-}", "the address of the warehouse is empty"),
        ("duckdb:///${1X}", "a variable is written ${NAME} or ${NAME:-default}"),
        ("duckdb:///${DB", "a variable is written ${NAME} or ${NAME:-default}"),
    ],
)
def test_an_address_that_cannot_be_made_is_a_fault(folder, text, message):
    loaded = load(written(folder, scorecard=url(text)), {})
    assert faults(loaded) == [f"north/scorecard.yaml:10:18: warehouse.url: {message}"]


def test_variables_are_read_nowhere_else(folder):
    text = TOP.replace("title: North", "title: ${HOME}")
    assert load(written(folder, scorecard=text), {"HOME": "/root"}).checked().title == "${HOME}"


@pytest.mark.parametrize(
    "warehouse",
    [
        "{url: '${DB}', statement_timeout: soon}",
        "{urll: '${DB}'}",
        "{url: ['postgresql://reader:hush@h/d']}",
        "postgresql://reader:hush@h/d",
        "{schema: ['postgresql://reader:hush@h/d'], statement_timeout: 'postgresql://reader:hush@h/d'}",
        "{url: '${DB}', files: {a: 1}}",
    ],
)
def test_no_message_holds_the_address(folder, warehouse):
    loaded = load(written(folder, scorecard=TOP + f"warehouse: {warehouse}\n"), {"DB": "postgresql://reader:hush@h/d"})
    assert faults(loaded)
    assert "hush" not in "".join(told(loaded))
    assert "hush" not in repr(loaded)


def test_the_hash_follows_the_content_and_no_secret(folder):
    def digest(text: str, **environ: str) -> str:
        return load(written(folder, scorecard=text), environ).hash

    same = digest(TOP)
    assert same == digest("# a remark\n" + TOP)
    assert same != digest(TOP.replace("target: 4", "target: 5"))
    assert same != digest(TOP.replace("target: 4", "target: '4'"))
    address = url("${DB}")
    assert digest(address, DB="pg://u:one@h/d") == digest(address, DB="pg://v:two@h/d?password=x")
    assert digest(address, DB="pg://h/d") != digest(address, DB="pg://h/e")


def test_places_of_paths_are_known(folder):
    loaded = load(written(folder, b=FIELD), {})
    assert loaded.place_of(("metrics", "fixed")) == Place("north/b.yaml", 4, 3)
    assert loaded.place_of(("metrics", "fixed", "target")) == Place("north/b.yaml", 5, 77)
    assert loaded.place_of(("metrics", "fixed", "feeds", 0, "metric")) == Place("north/b.yaml", 5, 102)
    assert loaded.place_of(("metrics", "fixed", "words", "care")) == Place("north/b.yaml", 4, 3)
    assert load(Path("nowhere"), {}).place_of(("metrics",)) is None


def test_a_definition_with_faults_is_refused_with_all_of_them(folder):
    loaded = load(written(folder, b="metrics: {a: 1}\ncolour: red\n"), {})
    with pytest.raises(Faulty) as refused:
        loaded.checked()
    assert refused.value.faults == loaded.faults
    assert len(faults(loaded)) == 2


def test_what_is_wrong_in_one_part_hides_nothing_in_another(folder):
    text = """\
metrics:
  broken: {source: 5, agg: summ, feeds: [happy, hapy, {metric: fixt, lagg: 1}, {lag: 1 day}, worse]}
  fixed: {source: visits, agg: count, feeds: [broken]}
  made: {type: derived, expr: broken / fixed}
changes:
  - {from: soon, moves: {metric: brokn, by: 1, within: 1 day}}
  - {id: two, from: soon, moves: {metric: broken, by: 1, within: 1 day}}
"""
    assert faults(load(written(folder, b=text), {})) == [
        "north/b.yaml:2:20: metrics.broken.source: input should be text, not 5: write it in quotes",
        f"north/b.yaml:2:28: metrics.broken.agg: input should be {AGGREGATES}, not 'summ'; did you mean 'sum'?",
        "north/b.yaml:2:49: metrics.broken.feeds[1]: there is no metric 'hapy'; did you mean 'happy'?",
        "north/b.yaml:2:64: metrics.broken.feeds[2].metric: there is no metric 'fixt'; did you mean 'fixed'?",
        "north/b.yaml:2:70: metrics.broken.feeds[2].lagg: there is no key 'lagg' here; did you mean 'lag'?",
        "north/b.yaml:2:80: metrics.broken.feeds[3]: 'metric' is missing",
        "north/b.yaml:2:94: metrics.broken.feeds[4]: there is no metric 'worse'",
        "north/b.yaml:6:5: changes[0]: 'id' is missing",
        "north/b.yaml:6:12: changes[0].from: input should be a date such as 2026-04-01, not 'soon'",
        "north/b.yaml:6:34: changes[0].moves.metric: there is no metric 'brokn'; did you mean 'broken'?",
        "north/b.yaml:7:21: changes[1].from: input should be a date such as 2026-04-01, not 'soon'",
    ]


def test_entries_taken_out_of_a_list_do_not_shift_the_places_of_others(folder):
    text = TOP.replace("  - {id: order}", "  - 7\n  - {id: order}\n  - []\n  - {id: use, after: oder}")
    assert faults(load(written(folder, scorecard=text), {})) == [
        "north/scorecard.yaml:9:5: journey[0]: input should be a mapping of keys to values, not 7",
        "north/scorecard.yaml:11:5: journey[2]: input should be a mapping of keys to values, not a list",
        "north/scorecard.yaml:12:22: journey[3].after: there is no stage 'oder'; did you mean 'order'?",
    ]


@pytest.mark.parametrize(
    "broken",
    [
        FIELD + "\tx",
        FIELD.replace("fixed:", "fixed: b: c"),
        FIELD.encode() + b"# caf\xe9",
        f"- {FIELD!r}",
        FIELD + "---\na: 1",
    ],
)
def test_nobody_says_a_name_is_missing_that_stands_in_a_file_that_cannot_be_read(folder, broken):
    other = (
        "metrics: {more: {source: visits, agg: count, owner: care, description: D., target: 1, feeds: [fixed, fixt]}}\n"
    )
    lines = told(load(written(folder, field=broken, other=other), {}))
    assert len(lines) == 2
    assert lines[0].startswith("north/field.yaml:")
    assert lines[1] == "north/other.yaml:1:102: metrics.more.feeds[1]: there is no metric 'fixt'"


@pytest.mark.parametrize("section", ["metrics", "sources", "journey", "organisation", "privacy", "voices", "tests"])
@pytest.mark.parametrize("value", ["7", "text", "[1, [2]]", "{a: {b: {c: 1}}}", "[{}]", "true"])
def test_a_section_of_the_wrong_shape_is_told(folder, section, value):
    loaded = load(written(folder, b=f"{section}: {value}\n"), {})
    assert loaded.definition is None
    assert any(line.startswith("north/b.yaml:1:") for line in told(loaded))


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("organisation: {levels: [all, team], labels: {team: {n: North}}}", "organisation: [all]"),
        ("  visits: {table: visits, time: at, units: {team: team}}", "  7"),
        ("  - {id: order}", "  order"),
    ],
)
def test_nobody_says_a_name_is_missing_from_a_section_that_cannot_be_read(folder, line, wrong):
    assert line in TOP
    loaded = load(written(folder, scorecard=TOP.replace(line, wrong), b=FIELD.partition("journey")[0]), {})
    assert faults(loaded)
    assert not any("there is no" in text for text in told(loaded))


def test_a_hundred_and_twenty_metrics_load_in_under_a_second(folder):
    metric = """
  metric_{at}:
    label: Metric {at}
    description: What is measured, in a sentence of the usual length.
    level: team
    owner: department {owner}
    stage: order
    type: ratio
    source: visits
    numerator: {{agg: count, filter: "not repeat_within_14d and product in ('a', 'b')"}}
    denominator: {{agg: count, filter: "cancelled is null"}}
    target: {{default: 0.88, "team:North": 0.85}}
    feeds:
      - {{metric: {feeds}, lag: 2 weeks, why: It was seen before.}}
    words: {{default: "{{value}} of visits.", "department 1": "{{value}} of ours."}}"""
    metrics = [
        metric.format(at=at, owner=at % 14, feeds=f"metric_{at // 2}" if at > 1 else "happy") for at in range(1, 121)
    ]
    written(folder, b="metrics:" + "".join(metrics))
    began = time.process_time()
    loaded = load(folder, {})
    assert time.process_time() - began < 1
    assert loaded.definition is not None
    assert len(loaded.definition.metrics) == 121
