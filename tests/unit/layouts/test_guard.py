import pytest

from layouts.guard import House, host_name, own_name


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"), ("LocalHost:8050", "localhost"), ("127.0.0.1:80", "127.0.0.1"),
        ("[::1]", "::1"), ("[::1]:8050", "::1"), ("localhost:", "localhost"),
        ("localhost:x", ""), ("localhost:80:80", ""), ("[::1]x", ""), ("[::1", "::1"), ("localhost:٣", ""),
        ("user@localhost", "user@localhost"), ("", ""),
    ],
)  # fmt: skip
def test_a_host_s_name_without_its_port(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize(
    ("hosts", "name"),
    [(("localhost",), "localhost"), (("*",), "localhost"), (("::1", "x"), "[::1]"), (("*", "x"), "x")],
)
def test_a_house_knows_a_name_it_answers_to(hosts: tuple[str, ...], name: str) -> None:
    assert own_name(House(hosts, loopback_only=False)) == name
