"""Breaks a process of the stack for a while, and makes the service whole again afterwards."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from deploy.dev.process import Process
from deploy.dev.stack import Stack

PROMISED_WITHIN = 10.0
"""Seconds. Whatever is down, an answer comes within that."""


def end_by_force(process: Process) -> None:
    """Kill -9; and its keeper does not start it again."""
    process.kill()
    process.stop()


@contextmanager
def stopped(stack: Stack, name: str) -> Iterator[None]:
    """Ended in good order, and kept from coming back."""
    stack.process(name).stop()
    try:
        yield
    finally:
        bring_back(stack, name)


@contextmanager
def killed(stack: Stack, name: str) -> Iterator[None]:
    """Ended by kill -9, and kept from coming back."""
    end_by_force(stack.process(name))
    try:
        yield
    finally:
        bring_back(stack, name)


@contextmanager
def frozen(stack: Stack, name: str) -> Iterator[None]:
    """Connections to it stay open and unanswered."""
    process = stack.process(name)
    process.pause()
    try:
        yield
    finally:
        process.resume()


def crash(stack: Stack, name: str) -> None:
    """Kill -9, and at once another one."""
    with killed(stack, name):
        pass


def bring_back(stack: Stack, name: str) -> None:
    process = stack.process(name)
    process.start()
    process.wait_ready()


async def timely(
    client: httpx.AsyncClient, method: str, path: str, **how: object
) -> httpx.Response:
    """An answer that came within what is promised."""
    began = time.monotonic()
    answer = await client.request(method, path, **how)  # type: ignore[arg-type]
    took = time.monotonic() - began
    assert took < PROMISED_WITHIN, f"{method} {path} took {took:.1f} s"
    return answer


def assert_unavailable(answer: httpx.Response, *statuses: int) -> None:
    assert answer.status_code in statuses, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
