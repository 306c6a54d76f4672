"""Docstrings begin with a noun or a verb. Published ones are bound by the documents, and stay."""

from pathlib import Path

import pytest

from tests.domain.docstrings import misbegun

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path
    for room in (
        *("domain", "workflows", "activities", "api", "deploy", "tests"),
        *("settings.py", "worker.py"),
    )
    for path in ([ROOT / room] if room.endswith(".py") else sorted((ROOT / room).rglob("*.py")))
]
PUBLISHED = (
    "How far the OS service has been told; `failure` is why the first pending one waits.",
    "That of an execution, and that of each of its tasks.",
    "What a client says of an execution to be.",
    "What a client says of an item to be.",
    "What a command leads to; `forClients` is false where another service tells of it instead.",
    "What happened to an aggregate at one version, as kept and as shown.",
    "What happened to the execution, in order; `include=refused` tells what could not be done.",
    "What tells repeats, order and cause apart. `event_id` is `<aggregateId>:<sequence>`.",
    "What the workflow waits for; `last_failure` is what the attempt before has failed by.",
    "Whether Temporal, its workers and the database are there; names what is not.",
    "Whether the process answers at all.",
    "Why nothing moves, or that nothing has to. Without an answer of the workflow, `health` and "
    "what is undelivered are left out.",
    "Why nothing moves: what is not told outside yet, what it fails by, when it is tried again. "
    "Works without a worker and without the database.",
)
"""Docstrings that clients read in the documents."""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_docstring_begins_with_a_noun_or_a_verb(path: Path) -> None:
    found = misbegun(path.read_text(encoding="utf-8"))

    assert [text for text in found if text not in PUBLISHED] == []


def test_only_what_is_still_written_is_let_through() -> None:
    found = {text for path in SOURCES for text in misbegun(path.read_text(encoding="utf-8"))}

    assert found == set(PUBLISHED)


@pytest.mark.parametrize(
    "source",
    [
        '"""What a module holds."""',
        'class A:\n    """Which of them it is."""',
        'def f() -> bool:\n    """\n    Whether it is so."""',
        'LIMIT = 3\n"""How many there may be."""',
    ],
)
def test_a_docstring_that_begins_with_a_clause_is_found(source: str) -> None:
    assert misbegun(source) != []


def test_other_texts_are_no_docstrings() -> None:
    source = 'def f() -> str:\n    """Text of a question."""\n    return "What is it?"'

    assert misbegun(source) == []
