"""The processes answer probes from their start to their end, each with its own variables."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from deploy.dev.parts import ROOT
from deploy.dev.ports import HOST, Ports
from deploy.dev.wiring import SETTINGS, variables
from tests.api.probes import FakeTemporal
from tests.conftest import eventually
from worker import WorkerStart

pytestmark = pytest.mark.usefixtures("bare_environment")

NOBODY = f"{HOST}:1"
OWN = {
    "TEMPORAL_ADDRESS": NOBODY,
    "MONGODB_URI": f"mongodb://{NOBODY}",
    "AWS_ENDPOINT_URL": f"http://{NOBODY}",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "SQS_QUEUE_URL": f"http://{NOBODY}/000000000000/queue",
}
COMMANDS = {"worker": ["worker.py"], "consumer": ["-m", "api.consumer"], "api": ["-m", "api"]}
STARTED_WITHIN = 60.0
UNUSABLE = os.fsdecode(b"\xff")
"""Value of a variable that ends any process which reads it."""


@contextmanager
def started(name: str) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """A process with nothing behind it, and with rubbish for the variables of the others."""
    others = {each for settings in SETTINGS.values() for each in variables(settings)}
    rubbish = dict.fromkeys(others - variables(SETTINGS[name]), UNUSABLE)
    port = str(Ports.free().api)
    own = {**OWN, "HEALTH_ADDRESS": f"{HOST}:{port}", "PORT": port}
    process = subprocess.Popen(  # noqa: S603 (our own commands)
        [sys.executable, *COMMANDS[name]],
        env={**os.environ, **own, **rubbish},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process, f"http://{HOST}:{port}"
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        yield http


def asked(http: httpx.AsyncClient, url: str) -> Callable[[], Awaitable[httpx.Response | None]]:
    async def ask() -> httpx.Response | None:
        try:
            return await http.get(url)
        except httpx.ConnectError:
            return None

    return ask


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("worker", {"temporal": "not connected yet", "polling": "not polling"}),
        (
            "consumer",
            {
                **dict.fromkeys(("temporal", "workers"), "cannot be reached"),
                "database": "no answer within 2 s",  # the driver looks for one a little longer
                "queue": "cannot be read",
                "messages": "ok",
            },
        ),
    ],
)
async def test_a_process_with_nothing_behind_it_is_live_and_says_what_it_waits_for(
    http: httpx.AsyncClient, name: str, parts: dict[str, str]
) -> None:
    with started(name) as (process, base):
        live = await eventually(asked(http, f"{base}/health/live"), within=STARTED_WITHIN)
        ready = await eventually(
            asked(http, f"{base}/health/ready"),
            lambda seen: seen is not None and seen.json()["parts"] == parts,
            within=STARTED_WITHIN,
        )
        process.send_signal(signal.SIGTERM)
        code = process.wait(30)

    assert live is not None
    assert ready is not None
    assert (live.status_code, ready.status_code, code) == (200, 503, 0)


async def test_the_api_needs_nothing_of_what_the_others_read(http: httpx.AsyncClient) -> None:
    with started("api") as (process, base):
        live = await eventually(asked(http, f"{base}/api/v1/health/live"), within=STARTED_WITHIN)
        process.send_signal(signal.SIGTERM)
        code = process.wait(30)

    assert live is not None
    assert (live.status_code, code) == (200, 0)


class Polls:
    is_running = True


async def test_a_worker_is_ready_while_it_polls_and_temporal_answers() -> None:
    temporal, progress = FakeTemporal(), WorkerStart()
    look = progress.readiness.failing
    at_first = await look()
    progress.client, progress.workers = temporal.client, (Polls(),)  # type: ignore[assignment]
    ready = await look()
    temporal.serving = False
    down = await look()
    temporal.serving = True
    back = await look()
    progress.workers[0].is_running = False  # type: ignore[misc]
    ended = await look()

    assert at_first == {"temporal": "not connected yet", "polling": "not polling"}
    assert (ready, back) == ({}, {})
    assert (down, ended) == ({"temporal": "cannot be reached"}, {"polling": "not polling"})
