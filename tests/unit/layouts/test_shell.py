import re
from pathlib import Path

import orjson
import pytest
from dash._utils import to_json

from layouts import headers, shell
from scorecard.settings import Settings
from tests.unit.layouts.boards import SmallBoards


@pytest.fixture(scope="module")
def app() -> shell.Shell:
    return shell.build(SmallBoards(), Settings(Path("small"), Path("var")), bundled=True)


def test_the_layout_is_one_static_shell(app: shell.Shell) -> None:
    said = orjson.loads(to_json(app.layout))
    assert [child["props"]["id"] for child in said["props"]["children"]] == ["address", "page", "announcer"]
    assert not any(child["props"].get("children") for child in said["props"]["children"])


def test_no_switch_is_left_to_the_environment(app: shell.Shell) -> None:
    assert app.config.suppress_callback_exceptions
    assert not app.config.compress
    assert not app.config.update_title
    assert not app._dev_tools.ui
    assert not app._dev_tools.hot_reload
    assert not app._enable_mcp
    assert app._background_manager is None
    assert not app.use_pages


def test_the_build_name_is_made_of_what_people_see() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", shell._build_name())
    assert shell._build_name() == shell._build_name()


def test_the_policy_lets_in_nothing_but_the_site_itself(app: shell.Shell) -> None:
    policy = headers.policy(app.csp_hashes())
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'self'"
    assert re.fullmatch(r"'self' 'sha256-[A-Za-z0-9+/=]+'", rules["script-src"])
    assert {rules[name] for name in ("object-src", "base-uri", "frame-ancestors")} == {"'none'"}
    assert rules["form-action"] == "'self'"
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_every_own_address_carries_its_file_s_time(app: shell.Shell) -> None:
    assert re.fullmatch(r"/assets/head/theme\.js\?m=\d+", app.asset("head/theme.js"))
