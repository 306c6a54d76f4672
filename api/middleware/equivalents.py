"""Requests that mean the same (RFC 9110), made the same for the routes: HEAD as GET, and a list
over several lines as one line."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LISTS = frozenset({b"if-match", b"if-none-match", b"prefer"})
"""Headers that the routes read and that are lists."""


class Equivalents:
    """Pure ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["headers"] = joined(scope["headers"])
        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self._head(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_without_content(message: Message) -> None:
            await send({**message, "body": b""} if "body" in message else message)

        # Not in place: the server looks there for what was asked.
        getting = {**scope, "method": "GET"}
        await self._app(getting, receive, send_without_content)
        if "route" in getting:
            scope["route"] = getting["route"]  # for the log


def joined(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The same headers, those that are LISTS in one line each (RFC 9110, 5.3)."""
    headers = list(headers)
    lists = [name for name, _ in headers if name in LISTS]
    if len(lists) == len(set(lists)):
        return headers
    lines = {name: b", ".join(v for n, v in headers if n == name) for name in lists}
    return [each for each in headers if each[0] not in LISTS] + list(lines.items())
