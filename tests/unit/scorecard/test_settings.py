from datetime import timedelta
from pathlib import Path

import pytest

from scorecard import site
from scorecard.settings import LOOPBACK, Settings, read_settings

DEFAULT = Path("config/broadband")


def test_an_empty_environment_is_this_machine_only() -> None:
    assert read_settings({}, DEFAULT) == Settings(DEFAULT, Path("var"), LOOPBACK, False, timedelta(hours=26))


def test_the_environment_is_read() -> None:
    environ = {
        "GOLDEN_THREAD_CONFIG": "mine", "GOLDEN_THREAD_VAR": "/data", "GOLDEN_THREAD_HOSTS": "a.example, b.example",
        "GOLDEN_THREAD_OPEN_HOUSE": "yes", "GOLDEN_THREAD_STALE_AFTER": "1.5",
    }  # fmt: skip
    read = read_settings(environ, DEFAULT)
    assert read == Settings(Path("mine"), Path("/data"), ("a.example", "b.example"), True, timedelta(hours=1.5))
    assert read.snapshots == Path("/data/snapshots/mine")


def test_nonsense_is_named() -> None:
    with pytest.raises(ValueError, match="GOLDEN_THREAD_STALE_AFTER is a number of hours, not 'soon'"):
        read_settings({"GOLDEN_THREAD_STALE_AFTER": "soon"}, DEFAULT)


@pytest.mark.parametrize(
    ("config", "hosts", "open_house", "environ", "refused"),
    [
        ("config/broadband", LOOPBACK, False, {}, False),
        ("config/broadband", ("*",), False, {}, False),
        ("config/broadband", ("*",), False, {"GOLDEN_THREAD_WAREHOUSE": "postgresql://db/own"}, True),
        ("elsewhere/mine", LOOPBACK, False, {}, False),
        ("elsewhere/mine", ("board.example",), False, {}, True),
        ("elsewhere/mine", ("board.example",), True, {}, False),
    ],
)
def test_own_data_beyond_this_machine_is_refused_unless_told_otherwise(
    config: str, hosts: tuple[str, ...], open_house: bool, environ: dict[str, str], refused: bool
) -> None:
    settings = Settings(site.root() / config, Path("var"), hosts, open_house)
    assert (site.refusal(settings, environ) is not None) is refused
    if refused:
        with pytest.raises(PermissionError, match="no access control"):
            site.boards(settings, environ)
    else:
        own = config != "config/broadband" and hosts != LOOPBACK
        assert site.boards(settings, environ).open_house is own


def test_the_sites_rooms_are_found_and_go_first_on_the_path() -> None:
    assert (site.root() / "app.py").exists()
    assert site.load("metrics").__file__ == str(site.root() / "metrics" / "__init__.py")
