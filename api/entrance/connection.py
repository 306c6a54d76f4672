"""A client's connection: uvicorn's own, where the head of a request has an end, in size and time.

httptools collects a head of any length and waits for its end for ever; only then is the
application called, with its limits and its deadline.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.entrance.limits import HEADERS_AT_MOST, URI_AT_MOST

HEAD_AT_MOST = 16 * (URI_AT_MOST + HEADERS_AT_MOST)
"""Bytes. What is not far too much gets as far as `Limits`, and a problem for an answer."""
HEAD_WITHIN = 10.0
"""Seconds from its first byte."""


class Connection(HttpToolsProtocol):
    _patience: asyncio.TimerHandle | None = None
    """There while a head is coming."""
    _came = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Until its first request too, which uvicorn would wait for without end.
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._came = 0
        self._patience = self.loop.call_later(HEAD_WITHIN, self.transport.close)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._patience:
            self._came += len(data)
            if self._came > HEAD_AT_MOST:
                self.send_400_response("The head of the request is too large.")

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _stop_waiting(self) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None
