"""Every page names what there is; and each check finds what there is not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.docs.names import dead_links, missing_files, missing_targets, missing_variables
from tests.docs.pages import PAGES, ROOT, Page

Check = Callable[[Page], Iterator[str]]


@pytest.mark.parametrize("check", [dead_links, missing_files, missing_targets, missing_variables])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.path.relative_to(ROOT)))
def test_a_page_names_what_there_is(page: Page, check: Check) -> None:
    assert list(check(page)) == []


@pytest.fixture
def page() -> Callable[[str], Page]:
    """Makes a page that would stand in `docs/`."""
    return lambda text: Page(ROOT / "docs" / "page.md", text)


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("[gone](gone.md)", "gone.md"),
        ("[gone](<../gone/>)", "../gone/"),
        ("[no such heading](../README.md#gone)", "../README.md#gone"),
        ("## Here\n\n[not here](#there)", "#there"),
        ("[a folder has none](reference/#here)", "reference/#here"),
        ("[of the host](/docs/limits.md)", "/docs/limits.md"),
        ("see [below]\n\n[below]: gone.md\n", "gone.md"),
        ("![gone](gone.png)", "gone.png"),
    ],
)
def test_a_dead_link_is_found(page: Callable[[str], Page], text: str, dead: str) -> None:
    assert list(dead_links(page(text))) == [dead]


def test_a_link_that_leads_somewhere_is_none(tmp_path: Path) -> None:
    headings = "# `a/b`: the *first*, 2nd + Größe\n\n## Twice\n\n## Twice\n\n"
    links = "[1](#ab-the-first-2nd--größe) [2](page.md#twice-1) [3](https://gone.example/#x) [4](.)"
    fenced = "```\n[no link](gone.md)\n# no heading\n```\n\n`[no link](gone.md)`\n"
    page = Page(tmp_path / "page.md", headings + links + "\n\n" + fenced)
    page.path.write_text(page.text, encoding="utf-8")

    assert list(dead_links(page)) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("`api/gone.py`", "api/gone.py"),
        ("`domain/gone/`", "domain/gone/"),
        ("`gone.py`, `worker.py`", "gone.py"),
        ("`domain/{kernel,gone}/events.py`", "domain/{kernel,gone}/events.py"),
        ("`domain/<name>/gone.py`", "domain/<name>/gone.py"),
        ("`python -m api.gone --check`", "api.gone"),
        ("```\npytest tests/gone -q\n```\n", "tests/gone"),
        ("a span over\ntwo lines: `pytest\ntests/gone`", "tests/gone"),
    ],
)
def test_a_file_that_is_not_there_is_found(
    page: Callable[[str], Page], text: str, missing: str
) -> None:
    assert list(missing_files(page(text))) == [missing]


def test_a_file_that_is_there_is_not_found(page: Callable[[str], Page]) -> None:
    text = """`domain/kernel/events.py`, `domain/<name>/events.py`, `domain/{execution,fila}/`,
    `worker.py`, `python -m api`, `python -m pytest`, `/api/v1/gone.json`, `GET …/docs/gone`"""

    assert list(missing_files(page(text))) == []


@pytest.mark.parametrize("text", ["`make gone`", "```\nmake gone ARGS=1\n```\n"])
def test_a_make_target_that_is_not_there_is_found(page: Callable[[str], Page], text: str) -> None:
    assert list(missing_targets(page(f"{text}\n\n`make test`, and make sure of it"))) == ["gone"]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("`WORKER_CASHE`", "WORKER_CASHE"),
        ("`HOSTS`", "HOSTS"),
        ("`GONE=true`", "GONE"),
        ("`make faults RAGS=1`", "RAGS"),
        ("```\nGONE=1 python worker.py\n```\n", "GONE"),
    ],
)
def test_a_variable_that_is_not_there_is_found(
    page: Callable[[str], Page], text: str, missing: str
) -> None:
    there = "`WORKER_CACHE`, `HOST=::`, `make faults ARGS=1`, the status `EM_REPARO`, `PATCH`"

    assert list(missing_variables(page(f"{text}\n\n{there}"))) == [missing]
