"""The HTTP server of a process: uvicorn, until the process has to stop, with exit code 0."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from socket import socket

import uvicorn


class CannotListen(Exception):
    """The address or the port is not to be had"""


class Server(uvicorn.Server):
    """Leaves signals to the process, where uvicorn's own would end it by the signal."""

    def __init__(self, config: uvicorn.Config, named_by: str) -> None:
        """`named_by` says which settings the address comes from."""
        super().__init__(config)
        self._listening = asyncio.Event()
        self._named_by = named_by

    async def startup(self, sockets: list[socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as end:  # in a task of its own, it would leave a traceback
            raise CannotListen(str(end.__context__)) from None
        self._listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def serve_until(self, stop: asyncio.Event) -> None:
        """Ends the process with a clear word if it cannot listen where it should."""
        serving = asyncio.create_task(self.serve())
        await _first(serving, stop)
        await self._ended(serving)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Listens as long as the block lasts; ends the process as `serve_until` does."""
        serving = asyncio.create_task(self.serve())
        try:
            await _first(serving, self._listening)
            if not serving.done():
                yield
        finally:
            await self._ended(serving)

    async def _ended(self, serving: "asyncio.Task[None]") -> None:
        self.should_exit = True
        try:
            await serving
        except CannotListen as reason:
            raise SystemExit(f"{self._named_by} cannot be used: {reason}") from None


async def _first(task: "asyncio.Task[None]", event: asyncio.Event) -> None:
    """Waits for whichever comes first."""
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
