"""Answers are kept under keys of any kind, the latest set in place of the one before."""

import pytest

from activities.mongo.store import Store
from domain.execution.commands import Start
from domain.execution.state import Execution
from domain.kernel.aggregate import Answer
from tests.domain.execution.builders import driven, opened

ANSWER = Answer[Execution](state=driven(opened(), Start()), fingerprint="f", request_id="r-1")


@pytest.mark.parametrize("key", ["key-1", "a.b", "$set", "_id"])
async def test_an_answer_is_found_under_its_key(store: Store, key: str) -> None:
    await store.answers.keep("e-1", {key: ANSWER.model_dump(mode="json")})

    assert await store.answers.of(Execution, "e-1") == {key: ANSWER}
    assert await store.answers.of(Execution, "e-2") == {}


async def test_the_latest_set_counts(store: Store) -> None:
    answer = ANSWER.model_dump(mode="json")
    for answers in ({"a": answer}, {"a": answer, "b": answer}, {}):
        await store.answers.keep("e-1", answers)

    assert list(await store.answers.of(Execution, "e-1")) == ["a", "b"]
