"""A connection to the API, byte by byte."""

import asyncio


class Socket:
    """A client that says what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def say(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def hears(self) -> bytes:
        """All, until the server hangs up."""
        async with asyncio.timeout(10):
            return await self._reader.read()

    async def hears_answer(self) -> tuple[int, bytes]:
        """The status and the body of the next one, which says how long it is."""
        async with asyncio.timeout(10):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length: ")[2].partition("\r\n")[0] or 0)
            return int(head.split()[1]), await self._reader.readexactly(length)

    async def hears_status(self) -> bytes:
        async with asyncio.timeout(10):
            return (await self._reader.readline()).split()[1]
