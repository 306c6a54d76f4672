"""The parser of a connection: httptools, for which an offer to upgrade changes nothing.

httptools takes what follows such a head for another protocol, be it a body or a request. But a
server may ignore the offer (RFC 9110, 7.8), and then it is a request like any other. So the head is
read once more, without it.
"""

from typing import Protocol

import httptools


class Reader(Protocol):
    """The reader of a head, which is given its parts again."""

    url: bytes
    headers: list[tuple[bytes, bytes]]


class Parser:
    """The part of httptools' parser that uvicorn uses."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpRequestParser(self._reader)
        # As uvicorn has it: what comes after the last request is none, and does it no harm.
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.get_method = self._parser.get_method
        self.get_http_version = self._parser.get_http_version
        self.should_keep_alive = self._parser.should_keep_alive
        self.should_upgrade = self._parser.should_upgrade

    def feed_data(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            head, rest = self._head_without_offer(), data[offer.args[0] :]
            self._begin()
            self.feed_data(head + rest)

    def _head_without_offer(self) -> bytes:
        line = b"%s %s HTTP/%s" % (
            self.get_method(),
            self._reader.url,
            self.get_http_version().encode(),
        )
        kept = (each for each in self._reader.headers if each[0] != b"upgrade")
        fields = (b"%s: %s" % each for each in kept)
        return b"\r\n".join([line, *fields, b"", b""])
