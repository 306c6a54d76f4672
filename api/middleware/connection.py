"""A client's connection: uvicorn's own, with a limit for the head of a request in size and time,
and without upgrades.

httptools collects a head of any length and waits for its end without limit; only then is the
application called, with its limits and its deadline.
"""

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import httptools
from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.middleware.limits import HEADERS_AT_MOST, URI_AT_MOST
from api.middleware.parser import Parser

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

HEAD_AT_MOST = 16 * (URI_AT_MOST + HEADERS_AT_MOST)
"""Bytes. A head that is only a little too large gets as far as `Limits`, and a problem for an
answer."""
HEAD_WITHIN = 10.0
"""Seconds from its first byte."""


class Connection(HttpToolsProtocol):
    _is_in_head = False
    """True from a head's first byte to its last."""
    _patience: asyncio.TimerHandle | None = None
    """Set while the rest of a head is waited for; most come whole."""
    _came = 0
    _has_ended = False
    """Set once nothing that still comes is a request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parser = Parser(self)  # type: ignore[assignment]  # all of it that is used here

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Before its first request too, which uvicorn would wait for without end.
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._came, self._is_in_head = 0, True

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._is_in_head:  # else it is a trailer, which comes too late to change a request
            super().on_header(name, value)

    def data_received(self, data: bytes) -> None:
        if self._has_ended:
            return
        super().data_received(data)
        if self._is_in_head:
            if not self._patience:
                self._patience = self.loop.call_later(HEAD_WITHIN, self.transport.close)
            self._came += len(data)
            if self._came > HEAD_AT_MOST:
                self.send_400_response("The head of the request is too large.")

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        if self.parser.get_method() == b"CONNECT":
            raise httptools.HttpParserError("this is no proxy")
        if not self.parser.should_upgrade():  # or the head comes again, without the offer
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuses what is not understood, after the answers that are still to come to what was."""
        self._has_ended = True
        self._stop_waiting()
        text = f"{msg} This service speaks HTTP/1.1."
        last = self.cycle
        if last and not last.more_body and not last.response_complete:
            last.keep_alive = False
        elif last and last.more_body and self.pipeline:
            refused = PlainTextResponse(text, HTTPStatus.BAD_REQUEST, {"Connection": "close"})
            self.pipeline[0] = (last, cast("ASGI3Application", refused))
        else:
            super().send_400_response(text)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _stop_waiting(self) -> None:
        self._is_in_head = False
        if self._patience:
            self._patience.cancel()
            self._patience = None
