from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.ask import MAX_ADDRESS, Ask, parse, unit_of
from scorecard.lens import NOW, Lens, Only
from scorecard.view import NotFound

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}", fullmatch=True)
ids = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40).filter(
    lambda text: text not in {".", ".."}
)
units = st.tuples(names, ids)
periods = st.dates().map(lambda day: day.isoformat()) | st.datetimes().map(
    lambda at: at.replace(second=0, microsecond=0).isoformat(timespec="minutes")
)
times = st.fixed_dictionaries(
    {},
    optional={"grain": st.sampled_from(["hour", "day", "week", "month", "quarter", "year"]), "period": periods},
)
lenses = st.fixed_dictionaries(
    {},
    optional={
        "only": st.builds(Only, names, ids),
        "picture": st.from_regex(r"[0-9]{8}T[0-9]{12}Z", fullmatch=True),
    },
)
asks = st.one_of(
    st.builds(
        lambda t, n, u, p: Ask("thread", unit=u, path=tuple(p), **t, **n),
        times, lenses, units | st.none(), st.lists(names, max_size=6),
    ),
    st.builds(
        lambda t, n, m, u, s: Ask("metric", m, unit=u, show=s, **t, **n),
        times, lenses, names, units | st.none(), st.sampled_from(["sql", None]),
    ),
    st.builds(lambda t, n, u: Ask("unit", unit=u, **t, **n), times, lenses, units),
    st.builds(lambda t, n, u: Ask("measures", unit=u, **t, **n), times, lenses, units | st.none()),
    st.builds(lambda d: Ask("wall", d), names),
)  # fmt: skip


@given(asks)
def test_an_ask_comes_back_from_its_own_address(ask: Ask) -> None:
    path, _, query = ask.address.partition("?")
    assert parse(path, query) == ask
    assert parse(path, f"?{query}" if query else "") == ask


@given(asks)
def test_an_address_is_plain_ascii_that_no_proxy_or_browser_rewrites(ask: Ask) -> None:
    assert ask.address.isascii()
    assert " " not in ask.address
    assert "//" not in ask.address
    assert not {".", ".."} & {*ask.address.partition("?")[0].split("/")}


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_an_ask_or_not_found_and_never_an_error(path: str, query: str) -> None:
    found = parse("/" + path, query)
    if isinstance(found, Ask):
        again = found.address.partition("?")
        assert parse(again[0], again[2]) == found


@pytest.mark.parametrize(
    ("path", "query", "ask"),
    [
        ("/", "", Ask()),
        ("/", "unit=team:Depot%20North", Ask(unit=("team", "Depot North"))),
        ("/", "unit=team:Depot+North", Ask(unit=("team", "Depot North"))),
        ("/", "grain=week&period=2026-11-09&path=nps,first_visit_fix",
         Ask(grain="week", period="2026-11-09", path=("nps", "first_visit_fix"))),
        ("/metric/nps", "unit=team:a:b", Ask("metric", "nps", unit=("team", "a:b"))),
        ("/unit/team/S%C3%BCd%2FWest", "", Ask("unit", unit=("team", "Süd/West"))),
        ("/measures", "", Ask("measures")),
        ("/wall/depot-north", "", Ask("wall", "depot-north")),
        ("/", "unit=&grain=week", Ask(grain="week")),
    ],
)  # fmt: skip
def test_addresses_of_the_contract(path: str, query: str, ask: Ask) -> None:
    assert parse(path, query) == ask


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("", ""), ("/nowhere", ""), ("/metric", ""), ("/metric/", ""), ("/metric/nps/", ""), ("//metric/nps", ""),
        ("/metric/1x", ""), ("/metric/nps%00", ""), ("/unit/team", ""), ("/unit/team/", ""), ("/unit/team/%2e", ""),
        ("/unit/te am/x", ""), ("/unit/team/%FF", ""), ("/unit/team/%ED%A0%80", ""), ("/unit/team/ü", ""),
        ("/", "colour=red"), ("/", "grain=week&grain=day"), ("/", "grain=fortnight"), ("/", "unit=team"),
        ("/", "unit=:x"), ("/", "unit=team:"), ("/", "period=2026"), ("/", "period=2026-02-30"),
        ("/", "period=20261109"), ("/", "period=2026-11-09T10:00:30"), ("/", "path=nps,,x"), ("/", "path=nps,1"),
        ("/", "path=" + ",".join(["nps"] * 13)), ("/", "grain"), ("/", "a" * MAX_ADDRESS),
        ("/unit/team/x", "unit=team:y"), ("/metric/nps", "path=nps"), ("/wall/x", "unit=team:y"),
        ("/metric/nps", "metric=other"), ("/", "only=region"), ("/", "only=region:"), ("/", "only=1:x"),
        ("/", "as_of=2026"), ("/", "as_of=20261118T060200000000"), ("/wall/x", "only=region:North"),
    ],
)  # fmt: skip
def test_what_is_odd_is_not_found(path: str, query: str) -> None:
    assert isinstance(parse(path, query), NotFound)


def test_links_keep_place_and_time() -> None:
    here = Ask(unit=("team", "a"), grain="day", period="2026-11-09", path=("nps",), only=Only("region", "North"))
    assert here.metric("nps") == replace(here, page="metric", id="nps", path=())
    assert here.metric("nps", ("team", "b")).unit == ("team", "b")
    assert here.of_unit(("team", "b")) == Ask(
        "unit", unit=("team", "b"), grain="day", period="2026-11-09", only=Only("region", "North")
    )
    assert here.thread("nps", "x").path == ("nps", "x")
    assert here.measures().page == "measures"
    assert here.at(None).unit is None


def test_a_unit_is_written_level_and_id() -> None:
    assert unit_of("team:Depot: North") == ("team", "Depot: North")
    with pytest.raises(ValueError, match="id"):
        unit_of("team")


def test_a_lens_is_plain_unless_something_is_asked() -> None:
    assert Ask(grain="day").lens == NOW
    assert Ask(grain="day", only=Only("region", "North")).lens == Lens(None, Only("region", "North"), "day")
