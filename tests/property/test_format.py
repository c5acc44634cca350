"""The format under hostile hands: nothing but faults comes out, within bounds, and what is sound stays the same."""

import json
import math
import random
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorecard.checking import check
from scorecard.definition import Definition
from scorecard.faults import Place
from scorecard.loader import Loaded, load, merged
from scorecard.rules import findings
from scorecard.tree import Tree
from scorecard.yamlfile import Node, parse

ROOT = Path(__file__).parents[2]
BROADBAND = sorted((ROOT / "config" / "broadband").glob("*.yaml"))
FILES = {file.name: file.read_bytes() for file in BROADBAND}
LONGEST = 5.0
"""Seconds of processor time that any one text may cost: far above what is seen, far below what people wait."""

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), max_size=12)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False, allow_infinity=False), words
)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(words.filter(lambda key: key != "<<"), inner, max_size=4)
    ),
    max_leaves=12,
)


def inspect(loaded: Loaded) -> None:
    """What holds of every answer, whatever was asked."""
    assert (loaded.definition is None) == any(fault.severity == "fault" for fault in loaded.faults)
    places = [fault.place for fault in loaded.faults]
    assert all(place is not None for place in places)
    assert places == sorted(places)
    assert len({str(fault) for fault in loaded.faults}) == len(loaded.faults)
    assert all("\n" not in str(fault) and "Traceback" not in str(fault) for fault in loaded.faults)


def loaded_from(files: dict[str, bytes]) -> Loaded:
    with tempfile.TemporaryDirectory() as folder:
        for name, raw in files.items():
            (Path(folder) / name).write_bytes(raw)
        began = time.process_time()
        loaded = load(Path(folder), {})
        assert time.process_time() - began < LONGEST
    return loaded


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    document = parse(raw, "f.yaml")
    assert all(fault.place is not None for fault in document.faults)
    if document.root is not None:
        json.dumps(document.root.plain())


SIGNS = [
    "a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ",", "&x ", "*x", "!t ", "|", ">", "'",
    '"', "#", "---", "...", "<<", "%", "\t", "1", ".inf", "~", "on", "\\", "@", "`", "é", "\ufeff",
]  # fmt: skip


@given(st.lists(st.sampled_from(SIGNS), max_size=40))
def test_any_mix_of_yaml_signs_is_read_or_refused(signs):
    text = "".join(signs)
    document = parse(text.encode(), "f.yaml")
    lines = text.count("\n") + 2
    assert all(fault.place is not None and 1 <= fault.place.line <= lines for fault in document.faults)
    if document.root is not None:
        json.dumps(document.root.plain())


@given(trees)
def test_json_is_yaml_and_means_the_same(tree):
    document = parse(json.dumps(tree, ensure_ascii=False).encode(), "f.yaml")
    assert document.faults == ()
    assert document.root is not None
    assert document.root.plain() == tree


@given(st.dictionaries(st.sampled_from([*Definition.model_fields, "else"]), trees, max_size=6))
@settings(max_examples=50)
def test_sections_of_any_shape_give_faults_and_never_an_exception(sections):
    inspect(loaded_from({"scorecard.yaml": json.dumps(sections, ensure_ascii=False).encode()}))


def nodes(tree: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(one for key, value in inside for one in nodes(value, (*path, key)))]


HOSTILE = [
    None, True, -1, 0, 10**18, 1e300, "", "x", "high", "${X}", "a" * 3_000, "'", "{", "{value", "1 day", "2026-13-01",
    "select 1; drop table x", "(" * 50, [], {}, [[]], {"": 1}, {"metric": "nps"}, ["nps", "nps"], {"low": 1}, "self",
]  # fmt: skip


def _sound() -> Node:
    roots = [root for name, raw in FILES.items() if (root := parse(raw, name).root) is not None]
    return merged(roots, Place("scorecard.yaml"))[0]


SOUND = _sound()


@pytest.mark.skipif(not FILES, reason="the broadband scorecard is not here")
@given(st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.data_too_large])
def test_any_value_in_any_place_of_a_sound_scorecard_is_taken_or_told(data):
    tree = SOUND.plain()
    path = data.draw(st.sampled_from(nodes(tree)[1:]))
    at = tree
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = data.draw(st.sampled_from(HOSTILE) | trees)
    root = parse(json.dumps(tree, ensure_ascii=False).encode(), "f.yaml").root
    assert root is not None
    began = time.process_time()
    draft, faults = check(root)
    found = list(findings(draft))
    assert time.process_time() - began < LONGEST
    assert all(fault.place is not None for fault in [*faults, *found])
    assert draft.removed if faults else not draft.removed


