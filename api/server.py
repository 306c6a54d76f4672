"""uvicorn, as our processes run it: until they are told to stop, and then with exit code 0."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

import uvicorn


class CannotListen(Exception):
    """The address or the port is not to be had"""


class Server(uvicorn.Server):
    """Ends with exit code 0 on SIGTERM, where uvicorn's own would end by the signal."""

    def __init__(self, config: uvicorn.Config, named_by: str) -> None:
        """`named_by` says which settings the address comes from."""
        super().__init__(config)
        self.listening = asyncio.Event()
        self._named_by = named_by

    async def startup(self, sockets: list[socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as end:  # in a task of its own, it would leave a traceback
            raise CannotListen(str(end.__context__)) from None
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def serve_until(self, stop: asyncio.Event) -> None:
        """Ends the process with a clear word if it cannot listen where it should."""
        serving = asyncio.create_task(self.serve())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        self.should_exit = True
        try:
            await serving
        except CannotListen as reason:
            raise SystemExit(f"{self._named_by} cannot be used: {reason}") from None
