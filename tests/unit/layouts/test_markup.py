"""Escaping by construction, links that lead where they may, and the component."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import htpy as h
import plotly.offline
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from layouts.markup import NOWHERE, MarkupBlock, classes, html_of, path, safe_href
from layouts.parts.head import PLOTLY_BUNDLE

ASSETS = Path(__file__).parents[3] / "layouts" / "assets"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/metric/nps?grain=week#top",
        "?period=2026",
        "#main",
        "https://example.org/a",
        "mailto:a@example.org",
        "tel:+44",
    ],
)
def test_where_links_may_lead(address: str) -> None:
    assert safe_href(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "\x01javascript:x",
        "data:text/html,x", "vbscript:x", "//evil.example", "/\\evil.example", "\u200b//evil", "ftp://x", "file:///etc",
        "", None, "evil.example/x", "blob:x",
    ],
)  # fmt: skip
def test_where_links_may_not_lead(address: str | None) -> None:
    assert safe_href(address) == NOWHERE


@given(st.text())
def test_no_text_becomes_a_script(text: str) -> None:
    safe = safe_href(text)
    assert not re.match(r"\s*(javascript|data|vbscript):", safe, re.IGNORECASE)
    assert not safe.startswith(("//", "/\\"))


def nodes() -> st.SearchStrategy[h.Node]:
    texts = st.text(max_size=6)
    leaves = st.one_of(
        texts, st.none(), st.booleans(), st.integers(), st.just(Markup("<i>&amp;</i>")), st.just(h.br), st.just(h.html),
        st.builds(lambda value: h.input(value=value), texts), st.builds(h.comment, texts),
        st.just(lambda: h.b["late"]),
    )  # fmt: skip

    def within(children: st.SearchStrategy[h.Node]) -> st.SearchStrategy[h.Node]:
        some = st.lists(children, max_size=3)
        return st.one_of(
            some, some.map(tuple), some.map(lambda each: h.fragment[each]),
            st.builds(lambda css, text, each: h.span(css, title=text)[each], st.just(".a.b"), texts, some),
            some.map(lambda each: h.svg(viewBox="0 0 1 1", hidden=True)[each]),
        )  # fmt: skip

    return st.recursive(leaves, within, max_leaves=12)


@given(st.lists(nodes(), max_size=4))
def test_what_is_written_is_what_htpy_writes(given_: list[h.Node]) -> None:
    assert html_of(*given_) == str(h.fragment[given_])
    assert html_of(h.ul[(h.li[each] for each in given_)]) == str(h.ul[(h.li[each] for each in given_)])


def test_a_generator_that_is_used_up_and_what_is_no_node_are_refused() -> None:
    once = h.ul[(h.li[each] for each in "ab")]
    assert html_of(once) == "<ul><li>a</li><li>b</li></ul>"
    with pytest.raises(RuntimeError, match="used up"):
        html_of(once)
    with pytest.raises(TypeError, match="not a valid child"):
        html_of(object())  # type: ignore[arg-type]  # what it refuses


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.titles: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.titles += [value for name, value in attrs if name == "title"]

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_text_and_attributes_come_back_as_they_went_in(text: str) -> None:
    seen = Seen()
    seen.feed(str(html_of(h.p(title=text)[text])))
    seen.close()
    assert (seen.tags, seen.text, seen.titles) == (["p"], text, [text])


def test_paths_are_encoded() -> None:
    assert path("unit", "team", "a/b ?ü") == "/unit/team/a%2Fb%20%3F%C3%BC"
    assert path("metric", "nps", query={"unit": "team:A B"}) == "/metric/nps?unit=team%3AA+B"


def test_a_block_takes_only_what_was_escaped() -> None:
    block = MarkupBlock(html_of(h.p["a < b"]), id="page", class_name="wide")
    assert block.to_plotly_json() == {
        "type": "Markup",
        "namespace": "golden_thread",
        "props": {"id": "page", "html": "<p>a &lt; b</p>", "className": "wide"},
    }
    with pytest.raises(TypeError, match="html_of"):
        MarkupBlock("<p>plain</p>")  # type: ignore[arg-type]
    assert MarkupBlock(Markup("")).to_plotly_json()["props"] == {"html": ""}


def test_class_names() -> None:
    assert classes(["card", None, "", "on"]) == "card on"


def test_the_bundle_is_the_version_that_plotly_ships() -> None:
    version = plotly.offline.get_plotlyjs_version()
    assert f"plotly-basic-{version}.min.js" in PLOTLY_BUNDLE
    assert PLOTLY_BUNDLE in (ASSETS / "00-bundle.js").read_text()
    assert f"v{version}" in (ASSETS / PLOTLY_BUNDLE).read_text()[:200]


def test_what_the_charts_call_of_the_polyfill_asks_nobody() -> None:
    (lent,) = ASSETS.glob("*regenerator-runtime-*.js")
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", lent.read_text(), flags=re.DOTALL)
    assert not re.search(r"https?:|fetch|XMLHttpRequest|import\b|innerHTML|document", code)


@pytest.mark.parametrize(
    "file",
    [
        file
        for file in sorted(ASSETS.rglob("*"))
        if file.suffix in {".js", ".css"} and file.parent.name != "lazy" and "regenerator-runtime" not in file.name
    ],
    ids=lambda f: f.name,
)
def test_our_own_assets_ask_nobody_else(file: Path) -> None:
    text = file.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|url\(\s*[\"']?//", text)
    if file.suffix == ".js":
        assert "'use strict'" in text
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text)


def test_the_sheet_that_orders_the_layers_comes_first() -> None:
    assert min(file.name for file in ASSETS.glob("*.css")) == "00-layers.css"
