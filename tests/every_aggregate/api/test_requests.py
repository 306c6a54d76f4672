"""Requests that cannot be read, or that ask for what is not there or not permitted."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.api.temporal_fake import FakeEngine
from tests.every_aggregate.api.subject import Subject
from tests.every_aggregate.kinds import OverHttp, Request

JSON = {"Content-Type": "application/json"}
BROKEN = {
    "half an object": b'{"serviceOrderId": ',
    "text": b"service order",
    "not UTF-8": b"\xff\xfe\x00",
    "single quotes": b"{'ordem_servico_id': 7}",
    "nested too deep": b"[" * 60_000,
    "a number without end": b"9" * 5_000,
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
async def test_json_that_cannot_be_read_is_a_bad_request(
    kind: OverHttp, http: httpx.AsyncClient, content: bytes
) -> None:
    kind.problem(await http.post(kind.url, content=content, headers=JSON), 400)


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b'"text"', b"7"], ids=repr)
async def test_json_that_is_no_object_is_not_valid(
    kind: OverHttp, http: httpx.AsyncClient, content: bytes
) -> None:
    answer = await http.post(kind.url, content=content, headers=JSON)

    [error] = kind.problem(answer, 422, "invalid-request")["errors"]
    assert error["pointer"] == "/"


@pytest.mark.parametrize("content", [b'{"\\ud800": 1}', b'{"serviceOrderId": "\\udfff"}'], ids=repr)
async def test_text_that_no_encoding_can_hold_is_not_valid(
    kind: OverHttp, http: httpx.AsyncClient, content: bytes
) -> None:
    answer = await http.post(kind.url, content=content, headers=JSON)

    kind.problem(answer, 422, "invalid-request")


@pytest.mark.parametrize("key", ["", " ", "with space", "x" * 201, "chave-ção"])
async def test_an_idempotency_key_is_printable_and_has_an_end(subject: Subject, key: str) -> None:
    begin = subject.kind.begin
    headers = {b"Idempotency-Key": key.encode()}

    answer = await subject.http.request(begin.method, subject.url + begin.path, headers=headers)

    [error] = subject.refuses(answer, 422, "invalid-request")["errors"]
    assert error["pointer"].lower() == "#header/idempotency-key"
    assert await subject.version() == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("prefer", ["", "respond-async"])
@pytest.mark.parametrize(
    "unknown", ["nowhere", "11111111-1111-1111-1111-111111111111", "%F0%9F%94%A7"]
)
async def test_what_never_was_is_not_found(
    kind: OverHttp, http: httpx.AsyncClient, unknown: str, prefer: str
) -> None:
    nowhere = Subject(kind, http, f"{kind.url}/{unknown}")
    paths = ("", kind.history, kind.explain, "?consistency=strong", "?minVersion=1")
    asked = [Request("GET", path) for path in paths]

    for request in (*asked, *kind.commands, Request("POST", kind.retry)):
        nowhere.refuses(await nowhere.sends(request, Prefer=prefer), 404, kind.not_found)


async def test_a_second_one_for_a_service_order_points_at_the_first(subject: Subject) -> None:
    kind = subject.kind

    answer = await subject.http.post(kind.url, json=kind.new(1) | kind.other)

    assert subject.refuses(answer, 409, kind.exists)["existing"] == subject.url
    assert await subject.version() == 1


async def test_twenty_creations_for_a_service_order_make_one(
    kind: OverHttp, http: httpx.AsyncClient
) -> None:
    answers = await asyncio.gather(*(http.post(kind.url, json=kind.new(1)) for _ in range(20)))

    (created,) = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer is not created]
    links = {kind.problem(each, 409, kind.exists)["existing"] for each in refused}
    assert links == {created.headers["Location"]}


@pytest.mark.parametrize("forgotten", [False, True])
async def test_what_has_ended_refuses_as_what_is_open_does(
    subject: Subject, workflows: FakeEngine[Any], forgotten: bool
) -> None:
    await subject.ends()
    if forgotten:
        workflows.forget(subject.id)

    refusal = subject.refuses(await subject.begins(), 409, subject.kind.refused)

    assert refusal["currentStatus"] == subject.kind.statuses[2]


@pytest.mark.parametrize("wrong", ["minVersion=0", "minVersion=2147483648", "consistency=weak"])
async def test_a_reader_asks_for_what_there_can_be(subject: Subject, wrong: str) -> None:
    answer = await subject.gets(f"?{wrong}")

    [error] = subject.refuses(answer, 422, "invalid-request")["errors"]
    assert error["pointer"] == f"#query/{wrong.partition('=')[0]}"


@pytest.mark.parametrize(("after", "limit"), [(-1, 1), (2**31, 1), (0, 0), (0, 501)])
async def test_a_page_of_a_history_has_a_place_and_a_size(
    subject: Subject, after: int, limit: int
) -> None:
    kind = subject.kind

    answer = await subject.gets(kind.history + kind.page.format(after=after, limit=limit))

    assert len(subject.refuses(answer, 422, "invalid-request")["errors"]) == 1