def truncated(raw: bytes, at: random.Random) -> bytes:
    return raw[: at.randrange(len(raw) + 1)]


def shuffled(raw: bytes, at: random.Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    first = at.randrange(len(lines))
    some = lines[first : first + 6]
    at.shuffle(some)
    return b"".join([*lines[:first], *some, *lines[first + 6 :]])


def repeated(raw: bytes, at: random.Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    first = at.randrange(len(lines))
    return b"".join([*lines[: first + 3], *lines[first:]])


def shifted(raw: bytes, at: random.Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    one = at.randrange(len(lines))
    lines[one] = at.choice([b"  ", b"\t", b"- ", b" "]) + lines[one]
    return b"".join(lines)


def spoiled(raw: bytes, at: random.Random) -> bytes:
    where = at.randrange(len(raw))
    return raw[:where] + bytes([at.randrange(256)]) + raw[where + 1 :]


@pytest.mark.skipif(not FILES, reason="the broadband scorecard is not here")
@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.sampled_from([truncated, shuffled, repeated, shifted, spoiled]), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
@settings(max_examples=25)
def test_a_badly_edited_scorecard_gives_faults_and_never_an_exception(name, edits, at):
    raw = FILES[name]
    for edit in edits:
        raw = edit(raw or b" ", at)
    inspect(loaded_from({file: raw if file == name else text for file, text in FILES.items()}))


@pytest.mark.skipif(not FILES, reason="the broadband scorecard is not here")
@given(st.lists(st.integers(0, 4), min_size=80, max_size=80))
@settings(max_examples=5)
def test_it_does_not_matter_how_metrics_are_spread_over_files(spread):
    tree = SOUND.plain()
    metrics = tree.pop("metrics")
    files = [tree, *({"metrics": {}} for _ in range(5))]
    for to, (name, metric) in zip(spread, metrics.items(), strict=False):
        files[to + 1]["metrics"][name] = metric
    raws = {("scorecard.yaml" if at == 0 else f"{at}.yaml"): json.dumps(file).encode() for at, file in enumerate(files)}
    loaded = loaded_from(raws)
    assert loaded.definition is not None
    whole = loaded_from({"scorecard.yaml": json.dumps(tree | {"metrics": metrics}).encode()})
    assert loaded.definition == whole.definition
    assert [fault.message for fault in loaded.faults if fault.severity == "fault"] == []


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, dict[str, object]]:
    """Metrics that feed only later ones, so without cycles; the last may be outcomes."""
    size = draw(st.integers(1, 12))
    return {
        f"m{at}": {
            "source": "s",
            "agg": "count",
            "outcome": draw(st.booleans()) if at > size / 2 else False,
            "feeds": [f"m{to}" for to in sorted(draw(st.sets(st.integers(at + 1, size), max_size=3))) if to < size],
        }
        for at in range(size)
    }


@given(graphs(), st.randoms(use_true_random=False))
def test_a_tree_is_the_same_seen_from_both_ends(metrics, at):
    names = list(metrics)
    at.shuffle(names)
    tree = Tree.of(Definition.model_validate({"metrics": {name: metrics[name] for name in names}}))
    place = {name: position for position, name in enumerate(tree.order)}
    assert sorted(tree.order) == sorted(names)
    assert tree.cycles() == ()
    for link in tree.links:
        assert place[link.metric] < place[link.feeds]
        assert tree.depth(link.metric) > tree.depth(link.feeds)
        assert link in tree.feeds(link.metric)
        assert link in tree.fed_by(link.feeds)
    for name in names:
        assert all(name in tree.beneath(other) for other in tree.above(name))
        ways = list(tree.paths_up(name))
        assert [len(way) for way in ways] == sorted(len(way) for way in ways)
        for way in tree.thread(name):
            assert len(way) == min(len(other) for other in ways if other[-1] == way[-1])
        assert {way[-1] for way in ways} == {way[-1] for way in tree.thread(name)}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_as_they_were_written(number):
    root = parse(f"a: {number!r}".encode(), "f.yaml").root
    assert root is not None
    value = root.entries["a"].node.value
    assert isinstance(value, int | float)
    assert math.isclose(value, number, rel_tol=0, abs_tol=0)
