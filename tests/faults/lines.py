"""A TCP line on loopback between our processes and what they need, which can be made to fail."""

import asyncio
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from deploy.dev.ports import HOST

CHUNK = 64 * 1024
REFUSED = b'{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"no"}]}'
THROTTLED = b'{"__type":"ThrottlingException","message":"Rate exceeded"}'


@dataclass(frozen=True)
class Fault:
    """`answer`, a status and a body, is given to PutEvents in the place of the bus; it and
    `breaks_off` happen to that `share` of what is asked."""

    refuses: bool = False
    slow: float = 0.0
    breaks_off: bool = False
    answer: tuple[int, bytes] | None = None
    share: float = 1.0


FINE = Fault()


class Line:
    """`with Line(upstream) as line:` - it runs in a thread of its own, so that nothing that a test
    does holds it up."""

    def __init__(self, upstream: int) -> None:
        self._upstream, self._fault = upstream, FINE
        self._dice = random.Random(0)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self._asked: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        opening = asyncio.start_server(self._connected, HOST, 0)
        self._server = asyncio.run_coroutine_threadsafe(opening, self._loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @contextmanager
    def failing(self, fault: Fault, seed: int = 0) -> Iterator[None]:
        self._dice.seed(seed)
        self._fault = fault
        if fault.refuses:
            self._loop.call_soon_threadsafe(self._cut)
        try:
            yield
        finally:
            self._fault = FINE

    def busiest(self, since: float, until: float) -> int:
        """The most requests of any second in between; the times are monotonic."""
        seconds = Counter(int(at - since) for at in self._asked if since <= at < until)
        return max(seconds.values(), default=0)

    def _cut(self) -> None:
        for end in self._ends:
            end.transport.abort()

    async def _close(self) -> None:
        if self._server:
            self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        ends = [back]
        self._ends.add(back)
        try:
            with suppress(OSError):  # either side may go at any time
                if not self._fault.refuses:
                    far, forth = await asyncio.open_connection(HOST, self._upstream)
                    ends.append(forth)
                    await self._carry(near, back, far, forth)
        finally:
            self._ends.discard(back)
            for end in ends:
                end.transport.abort()

    async def _carry(
        self,
        near: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        far: asyncio.StreamReader,
        forth: asyncio.StreamWriter,
    ) -> None:
        """Copies until one side ends."""
        ways = [
            asyncio.create_task(self._forth(near, back, forth)),
            asyncio.create_task(_back(far, back)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _forth(
        self, near: asyncio.StreamReader, back: asyncio.StreamWriter, forth: asyncio.StreamWriter
    ) -> None:
        while asked := await near.read(CHUNK):
            self._asked.append(time.monotonic())
            fault = self._fault
            await asyncio.sleep(fault.slow)
            struck = self._dice.random() < fault.share
            if fault.breaks_off and struck:
                return
            if fault.answer and struck and b"PutEvents" in asked:
                await _rest(asked, near)
                back.write(_http(*fault.answer))
                continue
            forth.write(asked)
            await forth.drain()


async def _back(far: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
    while answered := await far.read(CHUNK):
        back.write(answered)
        await back.drain()


async def _rest(asked: bytes, near: asyncio.StreamReader) -> None:
    """Reads what is still to come of a request."""
    head, _, body = asked.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    await near.readexactly(max(0, int(length[1]) - len(body)) if length else 0)


def _http(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} Told\r\nContent-Type: application/x-amz-json-1.1\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
