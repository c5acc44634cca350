"""What is written as YAML is read back as it was, by our own reader, remarks and all."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scorecard.interop.guessing import role_of, words_of
from scorecard.interop.notes import Converted, Note
from scorecard.interop.writing import WIDTH, column_text, document
from scorecard.yamlfile import parse

awkward = st.sampled_from(
    [
        "yes",
        "1e5",
        "0o17",
        "007",
        "22:30",
        "2026-01-01",
        "~",
        "a: b",
        "# no",
        "",
        " x ",
        "null",
        "\u2028",
        "'",
        "x" * 200,
    ]
)
texts = awkward | st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=40)
values = st.recursive(
    texts | st.integers(-(2**40), 2**40) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
sections = st.fixed_dictionaries(
    {
        "title": texts.filter(bool),
        "metrics": st.dictionaries(
            st.sampled_from(["m", "n"]), st.dictionaries(st.sampled_from("abc"), values, min_size=1), min_size=1
        ),
    }
)


@given(sections, texts)
def test_what_is_written_is_read_back(words: dict[str, Any], remark: str) -> None:
    remarks = {("metrics", "m"): (remark,), ("title",): (remark,)}
    text = document(Converted(words, remarks, (Note("x", remark),)), [remark])
    read = parse(text.encode(), "x.yaml")
    assert [str(fault) for fault in read.faults] == []
    assert read.root is not None
    assert read.root.plain() == words


def test_remarks_stand_above_their_entries_and_are_wrapped() -> None:
    remarks = {("metrics", "m"): ("word " * 60,)}
    text = document(Converted({"metrics": {"m": {"agg": "count"}}}, remarks, ()))
    lines = text.splitlines()
    assert lines[1] == "metrics:"
    assert all(line.startswith("  # word") and len(line) <= WIDTH for line in lines[2:5])
    assert lines[5:] == ["  m:", "    agg: count"]


def test_a_column_is_quoted_only_where_it_must_be() -> None:
    names = ["finished_at", "order", "Odd Name", 'a"b', "case"]
    assert [column_text(name) for name in names] == ["finished_at", "order", '"Odd Name"', '"a""b"', '"case"']


def test_roles_are_told_from_names() -> None:
    assert words_of("customerId") == words_of("customer_id") == ("customer", "id")
    names = ["engineer_id", "agentNo", "support_team", "dept", "customer_key", "order_id", "amount", "id", "team_size"]
    roles = ["worker", "worker", "team", "department", "customer", "case", None, None, None]
    assert [role_of(name) for name in names] == roles
