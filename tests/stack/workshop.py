"""One who works with the workshop's queue, over HTTP at the root of the service."""

import asyncio
import itertools
import random
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

from tests.conftest import eventually
from tests.stack.customer import Document, until_known

PATH = "/fila-execucao"
AT_ONCE = 8
"""Requests that a patient client has under way."""
MANY = 500
"""The largest page of a list."""

_numbers = itertools.count(random.randrange(10**6, 10**9))


def new_order() -> int:
    """The number of a service order that nobody has used before."""
    return next(_numbers)


def root_of(api_url: str) -> str:
    return api_url.removesuffix("/api/v1")


class Workshop:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def asks(
        self, method: str, path: str = "", body: Document | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else None
        return await self.http.request(method, f"{PATH}{path}", json=body, headers=headers)

    async def insists(
        self,
        method: str,
        path: str = "",
        body: Document | None = None,
        key: str | None = None,
        within: float = 45.0,
    ) -> httpx.Response:
        """Repeats the request under its key until its outcome is known."""
        key = key or str(uuid4())
        return await until_known(lambda: self.asks(method, path, body, key), within)

    async def adds(self, priority: str = "NORMAL", order: int | None = None) -> Document:
        body = {"ordem_servico_id": order or new_order(), "prioridade": priority}
        answer = await self.asks("POST", body=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def adds_many(self, *priorities: str) -> list[Document]:
        return await gently(*(self.adds(priority) for priority in priorities))

    async def steps(
        self, item: str, step: str, body: Document | None = None, key: str | None = None
    ) -> httpx.Response:
        return await self.asks("POST", f"/{item}/{step}", body, key)

    async def does(
        self, item: str, step: str, body: Document | None = None, key: str | None = None
    ) -> Document:
        """A step that has to succeed."""
        answer = await self.steps(item, step, body, key)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def takes_next(
        self, mechanic: int, stage: str | None = None, key: str | None = None
    ) -> httpx.Response:
        body = {"mecanico_responsavel_id": mechanic} | ({"etapa": stage} if stage else {})
        return await self.asks("POST", "/proximo", body, key)

    async def removes(self, item: str) -> None:
        answer = await self.asks("DELETE", f"/{item}")
        assert answer.status_code == 204, answer.text

    async def sees(self, item: str) -> Document:
        return dict((await self.asks("GET", f"/{item}")).json())

    async def waits_for(
        self, item: str, until: Callable[[Document], object], within: float = 30.0
    ) -> Document:
        """The item, as soon as it is readable and as wanted."""
        return await eventually(
            lambda: self.sees(item), lambda seen: "fila_id" in seen and until(seen), within=within
        )

    async def reaches(self, item: str, stage: str, within: float = 30.0) -> Document:
        return await self.waits_for(item, lambda seen: seen["etapa"] == stage, within)

    async def sees_told(self, item: str, last: str, within: float = 45.0) -> Document:
        """The item, as soon as it shows that the OS service has heard of that status and of all."""

        def told(seen: Document) -> bool:
            notices = seen["os_notificada"]
            return bool(notices["confirmada"] == last and not notices["pendentes"])

        return await self.waits_for(item, told, within)

    async def lists(self, **query: Any) -> list[Document]:
        """The first page, which is the whole queue unless there is very much in it."""
        answer = await self.http.get(PATH, params={"limite": MANY, **query})
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    async def history(self, item: str) -> list[Document]:
        answer = await self.asks("GET", f"/{item}/historico")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["historico"])

    async def clears(self) -> None:
        """Removes all there is."""

        async def remove(item: str) -> None:
            answer = await self.insists("DELETE", f"/{item}")
            assert answer.status_code in (204, 404), answer.text

        async def emptied() -> bool:
            left = await self.lists()
            await gently(*(remove(item["fila_id"]) for item in left))
            return not left

        await eventually(emptied, within=60)


async def gently(*requests: Any) -> list[Any]:
    """All of them, a few at once."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(request: Any) -> Any:
        async with room:
            return await request

    return list(await asyncio.gather(*map(one, requests)))
