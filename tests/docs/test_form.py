"""The pages keep the form that readers rely on."""

import re
from pathlib import Path

from tests.docs.pages import ROOT, read

DECISIONS = ROOT / "docs" / "decisions"
RECORDS = sorted(DECISIONS.glob("[0-9]*.md"))
PARTS = ["Context", "Decision", "Consequences", "Alternatives"]


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len(read(ROOT / "README.md").text.splitlines()) <= 150


def test_each_decision_is_short_and_has_its_four_parts() -> None:
    assert RECORDS
    for record in map(read, RECORDS):
        assert re.findall(r"^## (.+)$", record.text, re.MULTILINE) == PARTS, record.path.name
        assert len(record.text.splitlines()) <= 45, record.path.name


def test_decisions_are_numbered_and_listed_by_their_titles() -> None:
    listed = re.findall(r"\((\d{4}-[^)]+)\) \| (.+) \|$", _index(), re.MULTILINE)

    assert listed == [
        (path.name, read(path).text.partition(f"# {number}. ")[2].partition("\n")[0])
        for number, path in enumerate(RECORDS, 1)
    ]
    assert [int(name[:4]) for name, _ in listed] == list(range(1, len(RECORDS) + 1))


def test_every_page_is_within_reach_of_the_readme() -> None:
    reached: set[Path] = set()
    new = {ROOT / "README.md"}
    while new:
        reached |= new
        pages = [read(path) for path in new if path.suffix == ".md" and path.exists()]
        links = ((page, link.partition("#")[0]) for page in pages for link in page.links)
        new = {(page.path.parent / link).resolve() for page, link in links if link} - reached

    assert set((ROOT / "docs").rglob("*.*")) - reached == set()


def _index() -> str:
    return read(DECISIONS / "README.md").text
