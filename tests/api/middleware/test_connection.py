"""The limits on a real socket, where uvicorn and httptools are what reads."""

import asyncio

import httpx
import pytest

from api.middleware.connection import HEAD_AT_MOST
from tests.api.answers import BASE, NEW, problem
from tests.api.middleware.sockets import Socket

POST = f"POST {BASE} HTTP/1.1\r\nHost: workshop\r\nContent-Type: application/json\r\n".encode()
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


async def test_a_body_without_a_length_is_read_no_further_than_allowed(socket: Socket) -> None:
    await socket.say(POST + CHUNKED)
    for _ in range(5):
        await socket.say(b"4000\r\n" + b" " * 0x4000 + b"\r\n")

    assert await socket.hears_status() == b"413"


async def test_a_client_that_waits_for_a_go_ahead_is_refused_at_once(socket: Socket) -> None:
    await socket.say(POST + b"Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n")

    assert await socket.hears_status() == b"413"


async def test_a_connection_goes_on_after_a_body_that_was_too_large(
    client: httpx.AsyncClient,
) -> None:
    refused = await client.post(BASE, content=b" " * 300_000)
    created = await client.post(BASE, json=NEW)

    problem(refused, 413, "body-too-large")
    assert created.status_code == 201


async def test_a_client_that_sends_its_body_too_slowly_is_told_and_hung_up_on(
    socket: Socket, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.middleware.limits.BODY_WITHIN", 0.05)

    await socket.say(POST + b'Content-Length: 100\r\n\r\n{"serviceOrderId"')
    heard = await socket.hears()

    assert heard.startswith(b"HTTP/1.1 408 ")
    assert b"urn:execution-service:body-too-slow" in heard
    assert (await client.post(BASE, json=NEW)).status_code == 201


async def test_headers_that_are_too_large_are_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get(BASE, headers={"X": "x" * 20_000})

    problem(answer, 431, "headers-too-large")


@pytest.mark.parametrize("head", [b"GET /", b"GET / HTTP/1.1\r\n", POST + b"X-One: "])
async def test_a_head_without_an_end_is_cut_off(socket: Socket, head: bytes) -> None:
    await socket.say(head + b"x" * HEAD_AT_MOST)

    assert (await socket.hears()).startswith(b"HTTP/1.1 400 ")


async def test_a_head_that_does_not_come_is_not_waited_for(
    socket: Socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.middleware.connection.HEAD_WITHIN", 0.05)

    await socket.say(b"GET / HTTP/1.1\r\nHost:")

    assert await socket.hears() == b""


async def test_a_connection_without_a_request_is_not_kept(socket: Socket) -> None:
    assert await socket.hears() == b""


async def test_a_body_may_take_longer_than_its_head(
    socket: Socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.middleware.connection.HEAD_WITHIN", 0.05)
    await socket.say(POST + b"Content-Length: 2\r\n\r\n{")

    await asyncio.sleep(0.1)
    await socket.say(b"}")

    assert await socket.hears_status() == b"422"
