"""A process answers probes in its own event loop, and says which part of it does not work."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from pymongo.errors import ServerSelectionTimeoutError
from temporalio.service import RPCError, RPCStatusCode

from activities.probes import NotReady, Readiness, probed
from deploy.dev.ports import HOST, Ports

READY, LIVE = "/health/ready", "/health/live"
OUTAGES = [
    RPCError("tcp connect error to 192.0.2.1", RPCStatusCode.UNAVAILABLE, b""),
    ServerSelectionTimeoutError("192.0.2.1 refused"),
    ConnectionError("192.0.2.1"),
]


class Part:
    """A part that a process needs; it works, fails or hangs as a test has it."""

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.hangs = False

    async def check(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.failure:
            raise self.failure


@pytest.fixture
def part() -> Part:
    return Part()


@pytest.fixture
def address() -> str:
    return f"{HOST}:{Ports.free().api}"


@pytest.fixture
async def http(part: Part, address: str) -> AsyncIterator[httpx.AsyncClient]:
    readiness = Readiness({"part": part.check, "other": Part().check})
    async with (
        probed(readiness, address),
        httpx.AsyncClient(base_url=f"http://{address}", trust_env=False) as http,
    ):
        yield http


async def _asked(http: httpx.AsyncClient) -> tuple[int, dict[str, Any]]:
    answer = await http.get(READY)
    return answer.status_code, answer.json()


async def test_a_process_that_works_is_live_and_ready(http: httpx.AsyncClient) -> None:
    live = await http.get(LIVE)

    assert (live.status_code, live.json()) == (200, {"status": "ok"})
    assert await _asked(http) == (200, {"status": "ok", "parts": {"part": "ok", "other": "ok"}})


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda each: type(each).__name__)
async def test_a_part_that_goes_and_comes_back_is_named_until_then(
    http: httpx.AsyncClient, part: Part, outage: Exception
) -> None:
    part.failure = outage
    code, down = await _asked(http)
    live = await http.get(LIVE)
    part.failure = None
    back = await _asked(http)

    assert code == 503
    assert down["status"] == "unavailable"
    assert down["parts"] == {"part": "cannot be reached", "other": "ok"}
    assert "192.0.2.1" not in str(down)
    assert live.status_code == 200
    assert back[0] == 200


async def test_a_part_that_is_not_ready_says_why_itself(
    http: httpx.AsyncClient, part: Part
) -> None:
    part.failure = NotReady("not polling")

    assert (await _asked(http))[1]["parts"]["part"] == "not polling"


async def test_a_part_that_hangs_is_named_within_the_deadline(
    http: httpx.AsyncClient, part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.probes.CHECK_SECONDS", 0.05)
    part.hangs = True

    async with asyncio.timeout(2):
        code, down = await _asked(http)

    assert (code, down["parts"]["part"]) == (503, "no answer within 0.05 s")


async def test_who_says_nothing_does_not_keep_the_process_from_ending(address: str) -> None:
    async with asyncio.timeout(5):
        async with probed(Readiness({}), address):
            host, port = address.split(":")
            _, writer = await asyncio.open_connection(host, int(port))
        writer.close()


async def test_a_part_that_hangs_does_not_keep_the_process_from_ending(
    address: str, part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.probes.LAST_ANSWER_SECONDS", 0.05)
    monkeypatch.setattr("activities.probes.CHECK_SECONDS", 60)
    part.hangs = True

    async with asyncio.timeout(5), httpx.AsyncClient(trust_env=False) as http:
        async with probed(Readiness({"part": part.check}), address):
            asking = asyncio.create_task(http.get(f"http://{address}{READY}"))
            await asyncio.sleep(0.1)
        with pytest.raises(httpx.HTTPError):
            (await asking).raise_for_status()


async def test_without_an_address_nobody_is_answered(part: Part) -> None:
    async with probed(Readiness({"part": part.check}), ""):
        pass


async def test_an_address_that_is_taken_ends_the_process_with_a_clear_word() -> None:
    with socket.create_server((HOST, 0)) as taken:
        address = f"{HOST}:{taken.getsockname()[1]}"
        with pytest.raises(SystemExit, match=f"HEALTH_ADDRESS={address} cannot be used: "):
            async with probed(Readiness({}), address):
                pytest.fail("it went on")


async def test_what_goes_wrong_in_the_process_leaves_it_as_it_is(address: str) -> None:
    with pytest.raises(KeyError, match="ours"):
        async with probed(Readiness({}), address):
            raise KeyError("ours")


class Loop:
    """The event loop of another process, which a test can hold up."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._up = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._run()))

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with probed(Readiness({}), self._address):
            self._up.set()
            await self._stop.wait()

    def __enter__(self) -> "Loop":
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def is_held_up_for(self, seconds: float) -> None:
        self._loop.call_soon_threadsafe(time.sleep, seconds)


def test_a_loop_that_is_stuck_is_not_live(address: str) -> None:
    with Loop(address) as loop, httpx.Client(trust_env=False, timeout=0.3) as http:
        before = http.get(f"http://{address}{LIVE}")
        loop.is_held_up_for(1)
        with pytest.raises(httpx.ReadTimeout):
            http.get(f"http://{address}{LIVE}")
        after = http.get(f"http://{address}{LIVE}", timeout=5)

    assert (before.status_code, after.status_code) == (200, 200)
