"""A real browser without a window, which prints a page once its scripts have run."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--no-proxy-server", "--virtual-time-budget=10000"),
)
_PAGE = """<!doctype html><title>page</title><script>
fetch({url}, {request}).then(
  async answer => `${{answer.status}} ${{answer.headers.get("ETag")}} ${{await answer.text()}}`,
  () => "refused"
).then(told => {{ document.body.textContent = told }})
</script><body>"""


def find() -> str | None:
    """CHROMIUM, or what is installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


async def shown(url: str, folder: Path, *options: str) -> str:
    """The page as HTML, seen by a browser that has seen nothing before."""
    program = await asyncio.create_subprocess_exec(
        *(find() or NAMES[0], *_QUIET, f"--user-data-dir={folder}", *options, "--dump-dom", url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(60):
            page, _ = await program.communicate()
    except TimeoutError:
        program.kill()
        raise
    return page.decode()


@asynccontextmanager
async def origin(page: str = "") -> AsyncIterator["Origin"]:
    """A place on this machine that serves one page, whatever it is asked."""
    serving = Origin(page)
    server = await asyncio.start_server(serving.answer, "127.0.0.1", 0)
    async with server:
        serving.url = f"http://localhost:{server.sockets[0].getsockname()[1]}"
        yield serving


class Origin:
    url = ""

    def __init__(self, page: str) -> None:
        self.page = page

    def asks(self, url: str, request: str = "{}") -> None:
        """Its page makes this request, and shows what it is answered."""
        self.page = _PAGE.format(url=repr(url), request=request)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        page = self.page.encode()
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
        writer.write(f"{head}Content-Length: {len(page)}\r\n\r\n".encode() + page)
        await writer.drain()
        writer.close()
