"""Writes of the history that failed for another reason than a repeat."""

from collections import defaultdict
from typing import Any, cast

import pytest
from pymongo.errors import BulkWriteError

from activities.mongo.once import DUPLICATE_KEY
from activities.mongo.store import Store
from domain.execution.commands import Start
from tests.activities.databases import Database
from tests.domain.execution.builders import story

FULL = 14031
"""The server's code for a disk without space."""


class FailingCollection:
    """Refuses every document, each with the next of the codes."""

    def __init__(self, *codes: int) -> None:
        self._errors = [{"index": index, "code": code} for index, code in enumerate(codes)]

    async def insert_many(self, documents: list[Any], **_: Any) -> None:
        raise BulkWriteError({"writeErrors": self._errors})


def _store(*codes: int) -> Store:
    collections = defaultdict(FailingCollection, history=FailingCollection(*codes))
    return Store(cast(Database, collections))


async def test_entries_that_are_all_there_already_are_no_failure() -> None:
    execution, events = story(Start())

    await _store(DUPLICATE_KEY, DUPLICATE_KEY).append(execution.execution_id, events)

    assert len(events) == 2


async def test_an_entry_that_could_not_be_written_is_a_failure() -> None:
    execution, events = story(Start())

    with pytest.raises(BulkWriteError):
        await _store(DUPLICATE_KEY, FULL).append(execution.execution_id, events)
