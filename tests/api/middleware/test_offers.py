"""Offers to speak another protocol: each is ignored, and the request served as without it."""

import asyncio
import json

import httpx
import pytest

from tests.api.answers import BASE, NEW, shown
from tests.api.middleware.sockets import Socket
from tests.api.temporal_fake import ExecutionEngine

PAUSE = b'{"reason":"missing part"}'
JDK = (
    "Connection: Upgrade, HTTP2-Settings\r\n"
    "{length}Host: 127.0.0.1:3002\r\n"
    "HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA\r\n"
    "{coding}Upgrade: h2c\r\n"
    "User-Agent: Java-http-client/17.0.15\r\n"
    "Content-Type: application/json\r\n\r\n"
)
"""The head that Java's HttpClient sends; its body comes in a packet of its own, or with it."""
OFFERS = [
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n",
    "Upgrade: TLS/1.0, HTTP/2.0\r\nConnection: keep-alive, upgrade\r\n",
    "UPGRADE: anything\r\nconnection: UPGRADE\r\n",
]


def jdk(method: str, path: str, body: bytes, *, chunked: bool = False) -> list[bytes]:
    head = JDK.format(
        length="" if chunked else f"Content-Length: {len(body)}\r\n",
        coding="Transfer-encoding: chunked\r\n" if chunked else "",
    )
    content = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    return [f"{method} {path} HTTP/1.1\r\n{head}".encode(), content]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("packets", [1, 2, None], ids=["one", "two", "each byte"])
async def test_what_javas_client_sends_is_done_with_its_body(
    socket: Socket, existing: str, packets: int | None, chunked: bool
) -> None:
    parts = jdk("PATCH", f"{existing}/start", b'{"technicianId":"ANA"}', chunked=chunked)
    whole = b"".join(parts)
    pieces = {1: [whole], 2: parts, None: [bytes([each]) for each in whole]}[packets]

    for piece in pieces:
        await socket.say(piece)
        await asyncio.sleep(0)
    status, body = await socket.hears_answer()

    assert (status, json.loads(body)["technicianId"]) == (200, "ANA")


@pytest.mark.parametrize("offer", OFFERS)
async def test_whatever_is_offered_the_connection_stays_what_it_is(
    socket: Socket, client: httpx.AsyncClient, existing: str, offer: str
) -> None:
    def patch(command: str, body: bytes) -> bytes:
        head = f"PATCH {existing}/{command} HTTP/1.1\r\nHost: workshop\r\n{offer}"
        told = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return (head + told).encode() + body

    get = f"GET {existing} HTTP/1.1\r\nHost: workshop\r\n{offer}\r\n".encode()

    await socket.say(patch("start", b"{}") + get + patch("pause", PAUSE) + get)
    answers = [await socket.hears_answer() for _ in range(4)]
    await socket.say(get)
    later = await socket.hears_answer()

    assert [status for status, _ in [*answers, later]] == [200] * 5
    assert [json.loads(body)["version"] for _, body in [*answers, later]] == [2, 2, 3, 3, 3]
    assert shown(await client.get(existing))["pauseReason"] == "missing part"


async def test_a_go_ahead_is_given_to_who_offers_and_waits(socket: Socket, existing: str) -> None:
    head, body = jdk("PATCH", f"{existing}/start", b'{"technicianId":"ANA"}')
    await socket.say(head.replace(b"Host:", b"Expect: 100-continue\r\nHost:"))
    go_ahead = await socket.hears_answer()

    await socket.say(body)
    status, answer = await socket.hears_answer()

    assert go_ahead == (100, b"")
    assert (status, json.loads(answer)["technicianId"]) == (200, "ANA")


async def test_a_trailer_is_neither_an_offer_nor_a_header(
    socket: Socket, existing: str, engine: ExecutionEngine
) -> None:
    head, body = jdk("PATCH", f"{existing}/start", b"{}", chunked=True)
    trailers = b'0\r\nConnection: upgrade\r\nUpgrade: h2c\r\nIf-Match: "7"\r\n\r\n'
    get = f"GET {existing} HTTP/1.1\r\nHost: workshop\r\n\r\n".encode()

    await socket.say(head + body.replace(b"0\r\n\r\n", trailers) + get)
    answers = [await socket.hears_answer() for _ in range(2)]

    assert [status for status, _ in answers] == [200, 200]


@pytest.mark.parametrize(
    "preface",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\4\0\0\0\0\0",
        b"CONNECT workshop:80 HTTP/1.1\r\nHost: workshop:80\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
    ],
)
async def test_another_protocol_without_asking_is_refused_at_once(
    socket: Socket, preface: bytes
) -> None:
    await socket.say(preface)

    heard = await socket.hears()

    assert heard.startswith(b"HTTP/1.1 400 ")
    assert heard.endswith(b"This service speaks HTTP/1.1.")


async def test_what_was_done_is_never_answered_as_not_understood(
    socket: Socket, client: httpx.AsyncClient, existing: str, engine: ExecutionEngine
) -> None:
    engine.hold_deliveries()
    patch = f"PATCH {existing}/start HTTP/1.1\r\nHost: workshop\r\nContent-Length: 0\r\n\r\n"

    await socket.say(patch.encode() + b'{"a body": "that was not announced"}')
    await engine.taken.wait()
    await engine.release_deliveries()
    heard = await socket.hears()

    assert heard.startswith(b"HTTP/1.1 200 ")
    assert heard.count(b"HTTP/1.1 ") == 1
    assert shown(await client.get(existing))["version"] == 2


async def test_a_body_that_breaks_off_behind_another_request_is_refused_in_its_turn(
    socket: Socket, client: httpx.AsyncClient, existing: str, engine: ExecutionEngine
) -> None:
    engine.hold_deliveries()
    start = f"PATCH {existing}/start HTTP/1.1\r\nHost: workshop\r\nContent-Length: 0\r\n\r\n"
    head, _ = jdk("PATCH", f"{existing}/pause", b"", chunked=True)

    await socket.say(start.encode() + head + b"no number\r\n")
    await engine.taken.wait()
    await engine.release_deliveries()
    first = await socket.hears_answer()
    heard = await socket.hears()

    assert first[0] == 200
    assert heard.startswith(b"HTTP/1.1 400 ")
    assert shown(await client.get(existing))["version"] == 2


async def test_the_created_one_is_that_of_the_body(socket: Socket) -> None:
    for part in jdk("POST", BASE, json.dumps(NEW).encode()):
        await socket.say(part)
    status, body = await socket.hears_answer()

    assert (status, json.loads(body)["serviceOrderId"]) == (201, NEW["serviceOrderId"])
