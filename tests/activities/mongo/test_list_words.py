"""Words are found where they stand, whatever their case and their accents."""

import re
import string
import unicodedata
from typing import Literal

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from activities.mongo.execution_list import MOST_WORDS, ExecutionQuery
from activities.mongo.patterns import pattern_of
from activities.mongo.search import Search
from activities.mongo.store import Store
from domain.execution.state import Execution
from domain.execution.task_commands import AddTask
from tests.domain.execution.builders import MORNING, driven, opened

NOTES = "Customer hears a noise (50% louder than a.b*c) — Óleo \\d+ [sic] $gt ^end"


@pytest.fixture
async def execution(store: Store) -> Execution:
    """With notes, and two tasks; another one has neither."""
    execution = driven(
        opened(notes=NOTES),
        AddTask(description="Change the Brake pads", estimated_duration=30),
        AddTask(description="test drive", estimated_duration=10),
    )
    await store.save(execution)
    await store.save(opened(MORNING, service_order_id="os-2", budget_id="b-2"))
    return execution


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("noise", True),
        ("NOISE", True),
        ("brake", True),
        ("rake pad", True),
        ("noise drive", True),
        ("  drive\tbrake  ", True),
        ("ÓLEO", True),
        ("oleo", True),
        ("ole\u0301o", True),
        ("o\u0301leo", True),
        ("Oleo brâkê", True),
        ("\u0301", False),
        ("(50% a.b*c)", True),
        ("\\d+", True),
        ("[sic] $gt ^end —", True),
        ("noise tyres", False),
        ("a.*c", False),
        ("a?b", False),
        ("^customer", False),
        ("noise$", False),
        ("louder|tyres", False),
        ("[a-z]", False),
        ("\\w", False),
        ("(?i)noise", False),
        ("{$ne:1}", False),
    ],
)
async def test_words_are_found_as_they_stand(
    search: Search, execution: Execution, q: str, found: bool
) -> None:
    page = await search.find(ExecutionQuery(q=q))

    assert page.executions == ([execution] if found else [])
    assert page.total == len(page.executions)


async def test_words_and_filters_hold_together(search: Search, execution: Execution) -> None:
    both = await search.find(ExecutionQuery(q="noise", status=["SCHEDULED"]))
    neither = await search.find(ExecutionQuery(q="noise", status=["PAUSED"]))

    assert (both.executions, neither.executions) == ([execution], [])


@pytest.mark.parametrize(
    "q",
    ["", "  ", "a\x00b", "x" * 101, "a " * (MOST_WORDS + 1)],
    ids=["empty", "blank", "NUL", "long", "many"],
)
def test_words_are_bounded(q: str) -> None:
    with pytest.raises(ValidationError):
        ExecutionQuery(q=q)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # nothing is written
)
@given(q=st.text(st.characters(codec="ascii", exclude_characters="\x00"), max_size=30))
@example(q="((")
@example(q="a{1,99999}")
async def test_whatever_comes_as_words_is_looked_for_and_never_carried_out(
    search: Search, execution: Execution, q: str
) -> None:
    words = q.split()
    assume(0 < len(words) <= MOST_WORDS)
    texts = [NOTES.lower(), *(task.description.lower() for task in execution.tasks)]

    page = await search.find(ExecutionQuery(q=q))

    assert bool(page.executions) == all(
        any(word.lower() in text for text in texts) for word in words
    )


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "q", ["diagnostico", "DIAGNÓSTICO", "diagno\u0301stico", "coração", "CORACAO"]
)
async def test_accents_are_found_in_both_of_their_forms(
    search: Search, store: Store, q: str, form: Literal["NFC", "NFD"]
) -> None:
    notes = unicodedata.normalize(form, "Diagnóstico do CORAÇÃO do motor")
    await store.save(opened(notes=notes))

    assert len((await search.find(ExecutionQuery(q=q))).executions) == 1


@pytest.mark.parametrize("letter", string.ascii_lowercase)
def test_a_letter_is_found_in_each_of_its_forms(letter: str) -> None:
    accented = [unicodedata.normalize("NFC", letter + mark) for mark in "\u0301\u0303\u0327\u0308"]

    for form in (letter, *accented):
        assert re.fullmatch(pattern_of(letter), form, re.IGNORECASE)
        assert re.fullmatch(pattern_of(form), letter.upper(), re.IGNORECASE)
