"""Locks: every requirement has hashes, no place it comes from, and the locks agree with each other and pyproject."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.project.tree import ROOT

LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")
ENGINES = ("requirements-engines.lock", "requirements-spark.lock")
NONE = Version("0.dev0")
"""Stands for a distribution that is not locked: no requirement allows it."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def entries(lock: str) -> list[str]:
    """The logical lines of a lock: a requirement with its hashes."""
    return (ROOT / lock).read_text().replace("\\\n", " ").splitlines()


def pins(lock: str) -> dict[str, Version]:
    """Distribution → the one version that is locked."""
    wanted = [Requirement(entry.split(" --hash")[0]) for entry in entries(lock)]
    return {canonicalize_name(one.name): Version(str(one.specifier).removeprefix("==")) for one in wanted}


def group(name: str) -> list[Requirement]:
    """A dependency group of pyproject, with the groups it includes."""
    found = []
    for item in PROJECT["dependency-groups"][name]:
        found += group(item["include-group"]) if isinstance(item, dict) else [Requirement(item)]
    return found


@pytest.mark.parametrize("lock", LOCKS + ENGINES)
def test_every_requirement_is_pinned_with_hashes_and_nothing_else_is_said(lock: str) -> None:
    pinned = re.compile(r"[a-z0-9][a-z0-9._-]*==\S+( ; [^-]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert [entry for entry in entries(lock) if not pinned.fullmatch(entry)] == []
    assert entries(lock)


@pytest.mark.parametrize("lock", LOCKS + ENGINES)
def test_no_address_in_a_lock(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert re.findall(r"\w+://\S+|--(?:extra-)?index-url.*|--find-links.*|--trusted-host.*|file:.*", text) == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", [Requirement(text) for text in PROJECT["project"]["dependencies"]]),
        ("requirements-build.lock", group("build")),
        ("requirements-dev.lock", group("dev")),
    ],
)
def test_a_lock_holds_what_pyproject_asks_for(lock: str, wanted: list[Requirement]) -> None:
    locked = pins(lock)
    stale = [str(one) for one in wanted if not one.specifier.contains(locked.get(canonicalize_name(one.name), NONE))]
    assert stale == [], "pyproject changed and `make lock` was not run"


@pytest.mark.parametrize("smaller", LOCKS[:2])
def test_the_development_lock_repeats_the_others(smaller: str) -> None:
    everything = pins("requirements-dev.lock")
    assert {name: everything.get(name) for name in pins(smaller)} == pins(smaller)


def test_the_build_group_is_what_the_build_system_requires() -> None:
    assert sorted(map(str, group("build"))) == sorted(PROJECT["build-system"]["requires"])
