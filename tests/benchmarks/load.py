"""Load over HTTP that costs little itself, so that what it measures is the other side."""

import asyncio
import time
from collections.abc import Callable

_LENGTH = b"content-length: "


async def rate(port: int, path: Callable[[int], str], connections: int, each: int) -> float:
    """GETs per second, on keep-alive connections side by side. Raises RuntimeError for any answer
    but 200."""
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    begun = time.perf_counter()
    await asyncio.gather(*(_ask(*both, path(number), each) for number, both in enumerate(opened)))
    took = time.perf_counter() - begun
    for _, writer in opened:
        writer.close()
    return connections * each / took


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, times: int
) -> None:
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".encode()
    for _ in range(times):
        writer.write(asked)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        at = head.index(_LENGTH) + len(_LENGTH)
        await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(f"GET {path}: {head.splitlines()[0].decode()}")
