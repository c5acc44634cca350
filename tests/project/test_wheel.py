"""The wheel: built here, without a network, it brings `scorecard` and nothing else, and runs where it lands."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.project.tree import ROOT, files, name

ROOMS = ("metrics", "layouts", "config")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("golden_thread-*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_nothing_but_scorecard_lies_bare_in_site_packages(wheel: Path, names: set[str]) -> None:
    version = "-".join(wheel.name.split("-")[:2])
    assert {entry.split("/")[0] for entry in names} == {"scorecard", f"{version}.dist-info"}


def test_every_file_of_the_project_that_runs_is_in_it(names: set[str]) -> None:
    ours = [name(path) for path in files()]
    expected = {one for one in ours if one.startswith("scorecard/")}
    expected |= {f"scorecard/_site/{one}" for one in ours if one == "app.py" or one.split("/")[0] in ROOMS}
    assert expected - names == set()


def test_it_carries_no_debris(names: set[str]) -> None:
    assert [entry for entry in names if "__pycache__" in entry or entry.endswith((".pyc", ".duckdb", "~"))] == []


@pytest.mark.parametrize("suffix", [".woff2", ".js", ".css", ".yaml", "py.typed", "licenses/LICENSE"])
def test_what_is_not_python_is_in_it(names: set[str], suffix: str) -> None:
    assert any(entry.endswith(suffix) for entry in names)


def test_it_runs_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, without the checkout: the bundled company checks clean, by the wheel's own four rooms."""
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # -S leaves out the .pth files, and with them the editable install of this checkout
    program = (
        f"import sys; sys.path[:0] = [{str(site)!r}]; sys.path.append({sysconfig.get_path('purelib')!r}); "
        "import scorecard.site; print(scorecard.site.load('metrics').__file__, flush=True); "
        "sys.argv = ['golden-thread', 'check']; from scorecard.cli import main; main()"
    )
    ran = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith(str(site / "scorecard" / "_site" / "metrics"))
