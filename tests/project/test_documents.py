"""What the documents promise exists: links, `make` targets, and the files the Dockerfile copies."""

import re
from pathlib import Path

import pytest

from tests.project.tree import ROOT, name, own

LINK = re.compile(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
MAKE = re.compile(r"(?:^\s*(?:\$ )?|`)make ((?:[a-z][a-z-]*\s?)+)(?=$|`|\s*#|\s+[A-Z]+=)", re.MULTILINE)


def prose() -> list[Path]:
    return [path for path in own(".md") if path.is_relative_to(ROOT / "docs") or path.parent == ROOT]


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(document: Path) -> list[str]:
    """The links of a document that lead nowhere inside the project."""
    bad = []
    for link in LINK.findall(document.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (document.parent / place).resolve() if place else document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            bad.append(f"{name(document)}: {link}")
    return bad


def test_links_inside_the_project_lead_somewhere() -> None:
    assert [fault for document in prose() for fault in broken(document)] == []


def test_every_page_of_the_documentation_is_linked_from_another() -> None:
    linked = {
        (document.parent / link.partition("#")[0]).resolve()
        for document in prose()
        for link in LINK.findall(document.read_text())
    }
    lonely = [name(page) for page in prose() if page.is_relative_to(ROOT / "docs") and page not in linked]
    assert set(lonely) <= {"docs/index.md"}


def test_make_targets_that_are_named_exist() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    named = {
        (name(document), target)
        for document in prose()
        for targets_named in MAKE.findall(document.read_text())
        for target in targets_named.split()
    }
    assert named, "no document names a make target: the pattern above has gone blind"
    assert {(document, target) for document, target in named if target not in targets} == set()


@pytest.mark.parametrize("target", ["demo", "test", "check", "fix", "bench", "shots"])
def test_the_promised_targets_exist_and_are_explained(target: str) -> None:
    assert re.search(rf"^{target}:.*## \w", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_program_the_makefile_runs_exists() -> None:
    programs = re.findall(r"\$\(PY\) (tests/[\w/]+\.py)", (ROOT / "Makefile").read_text())
    assert programs
    assert [program for program in programs if not (ROOT / program).exists()] == []


def copied() -> list[str]:
    """What the Dockerfile copies from the checkout."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def test_the_dockerfile_copies_only_what_exists() -> None:
    assert copied()
    assert [source for source in copied() if not (ROOT / source).exists()] == []


def test_what_the_dockerfile_copies_reaches_the_builder() -> None:
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert sorted(copied()) == sorted(let_in)


def test_the_image_runs_without_root_and_is_watched() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    final = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM")) :]
    instructions = [line.split()[0] for line in final if re.match(r"[A-Z]+ ", line)]
    assert "USER thread" in final
    assert {"HEALTHCHECK", "VOLUME", "ENTRYPOINT"} <= set(instructions)
    assert instructions.index("USER") < instructions.index("ENTRYPOINT")
