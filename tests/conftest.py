"""Parts that the tests of every room share: one embedded stack per session, and patience."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar, overload

import pytest
from temporalio.client import Client

from api.temporal.gateway import RETRY
from deploy.dev import temporal_cli
from deploy.dev.ports import Ports
from deploy.dev.screen import Screen
from deploy.dev.stack import ALL, Stack
from tests import browser
from workflows.client.connection import connect

HERE = Path(__file__).parent
NEEDS = {"workflows": "server", "stack": "stack"}
VISIBILITY_SECONDS = 12
"""Time until a killed consumer's messages come back; longer than one try to handle them takes."""
LOOKS_EVERY = 0.05
LONGEST_FIRST = ("faults", "stack", "workflows")
"""The rooms whose tests wait most: begun first, they wait while the other rooms compute."""

T = TypeVar("T")


@overload
async def eventually(
    look: Callable[[], Awaitable[T]], until: Callable[[T], object] = ..., *, within: float = ...
) -> T: ...
@overload
async def eventually(
    look: Callable[[], T], until: Callable[[T], object] = ..., *, within: float = ...
) -> T: ...
async def eventually(
    look: Callable[[], Any], until: Callable[[Any], object] = bool, *, within: float = 10.0
) -> Any:
    """The value that `look` finds, as soon as it is what `until` wants; else fails and shows the
    last."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        seen = await found if inspect.isawaitable(found) else found
        if until(seen):
            return seen
        if time.monotonic() > deadline:
            pytest.fail(f"after {within:g} s it was still {seen!r}")
        await asyncio.sleep(LOOKS_EVERY)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if room := NEEDS.get(_room(item)):
            item.add_marker(room)
    if not browser.find():
        left_out = [item for item in items if item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=_turn)


def _room(item: pytest.Item) -> str:
    """The room that it tests; the suite of all aggregates has a folder for each."""
    if not item.path.is_relative_to(HERE):
        return ""
    first, *rest = item.path.relative_to(HERE).parts
    return rest[0] if first == "every_aggregate" else first


def _turn(item: pytest.Item) -> int:
    room = _room(item)
    return LONGEST_FIRST.index(room) if room in LONGEST_FIRST else len(LONGEST_FIRST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Logs of hostile text: reports travel between processes as UTF-8."""
    report = yield
    report.sections = [
        (title, text.encode(errors="backslashreplace").decode()) for title, text in report.sections
    ]
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not browser.find():
        terminalreporter.write_line("No Chromium: tests of pages are left out. CHROMIUM=<path>")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Obtains the Temporal CLI, which can take minutes once, outside any test's time limit."""
    needy = any(
        item.get_closest_marker(marker) for item in session.items for marker in NEEDS.values()
    )
    if not needy or session.config.option.collectonly:
        return
    capture = session.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        temporal_cli.find(Screen())


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The session's servers, on free ports; a session is one of pytest-xdist's workers."""
    with Stack(
        tmp_path_factory.mktemp("stack"),
        Ports.free(),
        processes=(),
        visibility_seconds=VISIBILITY_SECONDS,
    ) as stack:
        yield stack


@pytest.fixture(scope="session")
def stack(embedded: Stack) -> Stack:
    """The whole service as processes. For tests in `tests/stack`, or marked `stack`."""
    for name in ALL:
        embedded.add(name)
    return embedded


@pytest.fixture
async def temporal(embedded: Stack, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client as the API has it, of the session's dev server."""
    for name, value in embedded.env.items():
        if name.startswith("TEMPORAL_"):
            monkeypatch.setenv(name, value)
    return await connect(retry=RETRY)
