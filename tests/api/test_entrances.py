"""Set-up of the two processes, each of which ends on a signal."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import httpx
import pytest
import uvicorn

from api import __main__ as api_process
from api.consumer import __main__ as consumer
from deploy.dev.ports import Ports
from tests.api.answers import problem
from tests.api.security.issuer import Issuer
from tests.api.security.key_server import key_server

NOBODY = {
    "TEMPORAL_ADDRESS": "127.0.0.1:1",
    "MONGODB_URI": "mongodb://127.0.0.1:1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "SQS_QUEUE_URL": "",
    "AUTH_DISABLED": "",
    "SECRET_KEY": "",
    "JWKS_URL": "",
    "CORS_ORIGINS": "",
    "ALLOWED_HOSTS": "",
}
Main = Callable[[], Awaitable[None]]


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Event that a signal would set, in a process with nothing behind it and its logging left
    alone."""
    stopped = asyncio.Event()
    for name, value in NOBODY.items():
        monkeypatch.setenv(name, value)
    for process in (api_process, consumer):
        monkeypatch.setattr(process, "configure_logging", lambda _: None)
        monkeypatch.setattr(process, "stop_requested", lambda: stopped)
    return stopped


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    chosen = Ports.free().api
    monkeypatch.setenv("PORT", str(chosen))
    return chosen


async def _answer(url: str, process: "asyncio.Task[None]") -> httpx.Response:
    """The first answer of a process that is just starting."""
    async with asyncio.timeout(10), httpx.AsyncClient(trust_env=False) as http:
        while not process.done():
            try:
                return await http.get(url)
            except httpx.ConnectError:
                await asyncio.sleep(0.01)
    raise AssertionError("the process ended before it answered")


async def test_the_api_opens_before_anything_behind_it_does(
    stop: asyncio.Event, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.probes.CHECK_SECONDS", 0.3)
    process = asyncio.ensure_future(api_process.main())
    base = f"http://127.0.0.1:{port}/api/v1"

    alive = await _answer(f"{base}/health", process)
    ready = await _answer(f"{base}/health/ready", process)
    stop.set()
    await asyncio.wait_for(process, 10)

    assert alive.status_code == 200
    assert ready.status_code == 503
    parts = ready.json()["parts"]
    assert parts.keys() == {"temporal", "workers", "database"}
    assert "ok" not in parts.values()


@pytest.mark.parametrize(("disabled", "host"), [("", "127.0.0.1"), ("true", "0.0.0.0")])  # noqa: S104
async def test_without_tokens_the_api_is_reached_from_this_machine_alone(
    stop: asyncio.Event,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    disabled: str,
    host: str,
) -> None:
    served: list[str] = []

    async def serve(server: uvicorn.Server, *_: object) -> None:
        served.append(server.config.host)

    monkeypatch.setattr(uvicorn.Server, "serve", serve)
    monkeypatch.setenv("HOST", "0.0.0.0")  # noqa: S104  # asks for more than it may get
    monkeypatch.setenv("AUTH_DISABLED", disabled)

    await api_process.main()

    assert served == [host]
    assert "authentication" in caplog.text


async def test_while_no_key_is_known_nobody_is_let_in_and_the_process_can_end(
    stop: asyncio.Event, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = f"http://127.0.0.1:{port}/api/v1"
    async with key_server() as issuer, httpx.AsyncClient(trust_env=False) as http:
        issuer.answers.clear()
        monkeypatch.setenv("JWKS_URL", issuer.url)
        monkeypatch.setenv("ALGORITHM", "RS256")
        process = asyncio.ensure_future(api_process.main())

        alive = await _answer(f"{base}/health", process)
        token = Issuer.of("RS256").bearer()
        unknown = await http.get(f"{base}/executions", headers=token)
        stop.set()
        await asyncio.wait_for(process, 10)

    assert alive.status_code == 200
    problem(unknown, 503, "unavailable")


async def test_the_environment_says_how_often_an_address_may_ask(
    stop: asyncio.Event, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADDRESS_RATE", "1")
    monkeypatch.setenv("ADDRESS_BURST", "1")
    process = asyncio.ensure_future(api_process.main())
    base = f"http://127.0.0.1:{port}"

    await _answer(f"{base}/health", process)
    async with httpx.AsyncClient(base_url=base, trust_env=False) as http:
        first = await http.get("/nowhere")
        second = await http.get("/nowhere", headers={"X-Forwarded-For": "192.0.2.1"})
    stop.set()
    await asyncio.wait_for(process, 10)

    assert (first.status_code, second.status_code) == (404, 429)


async def test_the_address_is_what_a_trusted_proxy_says(
    stop: asyncio.Event, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADDRESS_RATE", "1")
    monkeypatch.setenv("ADDRESS_BURST", "1")
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.1")
    process = asyncio.ensure_future(api_process.main())
    base = f"http://127.0.0.1:{port}"

    await _answer(f"{base}/health", process)
    async with httpx.AsyncClient(base_url=base, trust_env=False) as http:
        answers = [
            await http.get("/nowhere", headers={"X-Forwarded-For": f"203.0.113.9, 192.0.2.{host}"})
            for host in (1, 2, 2)
        ]
    stop.set()
    await asyncio.wait_for(process, 10)

    assert [answer.status_code for answer in answers] == [404, 404, 429]


async def test_the_environment_says_whose_pages_and_which_names_are_ours(
    stop: asyncio.Event, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "http://localhost:5173/")
    monkeypatch.setenv("ALLOWED_HOSTS", "workshop.example")
    process = asyncio.ensure_future(api_process.main())
    base = f"http://127.0.0.1:{port}"

    await _answer(f"{base}/health", process)
    async with httpx.AsyncClient(base_url=base, trust_env=False) as http:
        answers = [
            await http.get("/api/v1/docs", headers={"Host": host, "Origin": origin})
            for host, origin in (
                ("workshop.example", "http://localhost:5173"),
                ("evil.example", "https://evil.example"),
            )
        ]
    stop.set()
    await asyncio.wait_for(process, 10)

    assert [each.status_code for each in answers] == [200, 403]
    assert ["Access-Control-Allow-Origin" in each.headers for each in answers] == [True, False]


async def test_an_origin_that_is_none_keeps_the_api_from_starting(
    stop: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://board.example/page")

    with pytest.raises(SystemExit, match="CORS_ORIGINS"):
        await api_process.main()


async def test_a_consumer_without_a_queue_has_nothing_to_do(
    stop: asyncio.Event, caplog: pytest.LogCaptureFixture
) -> None:
    await consumer.main()

    assert "nothing to consume" in caplog.text


async def test_a_consumer_that_was_told_to_stop_ends(
    stop: asyncio.Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SQS_QUEUE_URL", "http://127.0.0.1:1/queue")
    stop.set()

    with caplog.at_level(logging.INFO):
        await consumer.main()

    assert "consumer ready" in caplog.text
