"""An issuer's server: publishes keys over real HTTP, as well or as badly as a test wants it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PASSWORD = "in-the-url"  # noqa: S105  # not one that opens anything


class KeyServer:
    def __init__(self) -> None:
        self.body = b""
        self.status = "200 OK"
        self.headers: tuple[str, ...] = ()
        self.answers = asyncio.Event()
        """Cleared, it takes requests and says nothing."""
        self.answers.set()
        self.asked: list[float] = []
        """The time of each request."""
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://somebody:{PASSWORD}@127.0.0.1:{self._port}/keys.json"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Nobody listens there any more."""
        if self._server:
            self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.asked.append(time.monotonic())
            await self.answers.wait()
            head = [f"HTTP/1.1 {self.status}", f"Content-Length: {len(self.body)}", *self.headers]
            lines = "\r\n".join([*head, "Connection: close", "", ""])
            writer.write(lines.encode() + self.body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has gone
        finally:
            writer.close()


@asynccontextmanager
async def key_server() -> AsyncIterator[KeyServer]:
    server = KeyServer()
    await server.start()
    try:
        yield server
    finally:
        server.answers.set()
        server.stop()
