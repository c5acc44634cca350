"""Text to data with places: what is read, what is refused, and what refusing costs."""

import time

import pytest

from scorecard.faults import Place
from scorecard.yamlcore import core_value
from scorecard.yamlfile import MAX_BYTES, MAX_DEPTH, MAX_FAULTS, MAX_NODES, parse


def read(text: str | bytes):
    return parse(text.encode() if isinstance(text, str) else text, "f.yaml")


def told(text: str | bytes) -> list[str]:
    return [str(fault) for fault in read(text).faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("y", "y"), ("22:30", "22:30"), ("0123", "0123"), ("-012", "-012"),
        ("2026-04-01", "2026-04-01"), ("1_000", "1_000"), ("0b1", "0b1"), ("1.2.3", "1.2.3"), ("-", "-"), (".", "."),
        ("true", True), ("True", True), ("FALSE", False), ("~", None), ("null", None), ("", None), ("nUll", "nUll"),
        ("0", 0), ("-7", -7), ("+7", 7), ("0o17", 15), ("0xff", 255), ("1.5", 1.5), ("1.", 1.0), (".5", 0.5),
        ("1e3", 1000.0), ("-1.5E-2", -0.015), ("0.0", 0.0), ("e3", "e3"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text, value):
    assert core_value(text) == value
    assert type(core_value(text)) is type(value)


def test_data_comes_with_the_places_of_values_and_keys():
    root = read("a: 1\nb:\n  - x\n  - {c: 'two'}\n").root
    assert root is not None
    assert root.plain() == {"a": 1, "b": ["x", {"c": "two"}]}
    entry = root.entries["b"]
    assert entry.key == Place("f.yaml", 2, 1)
    assert entry.node.value[1].entries["c"].key == Place("f.yaml", 4, 6)
    assert entry.node.value[1].entries["c"].node.place == Place("f.yaml", 4, 9)


def test_quoted_scalars_and_keys_are_text():
    assert read("\"on\": '1'\n1: \"true\"\n'': |\n  5\n").root.plain() == {"on": "1", "1": "true", "": "5\n"}


def test_an_alias_repeats_what_its_anchor_holds():
    assert read("a: &w {x: [1]}\nb: *w\n").root.plain() == {"a": {"x": [1]}, "b": {"x": [1]}}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: a: is written twice: here and at f.yaml:1:1"),
        ("m: {x: {k: 1, k: 2}}", "f.yaml:1:15: m.x.k: is written twice: here and at f.yaml:1:9"),
        ("on: 1", "f.yaml:1:1: on: the key 'on' is true or false to many YAML readers: write it in quotes"),
        ("x: {NO: 1}", "f.yaml:1:5: x.NO: the key 'NO' is true or false to many YAML readers: write it in quotes"),
        ("~: 1", "f.yaml:1:1: ~: the key '~' is no text to many YAML readers: write it in quotes"),
        ("? [a]\n: 1", "f.yaml:1:3: a key must be text"),
        ("<<: {a: 1}", "f.yaml:1:1: merge keys ('<<') are not part of this format: write the keys out"),
        ("a: [1, .inf]", "f.yaml:1:8: a[1]: a number must be finite, not .inf"),
        ("a: -.INF", "f.yaml:1:4: a: a number must be finite, not -.INF"),
        ("a: .nan", "f.yaml:1:4: a: a number must be finite, not .nan"),
        ("a: 1e999", "f.yaml:1:4: a: a number must be finite, not 1e999"),
        ("a: " + "9" * 30, "f.yaml:1:4: a: the number 99999999999999999999… has too many digits"),
        ("a: !x 1", "f.yaml:1:4: a: tags such as !x are not part of this format"),
        ("a: !!str 1", "f.yaml:1:4: a: tags such as !!str are not part of this format"),
        (
            "a: !!python/object/apply:os.system [ls]",
            "f.yaml:1:4: a: tags such as !!python/object/apply:os.system are not part of this format",
        ),
        ("a: *b", "f.yaml:1:4: a: there is no anchor '&b' above"),
        ("a: &a [*a]", "f.yaml:1:8: the alias '*a' stands inside what it repeats"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: a second document begins here: a file holds one"),
        ("a:\n\tb: 1", "f.yaml:2:1: a tab cannot indent YAML: use spaces"),
        ("a: b: c", "f.yaml:1:5: this cannot be read as YAML: mapping values are not allowed in this context"),
        ("a: x\0", "f.yaml:1:5: the character U+0000 cannot stand in a YAML file"),
        (b"a: 1\nb: caf\xe9\n", "f.yaml:2:7: the file is not UTF-8 text"),
        ("a: 1".encode("utf-16"), "f.yaml:1:1: the file is not UTF-8 text"),
    ],
)
def test_what_is_refused_is_told_with_its_place(text, fault):
    assert told(text) == [fault]


def test_every_fault_of_a_file_is_told():
    assert len(told("on: 1\na: .inf\na: !x 2\n? {}\n: 3\n")) == 5


def test_a_byte_order_mark_and_windows_line_ends_are_fine():
    document = parse("\ufeffa: 1\r\nb: 2\r\n".encode(), "f.yaml")
    assert document.root.plain() == {"a": 1, "b": 2}
    assert document.root.entries["b"].key == Place("f.yaml", 2, 1)


def test_an_empty_file_has_no_root_and_no_fault_of_its_own():
    assert (read("").root, read("# only this\n").root, told("")) == (None, None, [])


def bomb() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    return "\n".join(lines)


HOSTILE = {
    "alias bomb": bomb(),
    "deep lists": "[" * 500_000,
    "deep mappings": "{a: " * 200_000,
    "deep blocks": "- " * 400_000,
    "deep keys": "? " * 400_000,
    "many values": "- a\n" * 249_000,
    "many faults": "a: 1\n" * 190_000,
    "one long word": "a" * 900_000,
    "one long quote": "'" * 900_001,
    "long number": "a: " + "9" * 900_000,
    "too large": "a: 1\n" * (MAX_BYTES // 4),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_costs_little(text):
    began = time.process_time()
    document = read(text)
    assert time.process_time() - began < 5
    assert len(document.faults) <= MAX_FAULTS + 1


def test_an_alias_bomb_costs_milliseconds():
    assert len(bomb()) < 540
    began = time.process_time()
    assert told(bomb()) == ["f.yaml:4:8: aliases repeat more than 1,000 values: write them out"]
    assert time.process_time() - began < 0.1


def test_aliases_cannot_nest_deeper_than_what_is_written_out():
    half = MAX_DEPTH // 2
    deep = "[" * half + "]" * half
    assert told(f"a: &a {deep}\nb: {'[' * (half - 1)}*a{']' * (half - 1)}") == []
    (fault,) = told(f"a: &a {deep}\nb: {'[' * half}*a{']' * half}")
    assert fault == f"f.yaml:2:{4 + half}: this is nested more than {MAX_DEPTH} deep"


def test_bounds_are_told_where_they_are_passed():
    assert told("[" * 40) == [f"f.yaml:1:{MAX_DEPTH + 1}: this is nested more than {MAX_DEPTH} deep"]
    assert told("- a\n" * MAX_NODES + "- a\n") == [f"f.yaml:{MAX_NODES + 1}:3: the file holds more than 100,000 values"]
    assert told("a" * (MAX_BYTES + 1)) == [
        "f.yaml:1:1: the file is over 1,000,000 bytes: split it, one file a department"
    ]
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH).faults == ()
