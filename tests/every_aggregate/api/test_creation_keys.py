"""A creation that is repeated under its key opens nothing twice, and gets its first answer."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from api.errors import OutcomeUnknown
from tests.api.temporal_fake import FakeEngine
from tests.every_aggregate.api.subject import Subject
from tests.every_aggregate.kinds import Body, OverHttp

Workflows = FakeEngine[Any]
KEY = {"Idempotency-Key": "key-1"}


async def create(
    kind: OverHttp, http: httpx.AsyncClient, body: Body | None = None, /, **headers: str
) -> httpx.Response:
    return await http.post(kind.url, json=body or kind.new(1), headers=headers)


async def test_a_repeated_creation_gets_the_first_answer(
    kind: OverHttp, http: httpx.AsyncClient
) -> None:
    first = await create(kind, http, **KEY)
    await Subject(kind, http, first.headers["Location"]).begins()

    again = await create(kind, http, **KEY)

    assert kind.created(again) == kind.created(first)
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_creation_is_repeated_long_after_its_workflow_has_ended(
    kind: OverHttp, http: httpx.AsyncClient, workflows: Workflows, forgotten: bool
) -> None:
    first = await create(kind, http, **KEY)
    subject = Subject(kind, http, first.headers["Location"])
    await subject.ends()
    if forgotten:
        workflows.forget(subject.id)

    again = await create(kind, http, **KEY)

    assert kind.created(again) == kind.created(first)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "key-2"}])
async def test_another_request_for_the_same_order_is_refused(
    kind: OverHttp, http: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    first = await create(kind, http, **KEY)

    other = await create(kind, http, **headers)

    assert kind.problem(other, 409, kind.exists)["existing"] == first.headers["Location"]


@pytest.mark.parametrize("of_another", [False, True])
async def test_a_key_stands_for_one_creation(
    kind: OverHttp, http: httpx.AsyncClient, workflows: Workflows, of_another: bool
) -> None:
    await create(kind, http, **KEY)

    body = kind.new(2) if of_another else kind.new(1) | kind.other
    answer = await create(kind, http, body, **KEY)

    kind.problem(answer, 422, "key-reused")
    assert len(workflows.states) == 1


async def test_a_refused_creation_does_not_use_its_key_up(
    kind: OverHttp, http: httpx.AsyncClient
) -> None:
    first = await create(kind, http)
    refused = await create(kind, http, **KEY)

    answer = await create(kind, http, kind.new(2), **KEY)

    kind.problem(refused, 409, kind.exists)
    assert kind.reads(answer, 201)[kind.id] != kind.reads(first, 201)[kind.id]


async def test_a_creation_whose_outcome_was_unknown_is_repeated(
    kind: OverHttp, http: httpx.AsyncClient, workflows: Workflows
) -> None:
    workflows.fail(OutcomeUnknown("no answer"), "start")
    unknown = await create(kind, http, **KEY)
    workflows.recover()

    again = await create(kind, http, **KEY)

    kind.problem(unknown, 504, "outcome-unknown")
    assert kind.reads(again, 201)[kind.version] == 1


async def test_twenty_creations_at_once_under_one_key_make_one(
    kind: OverHttp, http: httpx.AsyncClient, workflows: Workflows
) -> None:
    answers = await asyncio.gather(*(create(kind, http, **KEY) for _ in range(20)))

    assert Counter(answer.status_code for answer in answers) == {201: 20}
    assert len({kind.created(answer)[kind.id] for answer in answers}) == 1
    assert len(workflows.states) == 1
