"""One who uses the service as other teams do: over HTTP and over the bus."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from deploy.dev.bus import Clients
from tests.conftest import eventually

Document = dict[str, Any]
PACE = 0.1
"""Seconds between two commands of those who work on and on: a small machine has other work."""


async def until_known(
    send: Callable[[], Awaitable[httpx.Response]], within: float = 45.0
) -> httpx.Response:
    """Sends a request again until its outcome is known, as clients are told to."""

    async def attempt() -> httpx.Response | None:
        try:
            answer = await send()
        except httpx.TransportError:  # the API itself is gone
            return None
        if answer.status_code not in (503, 504):
            return answer
        assert int(answer.headers["Retry-After"]) > 0
        return None

    answer = await eventually(attempt, within=within)
    assert answer is not None
    return answer


@dataclass(frozen=True)
class Order:
    """A service order and its budget that nobody has used before."""

    id: str = field(default_factory=lambda: f"OS-{uuid4()}")
    budget: str = field(default_factory=lambda: f"BUD-{uuid4()}")
    payment: str = field(default_factory=lambda: f"PAY-{uuid4()}")

    @property
    def request(self) -> Document:
        return {"serviceOrderId": self.id, "budgetId": self.budget, "estimatedDuration": 60}

    @property
    def paid(self) -> Document:
        return {
            "serviceOrderId": self.id,
            "budgetId": self.budget,
            "paymentId": self.payment,
            "completedAt": "2026-03-01T12:00:00Z",
        }


class Customer:
    def __init__(self, http: httpx.AsyncClient, aws: Clients, bus: str) -> None:
        self.http, self._aws, self._bus = http, aws, bus

    def publish(self, detail_type: str, *details: Document) -> None:
        """Puts events on the bus as the other services do, ten at a time."""
        for first in range(0, len(details), 10):
            answer = self._aws.events.put_events(
                Entries=[
                    {
                        "Source": "payment-service",
                        "DetailType": detail_type,
                        "Detail": json.dumps(detail),
                        "EventBusName": self._bus,
                    }
                    for detail in details[first : first + 10]
                ]
            )
            assert answer["FailedEntryCount"] == 0

    async def create(self, order: Order | None = None) -> Document:
        answer = await self.http.post("/executions", json=(order or Order()).request)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def patch(
        self, execution: str, action: str, body: Document | None = None, key: str | None = None
    ) -> httpx.Response:
        return await self.http.patch(
            f"/executions/{execution}/{action}",
            json=body,
            headers={"Idempotency-Key": key} if key else None,
        )

    async def does(
        self, execution: str, action: str, body: Document | None = None, key: str | None = None
    ) -> Document:
        """A command that has to succeed."""
        answer = await self.patch(execution, action, body, key)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def insists(
        self,
        execution: str,
        action: str,
        body: Document | None = None,
        key: str | None = None,
        within: float = 45.0,
    ) -> httpx.Response:
        """Repeats the command under its key until its outcome is known."""
        key = key or str(uuid4())
        return await until_known(lambda: self.patch(execution, action, body, key), within)

    @asynccontextmanager
    async def at_work(self, *executions: str) -> AsyncIterator[None]:
        """Pauses and resumes them over and over, all at once; leaves them in progress."""
        done = asyncio.Event()

        async def work(execution: str) -> None:
            while not done.is_set():
                for action in ("pause", "resume"):
                    answer = await self.insists(execution, action)
                    assert answer.status_code == 200, answer.text
                    await asyncio.sleep(PACE)

        async with asyncio.TaskGroup() as working:
            for execution in executions:
                working.create_task(work(execution))
            yield
            done.set()

    async def sees(self, execution: str) -> Document:
        answer = await self.http.get(f"/executions/{execution}")
        return dict(answer.json())

    async def history(self, execution: str) -> list[Document]:
        answer = await self.http.get(f"/executions/{execution}/history", params={"limit": 500})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["history"])

    async def finds(self, order: Order) -> list[Document]:
        """The executions of a service order."""
        answer = await self.http.get("/executions", params={"serviceOrderId": order.id})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["executions"])

    async def waits_for(self, order: Order, within: float = 30.0) -> Document:
        """The execution of a service order, as soon as it is readable."""
        return (await eventually(lambda: self.finds(order), within=within))[0]

    async def waits_until(self, execution: str, status: str, within: float = 30.0) -> Document:
        return await eventually(
            lambda: self.sees(execution), lambda seen: seen.get("status") == status, within=within
        )
